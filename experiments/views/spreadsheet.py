"""Tables as CSV, which people open with spreadsheets."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence

# With these a text begins that a spreadsheet takes for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Line:
    """What csv.writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A line of the columns' names, and one for each row."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_cell(row[column]) for column in columns])


def _cell(value: object) -> object:
    """A text that a spreadsheet takes for a formula is quoted, since anybody may have chosen it."""
    risky = isinstance(value, str) and value.startswith(FORMULAS)
    return f"'{value}" if risky else value
