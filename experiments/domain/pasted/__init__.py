"""What a text means that somebody pasted: which experiment it names, and what it says of where that
experiment may be.

Nothing of the text is run, followed or read from a file, and whatever it says of places only
narrows down the sources that the portal has.
"""

from experiments.domain.pasted.understanding import understand
from experiments.domain.pasted.understood import Form, NotUnderstood, Understood

__all__ = ["Form", "NotUnderstood", "Understood", "understand"]
