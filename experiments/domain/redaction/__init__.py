"""What an answer may say to people outside: its allowed members, with what identifies an account
left out or masked in them.

An answer is redacted before it is parsed or exported, so nothing made of it can say more.
"""

from experiments.domain.redaction.part import Part
from experiments.domain.redaction.redact import Masked, Redacted, redact

__all__ = ["Masked", "Part", "Redacted", "redact"]
