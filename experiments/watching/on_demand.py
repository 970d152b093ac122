"""One round of watching because somebody looks at the fleet, where no watcher is at work.

It goes on in a thread of its own after the page has been answered. Among all processes one takes
the source's turn, as watchers do, and it keeps to the same budget.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connections

from experiments.aws import sagemaker
from experiments.domain.source import Source
from experiments.refreshing import circuit
from experiments.refreshing.asking import BRIEFLY_SECONDS
from experiments.store.fleet import Reading
from experiments.store.health import watched
from experiments.watching.progress import Progress
from experiments.watching.watch import ROUND_SECONDS, Watch

log = logging.getLogger(__name__)

# As a watcher's round: a list is read again after this, or after as long as its pages take twice.
AGAIN = timedelta(seconds=ROUND_SECONDS)
# Sources that one process reads at the same time.
AT_ONCE = 8


class _Round:
    """One round over a source, from when somebody wanted it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stop = threading.Event()
        self._listed, self._ended = threading.Event(), threading.Event()
        self._briefly = time.monotonic() + BRIEFLY_SECONDS

    def run(self) -> None:
        try:
            with _places:
                Watch(self._source, self._stop, self._hear, passing=True).once()
        except Exception:
            log.exception("%s: the list could not be read", self._source.name)
        finally:
            self._listed.set()
            connections.close_all()
            with _lock:
                _rounds.pop(self._source.name, None)
            self._ended.set()

    def wait(self) -> None:
        """For the first page of the list, as briefly as a healthy AWS takes."""
        self._listed.wait(max(0.0, self._briefly - time.monotonic()))

    def stop(self) -> None:
        """Returns once it has ended."""
        self._stop.set()
        self._ended.wait()

    def _hear(self, progress: Progress) -> None:
        if progress.listed or progress.state in {"waiting", "stopped"}:
            self._listed.set()


def look(sources: Iterable[Source], readings: dict[str, Reading], now: datetime) -> bool:
    """Have those lists read that are due, and wait a moment for those that nobody ever read.

    Whether there may be something new since ``readings``. Raises availability.Unavailable.
    """
    unwatched = [source for source in sources if _due(source, readings[source.name], now)]
    if not unwatched:
        return False
    at_work = watched(now)
    rounds = [
        (_begun(source), readings[source.name])
        for source in unwatched
        if source.name not in at_work
    ]
    first = [round_ for round_, reading in rounds if reading.read_at is None]
    for round_ in first:
        round_.wait()
    return bool(first)


def stop() -> None:
    """End the rounds that are under way after the call that they are at."""
    with _lock:
        rounds = list(_rounds.values())
    for round_ in rounds:
        round_.stop()


def _due(source: Source, reading: Reading, now: datetime) -> bool:
    if circuit.left_alone(source.name, now) is not None:
        return False
    last = max(filter(None, (reading.read_at, reading.failed_at)), default=None)
    pages = 1 + reading.total // sagemaker.A_PAGE
    pause = max(AGAIN, timedelta(seconds=2 * pages / source.calls_per_second))
    return last is None or now - last >= pause


def _begun(source: Source) -> _Round:
    """The round over this source that is under way, or a new one."""
    with _lock:
        if source.name in _rounds:
            return _rounds[source.name]
        round_ = _rounds[source.name] = _Round(source)
    threading.Thread(target=round_.run, name=f"look-{source.name}", daemon=True).start()
    return round_


_rounds: dict[str, _Round] = {}
_lock = threading.Lock()
_places = threading.BoundedSemaphore(AT_ONCE)
