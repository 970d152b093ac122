"""What is printed, through a pager where the AWS CLI has one, and what a terminal is to it."""

import os
import shlex
import signal
import struct
import termios
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import ioctl
from subprocess import PIPE, Popen
from types import FrameType
from typing import IO, Any, Protocol, TextIO

EXIT_CODE = 253
DEFAULT_PAGER = "less"
# Leave where all fits on one screen, colours as they are, and the screen as it was.
LESS = "FRX"
DEFAULT_WIDTH = 80


class Writer(Protocol):
    """All that printing needs of a stream."""

    def write(self, text: str, /) -> int: ...

    def flush(self) -> None: ...


class PagerError(Exception):
    """The pager cannot be started. Its text is the AWS CLI's."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(
            "Unable to redirect output to pager. Received the following error when opening "
            f'pager:\n{reason}\n\nLearn more about configuring the output pager by running "aws '
            'help config-vars".'
        )


def chosen(environment: Mapping[str, str], cli_pager: str | None) -> str:
    """The command of the pager, empty for none; ``cli_pager`` is what the profile says.

    The first that is set counts, and one that is set to nothing is set.
    """
    set_ones = (environment.get("AWS_PAGER"), cli_pager, environment.get("PAGER"), DEFAULT_PAGER)
    return next(command for command in set_ones if command is not None)


@contextmanager
def page(command: str | None, stdout: TextIO) -> Iterator[Writer]:
    """What to print on: a pager where there is a command and ``stdout`` is a terminal.

    A pager starts with the first text, and the block has ended when its reader leaves it. Raises
    PagerError for one that cannot be started, ValueError for a command with an open quote, and
    KeyboardInterrupt where Ctrl-C has ended the pager. Readers that go early are no error.
    """
    words = shlex.split(command) if command and is_terminal(stdout) else []
    pager = _Pager(words, stdout) if words else None
    try:
        yield pager or stdout
        if pager is None:
            stdout.flush()
    except BrokenPipeError:
        if pager is None:
            _lead_nowhere(stdout)
    except OSError:
        if pager is None:
            # Python tries again at its end what could not be written, and would say so again.
            _lead_nowhere(stdout)
        raise
    finally:
        if pager is not None:
            pager.end()


def is_terminal(stream: TextIO) -> bool:
    try:
        return os.isatty(stream.fileno())
    except (OSError, ValueError, AttributeError):
        # Closed, or never more than an object of Python's.
        return False


def width(stdout: TextIO) -> int:
    """The columns of the terminal, 80 where there is none. COLUMNS says nothing here."""
    try:
        size = ioctl(stdout.fileno(), termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError, AttributeError):
        return DEFAULT_WIDTH
    columns: int = struct.unpack("hhhh", size)[1]
    return columns


def colours(color: str, stdout: TextIO) -> bool:
    """Whether there are colours with this ``--color``: on, off or auto."""
    return color == "on" or (color == "auto" and is_terminal(stdout))


class _Pager:
    """A program between what is printed and the terminal, which nobody starts for nothing."""

    def __init__(self, words: list[str], terminal: TextIO) -> None:
        self._words = words
        self._terminal = terminal
        self._process: Popen[str] | None = None
        self._state: list[Any] = []
        self._handler: Any = None

    def write(self, text: str, /) -> int:
        return self._input().write(text) if text else 0

    def flush(self) -> None:
        if self._process is not None:
            self._input().flush()

    def end(self) -> None:
        """Wait for its reader, and leave the terminal as it was found."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        try:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            ended_by = self._process.wait()
        finally:
            self._restore()
        if ended_by == -signal.SIGINT:
            raise KeyboardInterrupt

    def _input(self) -> IO[str]:
        if self._process is None:
            self._process = self._start()
        assert self._process.stdin is not None
        return self._process.stdin

    def _start(self) -> Popen[str]:
        self._terminal.flush()
        with suppress(termios.error):
            self._state = termios.tcgetattr(self._terminal.fileno())
        # Ctrl-C is the pager's: in less it ends a search. A handler that does nothing is not
        # inherited, as ignoring would be, so a pager without one of its own still ends.
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.signal(signal.SIGINT, _do_nothing)
        try:
            return Popen(  # noqa: S603, whose pager it is has chosen it
                self._words,
                stdin=PIPE,
                stdout=self._terminal,
                env={"LESS": LESS} | os.environ,
                encoding=self._terminal.encoding,
                errors=self._terminal.errors,
            )
        except OSError as error:
            self._restore()
            raise PagerError(error) from error

    def _restore(self) -> None:
        """A pager that was killed has not tidied up."""
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
            self._handler = None
        with suppress(termios.error, OSError):
            terminal = self._terminal.fileno()
            # Who is in the background would be stopped for it.
            if self._state and os.tcgetpgrp(terminal) == os.getpgrp():
                termios.tcsetattr(terminal, termios.TCSADRAIN, self._state)


def _do_nothing(_signal: int, _frame: FrameType | None) -> None:
    pass


def _lead_nowhere(stdout: TextIO) -> None:
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout.fileno())
        os.close(nowhere)
        stdout.flush()
