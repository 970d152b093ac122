"""Exports, held against the AWS CLI byte for byte: its formatters for many responses, formats and
queries, and the program itself for some, with the demo SageMaker."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.aws import wire
from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.exports import FORMATS, ExportError, Output, compile_query, export
from experiments.exports.errors import UnprintableError
from tests.demo.builders import NOW
from tests.support.aws_cli import Formatters, Said, describe
from tests.support.shapes import describe_shape, descriptions

EXAMPLES = settings().max_examples
if EXAMPLES == 100:
    EXAMPLES = 25

QUERIES = (
    None,
    "@",
    "*",
    "[*]",
    "Name",
    "Nothing",
    "Schedule",
    "Schedule.EndTime",
    "ModelVariants",
    "ModelVariants[0]",
    "ModelVariants[-1].ModelName",
    "ModelVariants[].ModelName",
    "ModelVariants[*].[ModelName, VariantName]",
    "ModelVariants[*].{Model: ModelName, Variant: VariantName}",
    "ModelVariants[].InfrastructureConfig.RealTimeInferenceConfig",
    "ModelVariants[?VariantName == 'prod']",
    "ModelVariants[?InfrastructureConfig.RealTimeInferenceConfig.InstanceCount > `1`]",
    "ModelVariants[::-1]",
    "ShadowModeConfig.ShadowModelVariants[0].SamplingPercentage",
    "EndpointMetadata.*",
    "[Name, Status]",
    "[Name, Schedule.StartTime, ModelVariants]",
    "[Name, [Status, [Type]]]",
    "[ModelVariants, ModelVariants, Schedule, Schedule]",
    "{Name: Name, Again: {Name: Name}, Variants: ModelVariants, More: ModelVariants}",
    "{name: Name}",
    '{"a: b": Name, "- c": Status, "": Type, "é 日本": Arn}',
    "[@, @]",
    "keys(@)",
    "values(@)",
    "sort(keys(@))",
    "sort_by(ModelVariants, &VariantName)",
    "max_by(ModelVariants, &ModelName).ModelName",
    "map(&ModelName, ModelVariants)",
    "length(ModelVariants)",
    "length(@) == `0`",
    "to_string(@)",
    "to_string(CreationTime)",
    "type(Schedule)",
    "join(', ', ModelVariants[].VariantName)",
    "contains(Name, 'rank')",
    "not_null(Description, StatusReason, 'none')",
    "merge(Schedule || `{}`, {Name: Name})",
    "reverse(Name)",
    "avg(ModelVariants[].InfrastructureConfig.RealTimeInferenceConfig.InstanceCount)",
    "sum(`[0.1, 0.2, 1e300]`)",
    "`null`",
    "`{}`",
    '[`{}`, `[]`, `null`, `true`, `-0.0`, `1e17`, `""`]',
    "`{}` || `[]`",
    "'it''s'",
    "starts_with(Name, `1`)",
    "no_function(@)",
    "Name[",
    "Name.",
    "a b",
    "ceil(`1e999`)",
)
ASKED = [(form, query) for form in FORMATS for query in QUERIES]


@pytest.fixture(scope="module")
def formatters() -> Iterator[Formatters]:
    with Formatters() as formatters:
        yield formatters


def returned(body: dict[str, Any]) -> Any:
    """What boto3 returns of a body, as an Answer holds it."""
    parser = create_parser("json")
    # A table of the longest texts is more than the portal writes.
    text = json.dumps(body).replace("x" * 20_000, "x" * 300)
    raw = {"status_code": 200, "headers": {}, "body": text.encode()}
    response = parser.parse(raw, describe_shape())
    del response["ResponseMetadata"]
    return wire.plain(response)


def exported(response: Any, form: str, query: str | None) -> Said:
    try:
        return Said(export(response, FORMATS[form], query).decode(), None)
    except ExportError as error:
        return Said(None, str(error))


@settings(max_examples=EXAMPLES, deadline=None)
@given(body=descriptions("oracle"))
def test_every_answer_of_aws_is_printed_as_by_the_aws_cli(
    formatters: Formatters, body: dict[str, Any]
) -> None:
    response = returned(body)
    for asked, said in zip(ASKED, formatters.said(response, ASKED), strict=True):
        assert exported(response, *asked).output == said.output, asked


# What YAML, tables and lines have a form of their own for.
CHARACTERS = "ab :#-?,[]{}&*!|>'\"%@`\\/\n\t\r\x85\u2028\ufeff\xa0é日😀=<~.+_0123456789eE"
WORDS = ["word", "日本", "it's", " ", "é", '"', "😀", "\\"]
SCALARS = """null Null ~ true FALSE yes on 1 -1 +1 1_0 0o7 0x1F 0b1 1. .5 1e3 .inf -.INF .nan << =
--- ... ---a 2026-11-23 2026-11-23T14:02:10+00:00 12:30:45 a:b :a a: #a a#b -a ?a"""
odd_texts = st.one_of(
    st.text(CHARACTERS, max_size=150),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.sampled_from(SCALARS.split()),
    st.integers(126, 130).map("k".__mul__),
    st.datetimes().map(str),
)
odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd_texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(odd_texts, inner, max_size=4),
        st.lists(st.dictionaries(st.sampled_from("abc"), inner), max_size=3),
    ),
    max_leaves=12,
)
FEW = (None, "*", "@.*", "[@, @, *]", "keys(@)", "*|[0]", "{a: *|[0], b: *|[0]}", "[*, [*]]")
FEW_ASKED = [(form, query) for form in FORMATS for query in FEW]


