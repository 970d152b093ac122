"""Who is guessing passwords.

django-axes locks a name for an address. Beside it, an address has only so many wrong tries whatever
the names are, and few passwords are hashed at once, since that takes as long as a hundred pages.
"""

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest

from experiments import audit
from experiments.domain.person import Person

AT_ONCE = 2
WAIT_SECONDS = 5.0
# What one customer of a network has of the newer addresses.
IPV6_NETWORK = 64

# What the audit trail says of a wrong password of somebody who has signed in.
HERE = "to change the password"

_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):  # noqa: N818, a state and no mistake
    """Others are trying to sign in."""


def address(request: HttpRequest) -> str:
    """The client's address, after portal/middleware.py has judged what proxies say of it; of the
    newer ones the network."""
    found = str(request.META.get("REMOTE_ADDR", ""))
    try:
        network = ipaddress.IPv6Network((found, IPV6_NETWORK), strict=False)
    except ValueError:
        return found
    return str(network.network_address)


def is_locked(request: HttpRequest) -> bool:
    """Whether this very try was refused without looking at the password."""
    return bool(getattr(request, "axes_locked_out", False))


def is_spraying(request: HttpRequest) -> bool:
    """Whether too many passwords were wrong from this address. Raises Unavailable."""
    since = datetime.now(UTC) - settings.AXES_COOLOFF_TIME
    return audit.refusals(since, address=address(request)) >= settings.PORTAL_WRONG_TRIES


def is_guessing(person: Person) -> bool:
    """Whether too many passwords were wrong of somebody who has signed in: whoever found the
    session open could guess what it began with. Raises Unavailable."""
    since = datetime.now(UTC) - settings.AXES_COOLOFF_TIME
    return audit.refusals(since, person=person.called, about=HERE) >= settings.AXES_FAILURE_LIMIT


@contextmanager
def turn() -> Iterator[None]:
    """Inside, a password is looked at. Raises Busy where that would take too long to begin."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _turns.release()
