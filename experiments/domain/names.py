"""What AWS accepts as the name of an inference experiment."""

import re

# botocore enforces neither pattern nor length, so a bad name would travel all the way to AWS.
# fullmatch, because $ would let a trailing newline through.
_EXPERIMENT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")
MAX_LENGTH = 120


def is_experiment_name(name: str) -> bool:
    """True for 1 to 120 ASCII letters, digits and inner hyphens."""
    # The length is looked at first: the pattern alone allows any number of hyphens.
    return len(name) <= MAX_LENGTH and _EXPERIMENT.fullmatch(name) is not None
