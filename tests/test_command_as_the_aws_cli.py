"""The command prints what the AWS CLI prints, byte for byte: its formatters for many answers of
AWS, formats and queries, and the program itself for fifty."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.exports import FORMATS
from tests.demo.builders import NOW
from tests.support import aws_cli as oracle
from tests.support import command
from tests.support.aws_cli import Formatters, Said
from tests.support.scripted_aws import ScriptedAws
from tests.support.shapes import describe_shape, descriptions
from tests.support.typed import Ran, Typed
from tests.test_exports_oracle import ASKED, QUERIES

EXAMPLES = settings().max_examples
if EXAMPLES == 100:
    EXAMPLES = 15
OF_EACH = 12
REAL_RUNS = 50
VARIANT = {
    "VariantName": "prod",
    "ModelName": "ranker-v6",
    "Status": "InService",
    "InfrastructureConfig": {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2},
    },
}
ANSWER: dict[str, Any] = {
    "Arn": "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/ranker",
    "Name": "ranker",
    "Type": "ShadowMode",
    "Status": "Running",
    "Schedule": {"StartTime": 1795442530.123, "EndTime": 1796442530},
    "Description": "first: é\nsecond\t日本 😀",
    "CreationTime": 1795442530.1,
    "RoleArn": "arn:aws:iam::123456789012:role/a",
    "EndpointMetadata": {"EndpointName": "ranking", "EndpointStatus": "InService"},
    "ModelVariants": [VARIANT, VARIANT | {"VariantName": "shadow", "ModelName": "ranker-v7"}],
    "ShadowModeConfig": {
        "SourceModelVariantName": "prod",
        "ShadowModelVariants": [{"ShadowModelVariantName": "shadow", "SamplingPercentage": 40}],
    },
    "New": {"of": "another day"},
}


@pytest.fixture(scope="module")
def aws() -> ScriptedAws:
    return ScriptedAws()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def formatters() -> Iterator[Formatters]:
    with Formatters() as formatters:
        yield formatters


def returned(body: dict[str, Any]) -> Any:
    """What AWS's client makes of a body, which the portal's pages show without odd characters."""
    raw = {"status_code": 200, "headers": {}, "body": json.dumps(body).encode()}
    response = create_parser("json").parse(raw, describe_shape())
    del response["ResponseMetadata"]
    return json.loads(json.dumps(response, default=_in_utc))


def _in_utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()


def line(url: str, home: Path, name: str, form: str, query: str | None) -> Typed:
    words = ("--name", name, "--endpoint-url", url, "--output", form)
    # With an equals sign, a query may begin with a dash.
    return Typed(words=words if query is None else (*words, f"--query={query}"), home=home)


def ended(said: Said) -> Ran:
    """How the AWS CLI ends after its formatter has said so."""
    if said.output is not None:
        return Ran(said.output.encode(), b"", 0)
    assert said.error is not None
    # Of a query that is none, before AWS is asked.
    code = 252 if said.error.startswith("Bad value for --query") else 255
    return Ran(b"", f"\n{said.error}\n".encode(errors="backslashreplace"), code)


def agree(ours: Ran, theirs: Ran) -> bool:
    """What was printed before an error is compared in tests of errors."""
    return ours == theirs or (theirs.code == 255 and ours[1:] == theirs[1:])


@pytest.mark.parametrize("form", FORMATS)
def test_every_query_prints_as_with_the_aws_cli(
    aws: ScriptedAws, home: Path, formatters: Formatters, form: str
) -> None:
    aws.says("ranker", ANSWER)
    asked = [(form, query) for query in QUERIES]
    for one, said in zip(asked, formatters.said(returned(ANSWER), asked), strict=True):
        ours = command.run(line(aws.url, home, "ranker", *one))
        assert agree(ours, ended(said)), (one, ours, said)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    body=descriptions("oracle"),
    asked=st.lists(st.sampled_from(ASKED), min_size=OF_EACH, max_size=OF_EACH, unique=True),
)
def test_every_answer_of_aws_prints_as_with_the_aws_cli(
    aws: ScriptedAws,
    home: Path,
    formatters: Formatters,
    body: dict[str, Any],
    asked: list[tuple[str, str | None]],
) -> None:
    aws.says("oracle", body)
    for one, said in zip(asked, formatters.said(returned(body), asked), strict=True):
        ours = command.run(line(aws.url, home, "oracle", *one))
        assert agree(ours, ended(said)), (one, ours, said)


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[DemoSageMaker, tuple[str, ...]]]:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        yield demo, seed(demo)


def test_fifty_runs_of_the_aws_cli_print_the_same(
    demo: tuple[DemoSageMaker, tuple[str, ...]], home: Path
) -> None:
    sagemaker, names = demo
    # Every format, and queries and experiments in turn: 50 has no factor of theirs but 5.
    step = len(ASKED) // REAL_RUNS + 1
    asked = [ASKED[number * step * 5 % len(ASKED) + number % 5] for number in range(REAL_RUNS)]
    typed = [
        line(sagemaker.url, home, names[number % len(names)], *one)
        for number, one in enumerate(asked)
    ]
    for one, theirs in zip(typed, oracle.run_all(typed), strict=True):
        assert command.run(one) == theirs, one.words
