"""``--output text``: a line for each object, its scalars in the order of their names, with tabs.

Names of members stand at the beginning of the lines of lists and objects. What is missing in one
of several objects is empty, and what is no text is written as Python does: None, True.
"""

from collections.abc import Iterable
from typing import Any

from experiments.domain.answer import Json
from experiments.exports.errors import UnprintableError
from experiments.exports.output import Kind, Output, Piece, kind_of
from experiments.exports.paths import Path

MIXED = (
    "The result is a list of objects and of something else, which has no form as text: the AWS CLI"
    " ends with an error. Select one of them, or choose JSON or YAML."
)
Located = tuple[Path | None, Any]


def write(value: Json, output: Output) -> None:
    _write((None, value), output)


def _write(
    located: Located, output: Output, name: str | None = None, columns: list[str] | None = None
) -> None:
    path, value = located
    if isinstance(value, dict):
        _write_object(located, output, name, columns)
    elif isinstance(value, list):
        _write_list([(Path(path, index), item) for index, item in enumerate(value)], output, name)
    else:
        _write_line([_field(path, value)], output)


def _write_list(items: list[Located], output: Output, name: str | None) -> None:
    if any(isinstance(value, dict) for _, value in items):
        columns = _columns(value for _, value in items)
        for item in items:
            _write(item, output, name, columns)
    elif any(isinstance(value, list) for _, value in items):
        _write_scalars([item for item in items if not isinstance(item[1], list)], output, name)
        for item in items:
            if isinstance(item[1], list):
                _write(item, output, name)
    else:
        _write_scalars(items, output, name)


def _write_scalars(items: list[Located], output: Output, name: str | None) -> None:
    if name is not None:
        for path, value in items:
            _write_line([Piece(name.upper(), Kind.KEY, path), _field(path, value)], output)
    elif items:
        _write_line([_field(path, value) for path, value in items], output)


def _write_object(
    located: Located, output: Output, name: str | None, columns: list[str] | None
) -> None:
    path, members = located
    if columns is None:
        columns = sorted(member for member, value in members.items() if _is_scalar(value))
    if columns:
        heading = [] if name is None else [Piece(name.upper(), Kind.KEY, path)]
        # A column that is a scalar elsewhere can be a list here; it is written as Python does.
        fields = (_field(Path(path, column), members.get(column, "")) for column in columns)
        _write_line([*heading, *fields], output)
    for member in sorted(members.keys() - set(columns)):
        _write((Path(path, member), members[member]), output, member)


def _field(path: Path | None, value: object) -> Piece:
    return Piece(str(value), kind_of(value), path)


def _write_line(fields: list[Piece], output: Output) -> None:
    pieces = [fields[0]]
    for field in fields[1:]:
        pieces += (Piece("\t"), field)
    output.write_all(pieces)
    output.write("\n")


def _columns(values: Iterable[Any]) -> list[str]:
    """The names of all scalars in a list of objects."""
    columns = set[str]()
    try:
        for value in values:
            columns.update(member for member, inner in value.items() if _is_scalar(inner))
    except AttributeError as error:
        raise UnprintableError(MIXED) from error
    return sorted(columns)


def _is_scalar(value: Json) -> bool:
    return not isinstance(value, list | dict)
