"""The calls of one watch: within its budget, while it is its turn, and never while the source is
left alone."""

import logging
import secrets
import threading
import time
from datetime import UTC, datetime

from experiments import circuit, storage
from experiments.aws import sagemaker
from experiments.database import Unavailable
from experiments.domain import circuit as breaker
from experiments.domain.problem import Problem, ProblemError
from experiments.domain.source import Source
from experiments.refreshing import Refreshed, refresh
from experiments.watching import turns
from experiments.watching.pace import Pace
from experiments.watching.progress import Reporter

log = logging.getLogger(__name__)

# How often a turn is taken anew; it lasts for longer.
RENEWED_SECONDS = 5.0
SOON_SECONDS = 1.0


class Calls:
    """List and describe for ``source`` until ``stop`` is set. Raises database.Unavailable."""

    def __init__(self, source: Source, stop: threading.Event, reporter: Reporter) -> None:
        self._source, self._stop, self._reporter = source, stop, reporter
        self._pace = Pace(source.calls_per_second, stop)
        self._me = secrets.token_hex(8)
        self._taken = 0.0

    def ours(self) -> bool:
        """Whether it is this watch's turn, and no other watcher's."""
        if self._stop.is_set():
            return False
        if time.monotonic() - self._taken < RENEWED_SECONDS:
            return True
        if not turns.take(self._source.name, self._me, datetime.now(UTC)):
            return False
        self._taken = time.monotonic()
        return True

    def leave(self) -> None:
        """Let another watcher have the source."""
        self._taken = 0.0
        try:
            turns.leave(self._source.name, self._me)
        except Unavailable:
            log.warning("%s: another watcher takes over in half a minute", self._source.name)

    def page(self, token: str | None) -> sagemaker.Page | None:
        """A page of the list; None where AWS gives none, or there is to be none."""
        source = self._source.name
        while not circuit.admit(source, datetime.now(UTC)):
            self._reporter.tell(state="left alone")
            if self._stop.wait(SOON_SECONDS) or not self.ours():
                return None
        if not self._pace.wait():
            return None
        problem: Problem | None = None
        try:
            self._reporter.count("calls")
            return sagemaker.list_summaries(self._source, next_token=token)
        except ProblemError as error:
            problem = error.problem
            log.warning("%s: the list: %s (%s)", source, problem.kind, problem.code or "no code")
            self._spend_retry(problem)
            return None
        finally:
            circuit.note(source, problem)

    def describe(self, name: str, *, at_once: bool) -> Refreshed | None:
        """A look at one experiment; None where it was not to be taken, or failed in this house."""
        if not self.ours() or not self._pace.wait():
            return None
        key = (self._source.name, name)
        try:
            if at_once:
                storage.expire(key, datetime.now(UTC))
            refreshed = refresh(key)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s/%s: this experiment is skipped", *key)
            return None
        if refreshed is None:
            # A reader's page has just asked, or the source is left alone.
            self._pace.give_back()
            return None
        self._reporter.count("calls", "described")
        self._spend_retry(refreshed.look.after.problem)
        return refreshed

    def _spend_retry(self, problem: Problem | None) -> None:
        # botocore has tried twice before it gave up.
        if problem is not None and problem.kind in breaker.COUNTED:
            self._pace.spend()
