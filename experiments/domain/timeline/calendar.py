"""Walking the local calendar: where the clocks of a zone show full hours, midnights, first days.

A tick is a wall time that the zone places in UTC, never a multiple of seconds. That keeps ticks
right on the days when clocks change, when they are not evenly spaced.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from experiments.domain import words
from experiments.domain.timeline.scale import ORIGIN, Scale

DAY = timedelta(days=1)
MONTH = timedelta(days=30.44)


@dataclass(frozen=True, slots=True)
class Step:
    """A distance between ticks: a fixed ``length`` of local time, or a number of ``months``."""

    length: timedelta = timedelta()
    months: int = 0

    @property
    def about(self) -> timedelta:
        return self.length or MONTH * self.months


def walk(scale: Scale, zone: tzinfo, step: Step) -> tuple[datetime, ...]:
    """The times on the figure at which the clocks of ``zone`` show a multiple of ``step``."""
    found = sorted(
        {
            moment
            for wall in _walls(scale, zone, step)
            for moment in _instants(wall, zone, step)
            if scale.shows(moment)
        }
    )
    # Times may round to one place where the figure covers thousands of years.
    places = {scale.at(moment): moment for moment in reversed(found)}
    return tuple(sorted(places.values()))


def start(scale: Scale) -> datetime:
    """The time at the left edge."""
    return _calendar(scale.left)


def _walls(scale: Scale, zone: tzinfo, step: Step) -> Iterator[datetime]:
    """Local times without a zone, from before the left edge to beyond the right one."""
    first = words.local(_calendar(scale.left), zone).replace(tzinfo=None)
    last = words.local(_calendar(scale.right), zone).replace(tzinfo=None)
    if step.months:
        month = (first.year * 12 + first.month - 1) // step.months * step.months
        for count in range(month, last.year * 12 + last.month, step.months):
            # There is no year 0.
            if count >= 12:
                yield datetime(count // 12, count % 12 + 1, 1)
        return
    # 1 January of the year 1 was a Monday: whole weeks counted from it begin on Mondays.
    before = max((first - datetime.min) // step.length - 1, 0)
    beyond = (last - datetime.min) // step.length + 2
    for count in range(before, beyond):
        try:
            yield datetime.min + step.length * count
        except OverflowError:
            return


def _instants(wall: datetime, zone: tzinfo, step: Step) -> Iterator[datetime]:
    """When the clocks of ``zone`` show ``wall``: twice in an autumn hour, never in a spring one."""
    try:
        early = wall.replace(tzinfo=zone).astimezone(UTC)
        late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except (OverflowError, ValueError):
        return
    if step.months or step.length >= DAY:
        # A day has one beginning: its first midnight, or the moment the clocks jump over it.
        yield early
    elif early <= late:
        yield from (early, late)


def _calendar(second: float) -> datetime:
    """The time at ``second`` after year 1, or the end of Python's calendar nearest to it."""
    try:
        return ORIGIN + timedelta(seconds=second)
    except OverflowError:
        return ORIGIN if second < 0 else datetime.max.replace(tzinfo=UTC)
