"""From times to places: percent across, so that the drawing stretches and its text never does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ORIGIN = datetime(1, 1, 1, tzinfo=UTC)

# Of the time covered; the right side is wider, because labels run to the right.
PAD_LEFT = 0.03
PAD_RIGHT = 0.048
# Room for an open end to run into.
OPEN_END = 0.25
# Where every known time is the same one.
LEAST_SPAN = timedelta(minutes=1)

# The narrowest plot, in pixels, that each layout of the stylesheet can leave: a panel from 960 px,
# from 700 px, and on a phone of 320 px. A label that fits there fits the whole layout.
LAYOUTS = {"w": 816, "m": 556, "s": 246}

NARROW_LETTERS = frozenset("ijltfrI.,:;'|! ")
BROAD_LETTERS = frozenset("mwMW")


@dataclass(frozen=True, slots=True)
class Scale:
    """The stretch of time that is drawn, in seconds since year 1.

    Plain numbers and no datetimes: the padding may reach before year 1 and beyond 9999.
    """

    left: float
    right: float

    @property
    def span(self) -> timedelta:
        return timedelta(seconds=self.right - self.left)

    def at(self, moment: datetime) -> float:
        """Where ``moment`` is, in percent, pulled to the nearer edge if it is not on the figure."""
        place = (seconds(moment) - self.left) / (self.right - self.left) * 100
        return round(min(max(place, 0.0), 100.0), 3)

    def between(self, since: datetime, until: datetime) -> "Stripe":
        """The part of this time that is on the figure."""
        left = self.at(since)
        return Stripe(left, round(self.at(until) - left, 3))

    def shows(self, moment: datetime) -> bool:
        return self.left <= seconds(moment) <= self.right


@dataclass(frozen=True, slots=True)
class Stripe:
    """A part of the figure from its top to its foot, in percent across."""

    x: float
    width: float

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def across(self) -> str:
        return percent(self.width)


def fit(moments: tuple[datetime, ...], *, open_end: bool = False) -> Scale:
    """The scale that shows all ``moments``, of which there must be one."""
    first, last = seconds(min(moments)), seconds(max(moments))
    lacking = max(LEAST_SPAN.total_seconds() - (last - first), 0.0)
    first, last = first - lacking / 2, last + lacking / 2
    if open_end:
        last += (last - first) * OPEN_END
    span = last - first
    return Scale(left=first - span * PAD_LEFT, right=last + span * PAD_RIGHT)


def seconds(moment: datetime) -> float:
    return (moment - ORIGIN).total_seconds()


def percent(value: float) -> str:
    """For an SVG attribute. A string, so that no template localises the decimal point."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def text_width(text: str, *, size: float = 11, bold: bool = False) -> float:
    """About how many pixels ``text`` takes: the widths of Arial by kind of letter, rounded up."""
    return sum(map(_em, text)) * size * (1.06 if bold else 1.0)


def _em(letter: str) -> float:
    if letter in NARROW_LETTERS:
        return 0.31
    if letter in BROAD_LETTERS:
        return 0.86
    return 0.72 if letter.isupper() else 0.58
