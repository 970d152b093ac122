"""``--output table``, 80 columns wide where it fits: what becomes a table of which rows."""

from collections.abc import Iterable
from typing import Any

from experiments.domain.answer import Json
from experiments.exports.errors import UnprintableError
from experiments.exports.output import Output
from experiments.exports.paths import Path
from experiments.exports.table import Table

# The AWS CLI puts the operation above what it prints.
TITLE = "DescribeInferenceExperiment"
MIXED = (
    "The result is a list whose members are too different for the rows of one table: the AWS CLI"
    " ends with an error. Select one of them, or choose JSON or YAML."
)


def write(value: Json, output: Output) -> None:
    table = Table()
    try:
        shown = _add(table, TITLE, value, 0, None)
    # The AWS CLI takes lists for what their first members are, and fails as Python does.
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnprintableError(MIXED) from error
    if shown:
        table.write(output)


def _add(table: Table, title: str | None, value: Any, level: int, path: Path | None) -> bool:
    """Whether there is anything to show; of a 0 there is not."""
    if not value:
        return False
    if title is not None:
        table.begin(title, level, path)
    if isinstance(value, dict):
        _add_object(table, value, level, path)
    elif isinstance(value, list) and isinstance(value[0], dict):
        _add_objects(table, title, value, level, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _add_item(table, item, Path(path, index))
    return True


def _add_item(table: Table, item: Any, path: Path) -> None:
    if _is_scalar(item):
        table.add_row([item], [path])
    elif all(map(_is_scalar, item)):
        # Of an object among lists, the AWS CLI writes the names.
        table.add_row(item, _paths(path, item if isinstance(item, dict) else range(len(item))))
    else:
        _add(table, None, item, 0, path)


def _add_object(table: Table, members: dict[str, Any], level: int, path: Path | None) -> None:
    scalars, others = _names(members)
    if len(scalars) == 1:
        name = scalars[0]
        table.add_row([name, members[name]], [Path(path, name)] * 2)
    elif scalars:
        table.add_headers(scalars)
        table.add_row([members[name] for name in scalars], _paths(path, scalars))
    for name in others:
        _add(table, name, members[name], level + 1, Path(path, name))


def _add_objects(
    table: Table, title: str | None, values: list[Any], level: int, path: Path | None
) -> None:
    """One table for all, or one for each where they have more than scalars."""
    named = [_names(value) for value in values]
    scalars = sorted({name for names, _ in named for name in names})
    others = sorted({name for _, names in named for name in names})
    for index, value in enumerate(values):
        here = Path(path, index)
        if index and others:
            table.begin(title or "", level, path)
        if others or not index:
            table.add_headers(scalars)
        table.add_row([value.get(name, "") for name in scalars], _paths(here, scalars))
        for name in others:
            if name in value:
                _add(table, name, value[name], level + 1, Path(here, name))


def _paths(path: Path | None, members: Iterable[str | int]) -> list[Path]:
    return [Path(path, member) for member in members]


def _names(members: Any) -> tuple[list[str], list[str]]:
    """Of the members that are scalars, and of the others, each in order."""
    scalars = sorted(name for name in members if _is_scalar(members[name]))
    return scalars, sorted(name for name in members if not _is_scalar(members[name]))


def _is_scalar(value: object) -> bool:
    return not isinstance(value, list | dict)
