"""The exit code says what kind of end it was, as the AWS CLI's does."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.programs import AWS_CLI, aws_cli, require
from tests.support import aws_cli as oracle
from tests.support import command
from tests.support.command_cases import pointed
from tests.support.command_shell import Shell, in_its_words, shell
from tests.support.portal import REPOSITORY

ENDS = {
    "--name ok": 0,
    "--name nothing": 0,
    "--generate-cli-skeleton": 0,
    "--version": 0,
    "": 252,
    "--name ''": 252,
    "--name ok --unknown": 252,
    "--name ok --output xml": 252,
    "--name ok --query [": 252,
    "--name ok --endpoint-url 127.0.0.1": 252,
    "--cli-input-json {": 252,
    "--cli-input-json {} --cli-input-yaml {}": 252,
    "--name ok --cli-auto-prompt --no-cli-auto-prompt": 252,
    "!AWS_DEFAULT_REGION --name ok": 253,
    "!AWS_ACCESS_KEY_ID !AWS_SECRET_ACCESS_KEY --name ok": 253,
    "AWS_PROFILE=other-times --name ok": 253,
    "--name no-such": 254,
    "--name denied": 254,
    "--name throttled": 254,
    "--name html-error": 254,
    "--name ok --profile nobody": 255,
    "--name ok --query 'keys(Name)'": 255,
    "--name ok --cli-read-timeout soon": 255,
    "--name hang --cli-read-timeout 1": 255,
    "--name reset": 255,
    "--name list": 255,
    "--name ok --endpoint-url $NOTHING": 255,
    "--name ok --endpoint-url $PLAIN": 255,
    "AWS_DEFAULT_OUTPUT=xml --name ok": 255,
}
# As programs of their own: what only a process can show.
PROGRAMS = ("--name ok --output table", "--name no-such", "--name ok --output xml", "--nam ok -x")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with shell(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.mark.parametrize("line", ENDS)
def test_an_end_has_its_code(here: Shell, line: str) -> None:
    ours, theirs = here.both(pointed(line))
    assert ours.code == ENDS[line]
    assert theirs is None or theirs.code == ENDS[line]


@pytest.mark.parametrize("line", PROGRAMS)
def test_the_program_ends_as_the_aws_cli(here: Shell, line: str) -> None:
    require(aws_cli(), AWS_CLI)
    typed = here.typed(pointed(line))
    assert in_its_words(command.run_program(typed)) == in_its_words(oracle.run(typed))


def test_an_output_that_is_closed_is_an_end_without_a_word_of_python(here: Shell) -> None:
    program = _started(here, "--name ok", stdout=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.close()
    _, said = program.communicate(timeout=60)
    assert b"Traceback" not in said


def test_an_interrupt_ends_with_130(here: Shell) -> None:
    asked = here.aws.calls_for("hang")
    program = _started(here, "--name hang", stdout=subprocess.PIPE)
    _until_asked_after(here, asked)
    program.send_signal(signal.SIGINT)
    printed, said = program.communicate(timeout=60)
    assert (printed, said, program.returncode) == (b"\n", b"", 130)


def _started(here: Shell, line: str, stdout: int) -> "subprocess.Popen[bytes]":
    typed = here.typed(pointed(line))
    return subprocess.Popen(
        [sys.executable, REPOSITORY / "manage.py", "describe_inference_experiment", *typed.words],
        env=command.variables(typed),
        cwd=typed.home,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def _until_asked_after(here: Shell, before: int) -> None:
    deadline = time.monotonic() + 30
    while here.aws.calls_for("hang") == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
