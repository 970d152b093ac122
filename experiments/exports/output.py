"""Where formats write to: text in pieces, each with what it is and which value it is of."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Protocol

from experiments.exports.errors import TooMuchError, UnprintableError
from experiments.exports.paths import Path

# A table of a response as large as AWS documents has 20,000.
MOST_CHARACTERS = 2_000_000
# What the AWS CLI assumes where there is no terminal.
WIDTH = 80
HALF = "The result holds half of a pair of characters, which UTF-8 cannot write."


class Kind(StrEnum):
    """What a piece of an export is."""

    PLAIN = ""
    PUNCTUATION = "punctuation"
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"
    TITLE = "title"
    HEADER = "header"
    CELL = "cell"
    # The bar that a table is indented by for each of its levels.
    INDENT = "indent"


class Piece(NamedTuple):
    """``path`` is the place of its value in what is written, None if it is the whole or no value.

    What belongs to one value (a key, its colon, the value) has one and the same path.
    """

    text: str
    kind: Kind = Kind.PLAIN
    path: Path | None = None


class Stream(Protocol):
    def write(self, text: str, /) -> object: ...


class Output:
    """Text up to a limit: in a table, one long text makes every line as long.

    With a ``stream`` it is written there as it comes, in the pieces that the AWS CLI writes, so
    that both have printed the same when they fail; without one it is kept for ``text()``.
    ``width``, ``color`` and ``resets`` concern tables: the columns of the terminal, ANSI codes as
    of ``--color on``, and the reset that follows everything that the AWS CLI then writes to its
    standard output, but not what it writes to a pager.
    """

    def __init__(
        self,
        stream: Stream | None = None,
        *,
        limited: bool = True,
        width: int = WIDTH,
        color: bool = False,
        resets: bool = True,
    ) -> None:
        self.width = width
        self.color = color
        self.resets = resets
        self._stream = stream
        self._limited = limited
        self._pieces: list[str] = []
        self._left = MOST_CHARACTERS

    def write(self, text: str, kind: Kind = Kind.PLAIN, path: Path | None = None) -> None:
        self._put(text)

    def write_all(self, pieces: Iterable[Piece]) -> None:
        """All of them, or none where one cannot be written."""
        self._put("".join([piece.text for piece in pieces]))

    def text(self) -> str:
        return "".join(self._pieces)

    def _put(self, text: str) -> None:
        if self._limited:
            self._left -= len(text)
            if self._left < 0:
                raise TooMuchError(
                    f"The export has more than {MOST_CHARACTERS:,} characters. Select less of the"
                    " experiment with a query, or choose another format."
                )
        if self._stream is None:
            self._pieces.append(text)
            return
        try:
            text.encode()
            self._stream.write(text)
        except UnicodeEncodeError as error:
            raise UnprintableError(HALF) from error


def check(text: str) -> None:
    """Raise UnprintableError for half of a surrogate pair, which a literal of a query can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnprintableError(HALF) from error


def kind_of(value: object) -> Kind:
    """Of a scalar."""
    if isinstance(value, str):
        return Kind.STRING
    if value is None or isinstance(value, bool):
        return Kind.LITERAL
    return Kind.NUMBER
