"""From what botocore raises to a Problem.

Exception
├── BotoCoreError
│   ├── HTTPClientError                     unreachable
│   │   ├── EndpointConnectionError           refused, no such host
│   │   ├── ConnectTimeoutError, ReadTimeoutError, ConnectionClosedError
│   │   └── OversizedBodyError              bad-response
│   ├── NoCredentialsError, PartialCredentialsError, CredentialRetrievalError,
│   │   ProfileNotFound, SSOError, TokenRetrievalError, NoAuthTokenError
│   │                                       expired-credentials
│   ├── ResponseParserError                 bad-response
│   ├── CallTimeoutError                    unreachable
│   ├── RoleError                           its own
│   └── anything else                       unreachable
├── ClientError                             by its code, then by its HTTP status; of a call that
│                                           was to get credentials: throttled, unreachable, or
│                                           else expired-credentials
└── anything else                           bad-response: botocore's parsers raise
                                            AttributeError, ValueError, RuntimeError and
                                            more on bodies that they do not expect
"""

from botocore import exceptions, parsers

from experiments.aws.deadline import OversizedBodyError
from experiments.domain import problem
from experiments.domain.problem import Kind, Problem

_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.ProfileNotFound,
    exceptions.ConfigParseError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.LoginError,
)
_BY_CODE = (
    dict.fromkeys(problem.NOT_FOUND, Kind.NOT_FOUND)
    | dict.fromkeys(problem.DENIAL, Kind.ACCESS_DENIED)
    | dict.fromkeys(problem.THROTTLING, Kind.THROTTLED)
    | dict.fromkeys(problem.CREDENTIALS, Kind.EXPIRED_CREDENTIALS)
)
# The interface names families of codes; a member that is not in the closed list still counts.
_BY_PREFIX = (
    ("Throttling", Kind.THROTTLED),
    ("TooManyRequests", Kind.THROTTLED),
    ("ExpiredToken", Kind.EXPIRED_CREDENTIALS),
    ("UnrecognizedClient", Kind.EXPIRED_CREDENTIALS),
    ("InvalidSignature", Kind.EXPIRED_CREDENTIALS),
    ("AccessDenied", Kind.ACCESS_DENIED),
)


# Whatever else AWS was asked during a call of the portal was botocore's way to credentials.
_OWN_CALLS = ("DescribeInferenceExperiment", "ListInferenceExperiments")


class RoleError(exceptions.BotoCoreError):
    """The role of a source cannot be assumed, and what that is to its readers."""

    fmt = "The role cannot be assumed"

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def problem_of(error: Exception) -> Problem:
    """The Problem behind an exception that a botocore call raised."""
    if isinstance(error, RoleError):
        return error.problem
    if isinstance(error, exceptions.ClientError) and error.operation_name not in _OWN_CALLS:
        return problem_of_credentials(error)
    if isinstance(error, exceptions.ClientError):
        return _problem_of_response(error)
    if isinstance(error, OversizedBodyError | parsers.ResponseParserError):
        return Problem(Kind.BAD_RESPONSE)
    if isinstance(error, _CREDENTIALS):
        return Problem(Kind.EXPIRED_CREDENTIALS)
    if isinstance(error, exceptions.BotoCoreError):
        return Problem(Kind.UNREACHABLE)
    return Problem(Kind.BAD_RESPONSE)


def problem_of_credentials(error: Exception) -> Problem:
    """The Problem behind an exception on the way to credentials.

    A refusal there must not look like one of SageMaker's, which says what the role may read.
    """
    if isinstance(error, exceptions.ClientError):
        found = _problem_of_response(error)
    else:
        found = problem_of(error)
    if found.kind in {Kind.THROTTLED, Kind.UNREACHABLE}:
        return found
    return Problem(Kind.EXPIRED_CREDENTIALS, found.code)


def _problem_of_response(error: exceptions.ClientError) -> Problem:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Problem(_kind(code, status), code if code in problem.AWS_CODES else None)


def _kind(code: str, status: int) -> Kind:
    if code in _BY_CODE:
        return _BY_CODE[code]
    for prefix, kind in _BY_PREFIX:
        if code.startswith(prefix):
            return kind
    if status == 429:
        return Kind.THROTTLED
    if status in {401, 403}:
        return Kind.ACCESS_DENIED
    if 300 <= status < 400 or status >= 500:
        return Kind.UNREACHABLE
    return Kind.BAD_RESPONSE
