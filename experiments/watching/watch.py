"""One source, watched: list it, describe what is new, changed or not ended, and again.

A watch never ends because of what AWS or one experiment does; it ends when it is told to.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from experiments import rows, storage
from experiments.aws.sagemaker import Page
from experiments.database import Unavailable
from experiments.domain import parsing
from experiments.domain.due import Reason, due, moving
from experiments.domain.experiment import Summary
from experiments.domain.names import is_experiment_name
from experiments.domain.source import Source
from experiments.domain.status import ENDED
from experiments.watching.calls import SOON_SECONDS, Calls
from experiments.watching.progress import Progress, Reporter

log = logging.getLogger(__name__)

# A round begins so often, where the budget allows; a large source takes as long as it takes.
ROUND_SECONDS = 15.0
# AWS pages by a hundred. A list without an end has gone in circles.
MOST_PAGES = 2_000


class Watch:
    """Watches ``source`` until ``stop`` is set, and tells ``report`` how far it is."""

    def __init__(
        self, source: Source, stop: threading.Event, report: Callable[[Progress], None]
    ) -> None:
        self._source, self._stop = source.name, stop
        self._reporter = Reporter(source.name, report)
        self._calls = Calls(source, stop, self._reporter)
        self._listed: dict[str, Summary] = {}
        self._moving: set[str] = set()

    def run(self) -> None:
        """Round after round."""
        while not self._stop.is_set():
            began = time.monotonic()
            self._try(began + ROUND_SECONDS)
            self._stop.wait(max(SOON_SECONDS, began + ROUND_SECONDS - time.monotonic()))
        self._end()

    def once(self) -> None:
        """One round, for whoever has a timetable of their own."""
        self._try(until=0.0)
        self._end()

    def _try(self, until: float) -> None:
        try:
            if not self._calls.ours():
                self._reporter.tell(state="standing by")
                return
            self._round()
            self._reporter.tell(state="waiting")
            self._follow(until)
        except Unavailable:
            # Nothing could be recorded, so nothing is asked for.
            self._reporter.tell(state="waiting for the database")
        except Exception:
            log.exception("%s: this round has failed", self._source)

    def _end(self) -> None:
        self._calls.leave()
        self._reporter.tell(state="stopped")

    def _round(self) -> None:
        rounds = self._reporter.progress.rounds + 1
        self._reporter.tell(state="listing", rounds=rounds, listed=0, described=0)
        found, complete = self._list()
        before = self._listed
        if complete:
            self._listed = found
        # Those that are in no list any more, or all that are known where there is no list.
        for name in rows.names(self._source):
            if not self._calls.ours():
                return
            if name not in found:
                self._look_at_unlisted(name, vanished=complete and name in before, all_=complete)

    def _list(self) -> tuple[dict[str, Summary], bool]:
        """All summaries by name, described where they are due, and whether that was the whole."""
        found: dict[str, Summary] = {}
        token: str | None = None
        tokens: set[str | None] = set()
        while len(tokens) < MOST_PAGES and token not in tokens:
            tokens.add(token)
            page = self._calls.page(token)
            if page is None:
                return found, False
            listed_at = datetime.now(UTC)
            summaries = list(self._readable(page))
            found |= {summary.name: summary for summary in summaries}
            self._reporter.tell(state="describing", listed=len(found))
            self._describe_due(summaries, listed_at)
            if page.next_token is None:
                return found, True
            token = page.next_token
        log.warning("%s: the list has no end", self._source)
        return found, False

    def _readable(self, page: Page) -> Iterator[Summary]:
        for wire in page.summaries:
            try:
                summary = parsing.parse_summary(wire)
            except Exception:
                # One that nobody can read must not hide the others.
                log.exception("%s: a member of the list cannot be read", self._source)
                continue
            if is_experiment_name(summary.name):
                yield summary

    def _describe_due(self, summaries: list[Summary], listed_at: datetime) -> None:
        known = rows.read_many(self._source, (summary.name for summary in summaries))
        unchanged = defaultdict(list)
        for summary in summaries:
            name, now = summary.name, datetime.now(UTC)
            reason = due(summary, self._listed.get(name), known.get(name), listed_at, now)
            if reason is None:
                unchanged[summary.status.word].append(name)
            else:
                self._describe(name, at_once=reason is Reason.CHANGED)
        for word, names in unchanged.items():
            storage.confirm(self._source, names, word, listed_at)

    def _look_at_unlisted(self, name: str, *, vanished: bool, all_: bool) -> None:
        known = rows.read((self._source, name))
        if known is None:
            return
        expired = known.expired(datetime.now(UTC)) and (all_ or known.status not in ENDED)
        if vanished or expired:
            self._describe(name, at_once=vanished)

    def _follow(self, until: float) -> None:
        """Between two rounds, look at what AWS is at work on."""
        while time.monotonic() < until and not self._stop.wait(SOON_SECONDS):
            for name in sorted(self._moving):
                known = rows.read((self._source, name))
                if known is None or known.expired(datetime.now(UTC)):
                    self._describe(name, at_once=False)

    def _describe(self, name: str, *, at_once: bool) -> None:
        refreshed = self._calls.describe(name, at_once=at_once)
        if refreshed is None:
            return
        known, observation = refreshed.look.after, refreshed.look.observation
        (self._moving.add if moving(known) else self._moving.discard)(name)
        if observation is not None:
            self._reporter.count("changes")
            word = "gone" if observation.gone else known.status
            log.info("%s/%s: observation %d, %s", self._source, name, observation.number, word)
