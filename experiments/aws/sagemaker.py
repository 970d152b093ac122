"""The two SageMaker calls that the portal makes, both of which only read."""

import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self, cast

from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape

from experiments.aws import clients, wire
from experiments.aws.deadline import deadline
from experiments.aws.errors import problem_of
from experiments.domain.answer import Answer, Json
from experiments.domain.call import Call, FailedCallError
from experiments.domain.problem import Kind, Problem, ProblemError
from experiments.domain.source import Source

log = logging.getLogger(__name__)

# As many experiments as AWS puts on one page of its list at most.
A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Described:
    """A believed description, and the call that brought it."""

    answer: Answer
    call: Call


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ListInferenceExperiments: summaries as AWS orders them, and the next token."""

    summaries: tuple[dict[str, Json], ...]
    next_token: str | None


def describe(source: Source, name: str) -> Described:
    """DescribeInferenceExperiment, believed only if it is a description of this experiment.

    Raises FailedCallError. Takes ``deadline.CALL_SECONDS`` and a retry's pause at most.
    """
    response, body, call = _call(source, "DescribeInferenceExperiment", Name=name)
    shape = _output_shape(source, call.operation)
    try:
        document = wire.load(body)
        wire.require(shape, document)
        answer = Answer(
            cast("dict[str, Json]", wire.plain(response)), dict(wire.unmodelled(shape, document))
        )
    except wire.MalformedBodyError as error:
        raise _failed(call, Problem(Kind.BAD_RESPONSE)) from error
    if not _describes(answer.response, name, clients.region(source)):
        raise _failed(call, Problem(Kind.BAD_RESPONSE))
    return Described(answer, call)


def list_summaries(source: Source, *, next_token: str | None = None) -> Page:
    """One page of at most ``A_PAGE`` experiments, the newest first. Raises ProblemError."""
    more = {"NextToken": next_token} if next_token else {}
    response, body, call = _call(
        source,
        "ListInferenceExperiments",
        SortBy="CreationTime",
        SortOrder="Descending",
        MaxResults=A_PAGE,
        **more,
    )
    shape = _output_shape(source, call.operation)
    try:
        document = wire.load(body)
        # Each member by itself: one that is damaged must not hide the others.
        members = document.get("InferenceExperiments")
        wire.require(shape, document | {"InferenceExperiments": [] if members else members})
        page = cast("dict[str, Any]", wire.plain(response))
    except wire.MalformedBodyError as error:
        raise ProblemError(Problem(Kind.BAD_RESPONSE)) from error
    member = cast("ListShape", shape.members["InferenceExperiments"]).member
    summaries = zip(members or (), page.get("InferenceExperiments", ()), strict=True)
    readable = tuple(summary for raw, summary in summaries if _is_readable(member, raw, source))
    if members and not readable:
        raise ProblemError(Problem(Kind.BAD_RESPONSE))
    return Page(readable, page.get("NextToken"))


def _is_readable(shape: Shape, summary: Json, source: Source) -> bool:
    try:
        wire.require(shape, summary)
    except wire.MalformedBodyError as error:
        log.warning("%s: a member of the list is left out: %s", source.name, error)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Begun:
    """A call of this thread, before it is made."""

    operation: str
    at: datetime
    clock: float
    sent: int

    @classmethod
    def now(cls, operation: str) -> Self:
        return cls(operation, datetime.now(UTC), time.monotonic(), clients.requests_sent())

    def ended(self) -> Call:
        attempts = clients.requests_sent() - self.sent
        exchange = clients.last_exchange() if attempts else clients.Exchange()
        return Call(
            operation=self.operation,
            host=exchange.host,
            request_id=exchange.request_id,
            attempts=attempts,
            most_attempts=clients.MOST_ATTEMPTS,
            seconds=round(time.monotonic() - self.clock, 6),
            http_status=exchange.http_status,
            retry_mode=clients.RETRY_MODE,
            at=self.at,
        )


def _call(source: Source, operation: str, **arguments: Any) -> tuple[dict[str, Any], bytes, Call]:
    """What boto3 made of the answer, the body it was made from, and how the call went."""
    begun = _Begun.now(operation)
    try:
        with deadline():
            ask = getattr(clients.sagemaker(source), xform_name(operation))
            response = dict(ask(**arguments))
            body = clients.last_body()
    # botocore's parsers raise almost anything on a body they do not expect: see errors.py.
    except Exception as error:
        raise _failed(begun.ended(), problem_of(error)) from error
    del response["ResponseMetadata"]
    return response, body, begun.ended()


def _failed(call: Call, problem: Problem) -> FailedCallError:
    return FailedCallError(replace(call, problem=problem), problem)


def _output_shape(source: Source, operation: str) -> StructureShape:
    model = clients.sagemaker(source).meta.service_model.operation_model(operation)
    return cast("StructureShape", model.output_shape)


def _describes(response: dict[str, Json], name: str, region: str | None) -> bool:
    """Whether this answer is about the experiment that was asked for.

    SageMaker writes names in ARNs in lower case. What is no ARN at all says nothing against it.
    """
    if response["Name"] != name:
        return False
    prefix, *parts = str(response["Arn"]).split(":", 5)
    if prefix != "arn" or len(parts) != 5:
        return True
    _partition, service, arn_region, _account, resource = parts
    expected = f"inference-experiment/{name}".lower()
    return (service, arn_region, resource.lower()) == ("sagemaker", region, expected)
