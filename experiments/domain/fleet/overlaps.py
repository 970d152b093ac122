"""Which experiments share an endpoint at the same time.

An endpoint carries one shadow test at a time, so two whose windows meet are a plan that will not
hold, or one that did not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from experiments.domain.fleet.entry import Entry
from experiments.domain.status import ENDED

NEVER = datetime.max.replace(tzinfo=UTC)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another experiment on the endpoint, and when both have it; ``until`` may be NEVER."""

    name: str
    since: datetime
    until: datetime


def overlaps(
    entries: Iterable[Entry], on_endpoints: Iterable[Entry], now: datetime
) -> dict[Key, tuple[Overlap, ...]]:
    """By source and name, for those of ``entries`` that overlap with one ``on_endpoints``."""
    by_endpoint: defaultdict[Key, list[Entry]] = defaultdict(list)
    for entry in on_endpoints:
        by_endpoint[entry.source, entry.endpoint].append(entry)
    found = {
        entry.key: tuple(_with(entry, by_endpoint, now)) for entry in entries if entry.endpoint
    }
    return {key: overlaps for key, overlaps in found.items() if overlaps}


def _with(entry: Entry, by_endpoint: Mapping[Key, list[Entry]], now: datetime) -> Iterable[Overlap]:
    mine = window(entry, now)
    for other in by_endpoint[entry.source, entry.endpoint]:
        theirs = window(other, now)
        if other.key == entry.key or mine is None or theirs is None:
            continue
        since, until = max(mine[0], theirs[0]), min(mine[1], theirs[1])
        if since < until:
            yield Overlap(other.name, since, until)


def window(entry: Entry, now: datetime) -> tuple[datetime, datetime] | None:
    """From when to when an experiment has its endpoint, as far as its times tell."""
    start, end = entry.start_at, entry.end_at
    if start is None:
        return None
    if entry.status in ENDED:
        end = entry.completed_at or end or start
    elif end is None:
        end = NEVER
    elif entry.status == "Running":
        # One that runs over still has it.
        end = max(end, now)
    return (start, end) if start < end else None
