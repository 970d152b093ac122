"""Tables of the AWS CLI: sections of one width, indented by their level."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from unicodedata import east_asian_width

from experiments.exports.output import Output

# What the AWS CLI assumes where there is no terminal.
WIDTH = 80
PADDING = 4
BORDERS = 2


@dataclass(slots=True)
class Section:
    """A title, headers and rows of texts; ``widths`` are those of the longest in each column."""

    title: str = ""
    level: int = 0
    headers: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    columns: int | None = None

    @property
    def width(self) -> int:
        around = BORDERS + 2 * self.level
        columns = sum(width + PADDING for width in self.widths)
        return max(length(self.title) + around, columns + around)

    def add_headers(self, headers: list[str]) -> None:
        self._widen(headers)
        if self.columns is None:
            self.columns = len(headers)
        self.headers = headers

    def add_row(self, values: Iterable[Any]) -> None:
        row = list(map(str, values))
        if self.columns is None:
            self.columns = len(row)
        if len(row) != self.columns:
            raise ValueError("a row of another length than the one before it")
        self.rows.append(row)
        self._widen(row)

    def turned(self) -> "Section":
        """A single row, with a line for each column."""
        section = Section(self.title, self.level)
        for header, value in zip(self.headers, self.rows[0], strict=False):
            section.add_row([header, value])
        return section

    def scaled(self, whole: int) -> list[int]:
        """The widths of the columns, so that together they are ``whole``."""
        wanted = [width + PADDING for width in self.widths]
        if not wanted:
            return []
        factor = whole / float(sum(wanted))
        scaled = [round(factor * width) for width in wanted]
        while (off_by := sum(scaled) - whole) != 0:
            step = -1 if off_by > 0 else 1
            # What is too much is taken from the left, what is missing is given from the right.
            order = range(len(scaled)) if off_by > 0 else reversed(range(len(scaled)))
            for index, _ in zip(order, range(abs(off_by)), strict=False):
                scaled[index] += step
        return scaled

    def _widen(self, row: list[str]) -> None:
        if not self.widths:
            self.widths = [length(text) for text in row]
            return
        for index, text in enumerate(row):
            self.widths[index] = max(length(text), self.widths[index])


class Table:
    """Sections, the last of which is being filled."""

    def __init__(self) -> None:
        self._sections: list[Section] = []

    def begin(self, title: str, level: int) -> None:
        self._sections.append(Section(title, level))

    def add_headers(self, headers: list[str]) -> None:
        self._sections[-1].add_headers(headers)

    def add_row(self, values: Iterable[Any]) -> None:
        self._sections[-1].add_row(values)

    def write(self, output: Output) -> None:
        """Write them, with single rows turned where the table is wider than a terminal."""
        width = self._width()
        if width > WIDTH:
            for index, section in enumerate(self._sections):
                if len(section.rows) == 1 and section.headers:
                    self._sections[index] = section.turned()
            width = self._width()
        output.write("-" * width + "\n")
        for section in self._sections:
            for line in _lines(section, width - 2 * section.level):
                indent = "|" * section.level
                output.write(f"{indent}{line}{indent}\n")

    def _width(self) -> int:
        return max(section.width for section in self._sections)


def length(text: str) -> int:
    """How wide a text is, where East Asian wide and ambiguous characters count twice."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def _lines(section: Section, width: int) -> Iterable[str]:
    if section.title:
        yield _centred(section.title, width, "|")
        if not section.headers and not section.rows:
            yield _rule([width])
    widths = section.scaled(width)
    if section.headers:
        yield _rule(widths)
        yield _line(section.headers, widths, _centred)
    if section.rows and widths:
        yield _rule(widths)
        for row in section.rows:
            yield _line(row, widths, _left)
        yield _rule(widths)


def _rule(widths: list[int]) -> str:
    first, *others = widths or [0]
    return "+" + "-" * (first - 2) + "+" + "".join("-" * (width - 1) + "+" for width in others)


def _line(texts: list[str], widths: list[int], place: Any) -> str:
    numbered = zip(chain([True], repeat(False)), zip(texts, widths, strict=False), strict=False)
    return "".join(place(text, width, "|" if first else "") for first, (text, width) in numbered)


def _centred(text: str, width: int, edge: str) -> str:
    wide = length(text)
    before = width // 2 - wide // 2 - 1
    after = width - 1 - (len(edge) + before + wide)
    return f"{edge}{' ' * before}{text}{' ' * after}|"


def _left(text: str, width: int, edge: str) -> str:
    wide = length(text)
    padding = 2 if width >= wide + 2 + len(edge) + 1 else 0
    after = width - len(edge) - padding - wide - 1
    return f"{edge}{' ' * padding}{text}{' ' * after}|"
