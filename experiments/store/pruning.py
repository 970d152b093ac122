"""Deleting what was recorded long ago. The row of an experiment, which is its present, stays."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, OuterRef, QuerySet, Subquery

from experiments.models import Observation, ShareLink, Sighting, Snapshot
from experiments.store.storage import made_up

# One statement locks the database for no longer than this many rows take.
AT_A_TIME = 1_000
Rows = QuerySet[Observation] | QuerySet[Sighting] | QuerySet[Snapshot]


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows there were to delete."""

    observations: int
    sightings: int
    made_up: int


def prune(before: datetime, *, keep_last: int, now: datetime, dry_run: bool) -> Pruned:
    """Delete what is older than ``before``, but for the last ``keep_last`` observations of each
    experiment, and names under which there never was one. Raises django.db.Error.

    What an open link shows is kept with everything after it, so that numbers have no gaps.
    """
    links = ShareLink.objects.exclude(observation=None)
    open_links = links.filter(revoked_at=None, expires_at__gt=now)
    if not dry_run:
        # A link that opens no more needs nothing.
        links.exclude(revoked_at=None, expires_at__gt=now).update(observation=None)
    needed = dict(
        open_links.values_list("observation__snapshot").annotate(Min("observation__number"))
    )
    old = Observation.objects.filter(
        seen_at__lt=before, number__lte=F("snapshot__observed") - keep_last
    )
    observations = [old.exclude(snapshot__in=needed)]
    observations += [old.filter(snapshot=pk, number__lt=first) for pk, first in needed.items()]
    kept = Observation.objects.filter(
        snapshot=OuterRef("snapshot"), number__gt=OuterRef("snapshot__observed") - keep_last
    )
    # What is kept of the observations is drawn with what was seen up to then.
    oldest = Subquery(kept.order_by("number").values("seen_at")[:1])
    sightings = Sighting.objects.filter(until__lt=before).filter(until__lt=oldest)
    count = _counted if dry_run else _deleted
    return Pruned(sum(map(count, observations)), count(sightings), count(made_up(now)))


def _counted(rows: Rows) -> int:
    return rows.count()


def _deleted(rows: Rows) -> int:
    deleted, last = 0, 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]
    ):
        began = time.monotonic()
        # What has become worth keeping in this moment is kept.
        deleted += rows.filter(pk__in=keys).delete()[1].get(rows.model._meta.label, 0)
        last = keys[-1]
        # Whoever else writes has half of the time.
        time.sleep(time.monotonic() - began)
    return deleted
