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
LEFT_ALONE_SECONDS = 2.0


class Unavailable(Exception):  # noqa: N818, a state and no mistake
    """The database cannot be used now."""


class _Access:
    """One way of using the database. A full disk stops the writing and not the reading."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._away_until = 0.0
        self._away = threading.Event()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Raises Unavailable for what the block raises because of the database."""
        if time.monotonic() < self._away_until:
            raise Unavailable
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
        if self._away.is_set():
            self._away.clear()
            log.warning("The database can be %s again", self._doing)

    def _failed(self, error: Error) -> None:
        self._away_until = time.monotonic() + LEFT_ALONE_SECONDS
        connection.close()
        if not self._away.is_set():
            self._away.set()
            # The driver's message can hold the address with its password.
            log.error("The database cannot be %s (%s)", self._doing, type(error).__name__)


reads = _Access("read")
writes = _Access("written")
