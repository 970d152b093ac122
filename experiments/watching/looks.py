"""The looks of one watch: which experiments are described, and what is kept in mind of them."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from experiments.domain.due import (
    Mark,
    Reason,
    changed,
    due,
    due_undescribed,
    due_unlisted,
    mark,
    moving,
)
from experiments.domain.experiment import Summary
from experiments.domain.knowledge import Knowledge
from experiments.store import lookup, rows, storage
from experiments.watching.calls import Calls
from experiments.watching.listing import Listing
from experiments.watching.progress import Reporter

log = logging.getLogger(__name__)

# As many rows are read at a time.
SOME = 100


class Looks:
    """Describes what is due. Raises availability.Unavailable."""

    def __init__(self, source: str, calls: Calls, reporter: Reporter) -> None:
        self._source, self._calls, self._reporter = source, calls, reporter
        # What the list said of each experiment when it was last looked at.
        self._marks: dict[str, Mark] = {}
        # Those that AWS knows although they are not in its list.
        self._unlisted: set[str] = set()
        self._moving: set[str] = set()

    def at_listed(self, summaries: list[Summary], listed_at: datetime) -> None:
        known = rows.read_many(self._source, (summary.name for summary in summaries))
        now, unchanged, describe = datetime.now(UTC), defaultdict(list), []
        for summary in summaries:
            name, before = summary.name, self._marks.get(summary.name)
            found = known.get(name)
            if found and found.digest and not changed(summary, before, found, listed_at):
                self._marks[name] = mark(summary)
                unchanged[summary.status.word].append(name)
            if due(summary, before, found, listed_at, now):
                describe.append(summary)
        for word, names in unchanged.items():
            storage.confirm(self._source, names, word, listed_at)
        for summary in describe:
            if not self._calls.allowed():
                return
            self._describe_one(summary, listed_at)

    def _describe_one(self, summary: Summary, listed_at: datetime) -> None:
        before = self._marks.get(summary.name)
        described = self._describe(
            summary.name,
            lambda known: due(summary, before, known, listed_at, datetime.now(UTC)),
        )
        # After a failure, the change is still to be looked at.
        if described:
            self._marks[summary.name] = mark(summary)

    def at_unlisted(self, listing: Listing) -> None:
        """Those that are in no list any more, or all that are known where there is no list."""
        if listing.whole:
            self._marks = {n: m for n, m in self._marks.items() if n in listing.names}
            self._unlisted -= listing.names
        names = [name for name in rows.names(self._source) if name not in listing.names]
        for some in _some(names):
            if not self._calls.allowed():
                return
            for name, known in rows.read_many(self._source, some).items():
                self._describe_unlisted(name, known, listing)

    def _describe_unlisted(self, name: str, known: Knowledge, listing: Listing) -> None:
        looked = name in self._unlisted

        def due_now(known: Knowledge | None) -> Reason | None:
            now = datetime.now(UTC)
            return due_unlisted(
                known, whole=listing.whole, looked=looked, began=listing.began, now=now
            )

        if due_now(known) and self._describe(name, due_now) and listing.whole:
            self._unlisted.add(name)

    def at_undescribed(self, most: int) -> None:
        """What had ended before anybody looked, so that its endpoint and models are known too."""
        for name in lookup.undescribed(self._source, datetime.now(UTC), most):
            if not self._calls.allowed():
                return
            self._describe(name, lambda known: due_undescribed(known, datetime.now(UTC)))

    def at_moving(self, until: float) -> None:
        """What AWS is at work on changes between two rounds."""
        for some in _some(sorted(self._moving)):
            for name, known in rows.read_many(self._source, some).items():
                if known.expired(datetime.now(UTC)) and time.monotonic() < until:
                    self._describe(name, _expired)

    def _describe(self, name: str, due_now: Callable[[Knowledge | None], Reason | None]) -> bool:
        """Whether AWS has described it."""
        refreshed = self._calls.describe(name, due_now)
        if refreshed is None:
            return False
        known, observation = refreshed.look.after, refreshed.look.observation
        (self._moving.add if moving(known) else self._moving.discard)(name)
        if observation is not None:
            self._reporter.count("changes")
            word = "gone" if observation.gone else known.status
            log.info("%s/%s: observation %d, %s", self._source, name, observation.number, word)
        return known.problem is None


def _expired(known: Knowledge | None) -> Reason | None:
    return Reason.EXPIRED if known is not None and known.expired(datetime.now(UTC)) else None


def _some(names: Iterable[str]) -> Iterator[list[str]]:
    left = list(names)
    while left:
        yield left[:SOME]
        left = left[SOME:]
