"""Finding experiments of the fleet by their names. Raises availability.Unavailable."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, When

from experiments.domain.fleet.entry import Entry
from experiments.domain.status import ENDED
from experiments.models import FleetEntry, Snapshot
from experiments.store.availability import reads
from experiments.store.fleet import some_of


def named(sources: Collection[str], name: str, *, folded: bool = False) -> list[tuple[str, str]]:
    """Source and name of the experiments of this name; ``folded`` where capitals are not known."""
    rows = FleetEntry.objects.filter(source__in=sources, folded_name=name.lower())
    if not folded:
        rows = rows.filter(name=name)
    with reads():
        return list(rows.order_by("source", "name").values_list("source", "name"))


def suggestions(sources: Collection[str], words: Collection[str], limit: int) -> list[Entry]:
    """Experiments whose names hold all of these words: those that begin with the first word come
    first, and of those what has not ended."""
    if not words:
        return []
    rows = FleetEntry.objects.filter(source__in=sources)
    first, *_ = words
    for word in words:
        rows = rows.filter(folded_name__contains=word)
    begins = Q(folded_name__startswith=first)
    rows = rows.annotate(begins=_as_number(begins), lives=_as_number(~Q(status__in=ENDED)))
    return some_of(rows.order_by("-begins", "-lives", "folded_name", "source"), 0, limit)


def undescribed(source: str, now: datetime, limit: int) -> list[str]:
    """Names of experiments that a list told of and nobody has described, the newest first, without
    those that AWS was asked about a moment ago in vain."""
    asked = Snapshot.objects.filter(source=source, name=OuterRef("name"), expires_at__gt=now)
    rows = FleetEntry.objects.filter(~Exists(asked), source=source, described=False)
    with reads():
        return list(rows.order_by("-created_at", "name").values_list("name", flat=True)[:limit])


def _as_number(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0)
