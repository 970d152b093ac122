"""Answers remembered in this process, each refreshed by one caller at a time.

One entry per key is cache, lease and last good answer. This is the place that a database row
takes when several processes are to share what they know.
"""

import logging
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

from experiments.domain.problem import Kind, Problem, ProblemError

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# A page answers within 8 s whatever AWS does; the rest of that is for rendering.
FIRST_LOOK_SECONDS = 7.0
# Who has something older to see gives a healthy AWS the chance to bring it up to date, and no more.
PATIENCE_SECONDS = 1.0
# A healthy AWS answers within this time, so everybody may wait for that long. While it does not,
# few may wait at all: the threads that wait here are those that serve every other page.
BRIEFLY_SECONDS = 0.5
WAITING = 24
# More calls than the server has threads have nobody to wait for them.
QUEUED = 64
# A call that starts later than this comes too late for whoever asked for it.
QUEUE_SECONDS = 5.0
# No call takes this long. One that does all the same must not keep its key from being asked again.
FORGOTTEN_SECONDS = 20.0
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
    expires: datetime | None = None

    def has_something(self) -> bool:
        return self.value is not None or self.problem is not None


class _Lane:
    """Threads of their own for one sort of calls, and a queue that has an end."""

    def __init__(self, threads: int) -> None:
        # Bounded, so that an AWS that hangs holds no more threads than these.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="aws")
        self._places = threading.BoundedSemaphore(threads + QUEUED)
        self.slow = False
        self.answered = 0.0

    def submit(self, task: Callable[[], None]) -> bool:
        """Whether there was a place for ``task``."""
        if not self._places.acquire(blocking=False):
            return False
        self._pool.submit(task).add_done_callback(lambda _: self._places.release())
        return True


class _Refresh:
    """One question to AWS, from the moment that it is queued."""

    def __init__(self, lane: _Lane) -> None:
        self.lane = lane
        self.ended = threading.Event()
        self._queued = time.monotonic()
        self._began: float | None = None

    def age(self) -> float:
        return time.monotonic() - self._queued

    def begin(self) -> None:
        self._began = time.monotonic()

    def end(self) -> None:
        now = time.monotonic()
        if self._began is not None and now - self._began < BRIEFLY_SECONDS:
            self.lane.slow, self.lane.answered = False, now
        self.ended.set()

    def moves(self) -> bool:
        """Whether it began a moment ago, or others ahead of it in the queue are being answered."""
        since = self.lane.answered if self._began is None else self._began
        return time.monotonic() - since < BRIEFLY_SECONDS


class _Entry(Generic[V]):
    def __init__(self) -> None:
        self.remembered: Remembered[V] = Remembered()
        self.refresh: _Refresh | None = None


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
        max_entries: int = MAX_ENTRIES,
    ) -> None:
        self._fetch, self._lifetime, self._max_entries = fetch, lifetime, max_entries
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._lock = threading.Lock()
        # Apart, so that names that somebody makes up keep no page that people look at from being
        # brought up to date.
        self._first_looks = _Lane((threads + 1) // 2)
        self._refreshes = _Lane((threads + 1) // 2)
        self._waiting = threading.BoundedSemaphore(WAITING)

    def get(self, key: K) -> Remembered[V]:
        """What is known of ``key``, asking for it when that has expired.

        A key that nothing is known of is waited for until FIRST_LOOK_SECONDS have passed, unless
        AWS is slow and there are many who wait already.
        """
        with self._lock:
            entry = self._entry(key)
            remembered, refresh = entry.remembered, entry.refresh
            if remembered.expires is not None and datetime.now(UTC) < remembered.expires:
                return remembered
            mine = refresh is None or refresh.age() > FORGOTTEN_SECONDS
            if mine:
                refresh = self._submit(key, entry)
        if refresh is not None and (mine or not remembered.has_something()):
            self._wait(
                refresh, PATIENCE_SECONDS if remembered.has_something() else FIRST_LOOK_SECONDS
            )
        known = entry.remembered
        return known if known.has_something() else replace(known, problem=Problem(Kind.UNREACHABLE))

    def _entry(self, key: K) -> _Entry[V]:
        if key not in self._entries:
            return _Entry()
        self._entries.move_to_end(key)
        return self._entries[key]

    def _submit(self, key: K, entry: _Entry[V]) -> _Refresh | None:
        lane = self._first_looks if entry.remembered.value is None else self._refreshes
        refresh = _Refresh(lane)
        if not lane.submit(lambda: self._ask(key, entry, refresh)):
            return None
        entry.refresh = refresh
        # Not before: what is never asked for must not push out what is known.
        self._entries[key] = entry
        self._evict()
        return refresh

    def _evict(self) -> None:
        surplus = len(self._entries) - self._max_entries
        # One in flight would be asked for a second time by whoever looks next.
        idle = (key for key, entry in self._entries.items() if entry.refresh is None)
        for key in list(islice(idle, max(0, surplus))):
            del self._entries[key]

    def _wait(self, refresh: _Refresh, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not refresh.lane.slow and time.monotonic() < until:
            if refresh.ended.wait(min(BRIEFLY_SECONDS, until - time.monotonic())):
                return
            refresh.lane.slow = not refresh.moves()
        if self._waiting.acquire(blocking=False):
            try:
                refresh.ended.wait(max(0.0, until - time.monotonic()))
            finally:
                self._waiting.release()

    def _ask(self, key: K, entry: _Entry[V], refresh: _Refresh) -> None:
        after = before = entry.remembered
        try:
            if refresh.age() < QUEUE_SECONDS:
                refresh.begin()
                after = self._answer(key, before)
        finally:
            with self._lock:
                # Not if it was forgotten: somebody else has asked since then.
                if entry.refresh is refresh:
                    entry.remembered, entry.refresh = after, None
                    if not after.has_something():
                        del self._entries[key]
            refresh.end()

    def _answer(self, key: K, before: Remembered[V]) -> Remembered[V]:
        asked = datetime.now(UTC).replace(microsecond=0)
        try:
            return self._succeeded(before, self._fetch(key), asked)
        except ProblemError as error:
            # A key can hold a list token, which can be of 8 kB.
            code = error.problem.code or "no code"
            log.warning("%.200r: %s (%s)", key, error.problem.kind, code)
            return self._failed(before, error.problem, asked)
        except Exception:
            # A fault of the portal's own must neither go unseen in this thread nor take the
            # older answer away.
            log.exception("%.200r: the answer could not be kept", key)
            return self._failed(before, Problem(Kind.BAD_RESPONSE), asked)

    def _succeeded(self, before: Remembered[V], value: V, asked: datetime) -> Remembered[V]:
        changed = value != before.value or before.problem is not None
        return Remembered(
            value=value,
            at=asked,
            sequence=before.sequence + changed,
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
            expires=datetime.now(UTC) + pause * random.uniform(0.75, 1.25),
        )
