"""Whatever is typed, both streams and the exit code are those of the AWS CLI."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.programs import AWS_CLI, aws_cli, require
from tests.support import command
from tests.support.aws_cli import Resident
from tests.support.command_cases import CASES, pointed
from tests.support.command_places import places, told
from tests.support.command_shell import in_its_words
from tests.support.typed import Ran, Typed, typed

PIPED = b'{"Name": "ok"}'


class Difference(NamedTuple):
    """What the command does instead, and how docs/options.md calls it, where the reason stands."""

    manual: str
    code: int
    stdout: bytes = b""
    stderr: bytes = b""


_HELP = Difference("`--help`", 0, b"usage: manage.py describe_inference_experiment\n")
_PROMPT = Difference("a prompt without a terminal", 255, b"", b"\n--cli-auto-prompt asks in a")
_SAMPLE = "`--generate-cli-skeleton output`"
DIFFERENT = {
    "help by an option": _HELP,
    "help by a letter": _HELP,
    "a prompt without a terminal": _PROMPT,
    "a prompt for what is missing, without a terminal": _PROMPT,
    "a skeleton of output": Difference(_SAMPLE, 0, b'{\n    "Arn": "Arn"'),
    "a skeleton of output with an empty name": Difference(
        _SAMPLE, 252, b"", b"\nParameter validation failed:\nInvalid length for parameter Name"
    ),
    "null": Difference("a body `null`", 255, b"", b"\n'NoneType' object has no attribute"),
    "an empty bundle": Difference("`--ca-bundle ''`", 255, b"", b"\nInvalid CA bundle: "),
    "an endpoint of the environment": Difference("`AWS_ENDPOINT_URL`", 0, b'"ok"\n'),
}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Typed]]:
    home = tmp_path_factory.mktemp("home")
    with places(home, told()) as known:
        yield {case: typed(pointed(CASES[case]), home, PIPED, **known) for case in CASES}


@pytest.fixture(scope="module")
def of_the_aws_cli(lines: dict[str, Typed]) -> dict[str, Ran]:
    require(aws_cli(), AWS_CLI)
    with Resident() as cli:
        return dict(zip(lines, cli.run(*lines.values()), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_a_command_ends_as_with_the_aws_cli(
    case: str, lines: dict[str, Typed], of_the_aws_cli: dict[str, Ran]
) -> None:
    ours, theirs = in_its_words(command.run(lines[case])), in_its_words(of_the_aws_cli[case])
    if case not in DIFFERENT:
        assert ours == theirs
        return
    known = DIFFERENT[case]
    assert ours.code == known.code
    assert ours.stdout.startswith(known.stdout)
    assert ours.stderr.startswith(known.stderr)
    assert ours != theirs, "not different any more"


def test_what_differs_is_told_in_the_manual() -> None:
    manual = Path("docs/options.md").read_text()
    for case, known in DIFFERENT.items():
        assert known.manual in manual, case
