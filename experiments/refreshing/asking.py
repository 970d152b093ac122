"""Threads that ask AWS, one at a time for each key, and how long others may wait for them.

The threads that wait here are those that serve every other page, so both the asking and the
waiting are bounded.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)

# A page answers within 8 s whatever AWS does; the rest of that is for rendering.
FIRST_LOOK_SECONDS = 6.5
# A healthy AWS answers within this time, so everybody may wait for that long. While it does not,
# few may wait at all.
BRIEFLY_SECONDS = 1.5
WAITING = 24
# More calls than the server has threads have nobody to wait for them.
QUEUED = 64
# A call that starts later than this comes too late for whoever asked for it.
QUEUE_SECONDS = 5.0
# No call takes this long. One that does all the same must not keep its key from being asked again.
FORGOTTEN_SECONDS = 20.0


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


class Question:
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


class Asking(Generic[K]):
    """``ask(key)`` in threads of its own. It keeps what it learns itself, and may take long."""

    def __init__(self, ask: Callable[[K], object], *, threads: int = 16) -> None:
        self._ask = ask
        self._flying: dict[K, Question] = {}
        self._lock = threading.Lock()
        # Apart, so that names that somebody makes up keep no page that people look at from being
        # brought up to date.
        self._first_looks = _Lane((threads + 1) // 2)
        self._refreshes = _Lane((threads + 1) // 2)
        self._waiting = threading.BoundedSemaphore(WAITING)

    def start(self, key: K, *, first: bool) -> tuple[Question | None, bool]:
        """The question that is under way for ``key`` (None where there is no place for one more),
        and whether it is a new one."""
        with self._lock:
            flying = self._flying.get(key)
            if flying is not None and flying.age() <= FORGOTTEN_SECONDS:
                return flying, False
            lane = self._first_looks if first else self._refreshes
            question = Question(lane)
            if not lane.submit(lambda: self._run(key, question)):
                return None, False
            self._flying[key] = question
            return question, True

    def under_way(self, key: K) -> bool:
        return key in self._flying

    def wait(self, question: Question, seconds: float) -> None:
        """Until it has ended or ``seconds`` have passed; not at all where AWS is slow and there
        are many who wait already."""
        until = time.monotonic() + seconds
        while not question.lane.slow and time.monotonic() < until:
            if question.ended.wait(min(BRIEFLY_SECONDS, until - time.monotonic())):
                return
            question.lane.slow = not question.moves()
        if self._waiting.acquire(blocking=False):
            try:
                question.ended.wait(max(0.0, until - time.monotonic()))
            finally:
                self._waiting.release()

    def _run(self, key: K, question: Question) -> None:
        try:
            if question.age() < QUEUE_SECONDS:
                question.begin()
                self._ask(key)
        except Exception:
            # A fault of the portal's own must not go unseen in this thread.
            log.exception("%.200r could not be asked for", key)
        finally:
            with self._lock:
                # Not if it was forgotten: somebody else has asked since then.
                if self._flying.get(key) is question:
                    del self._flying[key]
            question.end()
