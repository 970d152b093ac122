"""Which of several watchers has a source. The others stand by, so that the calls do not double."""

from datetime import datetime, timedelta

from django.db.models import Q

from experiments.models import SourceState
from experiments.store.availability import writes
from experiments.store.health import PASSING

# Longer than a call takes; a watcher that was killed is followed by another after this.
TURN = timedelta(seconds=30)


def name(word: str, *, passing: bool) -> str:
    """What somebody is called who takes turns; ``passing`` for who looks once and not again."""
    return f"{PASSING}{word}" if passing else word


def take(source: str, watcher: str, now: datetime) -> bool:
    """Whether the source is this watcher's for the next 30 s. Raises availability.Unavailable."""
    mine_or_free = Q(watcher=watcher) | Q(watched_until=None) | Q(watched_until__lte=now)
    turn = {"watcher": watcher, "watched_until": now + TURN}
    row = SourceState.objects.filter(source=source)
    with writes():
        if row.filter(mine_or_free).update(**turn):
            return True
        if row.exists():
            return False
        SourceState.objects.bulk_create([SourceState(source=source, **turn)], ignore_conflicts=True)
        # Another watcher may have been faster.
        return row.filter(watcher=watcher).exists()


def leave(source: str, watcher: str) -> None:
    """Let another watcher have the source at once. Raises availability.Unavailable."""
    with writes():
        SourceState.objects.filter(source=source, watcher=watcher).update(
            watcher="", watched_until=None
        )
