"""Moving the clock, so that what the portal remembers grows old at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine


@contextmanager
def later(**span: float) -> Iterator[None]:
    """Be ``timedelta(**span)`` in the future inside the block; time goes on as ever."""
    with time_machine.travel(datetime.now(UTC) + timedelta(**span), tick=True):
        yield


@contextmanager
def early_in_a_minute() -> Iterator[None]:
    """Be at the beginning of the next minute: a page that counts minutes stays what it is."""
    now = datetime.now(UTC)
    with later(seconds=61 - now.second):
        yield
