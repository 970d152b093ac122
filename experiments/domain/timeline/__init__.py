"""The schedule as a drawing: an experiment, now and a zone in; places and words out.

Places are percent across and pixels down. Everything a template prints is made here, so that it
only chooses shapes. Down the figure stand the axis, the lane of the plan, the lane of what this
portal observed, where there is any, and the lane of what AWS recorded.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from experiments.domain import words
from experiments.domain.experiment import Experiment
from experiments.domain.observation import Sighting
from experiments.domain.status import ENDED
from experiments.domain.timeline import axis, bars, events, moments, observed, scale, story
from experiments.domain.timeline.axis import Axis, Tick
from experiments.domain.timeline.bars import Plan, Segment
from experiments.domain.timeline.events import Event, Spot
from experiments.domain.timeline.labels import Label
from experiments.domain.timeline.moments import Kind, Moments
from experiments.domain.timeline.observed import Band
from experiments.domain.timeline.scale import Scale, Stripe, percent
from experiments.domain.timeline.story import Headline

__all__ = [
    "Axis",
    "Band",
    "Event",
    "Headline",
    "Kind",
    "Label",
    "Now",
    "Plan",
    "Segment",
    "Spot",
    "Stripe",
    "Tick",
    "Timeline",
    "build",
    "tick",
]

LEAST_TICK = timedelta(minutes=1)
TICKS_PER_WINDOW = 200
TICKS_PER_DISTANCE = 30
# A ladder, because a step that shrank with every look would make every look a change.
TICK_STEPS = (LEAST_TICK, *(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180)))

# An ended experiment is drawn without now where that would squeeze it to less than this share.
NOW_NEAR = 0.15
# So near to an edge, in percent, the pill of now stands beside its line and not over it.
PILL_EDGE = 14.0


@dataclass(frozen=True, slots=True)
class Now:
    """The line of now and the pill on its top."""

    x: float
    text: str
    # The layouts in which the line runs down to the foot, and not only to the marks.
    through: str

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def short(self) -> str:
        """The layouts in which the line ends below the lanes."""
        return " ".join(layout for layout in ("w", "m") if layout not in self.through.split())

    @property
    def side(self) -> str:
        """To which side of the line the pill stands."""
        if self.x < PILL_EDGE:
            return "after"
        return "before" if self.x > 100 - PILL_EDGE else "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    kind: Kind
    headline: Headline
    window: str
    span: str
    zone: str
    description: str
    axis: Axis
    plan: Plan
    events: tuple[Event, ...]
    now: Now | None
    band: Band | None

    @property
    def wide_rows(self) -> int:
        return events.rows(self.events, "w")

    @property
    def medium_rows(self) -> int:
        return events.rows(self.events, "m")


def build(
    experiment: Experiment,
    *,
    now: datetime,
    zone: tzinfo,
    sightings: tuple[Sighting, ...] = (),
    pill: str = "now",
) -> Timeline:
    """``pill`` is what the line of ``now`` is called, which may be a moment of the past."""
    known = moments.read(experiment, now)
    drawn = _scale(known)
    now_at = drawn.at(now) if drawn.shows(now) and _shows_now(known) else None
    found = events.recorded(known)
    said = story.headline(known)
    band = observed.observe(sightings, drawn, zone, now=now, ended=known.ended)
    top = events.TOP if band is None else events.TOP_BELOW_BAND
    placed = events.place(found, drawn, zone, now=now, now_at=now_at, top=top)
    told = story.description(known, str(said), [(one.label, one.moment) for one in found], zone)
    return Timeline(
        kind=known.kind,
        headline=said,
        window=story.window(known, zone, years=drawn.span > events.YEARS),
        span=story.span_words(known),
        zone=words.zone_name(now, zone),
        description=told if band is None else f"{told} {band.description}",
        axis=axis.draw(drawn, zone, now_at=now_at),
        plan=bars.draw(known, drawn),
        events=placed,
        now=None
        if now_at is None
        else Now(now_at, f"{pill} {words.minute(now, zone)}", events.clear_of(placed, now_at)),
        band=band,
    )


def tick(experiment: Experiment, now: datetime) -> int | None:
    """A number that changes whenever the drawing would have moved; none once it stands still.

    Near a planned start or end the words count minutes, so the number changes more often there.
    """
    if experiment.status.word in ENDED:
        return None
    known = moments.read(experiment, now)
    longest = (known.window or timedelta(0)) / TICKS_PER_WINDOW
    boundaries = [abs(now - moment) for moment in (known.start, known.end) if moment is not None]
    near = min([longest, *(distance / TICKS_PER_DISTANCE for distance in boundaries)])
    return (now - scale.ORIGIN) // max(step for step in TICK_STEPS if step <= max(near, LEAST_TICK))


def _scale(known: Moments) -> Scale:
    shown = (*known.known, known.now) if _shows_now(known) else known.known
    return scale.fit(shown, open_end=known.open_end)


def _shows_now(known: Moments) -> bool:
    """Always until the experiment has ended; then only while now is near what it did."""
    if not known.ended or not known.known:
        return True
    first, last = min(known.known), max(known.known)
    near = (last - first) * NOW_NEAR
    # Compared as lengths: the sum of a time and a length may lie outside the calendar.
    return known.now - last <= near and first - known.now <= near
