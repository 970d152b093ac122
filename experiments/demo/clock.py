"""The clock of the demo: it can be stepped, sped up, and taken back into the past.

Every moment is in UTC and keeps whole milliseconds, as AWS's own time stamps do.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _to_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Clock:
    """A clock that follows the present, or runs from ``start`` at ``speed``.

    ``Clock()`` is the machine's own clock. ``Clock(start, speed=3600)`` lives an hour in every
    second, and with ``speed=0`` it stands still until it is stepped, which is what tests want.
    ``speed`` is demo seconds per real second. A ``start`` without a zone is a ``ValueError``.
    Safe to share between threads.
    """

    def __init__(self, start: datetime | None = None, *, speed: float = 1.0) -> None:
        if start is None and speed != 1.0:
            raise ValueError("a clock with a speed of its own needs a moment to start from")
        if start is not None and start.tzinfo is None:
            raise ValueError("a clock starts at a moment with a zone")
        self._lock = threading.Lock()
        self._start = start
        self._speed = speed
        self._begun = time.monotonic()
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        with self._lock:
            return _to_milliseconds(self._frozen or self._running())

    def step(self, by: timedelta) -> None:
        """Move forward at once. The machine's own clock cannot be stepped: ``RuntimeError``."""
        with self._lock:
            if self._frozen is not None:
                self._frozen += by
            elif self._start is not None:
                self._start += by
            else:
                raise RuntimeError("this clock follows the present and cannot be stepped")

    @contextmanager
    def travel(self) -> Iterator["Travel"]:
        """Stop at the moments that ``Travel.to`` names; afterwards go on as if nothing had been.

        Seeding lives through past weeks this way and then hands over to the present.
        """
        with self._lock:
            if self._frozen is not None:
                raise RuntimeError("this clock is already travelling")
            self._frozen = self._running()
        try:
            yield Travel(self)
        finally:
            with self._lock:
                self._frozen = None

    def _running(self) -> datetime:
        if self._start is None:
            return datetime.now(UTC)
        elapsed = timedelta(seconds=(time.monotonic() - self._begun) * self._speed)
        return (self._start + elapsed).astimezone(UTC)

    def _freeze_at(self, moment: datetime) -> None:
        with self._lock:
            self._frozen = moment.astimezone(UTC)


class Travel:
    """The handle on a clock that is travelling."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def to(self, moment: datetime) -> None:
        self._clock._freeze_at(moment)
