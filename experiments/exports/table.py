"""Tables of the AWS CLI: sections of one width, indented by their level."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from unicodedata import east_asian_width

from experiments.exports.ansi import RESET, painted
from experiments.exports.output import Kind, Output, Piece
from experiments.exports.paths import Path

PADDING = 4
BORDERS = 2


@dataclass(slots=True)
class Section:
    """A title, headers and rows of cells; ``widths`` are those of the longest in each column."""

    title: Piece | None = None
    level: int = 0
    headers: list[Piece] = field(default_factory=list)
    rows: list[list[Piece]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    columns: int | None = None

    @property
    def width(self) -> int:
        around = BORDERS + 2 * self.level
        columns = sum(width + PADDING for width in self.widths)
        title = length(self.title.text) if self.title else 0
        return max(title + around, columns + around)

    def add_headers(self, headers: list[str]) -> None:
        cells = [Piece(header, Kind.HEADER) for header in headers]
        self._widen(cells)
        if self.columns is None:
            self.columns = len(cells)
        self.headers = cells

    def add_row(self, values: Iterable[Any], paths: Iterable[Path | None]) -> None:
        texts = list(map(str, values))
        if self.columns is None:
            self.columns = len(texts)
        if len(texts) != self.columns:
            # In the AWS CLI's words, which its command tells.
            message = f"Row should have {self.columns} elements, instead it has {len(texts)}"
            raise ValueError(message)
        row = [Piece(text, Kind.CELL, path) for text, path in zip(texts, paths, strict=True)]
        self.rows.append(row)
        self._widen(row)

    def turned(self) -> "Section":
        """A single row, with a line for each column."""
        section = Section(self.title, self.level)
        for header, cell in zip(self.headers, self.rows[0], strict=False):
            section.add_row([header.text, cell.text], [cell.path, cell.path])
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

    def _widen(self, row: list[Piece]) -> None:
        if not self.widths:
            self.widths = [length(cell.text) for cell in row]
            return
        for index, cell in enumerate(row):
            self.widths[index] = max(length(cell.text), self.widths[index])


class Table:
    """Sections, the last of which is being filled."""

    def __init__(self) -> None:
        self._sections: list[Section] = []

    def begin(self, title: str, level: int, path: Path | None) -> None:
        self._sections.append(Section(Piece(title, Kind.TITLE, path) if title else None, level))

    def add_headers(self, headers: list[str]) -> None:
        self._sections[-1].add_headers(headers)

    def add_row(self, values: Iterable[Any], paths: Iterable[Path | None]) -> None:
        self._sections[-1].add_row(values, paths)

    def write(self, output: Output) -> None:
        """Write them, with single rows turned where the table is wider than the terminal."""
        width = self._width()
        if width > output.width:
            for index, section in enumerate(self._sections):
                if len(section.rows) == 1 and section.headers:
                    self._sections[index] = section.turned()
            width = self._width()
        write = _writer(output)
        write([_drawn("-" * width + "\n")])
        for section in self._sections:
            indent = [Piece("|", Kind.INDENT)] * section.level
            for line in _lines(section, width - 2 * section.level):
                # Four times as the AWS CLI, which shows where each is followed by a reset.
                for pieces in (indent, line, indent, [_drawn("\n")]):
                    write(pieces)

    def _width(self) -> int:
        return max(section.width for section in self._sections)


def length(text: str) -> int:
    """How wide a text is, where East Asian wide and ambiguous characters count twice."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def _writer(output: Output) -> Callable[[Sequence[Piece]], None]:
    if not output.color:
        return output.write_all
    reset = RESET if output.resets else ""
    return lambda pieces: output.write(painted(pieces) + reset)


def _lines(section: Section, width: int) -> Iterable[list[Piece]]:
    if section.title:
        yield _centred(section.title, width, "|")
        if not section.headers and not section.rows:
            yield [_rule([width])]
    widths = section.scaled(width)
    if section.headers:
        yield [_rule(widths)]
        yield _line(section.headers, widths, _centred)
    if section.rows and widths:
        yield [_rule(widths)]
        for row in section.rows:
            yield _line(row, widths, _left)
        yield [_rule(widths)]


def _drawn(text: str) -> Piece:
    return Piece(text, Kind.PUNCTUATION)


def _rule(widths: list[int]) -> Piece:
    first, *others = widths or [0]
    others_drawn = "".join("-" * (width - 1) + "+" for width in others)
    return _drawn("+" + "-" * (first - 2) + "+" + others_drawn)


def _line(
    cells: list[Piece], widths: list[int], place: Callable[[Piece, int, str], list[Piece]]
) -> list[Piece]:
    edges = chain(["|"], repeat(""))
    placed = zip(cells, widths, edges, strict=False)
    return [piece for cell, width, edge in placed for piece in place(cell, width, edge)]


def _centred(cell: Piece, width: int, edge: str) -> list[Piece]:
    wide = length(cell.text)
    before = width // 2 - wide // 2 - 1
    after = width - 1 - (len(edge) + before + wide)
    return [_drawn(edge + " " * before), cell, _drawn(" " * after + "|")]


def _left(cell: Piece, width: int, edge: str) -> list[Piece]:
    wide = length(cell.text)
    padding = 2 if width >= wide + 2 + len(edge) + 1 else 0
    after = width - len(edge) - padding - wide - 1
    return [_drawn(edge + " " * padding), cell, _drawn(" " * after + "|")]
