"""Finding out what of a source works: the calls that the doctor makes, all of which only read.

They count nowhere, and are made to a source that is left alone as well.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from botocore import exceptions

from experiments.aws import clients, sessions
from experiments.aws.configuration import misconfiguration
from experiments.aws.deadline import CallTimeoutError, deadline
from experiments.aws.errors import problem_of, problem_of_credentials
from experiments.domain import checks, iam, problem
from experiments.domain.addresses import is_loopback
from experiments.domain.checks import Connection, Signing
from experiments.domain.diagnosis import Check, Diagnosis
from experiments.domain.problem import Kind, Problem
from experiments.domain.source import Source

T = TypeVar("T")

DESCRIBE = "sagemaker:DescribeInferenceExperiment"
LIST = "sagemaker:ListInferenceExperiments"
REACHED = {
    Connection.VERIFIED,
    Connection.UNVERIFIED,
    Connection.PLAIN_ON_THIS_MACHINE,
    Connection.PLAIN,
}
# A name like any other to AWS, in a log of which it says whose it is.
ABSENT = "asked-by-the-doctor-of-the-inference-experiment-portal"
# How long each of two rounds of calls may take for a page, which answers within 8 s.
ROUND_SECONDS = 3.4
# Whoever asks again sooner gets the same answer.
HOLDS_SECONDS = 5.0

_locks: dict[str, threading.Lock] = {}
_latest: dict[str, tuple[float, Diagnosis]] = {}


@dataclass(frozen=True, slots=True)
class _Knock:
    connection: Connection
    # By how many seconds this machine's clock is before that of whoever answered.
    ahead: float | None = None


@dataclass(frozen=True, slots=True)
class _Identity:
    arn: str | None = None
    problem: Problem | None = None


class _Round(Generic[T]):
    """A call in a thread of its own, which ends in time even if what it waits for does not."""

    def __init__(self, seconds: float, ask: Callable[[], T], otherwise: T) -> None:
        self._ask, self._outcome = ask, otherwise
        self._seconds, self._until = seconds, time.monotonic() + seconds
        self._thread = threading.Thread(target=self._run, name="doctor", daemon=True)
        self._thread.start()

    def outcome(self) -> T:
        # What gives credentials, such as a process of the operator's, knows of no deadline.
        self._thread.join(max(0.0, self._until - time.monotonic()))
        return self._outcome

    def _run(self) -> None:
        with deadline(self._seconds - 0.1):
            self._outcome = self._ask()


def examine(source: Source, round_seconds: float = ROUND_SECONDS) -> Diagnosis:
    """Examine a source, in two rounds of calls of so many seconds at most.

    Of several who examine it at a time, one asks and all get its answer.
    """
    with _locks.setdefault(source.name, threading.Lock()):
        latest = _latest.get(source.name)
        if latest is not None and time.monotonic() - latest[0] < HOLDS_SECONDS:
            return latest[1]
        found = _checks(source, round_seconds)
        diagnosis = Diagnosis(source=source.name, at=datetime.now(UTC), checks=found)
        _latest[source.name] = (time.monotonic(), diagnosis)
        return diagnosis


def _checks(source: Source, seconds: float) -> tuple[Check, ...]:
    mistake = misconfiguration(source)
    if mistake is not None:
        rest = ("connection", "credentials", "account", "describe", "list", "clock")
        return (checks.settings(mistake), *map(checks.not_examined, rest))
    silent: Problem | None = Problem(Kind.UNREACHABLE)
    knocking = _Round(seconds, lambda: _knock(source), _Knock(Connection.SILENT))
    fetching = _Round(
        seconds, lambda: _signing(source), _signing_without(source, Problem(Kind.UNREACHABLE))
    )
    knock, signing = knocking.outcome(), fetching.outcome()
    identifying = _Round(seconds, lambda: _identity(source, signing), _Identity())
    describing = _Round(seconds, lambda: _described(source, signing), silent)
    listing = _Round(seconds, lambda: _listed(source, signing), silent)
    identity, described, listed = identifying.outcome(), describing.outcome(), listing.outcome()
    refused = next(filter(_refuses, (described, listed, identity.problem)), None)
    account = checks.account(identity.arn)
    if signing.problem is not None:
        signing = replace(signing, caller=identity.arn)
        identity, account = _Identity(), checks.not_examined("account")
    place = _place(source, identity.arn)
    reached = knock.connection in REACHED
    endpoint = _shown(clients.sagemaker(source).meta.endpoint_url)
    permission = partial(checks.permission, reached=reached)
    return (
        checks.settings(None),
        checks.connection(knock.connection, endpoint),
        checks.credentials(signing, refused),
        *([account] if signing.signed else []),
        permission("describe", DESCRIBE, described, iam.describe(place)),
        permission("list", LIST, listed, iam.listing(place)),
        checks.clock(knock.ahead),
    )


def _knock(source: Source) -> _Knock:
    """A request without a signature, which anything that speaks HTTP refuses in some way."""
    began = time.time()
    try:
        answer = clients.knock(source)
    except exceptions.BotoCoreError as error:
        return _Knock(_failure(error))
    now = (began + time.time()) / 2
    endpoint = clients.sagemaker(source).meta.endpoint_url
    return _Knock(_reached(source, endpoint), _ahead(answer.headers, now))


def _failure(error: exceptions.BotoCoreError) -> Connection:
    # A certificate that is for another host is found out by urllib3, in words of its own.
    judged = any(words in str(error) for words in ("CERTIFICATE_VERIFY_FAILED", "doesn't match"))
    if isinstance(error, exceptions.SSLError) and not judged:
        return Connection.NO_TLS
    kinds = (connection for kind, connection in _FAILURES if isinstance(error, kind))
    return next(kinds, Connection.NOWHERE)


_FAILURES = (
    (CallTimeoutError, Connection.SILENT),
    (exceptions.SSLError, Connection.CERTIFICATE),
    (exceptions.ProxyConnectionError, Connection.PROXY),
    (exceptions.ConnectTimeoutError, Connection.SILENT),
    (exceptions.ReadTimeoutError, Connection.SILENT),
)


def _reached(source: Source, endpoint: str) -> Connection:
    parts = urlsplit(endpoint)
    if parts.scheme == "https":
        return Connection.VERIFIED if source.verify_ssl else Connection.UNVERIFIED
    here = is_loopback(parts.hostname or "")
    return Connection.PLAIN_ON_THIS_MACHINE if here else Connection.PLAIN


def _ahead(headers: Mapping[str, str], now: float) -> float | None:
    try:
        return now - parsedate_to_datetime(headers["Date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _signing(source: Source) -> Signing:
    """What signs this source's calls, fetched as before a call."""
    if not source.sign_requests:
        return Signing(signed=False)
    try:
        credentials = sessions.session(source).get_credentials()
        if credentials is None:
            raise exceptions.NoCredentialsError
        credentials.get_frozen_credentials()
    # A process or a file of credentials can fail in any way.
    except Exception as error:
        return _signing_without(source, problem_of_credentials(error))
    return Signing(method=credentials.method or "", role_arn=source.role_arn)


