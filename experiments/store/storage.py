"""Writing the row of an experiment: taking its lease, and storing what a look came to.

Whoever holds the lease is the only one who writes the row and its history, and does so in one
transaction. Everything raises availability.Unavailable.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from experiments.domain.freshness import UNWATCHED_AFTER
from experiments.domain.knowledge import Knowledge, Look
from experiments.models import Observation, Sighting, Snapshot
from experiments.store.availability import impatient, writes
from experiments.store.rows import COLUMNS, Key, fetch, problem_columns, row

# Longer than any call takes, so that a lease runs out only for who has crashed.
LEASE = timedelta(seconds=10)
BETWEEN_CHECKS = timedelta(seconds=5)
# Names that somebody made up are forgotten after this, when one in so many is added.
MADE_UP_KEPT = timedelta(hours=1)
SWEEP_ONE_IN = 50

# A reader may ask for a check while a look is under way, and that must not be forgotten.
_WRITTEN = tuple(name for name in COLUMNS if name not in {"checked_at", "lease_until"})


def take_lease(key: Key, holder: str, now: datetime) -> Knowledge | None:
    """What is known before a look that this caller alone may take now; None if it may not."""
    with writes(), impatient():
        if not _leased(key, holder, now) and not _added(key, holder, now):
            return None
        return fetch(key)


def give_back(key: Key, holder: str) -> None:
    """End a lease without having looked."""
    with writes():
        row(key).filter(lease_holder=holder).update(lease_until=None, lease_holder="")


def save(key: Key, holder: str, look: Look) -> bool:
    """Whether this was still the holder's to write; all of it is written, or nothing."""
    known = look.after
    columns = {name: getattr(known, name) for name in _WRITTEN}
    columns |= problem_columns(known.problem) | {"lease_until": None, "lease_holder": ""}
    columns["last_call"] = "" if look.call is None else look.call.to_text()
    if look.observation is not None:
        answer = look.observation.answer
        columns["answer"] = "" if answer is None else answer.to_text()
    with writes(), transaction.atomic():
        if not row(key).filter(lease_holder=holder).update(**columns):
            return False
        _record(key, look, columns.get("answer", ""))
    return True


def force(key: Key, now: datetime) -> bool:
    """Let the next look happen at once; False where a reader asked for that a moment ago."""
    long_ago = Q(checked_at=None) | Q(checked_at__lte=now - BETWEEN_CHECKS)
    with writes(), impatient():
        return bool(row(key).filter(long_ago).update(checked_at=now, expires_at=now))


def confirm(source: str, names: Iterable[str], status: str, at: datetime) -> None:
    """A list said that these experiments still have the status that was last seen of them."""
    rows = Snapshot.objects.filter(
        source=source,
        name__in=list(names),
        status=status,
        status_until__lt=at,
        # After a longer gap, the next answer opens another stretch.
        status_until__gte=at - UNWATCHED_AFTER,
    )
    with writes():
        rows.update(status_until=at)


def expire(key: Key, now: datetime) -> None:
    """What is known is out of date, so the next look asks AWS."""
    with writes():
        row(key).filter(expires_at__gt=now).update(expires_at=now)


def discard(key: Key) -> None:
    """Drop an answer that cannot be read; what was observed before stays."""
    with writes():
        row(key).update(answer="", digest="", expires_at=None)


def _leased(key: Key, holder: str, now: datetime) -> bool:
    expired = Q(expires_at=None) | Q(expires_at__lte=now)
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = row(key).filter(expired, free)
    return bool(rows.update(lease_until=now + LEASE, lease_holder=holder))


def _added(key: Key, holder: str, now: datetime) -> bool:
    """Whether there is a row of this key only now, leased by this holder.

    It comes with its lease, since a row without one may be swept away by another process.
    """
    if row(key).exists():
        return False
    source, name = key
    added = Snapshot(source=source, name=name, lease_until=now + LEASE, lease_holder=holder)
    Snapshot.objects.bulk_create([added], ignore_conflicts=True)
    if random.randrange(SWEEP_ONE_IN) == 0:
        made_up(now).exclude(source=source, name=name).delete()
    return row(key).filter(lease_holder=holder).exists()


def made_up(now: datetime) -> QuerySet[Snapshot]:
    """Names under which AWS never had an experiment, those included that nobody came to ask about.

    Anybody can make one up, so their number has no end.
    """
    long_ago = now - MADE_UP_KEPT
    never_asked = Q(expires_at=None) & (Q(lease_until=None) | Q(lease_until__lt=long_ago))
    old = Q(expires_at__lt=long_ago) | never_asked
    # Somebody may just be asking.
    return Snapshot.objects.filter(old, observed=0).exclude(lease_until__gt=now)


def _record(key: Key, look: Look, answer: str) -> None:
    if look.observation is None and look.sighting is None:
        return
    pk = row(key).values_list("pk", flat=True).get()
    if look.observation is not None:
        Observation.objects.create(
            snapshot_id=pk,
            number=look.observation.number,
            seen_at=look.observation.seen_at,
            unchanged_at=look.observation.unchanged_at,
            answer=answer,
        )
    if look.sighting is not None:
        Sighting.objects.create(
            snapshot_id=pk,
            status=look.sighting.status.word,
            since=look.sighting.since,
            until=look.sighting.until,
        )
