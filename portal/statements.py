"""In which line of a TOML document a key stands, which its parser does not tell."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# What can hold a line's end, a bracket or a number sign that means nothing there comes first.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[{]|[\]}]|\n",
    re.DOTALL,
)


Path = tuple[str, ...]
# That of sources.<name>.<key>. Keys can have as many dots as a file has room for.
DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Statement:
    """A table's header or a key with its value, and the line it begins in, from 1."""

    line: int
    text: str


def lines(document: str) -> dict[Path, int]:
    """In which line the statement begins that first gives each path of at most ``DEPTH`` keys.

    ``document`` is one that tomllib reads, and is read once more. What cannot be told is left out.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    for statement in _statements(document):
        try:
            given = tomllib.loads(statement.text)
        except (ValueError, RecursionError):
            return {}
        if statement.text.startswith("["):
            table = max(_paths(given), key=len)
            given = {}
        for path in _paths(given, table):
            found.setdefault(path, statement.line)
    return found


def _statements(document: str) -> Iterator[_Statement]:
    begin, line, depth, first = 0, 1, 0, 1
    for token in _TOKEN.finditer(document):
        found = token[0]
        if found in "[{":
            depth += 1
        elif found in "]}":
            depth -= 1
        elif found == "\n" and depth == 0:
            yield from _statement(document[begin : token.start()], first)
            begin, first = token.end(), line + 1
        line += found.count("\n")
    yield from _statement(document[begin:], first)


def _statement(text: str, line: int) -> Iterator[_Statement]:
    stripped = text.strip()
    if stripped and not stripped.startswith("#"):
        yield _Statement(line, stripped)


def _paths(given: Any, before: Path = ()) -> Iterator[Path]:
    """The paths to a table and everything in it, each after the one that it goes on from."""
    for length in range(1, len(before) + 1):
        yield before[:length]
    waiting = [(before, given)]
    while waiting:
        path, inner = waiting.pop()
        # A list of tables is what [[such]] headers make.
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, dict) and len(path) < DEPTH:
            waiting += [((*path, key), value) for key, value in inner.items()]
            yield from ((*path, key) for key in inner)
