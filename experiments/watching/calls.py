"""The calls of one watch: within its budget, while it is its turn, and never while the source is
left alone."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from experiments.aws import clients, sagemaker
from experiments.domain.due import AT_ONCE, Reason
from experiments.domain.knowledge import Knowledge
from experiments.domain.problem import Problem, ProblemError
from experiments.domain.source import Source
from experiments.refreshing import circuit
from experiments.refreshing.refresh import Refreshed, refresh
from experiments.store import catalogue, rows, storage
from experiments.store.availability import Unavailable
from experiments.watching import turns
from experiments.watching.pace import Pace
from experiments.watching.progress import Reporter

log = logging.getLogger(__name__)

# How often a turn is taken anew; it lasts for longer.
RENEWED_SECONDS = 5.0


class Calls:
    """List and describe for ``source`` until ``stop`` is set. Raises availability.Unavailable."""

    def __init__(
        self, source: Source, stop: threading.Event, reporter: Reporter, *, passing: bool = False
    ) -> None:
        self._source, self._stop, self._reporter = source, stop, reporter
        self._pace = Pace(source.calls_per_second)
        self._me = turns.name(secrets.token_hex(8), passing=passing)
        self._taken: float | None = None

    def ours(self) -> bool:
        """Whether it is this watch's turn, and no other watcher's."""
        if self._stop.is_set():
            return False
        if self._taken is not None and time.monotonic() - self._taken < RENEWED_SECONDS:
            return True
        taken = time.monotonic()
        ours = turns.take(self._source.name, self._me, datetime.now(UTC))
        self._taken = taken if ours else None
        return ours

    def allowed(self) -> bool:
        """Whether this watch may ask at all."""
        return self.ours() and not self.left_alone()

    def left_alone(self) -> bool:
        """Whether nobody may ask the source at the moment."""
        return circuit.left_alone(self._source.name, datetime.now(UTC)) is not None

    def doubt(self) -> None:
        """Ask the database whether it is still this watch's turn, before anything else."""
        self._taken = None

    def leave(self) -> None:
        """Let another watcher have the source."""
        self._taken = None
        try:
            turns.leave(self._source.name, self._me)
        except Unavailable:
            log.warning("%s: another watcher takes over in half a minute", self._source.name)

    def page(self, token: str | None) -> sagemaker.Page | None:
        """A page of the list; None where AWS gives none, or may not be asked."""
        source = self._source.name
        if not self._may_call() or not circuit.admit(source, datetime.now(UTC)):
            return None
        problem: Problem | None = None
        began, sent = time.monotonic(), clients.requests_sent()
        self._reporter.count("calls")
        try:
            page = sagemaker.list_summaries(self._source, next_token=token)
            self._reporter.withdraw("the list")
            return page
        except ProblemError as error:
            problem = error.problem
            catalogue.fail(source, problem, datetime.now(UTC))
            self._reporter.complain(
                "the list", f"cannot be read: {problem.kind} ({problem.code or 'no code'})"
            )
            return None
        finally:
            self._spend(began, sent)
            circuit.note(source, problem)

    def disbelieve(self, problem: Problem) -> None:
        """The list that was read page by page is none after all."""
        catalogue.fail(self._source.name, problem, datetime.now(UTC))

    def describe(
        self, name: str, due: Callable[[Knowledge | None], Reason | None]
    ) -> Refreshed | None:
        """A look at one experiment, if it is still ``due`` once there may be a call; None where
        it was not to be taken, or has failed in this house."""
        key = (self._source.name, name)
        if not self.allowed() or not self._may_call():
            return None
        # Readers ask as well. And where nothing can be recorded, nothing is to be asked for.
        reason = due(rows.read(key))
        if reason is None:
            return None
        began, sent = time.monotonic(), clients.requests_sent()
        try:
            if reason in AT_ONCE:
                storage.expire(key, datetime.now(UTC))
            refreshed = refresh(key)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s/%s: this experiment is skipped", *key)
            return None
        finally:
            self._spend(began, sent)
        if refreshed is None:
            # A reader's page is just asking, or the source is left alone.
            return None
        self._reporter.count("calls", "described")
        if not refreshed.stored:
            raise Unavailable
        return refreshed

    def _may_call(self) -> bool:
        """Wait for the budget; False where there is to be no call."""
        # The turn may run out during the wait, and is kept.
        while self.ours():
            left = self._pace.left(time.monotonic())
            if left <= 0:
                return True
            self._stop.wait(min(left, RENEWED_SECONDS))
        return False

    def _spend(self, began: float, sent: int) -> None:
        """Count what has been sent since ``began``, botocore's second tries included."""
        for number in range(clients.requests_sent() - sent):
            self._pace.called(time.monotonic() if number else began)
