"""Whatever Create accepts, Describe gives back unchanged: inputs drawn from the service's model."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.demo.clock import Clock
from experiments.demo.server import DemoSageMaker

from .builders import DAY, NOW

ACCOUNTS = itertools.count(200_000_000_000)
# Java's dot, of which these patterns are made, stops at any line terminator.
ONE_LINE = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\u0085\u2028\u2029")
TAG_TEXT = st.characters(categories=["L", "N", "Zs"], include_characters="_.:/=+-@")
# In whole seconds, at most a year from tomorrow.
MOMENTS = st.integers(86_400, 366 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


def text(shape: Shape) -> st.SearchStrategy[str]:
    limits: dict[str, Any] = shape.metadata
    shortest, longest = limits["min"], limits["max"]
    pattern = limits["pattern"]
    if pattern == ".*":
        return st.text(ONE_LINE, min_size=shortest, max_size=longest)
    if r"\p{L}" in pattern:
        return st.text(TAG_TEXT, min_size=shortest, max_size=longest)
    pattern = pattern.replace(".*", "[^\n\r\u0085\u2028\u2029]*")
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(
        lambda word: shortest <= len(word) <= longest
    )


def value(shape: Shape) -> st.SearchStrategy[Any]:
    limits: dict[str, Any] = shape.metadata
    if isinstance(shape, StructureShape):
        members = {name: value(member) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        most = min(limits["max"], 4)
        return st.lists(value(shape.member), min_size=limits["min"], max_size=most)
    if shape.type_name == "timestamp":
        return MOMENTS
    if shape.type_name == "integer":
        return st.integers(limits.get("min", 0), limits.get("max", 10_000))
    return st.sampled_from(limits["enum"]) if "enum" in limits else text(shape)


@st.composite
def creations(draw: st.DrawFn) -> dict[str, Any]:
    """A request within every limit, made to fit together where one member names another."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("CreateInferenceExperiment").input_shape
    assert isinstance(shape, StructureShape)
    variant = shape.members["ModelVariants"].member  # type: ignore[attr-defined]  # a list
    request: dict[str, Any] = draw(value(shape))
    request["ModelVariants"] = draw(
        st.lists(value(variant), min_size=2, max_size=2, unique_by=lambda each: each["VariantName"])
    )
    source, shadow = draw(st.permutations(request["ModelVariants"]))
    mode = request["ShadowModeConfig"]
    mode["SourceModelVariantName"] = source["VariantName"]
    mode["ShadowModelVariants"][0]["ShadowModelVariantName"] = shadow["VariantName"]
    schedule = request.get("Schedule", {})
    if set(schedule) == {"StartTime", "EndTime"}:
        seconds = draw(st.integers(1, 30 * 86_400))
        schedule["EndTime"] = schedule["StartTime"] + timedelta(seconds=seconds)
    elif set(schedule) == {"EndTime"}:
        schedule["EndTime"] = NOW + draw(st.integers(1, 30)) * DAY
    tags = {each["Key"]: each["Value"] for each in request.pop("Tags", [])}
    tags.pop("demo:scenario", None)
    request["Tags"] = [{"Key": key, "Value": word} for key, word in tags.items()]
    return request


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client that comes from another account with each creation, so that no name is taken."""
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        client = demo.client()
        account = {"id": 0}

        def sign(request: Any, operation_name: str, **_: Any) -> None:
            if operation_name == "CreateInferenceExperiment":
                account["id"] = next(ACCOUNTS)
            request.headers["x-moto-account-id"] = str(account["id"])

        client.meta.events.register("before-sign.sagemaker", sign)
        yield client


@given(request=creations())
@settings(max_examples=20, deadline=None)
def test_what_is_created_is_described_unchanged(client: Any, request: dict[str, Any]) -> None:
    arn = client.create_inference_experiment(**request)["InferenceExperimentArn"]
    answer = client.describe_inference_experiment(Name=request["Name"])
    for member in ("Name", "Type", "RoleArn", "ShadowModeConfig"):
        assert answer[member] == request[member]
    for member in ("Description", "DataStorageConfig", "KmsKey"):
        assert answer.get(member) == request.get(member)
    assert answer["EndpointMetadata"]["EndpointName"] == request["EndpointName"]
    assert [
        {name: item for name, item in each.items() if name != "Status"}
        for each in answer["ModelVariants"]
    ] == request["ModelVariants"]
    for moment, planned in request.get("Schedule", {}).items():
        assert answer["Schedule"][moment] == planned
    assert client.list_tags(ResourceArn=arn)["Tags"] == request["Tags"]
