"""The times that AWS gives: marks under the bar, and the same as a list and a table."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from experiments.domain import words
from experiments.domain.timeline.moments import Moments
from experiments.domain.timeline.placement import INDENT, MARK, arrange, box_at
from experiments.domain.timeline.scale import LAYOUTS, Scale, percent, text_width

# Where the first row of marks lies, also below the lane of what was observed, and how far apart the
# rows are.
TOP = 128
TOP_BELOW_BAND = 182
ROW = 30

YEARS = timedelta(days=300)
MINUTES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One time that AWS gave, under the path of its member."""

    mark: str
    label: str
    field: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a mark stands in some layouts; ``flipped`` puts its label on the left."""

    layouts: str
    level: int
    flipped: bool
    top: int = TOP

    @property
    def y(self) -> int:
        return self.top + ROW * self.level


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded time in all its forms: a mark, an item of a list, a row of a table."""

    mark: str
    label: str
    field: str
    iso: str
    stamp: str
    when: str
    relative: str
    x: float
    spots: tuple[Spot, ...]

    @property
    def left(self) -> str:
        return percent(self.x)


def recorded(moments: Moments) -> tuple[Recorded, ...]:
    """What AWS gives, in the order of time."""
    stop = "Stopped" if moments.cancelled else "Completed"
    # What AWS gives is the planned start, until the experiment is known to have begun. One that was
    # cancelled may have failed before it did.
    started = moments.begun and not moments.cancelled
    mark, start = ("started", "Started") if started else ("planned-start", "Planned start")
    found = (
        ("created", "Created", "CreationTime", moments.created),
        (mark, start, "Schedule.StartTime", moments.start),
        ("modified", "Last modified", "LastModifiedTime", moments.modified),
        ("planned-end", "Planned end", "Schedule.EndTime", moments.end),
        ("stopped", stop, "CompletionTime", moments.completed),
    )
    known = [
        Recorded(mark, label, field, moment)
        for mark, label, field, moment in found
        if moment is not None
    ]
    return tuple(sorted(known, key=lambda one: one.moment))


def place(
    found: tuple[Recorded, ...],
    scale: Scale,
    zone: tzinfo,
    *,
    now: datetime,
    now_at: float | None,
    top: int = TOP,
) -> tuple[Event, ...]:
    whens = [_when(one.moment, scale, zone) for one in found]
    places = [scale.at(one.moment) for one in found]
    widths = [_needed(one.label, when) for one, when in zip(found, whens, strict=True)]
    # On a phone the events are a list.
    wide = arrange(places, widths, now_at, LAYOUTS["w"])
    medium = arrange(places, widths, now_at, LAYOUTS["m"])
    return tuple(
        Event(
            mark=one.mark,
            label=one.label,
            field=one.field,
            iso=words.iso(one.moment),
            stamp=words.stamp(one.moment, zone),
            when=whens[index],
            relative=words.relative(one.moment, now),
            x=places[index],
            spots=(
                (Spot("w m", *wide[index], top),)
                if wide[index] == medium[index]
                else (Spot("w", *wide[index], top), Spot("m", *medium[index], top))
            ),
        )
        for index, one in enumerate(found)
    )


def rows(events: tuple[Event, ...], layout: str) -> int:
    """How many rows of marks there are."""
    return max((_spot(event, layout).level + 1 for event in events), default=0)


def clear_of(events: tuple[Event, ...], now_at: float) -> str:
    """The layouts in which the line of now runs through no label."""
    return " ".join(
        layout
        for layout in ("w", "m")
        if not any(_crossed(event, now_at, layout) for event in events)
    )


def _crossed(event: Event, now_at: float, layout: str) -> bool:
    x, line = (place / 100 * LAYOUTS[layout] for place in (event.x, now_at))
    box = box_at(x, _needed(event.label, event.when), flipped=_spot(event, layout).flipped)
    # The mark itself may lie on the line; the text may not.
    return box.start + MARK < line < box.end - MARK and abs(line - x) > MARK / 2


def _spot(event: Event, layout: str) -> Spot:
    return next(spot for spot in event.spots if layout in spot.layouts.split())


def _needed(label: str, when: str) -> float:
    return max(text_width(label, size=12, bold=True), text_width(when)) + INDENT


def _when(moment: datetime, scale: Scale, zone: tzinfo) -> str:
    if scale.span > YEARS:
        return words.dated(moment, zone)
    return words.precise(moment, zone) if scale.span < MINUTES else words.short(moment, zone)
