"""``--output json``, four spaces a level, members in the order of the response."""

import json

from experiments.domain.answer import Json
from experiments.exports.output import Kind, Output, Piece, kind_of
from experiments.exports.paths import Path

INDENT = 4
_scalar = json.JSONEncoder(ensure_ascii=False).encode


def write(value: Json, output: Output) -> None:
    # Of an operation that answers nothing, the AWS CLI prints nothing; it knows it by this.
    if value != {}:
        _write(value, output, None, 0)
        output.write("\n")


def _write(value: Json, output: Output, path: Path | None, level: int) -> None:
    if not isinstance(value, list | dict):
        output.write(_scalar(value), kind_of(value), path)
    elif not value:
        output.write("{}" if isinstance(value, dict) else "[]", Kind.PUNCTUATION, path)
    elif isinstance(value, dict):
        _write_object(value, output, path, level + 1)
    else:
        _write_list(value, output, path, level + 1)


def _write_object(members: dict[str, Json], output: Output, path: Path | None, level: int) -> None:
    line = _line(level)
    output.write("{", Kind.PUNCTUATION, path)
    separator = line
    for name, value in members.items():
        here = Path(path, name)
        output.write(separator, Kind.PUNCTUATION)
        output.write(_scalar(name), Kind.KEY, here)
        output.write(": ", Kind.PUNCTUATION, here)
        _write(value, output, here, level)
        separator = "," + line
    output.write(_line(level - 1), Kind.PUNCTUATION)
    output.write("}", Kind.PUNCTUATION)


def _write_list(values: list[Json], output: Output, path: Path | None, level: int) -> None:
    line = _line(level)
    opening = Piece("[", Kind.PUNCTUATION, path)
    separator = line
    for index, value in enumerate(values):
        here = Path(path, index)
        before = [opening] if not index else []
        before.append(Piece(separator, Kind.PUNCTUATION))
        # As Python's json: a scalar is written together with what stands before it.
        if isinstance(value, list | dict):
            output.write_all(before)
            _write(value, output, here, level)
        else:
            output.write_all([*before, Piece(_scalar(value), kind_of(value), here)])
        separator = "," + line
    output.write(_line(level - 1), Kind.PUNCTUATION)
    output.write("]", Kind.PUNCTUATION)


def _line(level: int) -> str:
    return "\n" + " " * (INDENT * level)