def _signing_without(source: Source, problem: Problem) -> Signing:
    return Signing(
        problem=problem, role_arn=source.role_arn, external_id=source.external_id is not None
    )


def _identity(source: Source, signing: Signing) -> _Identity:
    """Who signs; or, where a role cannot be assumed, who would assume it."""
    if not signing.signed:
        return _Identity()
    failed = signing.problem is not None
    session = sessions.base(source.profile) if failed else sessions.session(source)
    try:
        sts = sessions.sts(source, session)
        return _Identity(arn=str(sts.get_caller_identity()["Arn"]))
    except Exception as error:
        return _Identity(problem=None if failed else problem_of_credentials(error))


def _described(source: Source, signing: Signing) -> Problem | None:
    client = clients.sagemaker(source)
    found = _asked(signing, lambda: client.describe_inference_experiment(Name=ABSENT))
    return None if found is not None and found.kind is Kind.NOT_FOUND else found


def _listed(source: Source, signing: Signing) -> Problem | None:
    client = clients.sagemaker(source)
    return _asked(signing, lambda: client.list_inference_experiments(MaxResults=1))


def _asked(signing: Signing, ask: Callable[[], object]) -> Problem | None:
    """What is wrong with the answer, or None."""
    if signing.problem is not None:
        return Problem(Kind.EXPIRED_CREDENTIALS)
    try:
        ask()
    except Exception as error:
        return problem_of(error)
    return None


def _refuses(found: Problem | None) -> bool:
    # STS may be closed to the portal, and says so in the same words.
    return (
        found is not None
        and found.kind is Kind.EXPIRED_CREDENTIALS
        and found.code not in problem.DENIAL
    )


def _place(source: Source, arn: str | None) -> iam.Place:
    region = clients.region(source) or ""
    try:
        partition = sessions.base(source.profile).get_partition_for_region(region)
    except exceptions.BotoCoreError:
        partition = "aws"
    account = iam.account_of(arn or source.role_arn or "")
    return iam.Place(region=region, partition=partition, account=account)


def _shown(endpoint: str) -> str:
    """An address without what else it may hold."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
