"""``--output text``: a line for each object, its scalars in the order of their names, with tabs.

Names of members stand at the beginning of the lines of lists and objects. What is missing in one
of several objects is empty, and what is no text is written as Python does: None, True.
"""

from collections.abc import Iterable
from typing import Any

from experiments.domain.answer import Json
from experiments.exports.errors import UnprintableError
from experiments.exports.output import Output

MIXED = (
    "The result is a list of objects and of something else, which has no form as text: the AWS CLI"
    " ends with an error. Select one of them, or choose JSON or YAML."
)


def write(value: Json, output: Output) -> None:
    _write(value, output)


def _write(
    value: Json, output: Output, name: str | None = None, columns: list[str] | None = None
) -> None:
    if isinstance(value, dict):
        _write_object(value, output, name, columns)
    elif isinstance(value, list):
        _write_list(value, output, name)
    else:
        output.write(f"{value}\n")


def _write_list(values: list[Json], output: Output, name: str | None) -> None:
    if any(isinstance(value, dict) for value in values):
        columns = _columns(values)
        for value in values:
            _write(value, output, name, columns)
    elif any(isinstance(value, list) for value in values):
        _write_scalars([value for value in values if not isinstance(value, list)], output, name)
        for value in values:
            if isinstance(value, list):
                _write(value, output, name)
    else:
        _write_scalars(values, output, name)


def _write_scalars(values: list[Json], output: Output, name: str | None) -> None:
    if name is not None:
        for value in values:
            output.write(f"{name.upper()}\t{value}\n")
    elif values:
        _write_line(values, output)


def _write_object(
    members: dict[str, Json], output: Output, name: str | None, columns: list[str] | None
) -> None:
    if columns is None:
        columns = sorted(member for member, value in members.items() if _is_scalar(value))
    if columns:
        heading = [] if name is None else [name.upper()]
        # A column that is a scalar elsewhere can be a list here; it is written as Python does.
        _write_line([*heading, *(members.get(column, "") for column in columns)], output)
    for member in sorted(members.keys() - set(columns)):
        _write(members[member], output, member)


def _write_line(values: Iterable[Any], output: Output) -> None:
    output.write("\t".join(map(str, values)) + "\n")


def _columns(values: list[Json]) -> list[str]:
    """The names of all scalars in a list of objects."""
    columns = set[str]()
    for value in values:
        if not isinstance(value, dict):
            raise UnprintableError(MIXED)
        columns.update(member for member, inner in value.items() if _is_scalar(inner))
    return sorted(columns)


def _is_scalar(value: Json) -> bool:
    return not isinstance(value, list | dict)
