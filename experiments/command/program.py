"""The command as a program: its streams, and what of its words is Django's.

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

# Django's own, and only where they are written out whole: an abbreviation is one of the AWS CLI's.
_FLAGS = {"--traceback", "--skip-checks"}
_COLORS = {"--no-color": "off", "--force-color": "on"}
_VALUES = {"--settings", "--pythonpath", "--verbosity"}


def program(words: Sequence[str]) -> int:
    """Run the command with the words after its name on the streams of this process."""
    kept, taken = without_django(words)
    if taken.get("--settings"):
        os.environ["DJANGO_SETTINGS_MODULE"] = taken["--settings"]
    if taken.get("--pythonpath"):
        sys.path.insert(0, taken["--pythonpath"])
    # Reading the settings is what reads the portal's .env file, with AWS's variables in it.
    assert settings.PORTAL_SOURCES
    with _open_streams() as (stdin, stdout, stderr):
        return main(kept, stdin=stdin, stdout=stdout, stderr=stderr)


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


def without_django(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The words that are the AWS CLI's, and the values of Django's own options."""
    kept: list[str] = []
    taken: dict[str, str] = {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name in _VALUES:
            taken[name] = value if equals else next(waiting, "")
        elif word in _COLORS:
            kept += ["--color", _COLORS[word]]
        elif word not in _FLAGS:
            kept.append(word)
    return kept, taken
