"""The pieces of a lane: what is drawn of each stretch of time, and which words it has room for.

How wide is enough to be seen depends on the layout, so each layout has pieces of its own, and those
that layouts share are one.
"""

from dataclasses import dataclass

from experiments.domain.status import Status
from experiments.domain.timeline.scale import LAYOUTS, Scale, percent, text_width
from experiments.domain.timeline.spans import Span, Stretch, fit

# From how many pixels there is room for an icon, and at least how many for a word beside it.
ICON = 20
WORD = 95
# Around a word: the icon with its distances on the left, air on the right.
WORD_PADDING = 40

SEEN, PARTLY, SEVERAL, UNWATCHED = "seen", "partly", "several", "unwatched"
SEVERAL_WORDS = "several changes"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the lane; ``part`` is seen, several or unwatched, or partly for now and then.

    ``layouts`` names those of the stylesheet in which the piece stands, ``alone`` those with room
    for its icon only, ``named`` those with room for its word.
    """

    part: str
    status: Status | None
    x: float
    width: float
    layouts: str
    alone: str = ""
    named: str = ""

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def across(self) -> str:
        return percent(self.width)

    @property
    def middle(self) -> str:
        return percent(self.x + self.width / 2)

    @property
    def word(self) -> str:
        return SEVERAL_WORDS if self.status is None else self.status.word


def cut(stretches: list[Stretch], scale: Scale) -> tuple[Piece, ...]:
    """What of ``stretches`` lies on the figure, as the pieces of all layouts from left to right."""
    shown = [stretch for stretch in stretches if _on_figure(stretch, scale)]
    if not shown:
        return ()
    layouts: dict[tuple[str, Status | None, float, float], list[str]] = {}
    for layout, width in LAYOUTS.items():
        for span in fit(shown, scale, width):
            x, right = (round(place / width * 100, 3) for place in (span.start, span.end))
            key = (*_kind(span), x, round(right - x, 3))
            layouts.setdefault(key, []).append(layout)
    pieces = [_piece(*key, found) for key, found in layouts.items()]
    return tuple(sorted(pieces, key=lambda piece: piece.x))


def _on_figure(stretch: Stretch, scale: Scale) -> bool:
    left, right = scale.at(stretch.since), scale.at(stretch.until)
    # A single look has no length; one outside of the figure would otherwise be pulled to its edge.
    return left < right or (scale.shows(stretch.since) and scale.shows(stretch.until))


def _kind(span: Span) -> tuple[str, Status | None]:
    if not span.seen:
        return UNWATCHED, None
    if len(span.seen) > 1:
        return SEVERAL, None
    return PARTLY if None in span.statuses else SEEN, span.seen.pop()


def _piece(part: str, status: Status | None, x: float, width: float, layouts: list[str]) -> Piece:
    if part == UNWATCHED:
        return Piece(part, status, x, width, " ".join(layouts))
    word = SEVERAL_WORDS if status is None else status.word
    needed = max(WORD, text_width(word, size=12, bold=True) + WORD_PADDING)
    room = {layout: width / 100 * LAYOUTS[layout] for layout in layouts}
    return Piece(
        part,
        status,
        x,
        width,
        " ".join(layouts),
        alone=" ".join(layout for layout in layouts if ICON <= room[layout] < needed),
        named=" ".join(layout for layout in layouts if room[layout] >= needed),
    )
