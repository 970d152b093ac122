"""What AWS accepts as names of experiments, endpoints and regions, and what an ARN says."""

import re

# botocore enforces neither pattern nor length, so a bad name would travel all the way to AWS.
# fullmatch, because $ would let a trailing newline through.
_EXPERIMENT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")
MAX_LENGTH = 120
_ENDPOINT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
LONGEST_ENDPOINT = 63
_ROLE = re.compile(r"arn:[a-z-]+:iam::(?P<account>[0-9]{12}):role/.+")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,8}(-[a-z]{1,12}){1,4}-[0-9]{1,2}")


def is_experiment_name(name: str) -> bool:
    """True for 1 to 120 ASCII letters, digits and inner hyphens."""
    # The length is looked at first: the pattern alone allows any number of hyphens.
    return len(name) <= MAX_LENGTH and _EXPERIMENT.fullmatch(name) is not None


def is_endpoint_name(name: str) -> bool:
    """True for 1 to 63 ASCII letters, digits and inner hyphens."""
    return len(name) <= LONGEST_ENDPOINT and _ENDPOINT.fullmatch(name) is not None


def is_region(text: str) -> bool:
    """True for what has the form of a region, whether or not AWS has it."""
    return _REGION.fullmatch(text) is not None


def region_of(arn: str) -> str | None:
    """The region in an ARN of SageMaker's own form, None in any other text."""
    parts = _parts(arn)
    return parts[3] if parts and is_region(parts[3]) else None


def account_of(arn: str) -> str | None:
    """The account in an ARN of SageMaker's own form, None in any other text."""
    parts = _parts(arn)
    return parts[4] if parts and _ACCOUNT.fullmatch(parts[4]) else None


def account_of_role(arn: str) -> str | None:
    """The account in the ARN of an IAM role, None in any other text."""
    known = _ROLE.fullmatch(arn)
    return known["account"] if known else None


def _parts(arn: str) -> list[str] | None:
    parts = arn.split(":", 5)
    known = len(parts) == 6 and parts[0] == "arn" and parts[2] == "sagemaker"
    return parts if known else None
