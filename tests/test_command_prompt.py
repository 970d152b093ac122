"""The prompt of the command: what it offers, what it says, and what comes of it."""

import io
import os
import shlex
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from experiments.command.completing import Known, Offers, UnknownNamesError
from experiments.command.known import names
from experiments.command.offered import OPTIONS, fault
from experiments.command.prompting import NoTerminalError, ask, prefilled, prompt
from experiments.command.typed import cut, shown
from tests.support.fleet import entry, fill
from tests.support.portal import REPOSITORY
from tests.support.terminal import Terminal

NAMES = {
    None: ("checkout-ranker-v7", "Search-Ranker", "checkout-prices"),
    "prod-eu": ("checkout-ranker-v7",),
}
KNOWN = Known(
    names=lambda source: NAMES[source],
    sources=("default", "prod-eu"),
    profiles=lambda: ("work", "two words"),
    regions=lambda: ("eu-west-1",),
)
IN_A_TERMINAL = """
import sys
from experiments.command.completing import Known, UnknownNamesError
from experiments.command.prompting import PromptInterruptedError, prompt
def names(source):
    if source == "away":
        raise UnknownNamesError("No names now.")
    return ["checkout-ranker-v7", "red\\x1b[31m"]
known = Known(names=names, sources=["default", "away"])
try:
    print(prompt(sys.argv[1:], known, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr))
except PromptInterruptedError as error:
    print(error, file=sys.stderr)
    sys.exit(130)
"""

NAMES_OF_NOTHING = """
import logging, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.shell_settings"
django.setup()
logging.disable()
from experiments.command.completing import UnknownNamesError
from experiments.command.known import names
try:
    names(None)
except UnknownNamesError as error:
    print(error)
"""


def offered(before: str, after: str = "", known: Known = KNOWN) -> list[str]:
    """What the line becomes with each of the completions."""
    document = Document(before + after, len(before))
    found = Offers(known).get_completions(document, CompleteEvent())
    return [before[: len(before) + one.start_position] + one.text + after for one in found]


def asked(words: Sequence[str], keys: str) -> str:
    """The line after these keys; in a thread, as other tests may have an event loop here."""
    lines: list[str] = []

    def sit() -> None:
        with create_pipe_input() as keyboard:
            keyboard.send_text(keys)
            lines.append(ask(words, KNOWN, keyboard, DummyOutput()))

    sitting = threading.Thread(target=sit)
    sitting.start()
    sitting.join(20)
    return lines[0]


def test_options_are_offered_with_what_they_mean() -> None:
    first, *rest = Offers(KNOWN).get_completions(Document(""), CompleteEvent())
    assert first.text == "--name"
    assert first.display_text == "--name (required)"
    assert first.display_meta_text == "The experiment to describe"
    assert [one.text for one in rest] == list(OPTIONS)[1:]
    assert all(one.display_meta_text for one in rest)


def test_options_that_stand_there_are_not_offered_again() -> None:
    line = "--name x --output=json --debug --cli-input-yaml y --"
    left = {one.split()[-1] for one in offered(line)}
    used = {"--name", "--output", "--debug", "--cli-input-json", "--cli-input-yaml"}
    assert left == set(OPTIONS) - used


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--output", ["json", "text", "table", "yaml", "yaml-stream"]),
        ("--color", ["on", "off", "auto"]),
        ("--cli-binary-format", ["base64", "raw-in-base64-out"]),
        ("--source", ["default", "prod-eu"]),
        ("--profile", ["work", "'two words'"]),
        ("--region", ["eu-west-1"]),
    ],
)
def test_values_are_offered_where_they_are_known(option: str, values: list[str]) -> None:
    assert offered(f"{option} ") == [f"{option} {value}" for value in values]
    assert offered(f"{option}=") == [f"{option}={value}" for value in values]


def test_a_skeleton_needs_no_value() -> None:
    found = offered("--generate-cli-skeleton ")
    assert found[:3] == [
        f"--generate-cli-skeleton {one}" for one in ("input", "output", "yaml-input")
    ]
    assert "--generate-cli-skeleton --name" in found


@pytest.mark.parametrize(
    ("typed", "after", "found"),
    [
        ("--name ", "", ["checkout-ranker-v7", "Search-Ranker", "checkout-prices"]),
        ("--name SEARCH", "", ["Search-Ranker"]),
        ("--name rank", "", ["checkout-ranker-v7", "Search-Ranker"]),
        ('--name "prices', "", ['"checkout-prices"']),
        ('--name "prices', '"', ['"checkout-prices']),
        ("--name 'prices", "", ["'checkout-prices'"]),
        ("--source prod-eu --name ", "", ["checkout-ranker-v7"]),
        ("--query '", "", []),
        ("'--na", "", []),
    ],
)
def test_names_are_offered(typed: str, after: str, found: list[str]) -> None:
    head = typed[: cut(typed).start]
    assert offered(typed, after) == [head + one + after for one in found]


def test_a_name_that_would_move_the_cursor_is_shown_and_quoted() -> None:
    bad = "a\x1b[2J\n'b"
    (one,) = Offers(Known(names=lambda _source: [bad])).get_completions(
        Document("--name "), CompleteEvent()
    )
    assert one.display_text == r"a\x1b[2J\n'b"
    assert shlex.split(one.text) == [bad]


