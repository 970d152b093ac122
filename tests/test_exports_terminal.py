"""Exports as the command writes them: to a stream, in colours, as wide as a terminal, unlimited."""

import io
import os
import pty
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import Any

import pytest

from experiments.aws import wire
from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.exports import FORMATS, Output, compile_query
from experiments.exports.errors import BrokenQueryError, UnprintableError
from tests.demo.builders import NOW
from tests.programs import AWS_CLI, aws_cli, require
from tests.support.aws_cli import describe
from tests.support.portal import REPOSITORY

QUERY = "{a: Name, b: Schedule, c: ModelVariants[].[ModelName, VariantName], d: [Name]}"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSageMaker]:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        seed(demo)
        yield demo


@pytest.fixture(scope="module")
def response(demo: DemoSageMaker) -> Any:
    client: Any = demo.client()
    name = client.list_inference_experiments()["InferenceExperiments"][0]["Name"]
    response = client.describe_inference_experiment(Name=name)
    del response["ResponseMetadata"]
    return wire.plain(response)


def written(response: Any, form: str, query: str | None = None, **options: Any) -> str:
    stream = io.StringIO(newline="")
    value = response if query is None else compile_query(query, limited=False).search(response)
    FORMATS[form].write(value, Output(stream, limited=False, **options))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("form", "query"), [("table", QUERY), ("table", "[]"), ("table", None), ("json", "Name")]
)
def test_colours_are_those_of_the_aws_cli(
    demo: DemoSageMaker, response: Any, tmp_path: Path, form: str, query: str | None
) -> None:
    options = ("--output", form, "--color", "on", *(("--query", query) if query else ()))
    said = describe(demo.url, tmp_path, response["Name"], *options)
    assert written(response, form, query, color=True) == said.output


OURS = [sys.executable, "manage.py", "describe_inference_experiment"]


def on_terminal(
    demo: DemoSageMaker,
    home: Path,
    name: str,
    columns: int,
    *options: str,
    command: Sequence[str] = (),
    pager: str = "",
) -> str:
    """What the AWS CLI, or ``command``, writes to a terminal that is so wide."""
    main, other = pty.openpty()
    ioctl(other, TIOCSWINSZ, struct.pack("hhhh", 24, columns, 0, 0))
    aws = [require(aws_cli(), AWS_CLI), "sagemaker", "describe-inference-experiment"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_PAGER": pager,
        "NO_PROXY": "127.0.0.1",
        "PORTAL_ENV_FILE": "",
    }
    process = subprocess.Popen(
        [
            *(command or aws),
            *("--name", name, "--endpoint-url", demo.url, "--output", "table", *options),
        ],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=other,
    )
    os.close(other)
    pieces = []
    try:
        while piece := os.read(main, 65536):
            pieces.append(piece)
    # The terminal is gone with its last program.
    except OSError:
        pass
    assert process.wait(timeout=60) == 0
    os.close(main)
    return b"".join(pieces).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 250])
def test_a_table_is_as_wide_as_the_terminal_allows(
    demo: DemoSageMaker, response: Any, tmp_path: Path, columns: int
) -> None:
    query = "{a: Arn, b: Name}"
    options = ("--color", "off", "--query", query)
    shown = on_terminal(demo, tmp_path, response["Name"], columns, *options)
    assert written(response, "table", query, width=columns) == shown
    # A single row that does not fit is turned.
    assert shown.count("\n") == (6 if columns == 40 else 7)


def test_a_terminal_has_colours_by_itself(
    demo: DemoSageMaker, response: Any, tmp_path: Path
) -> None:
    shown = on_terminal(demo, tmp_path, response["Name"], 80, "--query", QUERY)
    # colorama resets once more when the program ends.
    assert written(response, "table", QUERY, color=True) + "\x1b[0m" == shown


@pytest.mark.parametrize(
    ("query", "pager"), [("[Name]", ""), ("[Name]", "cat"), ("ModelVariants[9:]", "")]
)
def test_the_command_leaves_the_terminal_its_own_colours(
    demo: DemoSageMaker, response: Any, tmp_path: Path, query: str, pager: str
) -> None:
    ours, theirs = (
        on_terminal(
            demo, tmp_path, response["Name"], 80, "--query", query, command=command, pager=pager
        )
        for command in (OURS, ())
    )
    assert ours.endswith("\x1b[0m")
    assert ours == theirs


def test_a_pager_gets_no_resets(response: Any) -> None:
    table = written(response, "table", "[Name]", color=True, resets=False)
    assert f"|  \x1b[1m\x1b[34m{response['Name']}\x1b[0m  |\n" in table


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_refused_for_its_size(response: Any, form: str) -> None:
    query = "|".join(["ModelVariants[].ModelName", *(["[@,@][]"] * 14)])
    assert len(written(response, form, query)) > 200_000


def test_what_was_written_before_a_failure_stays(response: Any) -> None:
    stream = io.StringIO(newline="")
    value = compile_query(r'[Name, `"\ud800"`]', limited=False).search(response)
    with pytest.raises(UnprintableError) as failed:
        FORMATS["json"].write(value, Output(stream, limited=False))
    assert stream.getvalue() == f'[\n    "{response["Name"]}"'
    assert "in position 7: surrogates not allowed" in str(failed.value.__cause__)


@pytest.mark.parametrize("form", ["yaml", "table"])
def test_some_formats_fail_before_they_write(response: Any, form: str) -> None:
    stream = io.StringIO(newline="")
    value = [{"a": 1}, "b"] if form == "table" else ["a", "\ud800"]
    with pytest.raises(UnprintableError):
        FORMATS[form].write(value, Output(stream, limited=False))  # type: ignore[arg-type]
    assert stream.getvalue() == ""


def test_a_broken_query_is_found_before_there_is_a_response() -> None:
    with pytest.raises(BrokenQueryError, match=r"^Bad value for --query a\["):
        compile_query("a[", limited=False)


def test_half_of_a_pair_as_a_name_is_written_by_no_format(response: Any) -> None:
    for form in FORMATS.values():
        with pytest.raises(UnprintableError):
            form.write({"\ud800": [1, {"b": 2}]}, Output(io.StringIO(), limited=False))
