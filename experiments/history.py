"""Reading what was recorded of an experiment. Everything raises availability.Unavailable.

However much there is, no function reads more than it is asked for.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from experiments import models
from experiments.domain.answer import Answer
from experiments.domain.observation import Observation, Sighting
from experiments.domain.status import experiment_status
from experiments.store.availability import reads

log = logging.getLogger(__name__)

# More than a life has, and as many as a drawing can tell apart.
SIGHTINGS = 48


@dataclass(frozen=True, slots=True)
class Page:
    """Some observations, the newest first, and the one before the last of them.

    ``before_last`` is what the oldest of the page is compared with; it is None for the first
    observation of all. ``older`` says whether there are more before.
    """

    observations: tuple[Observation, ...]
    before_last: Observation | None = None
    older: bool = False


def page(source: str, name: str, *, limit: int, before: int | None = None) -> Page:
    """The last observations, or the last before the number ``before``."""
    rows = _observations(source, name).order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    with reads():
        found = [_observation(*row) for row in rows.values_list(*_FIELDS)[: limit + 1]]
    shown = tuple(observation for observation in found[:limit] if observation is not None)
    older = len(found) > limit
    return Page(shown, found[limit] if older else None, older=older)


def observation(source: str, name: str, number: int) -> Observation | None:
    with reads():
        row = _observations(source, name).filter(number=number).values_list(*_FIELDS).first()
    return None if row is None else _observation(*row)


@dataclass(frozen=True, slots=True)
class Kept:
    """The numbers of the oldest and the newest observation: pruning takes the oldest away."""

    oldest: int
    newest: int

    def __len__(self) -> int:
        return self.newest - self.oldest + 1


def kept(source: str, name: str) -> Kept | None:
    """Which observations there are; None if there are none. Both ends are found by the index."""
    numbers = _observations(source, name).values_list("number", flat=True)
    with reads():
        oldest, newest = numbers.order_by("number").first(), numbers.order_by("-number").first()
    return None if oldest is None or newest is None else Kept(oldest, newest)


def sightings(source: str, name: str, *, until: datetime | None = None) -> tuple[Sighting, ...]:
    """The last stretches of one status each, in the order of time, as far as ``until``."""
    snapshot = models.Snapshot.objects.filter(source=source, name=name)
    closed = models.Sighting.objects.filter(snapshot__source=source, snapshot__name=name)
    if until is not None:
        closed = closed.filter(since__lte=until)
    with reads():
        rows = list(
            closed.order_by("-since", "-pk").values_list("status", "since", "until")[:SIGHTINGS]
        )
        still = snapshot.values_list("status", "status_since", "status_until").first()
    rows.reverse()
    if still is not None:
        word, since, ended = still
        if since is not None and ended is not None and (until is None or since <= until):
            rows.append((word, since, ended))
    return tuple(
        Sighting(
            status=experiment_status(word),
            since=since,
            until=ended if until is None else min(ended, until),
        )
        for word, since, ended in rows[-SIGHTINGS:]
    )


def read(row: models.Observation) -> Observation | None:
    """A row that somebody has read already."""
    return _observation(row.number, row.seen_at, row.unchanged_at, row.answer)


_FIELDS = ("number", "seen_at", "unchanged_at", "answer")


def _observations(source: str, name: str) -> QuerySet[models.Observation]:
    return models.Observation.objects.filter(snapshot__source=source, snapshot__name=name)


def _observation(
    number: int, seen_at: datetime, unchanged_at: datetime | None, text: str
) -> Observation | None:
    """None where another hand has written what nobody can read."""
    try:
        answer = Answer.from_text(text) if text else None
    except ValueError:
        log.exception("observation %d cannot be read", number)
        return None
    return Observation(number=number, seen_at=seen_at, unchanged_at=unchanged_at, answer=answer)
