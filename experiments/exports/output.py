"""Where formats write to."""

from experiments.exports.errors import TooMuchError

# A table of a response as large as AWS documents has 20,000.
MOST_CHARACTERS = 2_000_000


class Output:
    """Text in pieces, up to a limit: in a table, one long text makes every line as long."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._left = MOST_CHARACTERS

    def write(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise TooMuchError(
                f"The export has more than {MOST_CHARACTERS:,} characters. Select less of the"
                " experiment with a query, or choose another format."
            )
        self._pieces.append(text)

    def text(self) -> str:
        return "".join(self._pieces)
