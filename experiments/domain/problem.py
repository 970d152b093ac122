"""The closed list of what can go wrong between a reader and a description of an experiment.

A Problem never holds AWS's message (it can name the portal's role), only an error code, and that
only if the code is one of ``AWS_CODES``.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of problem, as docs/interface.md calls it and as ``data-problem`` shows it."""

    NOT_FOUND = "not-found"
    INVALID_NAME = "invalid-name"
    UNKNOWN_SOURCE = "unknown-source"
    ACCESS_DENIED = "access-denied"
    BAD_RESPONSE = "bad-response"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    EXPIRED_CREDENTIALS = "expired-credentials"


HTTP_STATUS = {
    Kind.NOT_FOUND: 404,
    Kind.INVALID_NAME: 404,
    Kind.UNKNOWN_SOURCE: 404,
    Kind.ACCESS_DENIED: 403,
    Kind.BAD_RESPONSE: 502,
    Kind.THROTTLED: 503,
    Kind.UNREACHABLE: 503,
    Kind.EXPIRED_CREDENTIALS: 503,
}

THROTTLING = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequests",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
)
CREDENTIALS = (
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnrecognizedClientException",
    "UnrecognizedClient",
    "InvalidSignatureException",
    "InvalidSignature",
    "SignatureDoesNotMatch",
    "InvalidClientTokenId",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "AuthFailure",
    "RequestTimeTooSkewed",
)
DENIAL = (
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "OptInRequired",
    "UnauthorizedOperation",
)
NOT_FOUND = ("ResourceNotFound", "ResourceNotFoundException")
OTHER = (
    "ValidationException",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
)
AWS_CODES = frozenset(THROTTLING + CREDENTIALS + DENIAL + NOT_FOUND + OTHER)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong; ``code`` is AWS's error code, or None."""

    kind: Kind
    code: str | None = None

    @property
    def http_status(self) -> int:
        return HTTP_STATUS[self.kind]

    @property
    def definite(self) -> bool:
        """True where older data would be untrue or not for this reader, so none is shown."""
        return self.kind in {
            Kind.NOT_FOUND,
            Kind.INVALID_NAME,
            Kind.UNKNOWN_SOURCE,
            Kind.ACCESS_DENIED,
        }

    @property
    def passing(self) -> bool:
        """True where asking again may bring another answer, so the page goes on polling."""
        return self.kind not in {Kind.NOT_FOUND, Kind.INVALID_NAME, Kind.UNKNOWN_SOURCE}

    @property
    def retry_after(self) -> int | None:
        """Seconds for the Retry-After header, where the kind has one."""
        return 10 if self.kind in {Kind.THROTTLED, Kind.UNREACHABLE} else None


class ProblemError(Exception):
    """Raised by the door to AWS instead of anything of botocore's."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.value)
        self.problem = problem
