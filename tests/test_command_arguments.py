"""The words of the command mean what they mean to the AWS CLI."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from experiments.command import arguments
from experiments.command.errors import CommandError, Exit
from experiments.command.run import main
from experiments.domain import synopsis
from experiments.domain.pasted.options import parse
from experiments.domain.pasted.understood import UnclearError
from tests.support.scripted_aws import ScriptedAws

VALUES = {
    option.name: option.choices or (("7", "0") if "timeout" in option.name else ("x", "a b", "é"))
    for option in synopsis.OPTIONS
    if option.takes
}
FLAGS = [
    option.name
    for option in synopsis.OPTIONS
    if not option.takes and option is not synopsis.VERSION
]


@st.composite
def some_words(draw: st.DrawFn) -> list[str]:
    """Options with values, some of them cut short, repeated, joined, or with something missing."""
    words: list[str] = []
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from([*VALUES, *FLAGS]))
        shown = name[: draw(st.integers(3, len(name)))] if draw(st.booleans()) else name
        value = draw(st.sampled_from([*VALUES.get(name, ("x",)), "-x"]))
        words += draw(st.sampled_from([[shown, value], [f"{shown}={value}"], [shown]]))
    return words


def read(*words: str) -> arguments.Arguments:
    arguments.debugs(words)
    return arguments.read_operation(*arguments.read_global(words))


def run(*words: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(words, stdin=io.StringIO(), stdout=stdout, stderr=stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def outcome(words: list[str]) -> arguments.Arguments | CommandError | None:
    """What the words are read as, the mistake in them, or None for help or the version."""
    try:
        return read(*words)
    except CommandError as error:
        return error
    except (arguments.HelpAskedError, arguments.VersionAskedError):
        return None


@given(some_words())
def test_what_is_typed_means_what_it_means_when_it_is_pasted(words: list[str]) -> None:
    try:
        pasted, _ = parse([synopsis.SERVICE, synopsis.OPERATION, *words])
    except UnclearError:
        pasted = None
    typed = outcome(words)
    if isinstance(typed, arguments.Arguments):
        assert pasted is not None
        for option in set(synopsis.OPTIONS) - {synopsis.VERSION}:
            assert typed[option] == getattr(pasted, option.key)
    elif pasted is not None:
        # What is pasted is asked for its name later.
        assert "required: --name" in str(typed)


@given(st.one_of(some_words(), st.lists(st.text(max_size=8), max_size=6)))
def test_a_mistake_in_the_words_ends_with_252(words: list[str]) -> None:
    found = outcome(words)
    assert not isinstance(found, CommandError) or found.code is Exit.PARAMETERS


@pytest.mark.parametrize("words", [["help"], ["--name", "x", "help"], ["--help"], ["-h"]])
def test_help_explains_every_option(words: list[str]) -> None:
    code, printed, said = run(*words)
    assert (code, said) == (0, "")
    for option in arguments.OPTIONS:
        assert f"\n  {option.name}" in printed
        assert option.meaning.split()[0] in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_the_version_is_that_of_this_program() -> None:
    code, printed, said = run("--name", "x", "--version")
    assert (code, said) == (0, "")
    assert printed.startswith("inference-experiment-portal/")
    assert printed.endswith(" prompt/off\n")
    assert printed.count("\n") == 1


def test_a_mistake_in_front_of_the_version_is_told_first() -> None:
    assert run("--output", "xml", "--version")[0] == 252


def test_a_file_is_read_in_place_of_a_value(tmp_path: Path, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("in-a-file")
    named = tmp_path / "request.json"
    named.write_text('{"Name": "in-a-file"}')
    code, printed, _ = run("--cli-input-json", f"file://{named}", "--query", "Name")
    assert (code, printed) == (0, '"in-a-file"\n')


def test_a_program_may_call_it(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("called")
    stdout = io.StringIO()
    call_command("describe_inference_experiment", "--name", "called", query="Name", stdout=stdout)
    assert stdout.getvalue() == '"called"\n'
    with pytest.raises(SystemExit) as ended:
        call_command("describe_inference_experiment", name="", stderr=io.StringIO())
    assert ended.value.code == 252
