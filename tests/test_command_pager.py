"""The pager of the command: when there is one, which, and how it ends."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from experiments.command.paging import PagerError, chosen, colours, page, width
from tests.support.portal import REPOSITORY
from tests.support.terminal import Terminal

PRINT = """
import sys
from experiments.command.paging import page
with page(sys.argv[1], sys.stdout) as output:
    output.write(sys.argv[2] * int(sys.argv[3]))
print("after")
"""


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """The end that a program writes to; it is 132 columns wide."""
    own, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("hhhh", 24, 132, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        stream.own = own  # type: ignore[attr-defined]
        yield stream
    os.close(own)


def printed(terminal: TextIO) -> str:
    return os.read(terminal.own, 65536).decode().replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_a_terminal_gets_a_pager(terminal: TextIO) -> None:
    with page("sed s/^/paged:/", terminal) as output:
        output.write("one\ntwo\n")
    assert printed(terminal) == "paged:one\npaged:two\n"


def test_the_command_is_split_as_by_a_shell(terminal: TextIO) -> None:
    with page("sed 's/o n e/paged ours/'", terminal) as output:
        output.write("o n e\n")
    assert printed(terminal) == "paged ours\n"


@pytest.mark.parametrize("command", [None, "", "  "])
def test_no_pager_is_none(terminal: TextIO, command: str | None) -> None:
    with page(command, terminal) as output:
        output.write("plain\n")
    assert printed(terminal) == "plain\n"


def test_what_is_no_terminal_gets_no_pager(tmp_path: Path) -> None:
    for stdout in (StringIO(), (tmp_path / "file").open("w+")):
        with page("no-such-program", stdout) as output:
            output.write("plain\n")
        stdout.seek(0)
        assert stdout.read() == "plain\n"
        stdout.close()


def test_no_pager_starts_for_nothing(terminal: TextIO) -> None:
    with page("no-such-program", terminal) as output:
        output.write("")
        output.flush()


@pytest.mark.parametrize("kept", [None, "S"])
def test_less_is_told_how_unless_somebody_has(
    terminal: TextIO, monkeypatch: pytest.MonkeyPatch, kept: str | None
) -> None:
    monkeypatch.delenv("LESS", raising=False)
    if kept is not None:
        monkeypatch.setenv("LESS", kept)
    with page("sh -c 'echo \"less: $LESS\"; cat'", terminal) as output:
        output.write("text\n")
    assert printed(terminal) == f"less: {kept or 'FRX'}\ntext\n"


def test_a_pager_that_is_not_there_is_an_error_in_the_words_of_the_aws_cli(
    terminal: TextIO,
) -> None:
    with pytest.raises(PagerError) as raised, page("no-such-pager -x", terminal) as output:
        output.write("text")
    assert str(raised.value) == (
        "Unable to redirect output to pager. Received the following error when opening pager:\n"
        "[Errno 2] No such file or directory: 'no-such-pager'\n\n"
        'Learn more about configuring the output pager by running "aws help config-vars".'
    )


def test_a_pager_that_is_no_program_is_an_error_too(terminal: TextIO, tmp_path: Path) -> None:
    with pytest.raises(PagerError, match="Permission denied"), page(str(tmp_path), terminal) as out:
        out.write("text")


def test_an_open_quote_is_told(terminal: TextIO) -> None:
    with pytest.raises(ValueError, match="No closing quotation"), page('less "', terminal):
        pass


def test_what_is_raised_while_printing_goes_on_after_the_pager(terminal: TextIO) -> None:
    with pytest.raises(UnicodeEncodeError), page("cat", terminal) as output:
        print("so far", "\ud800", sep="\n", file=output)
    assert printed(terminal) == "so far\n"


def test_the_first_pager_that_is_set_counts() -> None:
    every = {"AWS_PAGER": "a", "PAGER": "c"}
    assert chosen(every, "b") == "a"
    assert chosen({"PAGER": "c"}, "b") == "b"
    assert chosen({"PAGER": "c"}, None) == "c"
    assert chosen({}, None) == "less"
    assert chosen(every | {"AWS_PAGER": ""}, "b") == ""
    assert chosen({"PAGER": "c"}, "") == ""


def test_a_reader_who_leaves_early_is_no_error() -> None:
    with Terminal(PRINT, ["head -n 1", "a line\n", "200000"]) as somebody:
        assert somebody.end() == 0
        assert somebody.seen == "a line\nafter\n"
        assert somebody.errors == ""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_program_that_reads_no_more_is_no_error(unbuffered: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PRINT.replace("print(", "#"), "less", "a line\n", "200000"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.read(6) == b"a line"
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_a_full_disk_is_told_once() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-c", PRINT, "less", "a line\n", "1"],
            cwd=REPOSITORY,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.count("Errno 28") == 1
    assert run.stderr.endswith("OSError: [Errno 28] No space left on device\n")


def test_somebody_reads_on_in_a_real_pager_and_leaves_it() -> None:
    # Debian has one of the two at least.
    pager = shutil.which("less") or shutil.which("more") or ""
    with Terminal(PRINT, [pager, "a line\n", "5000"]) as somebody:
        before = somebody.state
        somebody.await_text("a line\n" * 20)
        assert "after" not in somebody.seen
        somebody.type("q")
        assert somebody.end() == 0
        assert somebody.seen.endswith("after\n")
        assert somebody.seen.count("a line") < 100
        assert somebody.state == before


def test_ctrl_c_belongs_to_the_pager() -> None:
    pager = (
        """sh -c 'trap "echo searched; left=1" INT; echo begins; """
        """until test "$left"; do sleep 0.02; done; head -n 1; echo ends'"""
    )
    with Terminal(PRINT, [pager, "a line\n", "1"]) as somebody:
        somebody.await_text("begins")
        somebody.type("\x03")
        assert somebody.end() == 0
        assert somebody.seen.endswith("searched\na line\nends\nafter\n")
        assert somebody.errors == ""


def test_ctrl_c_that_ends_the_pager_ends_the_command() -> None:
    pager = "sh -c 'echo begins; exec sleep 20'"
    with Terminal(PRINT, [pager, "a line\n", "1"]) as somebody:
        somebody.await_text("begins")
        somebody.type("\x03")
        somebody.end()
        assert "after" not in somebody.seen
        assert somebody.errors.endswith("KeyboardInterrupt\n")


def test_a_pager_that_was_killed_leaves_the_terminal_as_it_was() -> None:
    pager = "sh -c 'stty raw -echo <&1; echo begins; kill -KILL $$'"
    with Terminal(PRINT, [pager, "a line\n", "1"]) as somebody:
        before = somebody.state
        assert somebody.end() == 0
        assert "begins" in somebody.seen
        assert somebody.state == before


def test_the_terminal_says_how_wide_it_is(
    terminal: TextIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert width(terminal) == 132
    assert width(StringIO()) == 80
    with Path(os.devnull).open("w") as nowhere:
        assert width(nowhere) == 80


def test_auto_is_colours_for_a_terminal_only(terminal: TextIO) -> None:
    there, away = terminal, StringIO()
    assert [colours(color, there) for color in ("on", "off", "auto")] == [True, False, True]
    assert [colours(color, away) for color in ("on", "off", "auto")] == [True, False, False]
