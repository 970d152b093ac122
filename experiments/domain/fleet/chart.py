"""The schedules of many experiments on one axis, with a line for now.

The axis covers what the rows need, eighteen days to either side of now at most; bars that reach
beyond it are cut off, which a mark at the edge says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from experiments.domain import words
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.overlaps import Overlap
from experiments.domain.timeline import axis, bars, moments, scale, story
from experiments.domain.timeline.bars import Plan
from experiments.domain.timeline.calendar import Step, walk
from experiments.domain.timeline.moments import Kind
from experiments.domain.timeline.scale import Scale, Stripe, percent
from experiments.domain.timeline.story import Headline

# Beyond this, weekends would be stripes.
FARTHEST = timedelta(days=18)
LEAST = timedelta(hours=12)
MIDNIGHT = "00:00"
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# The column in pixels where it is narrowest, and what labels of days and all others take.
WIDTH = 340.0
DAY_WIDTH = 66.0
LABEL_WIDTH = 46.0
# Half of the pill of now.
PILL = 38.0


@dataclass(frozen=True, slots=True)
class Tick:
    """``label`` is empty where the pill of now, or the edge, leaves no room for it."""

    x: float
    label: str

    @property
    def left(self) -> str:
        return percent(self.x)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One experiment's schedule; ``before`` and ``after`` where it goes on beyond an edge.

    ``text`` stands below it at ``text_x``, to the left of that place where ``text_ends`` there.
    """

    plan: Plan
    text: Headline
    window: str
    before: bool
    after: bool
    shared: tuple[Stripe, ...]
    text_x: float
    text_ends: bool

    @property
    def text_at(self) -> str:
        return percent(self.text_x)

    @property
    def brief(self) -> str:
        """``text`` without what the bar shows as well, since other bars stand close by."""
        match self.plan.kind:
            case Kind.NONE:
                return "no schedule"
            case Kind.BACKWARDS:
                return "ends before it starts"
            case Kind.RUNNING if self.text.before == story.NO_END:
                return "no planned end"
            case Kind.RUNNING if self.text.strong:
                return f"{self.text.strong} left"
            case Kind.ENDED | Kind.ENDED_EARLY if self.text.after.startswith((" of ", ",")):
                return f"{self.text.before}{self.text.strong}"
            case _:
                return str(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The axis that all rows share."""

    scale: Scale
    now: datetime
    zone: tzinfo
    ticks: tuple[Tick, ...]
    weekends: tuple[Stripe, ...]

    @property
    def zone_name(self) -> str:
        return words.zone_name(self.now, self.zone)

    @property
    def now_x(self) -> float:
        return self.scale.at(self.now)

    @property
    def now_at(self) -> str:
        return percent(self.now_x)

    @property
    def now_text(self) -> str:
        return f"now {words.minute(self.now, self.zone)}"

    def bar(self, entry: Entry, overlaps: Iterable[Overlap] = ()) -> Bar:
        known = moments.read(entry.summary(), self.now)
        plan = bars.draw(known, self.scale)
        ends = [moment for moment in (known.start, known.end, known.stop) if moment is not None]
        x, ends_there = self._text(known, plan)
        return Bar(
            plan=plan,
            text=story.headline(known),
            window=story.window(known, self.zone, years=False),
            before=any(scale.seconds(moment) < self.scale.left for moment in ends),
            after=known.open_end or any(scale.seconds(one) > self.scale.right for one in ends),
            shared=tuple(self.scale.between(one.since, one.until) for one in overlaps),
            text_x=x,
            text_ends=ends_there,
        )

    def _text(self, known: moments.Moments, plan: Plan) -> tuple[float, bool]:
        """What is ahead stands after now, what is late before it, what is over below its bar."""
        if plan.kind in {Kind.NONE, Kind.BACKWARDS}:
            return self.now_x, self.now_x > 50
        if plan.kind in {Kind.OVERDUE, Kind.LATE}:
            return (self.now_x, True) if self.now_x > 40 else (plan.x, False)
        x = plan.x if known.ended or plan.kind is Kind.FUTURE else max(plan.x, self.now_x)
        # Near the right edge a text would leave the row.
        return (x, False) if x < 62 else (min(100.0, max(x, plan.x + plan.width)), True)


def build(entries: Iterable[Entry], *, now: datetime, zone: tzinfo) -> Chart:
    """The axis for these rows."""
    first, last = now - LEAST, now + LEAST
    for entry in entries:
        ends = (entry.start_at, entry.end_at, entry.completed_at)
        for moment in (one for one in ends if one is not None):
            first = min(first, max(moment, now - FARTHEST))
            last = max(last, min(moment, now + FARTHEST))
    drawn = scale.fit((first, last))
    return Chart(
        scale=drawn,
        now=now,
        zone=zone,
        ticks=_ticks(drawn, zone, drawn.at(now)),
        weekends=axis.weekends(drawn, zone),
    )


def _ticks(drawn: Scale, zone: tzinfo, now_at: float) -> tuple[Tick, ...]:
    step = next(step for step, _ in axis.STEPS if step.about / drawn.span * WIDTH >= _room(step))
    return tuple(
        Tick(x := drawn.at(moment), _label(moment, zone, step, x, now_at))
        for moment in walk(drawn, zone, step)
    )


def _label(moment: datetime, zone: tzinfo, step: Step, x: float, now_at: float) -> str:
    room = _room(step) / WIDTH * 100
    pill = PILL / WIDTH * 100
    # A label stands to the right of its tick.
    if x + room > 100 or (x < now_at + pill and x + room > now_at - pill):
        return ""
    if step.about < DAY and (hour := words.minute(moment, zone)) != MIDNIGHT:
        return hour
    # Weeks begin on Mondays, and between hours there is no room for more.
    return words.weekday(moment, zone) if DAY <= step.about < WEEK else words.day(moment, zone)


def _room(step: Step) -> float:
    return DAY_WIDTH if DAY <= step.about < WEEK else LABEL_WIDTH
