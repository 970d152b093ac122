"""From stretches of time to spans of pixels, none too narrow to be seen.

An hour of changes in a window of weeks is narrower than a pixel. Whatever is too narrow is widened,
at the cost of what follows. Where that would push spans far from their places, and where specks
stand in a long row, they become one.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from experiments.domain.status import Status
from experiments.domain.timeline.scale import Scale

# Three pixels to be seen, and two of surface between a span and the next.
LEAST = 5.0
# How far a span may stand from its place.
DRIFT = 12.0
# More than so many spans in a row, all narrower than this, are not told apart.
SPECKS = 4
SPECK = 10.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time with one status, or without one where nobody looked."""

    status: Status | None
    since: datetime
    until: datetime


@dataclass(slots=True)
class Span:
    """From where to where what was seen; ``None`` is nobody looking, ``tight`` is widened."""

    start: float
    end: float
    statuses: set[Status | None]
    tight: bool = False

    @property
    def seen(self) -> set[Status]:
        return {status for status in self.statuses if status is not None}

    def swallow(self, end: float, status: Status | None) -> None:
        self.end = max(self.end, end)
        self.statuses.add(status)


def fit(stretches: list[Stretch], scale: Scale, width: int) -> list[Span]:
    """Spans of ``width`` pixels, each at least ``LEAST`` wide and none over another."""
    spans: list[Span] = []
    for stretch in stretches:
        begin, end = (scale.at(moment) / 100 * width for moment in (stretch.since, stretch.until))
        start = max(begin, spans[-1].end) if spans else begin
        tight = end - start < LEAST
        if tight and spans and spans[-1].tight and start - begin > DRIFT - LEAST:
            spans[-1].swallow(end, stretch.status)
        else:
            spans.append(Span(start, start + LEAST if tight else end, {stretch.status}, tight))
    return _within(_calm(spans), scale.at(stretches[-1].until) / 100 * width)


def _within(spans: list[Span], limit: float) -> list[Span]:
    """Spans widened beyond the last look are moved back, at the cost of those before them."""
    limit = max(limit, LEAST)
    for index in range(len(spans) - 1, -1, -1):
        span = spans[index]
        if span.end <= limit:
            break
        span.end, span.start = limit, min(span.start, limit - LEAST)
        if span.start < LEAST:
            # There is no room for another one before it.
            for other in spans[:index]:
                span.statuses |= other.statuses
            span.start = min(span.start, spans[0].start)
            return spans[index:]
        limit = span.start
    return spans


def _calm(spans: list[Span]) -> list[Span]:
    """A longer row of specks says no more than that there were several changes or looks."""
    calm: list[Span] = []
    for specks, found in groupby(spans, key=lambda span: span.end - span.start < SPECK):
        row = list(found)
        crowded = len(row) > SPECKS or any(len(span.seen) > 1 for span in row)
        if specks and crowded:
            statuses = set().union(*(span.statuses for span in row))
            row = [Span(row[0].start, row[-1].end, statuses)]
        calm += row
    return calm