@settings(max_examples=EXAMPLES * 8, deadline=None)
@given(response=st.dictionaries(odd_texts, odd_values, max_size=5))
def test_every_json_is_printed_as_by_the_aws_cli(
    formatters: Formatters, response: dict[str, Any]
) -> None:
    for asked, said in zip(FEW_ASKED, formatters.said(response, FEW_ASKED), strict=True):
        assert exported(response, *asked).output == said.output, asked


@pytest.mark.parametrize(
    "query",
    ["Name[", "Name.", "a b", "[", "foo(", "'open", '"open', "a = b", "#", " ", "a[1:2:3:4]"],
)
def test_what_is_wrong_is_said_in_the_words_of_the_aws_cli(
    formatters: Formatters, query: str
) -> None:
    (said,) = formatters.said({}, [("json", query)])
    assert said.error is not None
    assert exported({}, "json", query) == said


@pytest.mark.parametrize(
    "query", ["no_function(@)", "length()", "keys(Name)", "Name < `1`", "sort_by(L, &@)", "L[::0]"]
)
def test_what_does_not_fit_is_said_in_the_words_of_the_aws_cli(
    formatters: Formatters, query: str
) -> None:
    response = {"Name": "a", "L": [1, "a"]}
    (said,) = formatters.said(response, [("json", query)])
    assert said.error is not None
    assert exported(response, "json", query) == said


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("query", ["[?Status==`Running`]", "`Running`", "avg(L)"])
def test_older_ways_of_jmespath_hold(formatters: Formatters, query: str) -> None:
    response = {"Status": "Running", "L": [2**53 + 1, 2**53 + 3, 5]}
    (said,) = formatters.said(response, [("json", query)])
    assert exported(response, "json", query) == said


def test_half_of_a_pair_is_written_by_neither(formatters: Formatters) -> None:
    asked = [(form, r'["\ud800", `"\ud800"`]') for form in FORMATS]
    for (form, query), said in zip(asked, formatters.said({"\ud800": 1}, asked), strict=True):
        assert said.output is None
        assert exported({"\ud800": 1}, form, query).output is None


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSageMaker]:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        seed(demo)
        yield demo


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("json", None),
        ("yaml", "{Variants: ModelVariants, Shadow: ModelVariants[1], Times: [CreationTime]}"),
        ("yaml-stream", None),
        ("text", None),
        ("text", "Nothing"),
        ("table", None),
    ],
)
def test_the_program_itself_prints_the_same(
    demo: DemoSageMaker, tmp_path: Path, form: str, query: str | None
) -> None:
    client: Any = demo.client()
    name = client.list_inference_experiments()["InferenceExperiments"][0]["Name"]
    response = client.describe_inference_experiment(Name=name)
    del response["ResponseMetadata"]
    options = ("--output", form, *(("--query", query) if query else ()))
    said = describe(demo.url, tmp_path, name, *options)
    assert exported(wire.plain(response), form, query) == said


def test_the_program_itself_says_the_same_of_a_broken_query(
    demo: DemoSageMaker, tmp_path: Path
) -> None:
    said = describe(demo.url, tmp_path, "any", "--output", "json", "--query", "a.[b")
    assert exported({}, "json", "a.[b") == said


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("text", "[Schedule, Name]"),
        ("text", "[Schedule, `1`]"),
        ("text", "[Schedule, [Name]]"),
        ("table", "[Schedule, Name]"),
        ("table", "[Schedule, `1`]"),
        ("table", "[Schedule, [Name]]"),
        ("table", "[[Name], [Name, Name]]"),
        ("table", "[Name, [Name, Name]]"),
        ("json", r'[Name, `"\ud800"`]'),
        ("yaml", r'[Name, `"a\ud800"`]'),
    ],
)
def test_what_cannot_be_printed_has_the_error_of_the_aws_cli_as_its_cause(
    formatters: Formatters, form: str, query: str
) -> None:
    response: Any = {"Name": "a", "Schedule": {"EndTime": "b"}}
    (said,) = formatters.said(response, [(form, query)])
    stream = io.StringIO(newline="")
    value = compile_query(query, limited=False).search(response)
    with pytest.raises(UnprintableError) as failed:
        FORMATS[form].write(value, Output(stream, limited=False))
    cause = str(failed.value.__cause__)
    if form == "json":
        # The oracle writes to memory first, and fails when it reads that.
        assert "surrogates not allowed" in cause
        assert "surrogates not allowed" in str(said.error)
    else:
        assert cause == said.error
