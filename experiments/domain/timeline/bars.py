"""The bar of the plan: what has run, what is left, what ran over, what was not used."""

from dataclasses import dataclass

from experiments.domain import words
from experiments.domain.timeline import story
from experiments.domain.timeline.moments import Kind, Moments
from experiments.domain.timeline.scale import LAYOUTS, Scale, percent, text_width

LABEL_SIZE = 12
LABEL_PADDING = 12
LEAST_WIDTH = 0.3


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar; ``part`` is elapsed, remaining, over or unused.

    ``layouts`` names the layouts of the stylesheet in which the label has room.
    """

    part: str
    x: float
    width: float
    label: str = ""
    layouts: str = ""

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def across(self) -> str:
        return percent(self.width)

    @property
    def right(self) -> str:
        return percent(self.x + self.width)


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned window; without one, ``sentence`` says why there is no bar."""

    kind: Kind
    x: float = 0.0
    width: float = 0.0
    segments: tuple[Segment, ...] = ()
    open_end: bool = False
    sentence: str = ""

    @property
    def tone(self) -> str:
        return "done" if self.kind in {Kind.ENDED, Kind.ENDED_EARLY} else "ok"

    @property
    def begun(self) -> bool:
        """A plan that nothing has been made of yet is drawn with a dashed outline."""
        return any(segment.part != "remaining" for segment in self.segments)

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def across(self) -> str:
        """A window too short to be seen on this figure is still there: three pixels of it."""
        return percent(self.width) if self.width >= LEAST_WIDTH else "3"


def draw(moments: Moments, scale: Scale) -> Plan:
    if moments.kind is Kind.NONE:
        return Plan(moments.kind, sentence="AWS gives no planned start and no planned end.")
    if moments.kind is Kind.BACKWARDS:
        return Plan(moments.kind, sentence=story.BACKWARDS)
    left, right = _ends(moments, scale)
    return Plan(
        moments.kind,
        x=left,
        width=round(right - left, 3),
        segments=tuple(_segments(moments, scale, left, right)),
        open_end=moments.open_end,
    )


def _ends(moments: Moments, scale: Scale) -> tuple[float, float]:
    # An open end runs off the figure, until it is known when somebody stopped it.
    last = moments.end or moments.stop
    right = 100.0 if last is None else scale.at(last)
    if moments.start is not None:
        left = scale.at(moments.start)
        return left, max(left, right)
    # Without a planned start the bar begins where the experiment came to be known.
    left = 0.0 if moments.created is None else scale.at(moments.created)
    return min(left, right), right


def _segments(moments: Moments, scale: Scale, left: float, right: float) -> list[Segment]:
    now = scale.at(moments.now)
    if moments.kind in {Kind.FUTURE, Kind.LATE}:
        return [_segment("remaining", left, right, _planned(moments))]
    if not moments.ended:
        until = min(max(now, left), right)
        parts = [_segment("elapsed", left, until, _elapsed(moments))]
        if moments.kind is Kind.OVERDUE:
            return [*parts, _segment("over", right, max(now, right))]
        return [*parts, _segment("remaining", until, right, _left(moments))]
    if moments.stop is None:
        return []
    return _after(moments, scale.at(moments.stop), left, right)


def _after(moments: Moments, stop: float, left: float, right: float) -> list[Segment]:
    """What an ended experiment made of its plan."""
    until = min(max(stop, left), right)
    parts = []
    if until > left:
        ran = f"ran {words.duration(moments.ran)}" if moments.ran else ""
        parts.append(_segment("elapsed", left, until, ran))
    if moments.kind is Kind.ENDED_EARLY:
        parts.append(_segment("unused", until, right))
    elif moments.overran and stop > right:
        parts.append(_segment("over", right, stop))
    return parts


def _planned(moments: Moments) -> str:
    return f"{words.duration(moments.window)} planned" if moments.window else "no planned end"


def _elapsed(moments: Moments) -> str:
    if moments.start is None:
        return ""
    until = moments.now if moments.end is None else min(moments.now, moments.end)
    return f"{words.duration(until - moments.start)} elapsed"


def _left(moments: Moments) -> str:
    if moments.end is None:
        return "no planned end"
    return f"{words.remaining(moments.end - moments.now)} left"


def _segment(part: str, left: float, right: float, label: str = "") -> Segment:
    width = round(right - left, 3)
    needed = text_width(label, size=LABEL_SIZE, bold=True) + 2 * LABEL_PADDING
    layouts = [name for name, plot in LAYOUTS.items() if width / 100 * plot >= needed]
    return Segment(part, left, width, label, " ".join(layouts) if label else "")
