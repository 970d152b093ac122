"""What AWS accepts as the name of an inference experiment."""

import re

# botocore enforces neither pattern nor length, so a bad name would travel all the way to AWS.
# fullmatch, because $ would let a trailing newline through.
_EXPERIMENT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")
MAX_LENGTH = 120
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+){1,4}-[0-9]{1,2}")


def is_experiment_name(name: str) -> bool:
    """True for 1 to 120 ASCII letters, digits and inner hyphens."""
    # The length is looked at first: the pattern alone allows any number of hyphens.
    return len(name) <= MAX_LENGTH and _EXPERIMENT.fullmatch(name) is not None


def region_of(arn: str) -> str | None:
    """The region in an ARN of SageMaker's own form, None in any other text."""
    parts = arn.split(":", 5)
    known = len(parts) == 6 and parts[0] == "arn" and parts[2] == "sagemaker"
    return parts[3] if known and _REGION.fullmatch(parts[3]) else None
