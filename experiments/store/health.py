"""How many experiments of each source the portal knows, and how looking at them goes.

Raises availability.Unavailable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from experiments.models import Observation, Snapshot, SourceState
from experiments.store.availability import reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``experiments`` AWS had when last looked at, ``failing`` could not be looked at the last
    time, ``watched`` while a watcher is at work."""

    experiments: int = 0
    failing: int = 0
    answered_at: datetime | None = None
    watched: bool = False


NOTHING = Health()
# So the name begins of whoever has a source's turn for one round, because somebody looks.
PASSING = "page-"


def of_sources(now: datetime) -> dict[str, Health]:
    rows = Snapshot.objects.values("source").annotate(
        experiments=Count("pk", filter=~Q(digest="")),
        failing=Count("pk", filter=~Q(digest="") & ~Q(problem="")),
        latest=Max("answered_at"),
    )
    with reads():
        found: dict[str, Any] = {row["source"]: row for row in rows}
    at_work = watched(now)
    known: dict[str, Health] = {}
    for name in found.keys() | at_work:
        row: dict[str, Any] = found.get(name, {})
        known[name] = Health(
            experiments=row.get("experiments", 0),
            failing=row.get("failing", 0),
            answered_at=row.get("latest"),
            watched=name in at_work,
        )
    return known


def observations() -> int:
    with reads():
        return Observation.objects.count()


def statuses() -> list[tuple[str, str, int]]:
    """Source, status and number of experiments."""
    rows = Snapshot.objects.exclude(digest="").values_list("source", "status")
    with reads():
        return list(rows.annotate(Count("pk")).order_by("source", "status"))


def watched(now: datetime) -> set[str]:
    """The sources that a watcher has, other than for one round."""
    rows = SourceState.objects.filter(watched_until__gt=now).exclude(watcher__startswith=PASSING)
    with reads():
        return set(rows.values_list("source", flat=True))
