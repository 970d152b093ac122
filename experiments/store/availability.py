"""The database as something that may be away: full, locked, stopped or never reached.

The page of a live experiment needs none of it, so every use stands inside of ``reads`` or
``writes``, and whoever uses it says what happens on Unavailable.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, Error, IntegrityError, connection

log = logging.getLogger(__name__)

# While it is away, a try may take seconds; so that not every request has to try.
LEFT_ALONE_SECONDS = 3.0
# Somebody who writes for longer than this is no portal.
IMPATIENT_SECONDS = 2.0


class Unavailable(Exception):  # noqa: N818, a state and no mistake
    """The database cannot be used now."""


class _Access:
    """One way of using the database. A full disk stops the writing and not the reading."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._lock = threading.Lock()
        self._away = False
        self._next_try = 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Raises Unavailable for what the block raises because of the database."""
        self._admit()
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except Error as error:
            self._failed(error)
            raise Unavailable from error
        finally:
            # Back to the pool at once, where there is one: this thread may wait for AWS next.
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
        self._succeeded()

    def _admit(self) -> None:
        """While it is away, one thread may find out whether it still is."""
        with self._lock:
            if not self._away:
                return
            if time.monotonic() < self._next_try:
                raise Unavailable
            self._next_try = time.monotonic() + LEFT_ALONE_SECONDS

    def _failed(self, error: Error) -> None:
        connection.close()
        with self._lock:
            self._next_try = time.monotonic() + LEFT_ALONE_SECONDS
            known, self._away = self._away, True
        if not known:
            # The driver's message can hold the address with its password.
            log.error("The database cannot be %s (%s)", self._doing, type(error).__name__)

    def _succeeded(self) -> None:
        if self._away:
            with self._lock:
                known, self._away = self._away, False
            if known:
                log.warning("The database can be %s again", self._doing)


@contextmanager
def impatient() -> Iterator[None]:
    """Inside, wait for the lock of the embedded database no longer than a reader can."""
    if connection.vendor != "sqlite":
        yield
        return
    _set_busy_timeout(IMPATIENT_SECONDS)
    try:
        yield
    finally:
        _set_busy_timeout(connection.settings_dict["OPTIONS"].get("timeout", 20))


def _set_busy_timeout(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


reads = _Access("read")
writes = _Access("written")
