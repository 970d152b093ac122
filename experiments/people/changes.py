"""Whether anybody's sessions or role have changed, in whatever process.

A number in the database grows with every such change. A process that remembers people reads it
twice a second, so it knows when the database goes away that nothing had changed until then.
"""

import threading
import time
from collections.abc import Callable

from django.db.models import F

from experiments.people.models import Changes
from experiments.store.availability import Unavailable, reads, writes

OFTEN_SECONDS = 0.5
# As far as a reading may lie before the outage that it is to speak for.
RECENT_SECONDS = 2.0
# Away from this process, the database may still be there for another one that disables somebody.
TRUSTED_SECONDS = 300.0


def happened() -> None:
    """Somebody is signed out, disabled or has another role or password. Raises Unavailable.

    In a transaction, this lets one such change happen at a time.
    """
    with writes():
        if not Changes.objects.filter(pk=1).update(number=F("number") + 1):
            Changes.objects.get_or_create(pk=1)


class Watch:
    """A thread that calls ``forget`` when something has changed."""

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._number: int | None = None
        self._read_at = self._failed_at = 0.0

    def start(self) -> None:
        """Go on watching, if nobody does in this process."""
        with self._lock:
            if self._thread is None:
                self._stopped.clear()
                self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._stopped.set()
            thread.join()

    def vouches(self, now: float) -> bool:
        """Whether nothing had changed when the database went away, which is not long ago."""
        # It may have failed for somebody else a moment ago, and not yet for this thread.
        began = self._failed_at or now
        return began - self._read_at < RECENT_SECONDS and now - self._read_at < TRUSTED_SECONDS

    def _run(self) -> None:
        while not self._stopped.wait(OFTEN_SECONDS):
            began = time.monotonic()
            try:
                with reads():
                    number = Changes.objects.values_list("number", flat=True).first() or 0
            except Unavailable:
                # Finding out may take longer than what it is to speak for.
                self._failed_at = self._failed_at or began
                continue
            if self._failed_at or number != self._number:
                # Nor does anybody know what happened while it was away.
                self._forget()
            self._number, self._read_at, self._failed_at = number, time.monotonic(), 0.0
