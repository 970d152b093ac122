"""The axis: its ticks on the clocks of the reader's zone, and the weekends behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from itertools import pairwise

from experiments.domain import words
from experiments.domain.timeline.calendar import Step, start, walk
from experiments.domain.timeline.labels import Label, name, name_origin
from experiments.domain.timeline.scale import Scale, Stripe, percent

NOMINAL_WIDTH = 1080
LEAST_TICK_WIDTH = 78
WEEKENDS_UNDER = timedelta(days=40)
SATURDAY = 5


def _steps() -> Iterator[tuple[Step, Step]]:
    """Each step with that of its minor ticks, from one minute to a thousand years."""
    for minutes, seconds in ((1, 20), (5, 60), (15, 300), (30, 600), (60, 1200)):
        yield Step(timedelta(minutes=minutes)), Step(timedelta(seconds=seconds))
    for hours in (3, 6, 12):
        yield Step(timedelta(hours=hours)), Step(timedelta(hours=hours / 3))
    for days, hours in ((1, 6), (2, 12), (7, 24), (14, 7 * 24), (28, 7 * 24)):
        yield Step(timedelta(days=days)), Step(timedelta(hours=hours))
    for months, minor in ((3, 1), (6, 1), (12, 3), (24, 12), (60, 12)):
        yield Step(months=months), Step(months=minor)
    for years in (10, 20, 50, 100, 200, 500, 1000):
        yield Step(months=12 * years), Step(months=12 * years // 5)


STEPS = tuple(_steps())


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    labels: tuple[Label, ...]

    @property
    def left(self) -> str:
        return percent(self.x)

    @property
    def layouts(self) -> str:
        """Where the tick is tall. Without a label of its own it would strike its neighbour's."""
        return " ".join(label.layouts for label in self.labels)


@dataclass(frozen=True, slots=True)
class Axis:
    ticks: tuple[Tick, ...]
    minor: tuple[float, ...]
    weekends: tuple[Stripe, ...]
    origin: tuple[Label, ...]

    @property
    def minor_path(self) -> str:
        """All minor ticks as one path in a box 100 wide: a fraction of the bytes of lines."""
        return "".join(f"M{x:g} 0v1" for x in self.minor)


def draw(scale: Scale, zone: tzinfo, *, now_at: float | None) -> Axis:
    step, minor = _fitting(scale)
    moments = walk(scale, zone, step)
    places = [scale.at(moment) for moment in moments]
    named = name(moments, places, zone=zone, step=step, now_at=now_at)
    between = {scale.at(moment) for moment in walk(scale, zone, minor)}
    return Axis(
        ticks=tuple(Tick(x, labels) for x, labels in zip(places, named, strict=True)),
        minor=tuple(sorted(between.difference(places))),
        weekends=weekends(scale, zone),
        origin=name_origin(start(scale), places, zone=zone, step=step, now_at=now_at),
    )


def _fitting(scale: Scale) -> tuple[Step, Step]:
    for step, minor in STEPS:
        if step.about / scale.span * NOMINAL_WIDTH >= LEAST_TICK_WIDTH:
            return step, minor
    return STEPS[-1]


def weekends(scale: Scale, zone: tzinfo) -> tuple[Stripe, ...]:
    """The weekends on the figure, none where it covers so much that they would be stripes."""
    if scale.span >= WEEKENDS_UNDER:
        return ()
    # Midnights beyond both edges, so that a weekend which is only partly shown is found too.
    around = timedelta(days=3).total_seconds()
    midnights = walk(
        Scale(left=scale.left - around, right=scale.right + around), zone, Step(timedelta(days=1))
    )
    found: list[Stripe] = []
    for morning, evening in pairwise(midnights):
        left, right = scale.at(morning), scale.at(evening)
        if left == right or words.local(morning, zone).weekday() < SATURDAY:
            continue
        # Saturday and Sunday are one ground.
        if found and found[-1].x + found[-1].width >= left - 0.001:
            left = found.pop().x
        found.append(Stripe(left, round(right - left, 3)))
    return tuple(found)
