"""An export as HTML: coloured by what its pieces are, where each value leads to itself."""

from collections.abc import Callable, Iterable
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from experiments.exports.output import Kind, Piece
from experiments.exports.paths import Path
from experiments.templatetags.portal import verbatim

_BARE = {Kind.PLAIN, Kind.PUNCTUATION, Kind.INDENT}

Address = Callable[[Path], str]


def listing(pieces: Iterable[Piece], address: Address | None) -> SafeString:
    """The pieces, those of one value together as a link; ``address`` is of the page of a value.

    Its text is the export's, character for character.
    """
    values = groupby(pieces, key=lambda piece: id(piece.path))
    return format_html_join("", "{}", ((_value(list(group), address),) for _, group in values))


def _value(pieces: list[Piece], address: Address | None) -> SafeString:
    text = format_html_join("", "{}", ((_piece(piece),) for piece in pieces))
    path = pieces[0].path
    if path is None or address is None:
        return text
    return format_html('<a href="{}" draggable="false">{}</a>', address(path), text)


def _piece(piece: Piece) -> SafeString:
    if piece.kind in _BARE:
        return verbatim(piece.text)
    # Isolated, so that no text turns the direction of what stands beside it.
    return format_html('<bdi class="k-{}">{}</bdi>', piece.kind.value, verbatim(piece.text))
