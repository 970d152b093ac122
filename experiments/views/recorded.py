"""What was recorded of an experiment, as pages tell it: when, how exactly, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from experiments import history
from experiments.domain import words
from experiments.domain.changes import Change, changes
from experiments.domain.freshness import UNWATCHED_AFTER
from experiments.domain.observation import Observation
from experiments.snapshots import Snapshot

# What stands on the page itself; the rest is on a page of its own.
LATEST = 8
# So many sentences in a list; the comparison has all of them.
SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation beside the one before it that is kept, None where there is none."""

    observation: Observation
    before: Observation | None

    @property
    def kind(self) -> str:
        """What it tells of: "first", "oldest" (what was before is not kept), "gone", "again" or
        "changed"."""
        if self.observation.gone:
            return "gone"
        if self.before is None:
            return "first" if self.observation.number == 1 else "oldest"
        return "again" if self.before.gone or self._another() else "changed"

    def _another(self) -> bool:
        """Whether it was created at another time than the one before."""
        before = None if self.before is None else self.before.created
        return before is not None and before != self.observation.created

    @property
    def moved(self) -> bool:
        """Whether it is another status than before."""
        before, now = self.before and self.before.status, self.observation.status
        return before is not None and now is not None and before != now

    @property
    def told(self) -> tuple[Change, ...]:
        """The changes, but for that of the status, which is drawn."""
        if self.before is None or self.kind != "changed":
            return ()
        found = changes(self.before.answer, self.observation.answer)
        return tuple(change for change in found if "Status" not in change.paths)

    @property
    def sentences(self) -> tuple[Change, ...]:
        return self.told[:SENTENCES]

    @property
    def untold(self) -> int:
        return max(0, len(self.told) - SENTENCES)

    @property
    def within(self) -> str:
        """How long a time the change may have happened in, if that is worth telling."""
        seen, unchanged = self.observation.seen_at, self.observation.unchanged_at
        if unchanged is None or seen - unchanged <= UNWATCHED_AFTER:
            return ""
        return words.duration(seen - unchanged)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """When an experiment was found gone, and how this portal last saw it."""

    found_at: datetime
    seen_at: datetime | None
    last: Observation | None


def entries(page: history.Page) -> tuple[Entry, ...]:
    """The observations of a page, each with what it is compared with."""
    befores: Sequence[Observation | None] = (*page.observations[1:], page.before_last)
    return tuple(map(Entry, page.observations, befores))


def recorded(snapshot: Snapshot) -> dict[str, Any]:
    """The last observations. Raises availability.Unavailable."""
    source, name = snapshot.source, snapshot.name
    latest = entries(history.page(source, name, limit=LATEST))
    return {
        "entries": latest,
        "kept": history.kept(source, name),
        "tombstone": _tombstone(latest[0]) if latest else None,
    }


def _tombstone(newest: Entry) -> Tombstone | None:
    if not newest.observation.gone:
        return None
    found = newest.observation
    return Tombstone(found.seen_at, found.unchanged_at, newest.before)
