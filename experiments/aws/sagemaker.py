"""The two SageMaker calls that the portal makes, both of which only read."""

import logging
from dataclasses import dataclass
from typing import Any, cast

from botocore.model import ListShape, Shape, StructureShape

from experiments.aws import clients, wire
from experiments.aws.deadline import deadline
from experiments.aws.errors import problem_of
from experiments.domain.answer import Answer, Json
from experiments.domain.problem import Kind, Problem, ProblemError
from experiments.domain.source import Source

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ListInferenceExperiments: summaries as AWS orders them, and the next token."""

    summaries: tuple[dict[str, Json], ...]
    next_token: str | None


def describe(source: Source, name: str) -> Answer:
    """DescribeInferenceExperiment, believed only if it is a description of this experiment.

    Raises ProblemError. Takes ``deadline.CALL_SECONDS`` and a retry's pause at most.
    """
    response, body = _call(source, "describe_inference_experiment", Name=name)
    shape = _output_shape(source, "DescribeInferenceExperiment")
    try:
        document = wire.load(body)
        wire.require(shape, document)
        answer = Answer(
            cast("dict[str, Json]", wire.plain(response)), dict(wire.unmodelled(shape, document))
        )
    except wire.MalformedBodyError as error:
        raise ProblemError(Problem(Kind.BAD_RESPONSE)) from error
    if not _describes(answer.response, name, clients.region(source)):
        raise ProblemError(Problem(Kind.BAD_RESPONSE))
    return answer


def list_summaries(source: Source, *, next_token: str | None = None) -> Page:
    """One page of at most 100 experiments, the newest first. Raises ProblemError."""
    more = {"NextToken": next_token} if next_token else {}
    response, body = _call(
        source,
        "list_inference_experiments",
        SortBy="CreationTime",
        SortOrder="Descending",
        MaxResults=100,
        **more,
    )
    shape = _output_shape(source, "ListInferenceExperiments")
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


def _call(source: Source, method: str, **arguments: Any) -> tuple[dict[str, Any], bytes]:
    """What boto3 made of the answer, and the body it was made from."""
    try:
        with deadline():
            response = dict(getattr(clients.sagemaker(source), method)(**arguments))
            body = clients.last_body()
    # botocore's parsers raise almost anything on a body they do not expect: see errors.py.
    except Exception as error:
        raise ProblemError(problem_of(error)) from error
    del response["ResponseMetadata"]
    return response, body


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
