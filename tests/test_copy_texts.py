"""The texts that are copied mean what they say to a shell, to Python and to Markdown."""

import json
import os
import shlex
import subprocess
import sys
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from experiments.demo.server import DemoSageMaker
from experiments.domain import pasted
from experiments.domain.answer import Answer
from experiments.domain.copying import commands, markdown, summary
from experiments.domain.copying.place import Place, public
from experiments.domain.experiment import Experiment
from experiments.domain.parsing import parse
from experiments.domain.pasted import Understood
from tests.demo.builders import create_request
from tests.support.examples import every_member
from tests.support.scripted_aws import description
from tests.support.shapes import descriptions

ADDRESS = "https://portal.example/experiments/default/ranker/"
HOSTILE = [
    "`",
    "``` ` ``",
    "`<b>`",
    "| a | b |\n|---|---|",
    "a\\|b`|c",
    "[here](https://evil.example)",
    "![](https://evil.example/pixel.png)",
    "<img src=https://evil.example/pixel.png>",
    "<script>alert(1)</script>",
    "@everybody #1 GH-1 www.evil.example https://evil.example",
    "\n\n# Heading\n\n- [x] done\n\n> quoted\n\n```\ncode",
    "[ref]: https://evil.example",
    "&lt;b&gt; &#96;",
    "\u202egnp.exe\u200b",
    "\u2028\x85\x00\x1b[31m\ud800",
    "a" * 5_000,
    " ",
]
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(["`", "\\", "|", "<", "[", "](", "\n", " ", "x", "*"])).map("".join),
    st.text(max_size=60),
)


def rendered(text: str) -> BeautifulSoup:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return BeautifulSoup(reader.render(text), "html.parser")


@given(texts)
def test_no_text_gets_out_of_its_code(text: str) -> None:
    span = markdown.code(text)
    page = rendered(f"- **Reason:** {span} and `more`\n")
    assert {tag.name for tag in page.find_all(True)} <= {"ul", "li", "strong", "code"}
    assert len(page.find_all("code")) == (1 if span == "(empty)" else 2)
    assert "\n" not in span


@given(texts, texts)
def test_no_text_gets_out_of_its_cell(one: str, other: str) -> None:
    row = f"| {markdown.cell(one)} | {markdown.cell(other)} |"
    page = rendered(f"| A | B |\n| --- | --- |\n{row}\n")
    assert len(page.select("tbody td")) == 2
    assert {tag.name for tag in page.select("tbody *")} <= {"tr", "td", "code"}
    assert row.count("|") == 3


def test_a_text_reads_as_it_was() -> None:
    for text in ("a `quoted` word", "`", "ends with `", "<b> & *this*", "👩🏽‍🔬 عربي"):
        code = rendered(markdown.code(text)).find("code")
        assert code is not None
        assert code.get_text() == text
    assert markdown.code("one\n  two\u2028three") == "`one two three`"
    assert markdown.code("\u202egnp.exe") == "`�gnp.exe`"
    assert markdown.code(" \n ") == "(empty)"


def summarised(experiment: Experiment) -> str:
    return summary.markdown(
        experiment, address=ADDRESS, source="default", region="eu-west-1", answered_at=None
    )


@given(descriptions("ranker"))
def test_no_description_puts_anything_into_its_summary(body: dict[str, Any]) -> None:
    experiment = parse(Answer(cast("Any", json.loads(json.dumps(body)))))
    page = rendered(summarised(experiment))
    assert [link["href"] for link in page.select("a")] == [ADDRESS]
    assert page.select("img, script, h1, h2, h4, pre, blockquote, input, del") == []
    assert len(page.select("h3")) == 1
    assert len(page.select("tbody tr")) == len(experiment.variants)
    assert all(len(row.select("td")) == 5 for row in page.select("tbody tr"))


def test_a_summary_tells_what_a_ticket_needs() -> None:
    body = description("ranker", **every_member())
    for member in ("CreationTime", "CompletionTime", "LastModifiedTime", "Schedule"):
        del body[member]
    body["Schedule"] = {"StartTime": "2026-11-19T18:00:00+00:00"}
    text = summarised(parse(Answer(body)))
    assert f"### Shadow test [`ranker`](<{ADDRESS}>)" in text
    assert "- **Status:** Running: `The operator asked for a longer look.`" in text
    assert "- **Planned:** from 19 Nov 2026 18:00:00 UTC\n" in text
    assert "`production` answers every request, 35\u2009% are copied to `shadow`" in text
    assert "| `shadow` | shadow | `model-of-shadow` | 3 × `ml.g5.2xlarge` | InService |" in text


PLACES = st.builds(
    Place, name=st.text(min_size=1), region=st.none() | st.text(), endpoint_url=st.none()
)


@given(PLACES)
def test_a_shell_reads_the_command_as_it_was_meant(place: Place) -> None:
    words = shlex.split(commands.aws_cli(place))
    assert words[:3] == ["aws", "sagemaker", "describe-inference-experiment"]
    region = [] if place.region is None else ["--region", place.region]
    assert words[3:] == ["--name", place.name, *region]


def test_the_portal_understands_its_own_command() -> None:
    place = Place(name="ranker-v7", region="eu-west-1")
    said = pasted.understand(commands.aws_cli(place))
    assert isinstance(said, Understood)
    assert (said.name, said.region) == ("ranker-v7", "eu-west-1")


def test_a_real_shell_passes_the_session_on(tmp_path: Any) -> None:
    fake = tmp_path / "curl"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    command = commands.curl("https://portal.example/it's;$(id).json", "__Host-sessionid")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", commands.SESSION: "s3cr3t value"}
    ran = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[3:] == [
        "--cookie",
        "__Host-sessionid=s3cr3t value",
        "https://portal.example/it's;$(id).json",
    ]


@given(PLACES)
def test_no_name_is_a_statement_of_python(place: Place) -> None:
    called: list[Any] = []
    text = commands.boto3(place).replace("import boto3\n", "")
    fake = _Boto3(called)
    exec(text, {"boto3": fake, "print": called.append})
    region = {} if place.region is None else {"region_name": place.region}
    assert called == [("sagemaker", region), {"Name": place.name}, "Running"]


class _Boto3:
    """Takes down what it is asked."""

    def __init__(self, called: list[Any]) -> None:
        self._called = called

    def client(self, service: str, **keys: Any) -> "_Boto3":
        self._called.append((service, keys))
        return self

    def describe_inference_experiment(self, **keys: Any) -> dict[str, str]:
        self._called.append(keys)
        return {"Status": "Running"}


def test_the_snippet_runs_as_it_is() -> None:
    with DemoSageMaker() as demo:
        demo.client().create_inference_experiment(**create_request("snippet"))
        credentials = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"}
        ran = subprocess.run(
            [sys.executable, "-c", commands.boto3(Place(name="snippet", region="eu-west-1"))],
            env=credentials | {"AWS_ENDPOINT_URL": demo.url, "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ran.stderr, ran.stdout.strip() in {"Creating", "Starting", "Running"}) == ("", True)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (None, None),
        ("https://vpce-1.example:8443/x", "https://vpce-1.example:8443/x"),
        ("https://user:secret@vpce.example/x?token=secret#secret", "https://vpce.example/x"),
        ("https://a@b@vpce.example", "https://vpce.example"),
        ("https://[broken", None),
        ("no address", None),
    ],
)
def test_no_address_of_an_endpoint_holds_credentials(
    address: str | None, shown: str | None
) -> None:
    assert public(address) == shown
