"""An export with what each of its pieces is, for syntax colours and paths.

Pygments would guess both from the text: it has no idea of paths, and none of the AWS CLI's text and
tables, so the writers say what they write instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from experiments.domain.answer import Json
from experiments.exports.output import Kind, Output, Piece, check
from experiments.exports.paths import Path

# Beyond either, a page would be slow to make and to show.
MOST_CHARACTERS = 60_000
MOST_PIECES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """``text`` is the export. ``pieces``, concatenated, are the same; None if it is too long."""

    value: Json
    text: str
    pieces: tuple[Piece, ...] | None


class MarkedOutput(Output):
    """Keeps what is written with its marks, while there are not too many."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[tuple[list[str], Kind, Path | None]] | None = []
        self._characters = 0

    def write(self, text: str, kind: Kind = Kind.PLAIN, path: Path | None = None) -> None:
        super().write(text)
        self._mark(text, kind, path)

    def write_all(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            self.write(*piece)

    def marked(self, value: Json) -> Marked:
        text = self.text()
        check(text)
        runs = self._runs
        pieces = None if runs is None else tuple(Piece("".join(r[0]), r[1], r[2]) for r in runs)
        return Marked(value=value, text=text, pieces=pieces)

    def _mark(self, text: str, kind: Kind, path: Path | None) -> None:
        if self._runs is None or not text:
            return
        self._characters += len(text)
        last = self._runs[-1] if self._runs else None
        # YAML comes in single characters.
        if last is not None and last[1] is kind and last[2] is path:
            last[0].append(text)
        else:
            self._runs.append(([text], kind, path))
        if self._characters > MOST_CHARACTERS or len(self._runs) > MOST_PIECES:
            self._runs = None