def test_a_database_without_tables_offers_no_names_and_a_quiet_word() -> None:
    def missing(_source: str | None) -> Sequence[str]:
        raise UnknownNamesError("No names.")

    offers = Offers(Known(names=missing))
    assert list(offers.get_completions(Document("--name "), CompleteEvent())) == []
    assert offers.note == "No names."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "--name is missing: which experiment?"),
        ("--name", "--name needs a value after it."),
        ("--name 'x", "A quote is not closed, or a backslash stands at the end."),
        ("--name x --debug=1", "--debug takes no value."),
        ("--name x --nmae y", "There is no option --nmae."),
        ("--name two words", "words belongs to no option. A value with spaces needs quotes."),
        ("--name x --output xml", "--output is one of json, text, table, yaml, yaml-stream."),
        ("--name x --source elsewhere", "--source is one of default, prod-eu."),
        ("--name x --cli-read-timeout 2s", "--cli-read-timeout takes a whole number of seconds."),
        (
            "--cli-input-json {} --cli-input-yaml {}",
            "Only one of --cli-input-json and --cli-input-yaml can be given.",
        ),
        ("--name x --cli-b", "--cli-binary-format needs a value after it."),
        (
            "--name x --cli-in {}",
            "--cli-in could be --cli-input-json, --cli-input-yaml. Write more of it.",
        ),
        ("--na x", None),
        ("--name x --cli-read-timeout 0", None),
        ("--cli-input-yaml 'Name: x'", None),
        ("--generate-cli-skeleton", None),
        ("--generate-cli-skeleton output", "--name is missing: which experiment?"),
        ("--version", None),
    ],
)
def test_one_sentence_says_what_is_wrong(line: str, said: str | None) -> None:
    assert fault(line, KNOWN.sources) == said


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_words_survive_the_prompt(words: list[str]) -> None:
    line = prefilled(words, KNOWN.sources)
    assert shlex.split(line) == [word for word in words if word != "--cli-auto-prompt"]
    assert shown(line).isprintable()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--cli-auto-prompt"], ""),
        (["--name", "a b", "--cli-auto-prompt"], "--name 'a b'"),
        (["--debug"], "--debug "),
        (["--na"], "--na"),
        (["--output", "ya"], "--output ya"),
        (["--output", "json"], "--output json "),
    ],
)
def test_what_was_typed_stands_there(words: list[str], line: str) -> None:
    assert prefilled(words, KNOWN.sources) == line


def test_enter_runs_what_stands_there() -> None:
    assert asked(["--name", "two words"], " --debug\r") == "--name 'two words' --debug"


def test_what_is_wrong_is_mended_before_it_runs() -> None:
    assert asked(["--nmae"], "\r\x15--name x\r") == "--name x"


def test_who_is_not_in_a_terminal_is_told_so() -> None:
    nowhere = io.StringIO()
    with pytest.raises(NoTerminalError, match="Run the command in a terminal"):
        prompt([], KNOWN, stdin=nowhere, stdout=nowhere, stderr=nowhere)


@pytest.fixture
def sitting() -> Iterator[Terminal]:
    with Terminal(IN_A_TERMINAL, ["--cli-auto-prompt", "--output", "json"]) as terminal:
        terminal.await_text("--name is missing: which experiment?")
        yield terminal


def test_somebody_chooses_and_runs(sitting: Terminal) -> None:
    sitting.await_text("Enter: take the choice, or run")
    assert not sitting.state[3] & termios.ICANON
    sitting.type("--name ")
    sitting.await_text(r"red\x1b[31m")
    assert "\x1b[31m" not in sitting.raw
    # The next choice, taken, and run.
    sitting.type("\t\r\r")
    assert sitting.end() == 0
    line = "> manage.py describe_inference_experiment --output json --name checkout-ranker-v7 \n"
    assert sitting.seen.endswith(f"{line}['--output', 'json', '--name', 'checkout-ranker-v7']\n")
    assert sitting.errors == ""
    assert sitting.state[3] & termios.ICANON


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_ends_as_in_the_aws_cli(sitting: Terminal, key: str) -> None:
    sitting.type("'a b")
    sitting.await_text("A quote is not closed")
    sitting.type(key)
    assert sitting.end() == 130
    assert sitting.errors == "> manage.py describe_inference_experiment --output json 'a b\n"


def test_the_names_of_a_source_are_those_of_its_fleet(client: Client) -> None:
    fill(entry("prompted-a"), entry("prompted-b", source="elsewhere"))
    assert "prompted-a" in names("default")
    assert "prompted-b" not in names("default")
    assert "prompted-a" in names(None)
    assert names("elsewhere") == ["prompted-b"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No names: PORTAL_DATABASE_URL leads to no database.\n"),
        (b"", "No names: the portal's database cannot be read now.\n"),
    ],
)
def test_a_database_that_was_never_prepared_is_told_quietly_and_left_as_it_is(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    database = tmp_path / "empty.sqlite3"
    if content is not None:
        database.write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", NAMES_OF_NOTHING],
        cwd=REPOSITORY,
        env=os.environ | {"PORTAL_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == said
    assert run.stderr == ""
    assert (database.read_bytes() if database.exists() else None) == content


def test_why_there_are_no_names_stands_below() -> None:
    with Terminal(IN_A_TERMINAL, ["--source", "away", "--name"]) as terminal:
        terminal.await_text("No names now.")
        terminal.type("\x03")
        assert terminal.end() == 130
