"""Answers remembered in this process, each refreshed by one caller at a time.

One entry per key is cache, lease and last good answer. This is the place that a database row
takes when several processes are to share what they know.
"""

import logging
import random
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from experiments.domain.problem import Kind, Problem, ProblemError

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# A page answers within 8 s whatever AWS does; the rest of that is for rendering.
FIRST_LOOK_SECONDS = 7.0
# Who has something older to see gives a healthy AWS the chance to bring it up to date, and no more.
PATIENCE_SECONDS = 1.0
# Keys come from addresses that anybody may type, so their number is bounded.
MAX_ENTRIES = 2_000
AFTER_A_FAILURE = timedelta(seconds=4)
LONGEST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Remembered(Generic[V]):
    """The last good value of a key with its time, and the problem since then, if any."""

    value: V | None = None
    at: datetime | None = None
    problem: Problem | None = None
    failing_since: datetime | None = None
    failures: int = 0
    sequence: int = 0
    asked: datetime | None = None
    expires: datetime | None = None

    def has_something(self) -> bool:
        return self.value is not None or self.problem is not None


class _Entry(Generic[V]):
    def __init__(self) -> None:
        self.remembered: Remembered[V] = Remembered()
        self.refresh: Future[None] | None = None


class RefreshingCache(Generic[K, V]):
    """A bounded memory of ``fetch(key)``, which may take long and may raise ProblemError.

    ``lifetime(value, now)`` says how long a value may be shown without asking again.
    """

    def __init__(
        self,
        fetch: Callable[[K], V],
        lifetime: Callable[[V, datetime], timedelta],
        *,
        threads: int = 16,
    ) -> None:
        self._fetch, self._lifetime = fetch, lifetime
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._lock = threading.Lock()
        # Bounded, so that an AWS that hangs holds no more threads than these.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="aws")

    def get(self, key: K) -> Remembered[V]:
        """What is known of ``key``, asking for it when that has expired.

        A key that nothing is known of is waited for until FIRST_LOOK_SECONDS have passed.
        """
        with self._lock:
            entry = self._entry(key)
            remembered = entry.remembered
            if remembered.expires is not None and datetime.now(UTC) < remembered.expires:
                return remembered
            mine = entry.refresh is None
            if entry.refresh is None:
                entry.refresh = self._pool.submit(self._ask, key, entry)
            refresh = entry.refresh
        if remembered.has_something() and not mine:
            return remembered
        wait([refresh], PATIENCE_SECONDS if remembered.has_something() else FIRST_LOOK_SECONDS)
        known = entry.remembered
        return known if known.has_something() else replace(known, problem=Problem(Kind.UNREACHABLE))

    def _entry(self, key: K) -> _Entry[V]:
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        while len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)
        return entry

    def _ask(self, key: K, entry: _Entry[V]) -> None:
        asked, before = datetime.now(UTC).replace(microsecond=0), entry.remembered
        try:
            try:
                after = self._succeeded(before, self._fetch(key), asked)
            except ProblemError as error:
                log.warning("%s: %s (%s)", key, error.problem.kind, error.problem.code or "no code")
                after = self._failed(before, error.problem, asked)
            except Exception:
                # A fault of the portal's own must neither end this thread's future unseen nor
                # take the older answer away.
                log.exception("%s: the answer could not be kept", key)
                after = self._failed(before, Problem(Kind.BAD_RESPONSE), asked)
            entry.remembered = after
        finally:
            with self._lock:
                entry.refresh = None

    def _succeeded(self, before: Remembered[V], value: V, asked: datetime) -> Remembered[V]:
        changed = value != before.value or before.problem is not None
        return Remembered(
            value=value,
            at=asked,
            sequence=before.sequence + changed,
            asked=asked,
            expires=datetime.now(UTC) + self._lifetime(value, asked),
        )

    def _failed(self, before: Remembered[V], problem: Problem, asked: datetime) -> Remembered[V]:
        pause = min(LONGEST_PAUSE, AFTER_A_FAILURE * 2 ** min(before.failures, 8))
        return Remembered(
            # A definite answer makes everything older untrue.
            value=None if problem.definite else before.value,
            at=None if problem.definite else before.at,
            problem=problem,
            failing_since=before.failing_since or asked,
            failures=before.failures + 1,
            sequence=before.sequence + (problem != before.problem),
            asked=asked,
            expires=datetime.now(UTC) + pause * random.uniform(0.75, 1.25),
        )
