"""The command as a program: its settings and its streams.

Django is not set up here: that takes a good part of a run, and only a prompt needs it (``asking``).
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from django.conf import settings

from experiments.command.run import main


def program(words: Sequence[str]) -> int:
    """Run the command with the words after its name on the streams of this process."""
    with _open_streams() as (stdin, stdout, stderr):
        # Reading the settings is what reads the portal's .env file, with AWS's variables in it.
        assert settings.BASE_DIR
        return main(words, stdin=stdin, stdout=stdout, stderr=stderr)


@contextmanager
def _open_streams() -> Iterator[tuple[TextIO, TextIO, TextIO]]:
    """Those of this process; one that was closed before it began reads and writes nothing."""
    with ExitStack() as opened:
        null = Path(os.devnull)
        yield (
            sys.stdin or opened.enter_context(null.open()),
            sys.stdout or opened.enter_context(null.open("w")),
            sys.stderr or opened.enter_context(null.open("w")),
        )
