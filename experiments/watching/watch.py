"""One source, watched: list it, describe what is new, changed or not ended, and again.

A watch never ends because of what AWS or one experiment does; it ends when it is told to.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from experiments.domain.experiment import Summary
from experiments.domain.source import Source
from experiments.store import catalogue
from experiments.store.availability import Unavailable
from experiments.watching.calls import Calls
from experiments.watching.listing import Listing
from experiments.watching.looks import Looks
from experiments.watching.progress import Progress, Reporter

log = logging.getLogger(__name__)

# A round begins so often, where the budget allows; a large source takes as long as it takes.
ROUND_SECONDS = 15.0
SOON_SECONDS = 1.0
# Whoever stands by, or waits for the database, looks so often whether that is over.
AGAIN_SECONDS = 2.0
# Of what had ended before anybody looked, so many are described in a round.
SOME = 20


class Watch:
    """Watches ``source`` until ``stop`` is set, and tells ``report`` how far it is."""

    def __init__(
        self,
        source: Source,
        stop: threading.Event,
        report: Callable[[Progress], None],
        *,
        passing: bool = False,
    ) -> None:
        """``passing`` where somebody looks for one round and does not come back."""
        self._source, self._stop = source.name, stop
        self._reporter = Reporter(source.name, report)
        self._calls = Calls(source, stop, self._reporter, passing=passing)
        self._looks = Looks(source.name, self._calls, self._reporter)
        # Whether the one round was held to its end.
        self.looked = False

    def run(self) -> None:
        """Round after round."""
        while not self._stop.is_set():
            self._stop.wait(self._step(until=time.monotonic() + ROUND_SECONDS))
        self._end()

    def once(self) -> None:
        """One round, for whoever has a timetable of their own."""
        self._step(until=0.0)
        self.looked = self._reporter.progress.state == "waiting"
        self._end()

    def _step(self, until: float) -> float:
        """A round, where there may be one; returns how long to wait for the next."""
        try:
            if not self._calls.ours():
                self._tell("standing by")
                return AGAIN_SECONDS
            if self._calls.left_alone():
                self._tell("left alone")
                return SOON_SECONDS
            self._round()
            self._tell("waiting")
            self._follow(until)
        except Unavailable:
            # Nothing could be recorded, so nothing is asked for.
            self._calls.doubt()
            self._tell("waiting for the database")
            return AGAIN_SECONDS
        except Exception:
            log.exception("%s: this round has failed", self._source)
        return max(SOON_SECONDS, until - time.monotonic())

    def _end(self) -> None:
        self._calls.leave()
        self._reporter.tell(state="stopped")

    def _tell(self, state: str) -> None:
        if not self._stop.is_set():
            self._reporter.tell(state=state)

    def _round(self) -> None:
        rounds = self._reporter.progress.rounds + 1
        self._reporter.tell(state="listing", rounds=rounds, listed=0, described=0)
        listing = Listing(self._calls, self._reporter)
        read_before = catalogue.begin(self._source, listing.began)
        catalogue.adopt(self._source, read_before=read_before)
        # The first time, the fleet is to be complete before anything is looked at closely.
        pages = self._noted(listing) if read_before else list(self._noted(listing))
        for summaries, listed_at in pages:
            self._reporter.tell(state="describing", listed=len(listing.names))
            self._looks.at_listed(summaries, listed_at)
        self._looks.at_unlisted(listing)
        if read_before:
            self._looks.at_undescribed(SOME)

    def _noted(self, listing: Listing) -> Iterator[tuple[list[Summary], datetime]]:
        """The pages of the list, each entered into the fleet as it comes."""
        for summaries, listed_at in listing.pages():
            catalogue.note(self._source, summaries, listed_at, listed=len(listing.names))
            self._reporter.tell(listed=len(listing.names))
            yield summaries, listed_at
        if listing.whole:
            ended = datetime.now(UTC)
            catalogue.finish(self._source, listing.names, listing.began, ended)

    def _follow(self, until: float) -> None:
        while time.monotonic() < until and not self._stop.wait(SOON_SECONDS):
            self._looks.at_moving(until)
            self._looks.at_undescribed(1)
