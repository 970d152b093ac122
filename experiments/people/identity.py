"""Who makes a request, by PORTAL_LOGIN.

A session is read from the database at most once in half a second for each process, since an open
page asks every few seconds: whoever is signed out or disabled is out everywhere within that time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from experiments.domain.person import Person, Role
from experiments.people import arrivals, changes, proxy
from experiments.people.models import User
from experiments.people.not_claimed import Kind, NotClaimed
from experiments.store.availability import Unavailable, reads

REMEMBERED_SECONDS = 0.5
MAX_REMEMBERED = 10_000

LOCAL = Person(name="", role=Role.OPERATOR)
"""Whoever sits at the machine of a portal without sign-in."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    person: Person | None
    at: float


_remembered: OrderedDict[str, _Remembered] = OrderedDict()
_lock = threading.Lock()


def person(request: HttpRequest) -> Person | None:
    """Who makes this request; None where nobody has signed in, or nobody who may read the portal.

    Raises availability.Unavailable where that cannot be found out.
    """
    if not hasattr(request, "person"):
        somebody = _person(request)
        address = request.META.get("REMOTE_ADDR", "")
        request.person = somebody and replace(somebody, address=address)  # type: ignore[attr-defined]
    found: Person | None = request.person  # type: ignore[attr-defined]
    return found


def signed_in(request: HttpRequest) -> Person:
    """Who makes a request of a view that only people reach who have signed in."""
    found = person(request)
    assert found is not None
    return found


def forget() -> None:
    """This process reads all sessions again."""
    with _lock:
        _remembered.clear()


def changed() -> None:
    """Somebody's sessions, role or password have changed. Raises availability.Unavailable."""
    changes.happened()
    forget()


def stop_watching() -> None:
    """For who is about to take the database away."""
    _watch.stop()


_watch = changes.Watch(forget)


def _person(request: HttpRequest) -> Person | None:
    if settings.PORTAL_LOGIN == "off":
        return LOCAL
    if settings.PORTAL_LOGIN == "proxy":
        return _of_proxy(request)
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return _known(f"session {cookie}", lambda: _of_session(request)) if cookie else None


def _known(key: str, find: Callable[[], Person | None]) -> Person | None:
    with _lock:
        known = _remembered.get(key)
    now = time.monotonic()
    if known is not None and now - known.at < REMEMBERED_SECONDS:
        return known.person
    try:
        found = find()
    except Unavailable:
        if known is not None and known.person is not None and _watch.vouches(now):
            return known.person
        raise
    _watch.start()
    with _lock:
        # Nobody's made-up cookie takes the place of somebody.
        if found is not None:
            _remembered[key] = _Remembered(found, now)
            _remembered.move_to_end(key)
        else:
            _remembered.pop(key, None)
        while len(_remembered) > MAX_REMEMBERED:
            _remembered.popitem(last=False)
    return found


def _of_session(request: HttpRequest) -> Person | None:
    with reads():
        user = get_user(request)
    return user.person() if isinstance(user, User) else None


def _of_proxy(request: HttpRequest) -> Person | None:
    """Whom the proxy names. They have a row too, so that an operator can give them a role or
    disable them."""
    peer, address = request.META.get("portal.peer", ""), request.META.get("REMOTE_ADDR", "")
    trusted = settings.PORTAL_TRUSTED_PROXIES
    assert settings.PORTAL_PROXY is not None
    try:
        claimed = proxy.claimed(settings.PORTAL_PROXY, peer, trusted, request.headers)
    except NotClaimed as error:
        if error.kind is Kind.KEYS_UNAVAILABLE:
            raise Unavailable from error
        # Whoever comes without any header has only come to the wrong address.
        if error.kind is not Kind.NO_HEADER:
            arrivals.refused("", error.kind.value, address)
        return None
    # Neither a name nor a group holds a comma.
    key = ",".join((claimed.name, *sorted(claimed.groups)))
    found = _known(f"claimed {key}", lambda: arrivals.arrived(claimed, address).person())
    if found is None:
        arrivals.refused(claimed.name, "disabled, or no role", address)
    return found
