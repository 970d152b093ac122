"""The colours of a table, as the AWS CLI's ``--color on`` writes them."""

from collections.abc import Iterable

from experiments.exports.output import Kind, Piece

RESET = "\x1b[0m"
# Bright blue values, and dim yellow bars where a table is indented.
_CODES = {Kind.CELL: "\x1b[1m\x1b[34m", Kind.INDENT: "\x1b[2m\x1b[33m"}


def painted(pieces: Iterable[Piece]) -> str:
    return "".join(
        f"{_CODES[piece.kind]}{piece.text}{RESET}" if piece.kind in _CODES else piece.text
        for piece in pieces
    )
