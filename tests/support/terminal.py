"""A terminal with a Python program in it, as somebody sits in front of it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from tests.support.portal import REPOSITORY

# Whoever leads a session may take a terminal for it, from which Ctrl-C then comes.
_TAKE_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]")
# A terminal answers who asks where the cursor is.
_WHERE = "\x1b[6n"
PATIENCE_SECONDS = 8.0


class Terminal:
    """``raw`` is all that the program has written to it, and ``errors`` what it has written to
    stderr, which is no terminal here."""

    def __init__(
        self,
        program: str,
        arguments: Sequence[str] = (),
        *,
        columns: int = 80,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._own, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("hhhh", 24, columns, 0, 0))
        self._program = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL + program, *arguments],
            cwd=REPOSITORY,
            env={"TERM": "xterm", "PATH": os.environ["PATH"]} | dict(environment or {}),
            stdin=terminal,
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # Left open, so that what stands in the terminal can be read after the program's end.
        self._terminal = terminal
        self.raw = ""
        self.errors = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.kill()
        self._program.wait()
        assert self._program.stderr is not None
        self._program.stderr.close()
        os.close(self._own)
        os.close(self._terminal)

    @property
    def seen(self) -> str:
        """All that has been written until now, without what moves a cursor or colours a text."""
        return _ESCAPES.sub("", self.raw).replace("\r\n", "\n")

    @property
    def state(self) -> list[Any]:
        return termios.tcgetattr(self._terminal)

    def await_text(self, text: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.seen:
            self._read(0.05)
            assert time.monotonic() < until, f"{text!r} is not in {self.seen!r}"

    def type(self, keys: str) -> None:
        os.write(self._own, keys.encode())

    def end(self) -> int:
        """Wait for the program; its exit code."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self._program.poll() is None:
            self._read(0.02)
            assert time.monotonic() < until, f"still there, after {self.seen!r}"
        while self._read(0):
            pass
        assert self._program.stderr is not None
        self.errors = self._program.stderr.read()
        return self._program.returncode

    def _read(self, seconds: float) -> bool:
        if not select.select([self._own], [], [], seconds)[0]:
            return False
        told = os.read(self._own, 65536).decode(errors="replace")
        if _WHERE in told:
            self.type("\x1b[1;1R")
        self.raw += told
        return True
