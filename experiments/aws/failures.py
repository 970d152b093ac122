"""What a direct call may end with, by the exit codes of the AWS CLI."""

import re
from enum import Enum, auto

from botocore import exceptions

from experiments.aws.tracing import REMOVED

_USER_OF_ADDRESS = re.compile(r"://[^/@\s\"]+@")


class Failure(Enum):
    """What kind of failure it is to the AWS CLI, which has an exit code for each."""

    PARAMETERS = auto()
    REGION = auto()
    CREDENTIALS = auto()
    REFUSED = auto()
    OTHER = auto()


class DirectError(Exception):
    """The message is botocore's own."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


def translated(error: Exception) -> DirectError:
    """What botocore raised, as an error that needs no botocore to be understood."""
    match error:
        case exceptions.ParamValidationError():
            failure = Failure.PARAMETERS
        case exceptions.NoRegionError():
            failure = Failure.REGION
        case exceptions.NoCredentialsError():
            failure = Failure.CREDENTIALS
        case exceptions.ClientError():
            failure = Failure.REFUSED
        case _:
            failure = Failure.OTHER
    # Addresses may hold a password, which the AWS CLI repeats.
    return DirectError(failure, _USER_OF_ADDRESS.sub(f"://{REMOVED}@", str(error)))
