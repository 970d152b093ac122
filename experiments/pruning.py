"""Deleting what was recorded long ago. The row of an experiment, which is its present, stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Model, QuerySet

from experiments.models import Observation, Sighting, Snapshot
from experiments.storage import MADE_UP_KEPT

# One statement locks the database for no longer than this many rows take.
AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows there were to delete."""

    observations: int
    sightings: int
    made_up: int


def prune(before: datetime, *, keep_last: int, now: datetime, dry_run: bool) -> Pruned:
    """Delete what is older than ``before``, but for the last ``keep_last`` observations of each
    experiment, and names under which there never was one. Raises django.db.Error."""
    observations = Observation.objects.filter(
        seen_at__lt=before, number__lte=F("snapshot__observed") - keep_last
    )
    sightings = Sighting.objects.filter(until__lt=before)
    made_up = Snapshot.objects.filter(observed=0, expires_at__lt=now - MADE_UP_KEPT)
    count = _counted if dry_run else _deleted
    return Pruned(count(observations), count(sightings), count(made_up))


def _counted(rows: "QuerySet[Observation] | QuerySet[Sighting] | QuerySet[Snapshot]") -> int:
    return rows.count()


def _deleted(rows: "QuerySet[Observation] | QuerySet[Sighting] | QuerySet[Snapshot]") -> int:
    return sum(_batches(rows, rows.model))


def _batches(
    rows: "QuerySet[Observation] | QuerySet[Sighting] | QuerySet[Snapshot]", model: type[Model]
) -> Iterator[int]:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        yield len(keys)
        model._default_manager.filter(pk__in=keys).delete()
