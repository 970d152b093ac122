"""The audit trail: who signed in, was refused, shared and changed what.

In the database for operators, and a log line for whoever collects those; with the database away,
the line alone. Of who opens a share link, nothing is kept.
"""

import json
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.http import HttpRequest

from experiments.domain.person import Person
from experiments.models import AuditEvent
from experiments.store.availability import Unavailable, reads, writes

log = logging.getLogger(__name__)

_TOKEN = re.compile("/s/[A-Za-z0-9_-]{20,}")
ABOUT_LENGTH = 300
AT_A_TIME = 500
QUIET_SECONDS = 60.0
MAX_QUIET = 1_000
NAME_LENGTH = 150


class Action(StrEnum):
    """The closed list of what is recorded, in the words of the page and of exports."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    LOCKED_OUT = "locked out"
    SIGNED_OUT = "signed out"
    PASSWORD_CHANGED = "password changed"  # noqa: S105, an action and no password
    REFUSED = "refused"
    LINK_MADE = "link made"
    LINK_OPENED = "link opened"
    LINK_REVOKED = "link revoked"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    SESSIONS_ENDED = "sessions ended"
    AUDIT_EXPORTED = "audit exported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry; ``address`` is the client's, where it says who somebody was."""

    number: int
    at: datetime
    action: str
    person: str
    about: str
    address: str


class Quiet:
    """Tells something once a minute, however often it happens in this process."""

    def __init__(self) -> None:
        self._told: OrderedDict[object, float] = OrderedDict()
        self._lock = threading.Lock()

    def tells(self, what: object, now: float) -> bool:
        """Whether ``what`` is to be told ``now``, in seconds of a clock that only goes on."""
        with self._lock:
            before = self._told.get(what)
            if before is not None and now - before < QUIET_SECONDS:
                return False
            self._told[what] = now
            self._told.move_to_end(what)
            while len(self._told) > MAX_QUIET:
                self._told.popitem(last=False)
            return True


def record(action: Action, person: Person | str, about: str = "", address: str = "") -> None:
    """Somebody did this, or was refused it. Never raises: viewing does not depend on it."""
    if isinstance(person, Person):
        address = address or person.address
    called = person.called if isinstance(person, Person) else person
    name, about = _text(called, NAME_LENGTH), _text(about, ABOUT_LENGTH)
    # JSON, so that nobody's text ends the line or looks like another one.
    log.info("%s %s", action.value, json.dumps({"by": name, "about": about, "from": address}))
    event = AuditEvent(
        at=datetime.now(UTC), action=action.value, person=name, about=about, address=address[:45]
    )
    try:
        with writes():
            event.save(force_insert=True)
    except Unavailable:
        log.error("the line above is not in the database")


def address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def refusals(since: datetime, **of: str) -> int:
    """How often signing in was refused since then, ``of`` which members."""
    refused = (Action.SIGN_IN_REFUSED.value, Action.LOCKED_OUT.value)
    with reads():
        return AuditEvent.objects.filter(at__gte=since, action__in=refused, **of).count()


def events(*, action: str = "", before: int | None = None, limit: int) -> tuple[Event, ...]:
    """The newest first, of one ``action`` or of all, from before the event of a number on."""
    rows = AuditEvent.objects.order_by("-pk")
    if action:
        rows = rows.filter(action=action)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    with reads():
        return tuple(map(_event, rows[:limit]))


def everything(action: str = "", *, at_a_time: int = AT_A_TIME) -> Iterator[Event]:
    """All of it, the newest first, in pieces that no database holds a transaction open for."""
    before: int | None = None
    while piece := events(action=action, before=before, limit=at_a_time):
        yield from piece
        before = piece[-1].number


def count(before: datetime) -> int:
    """How many events are older than that."""
    with reads():
        return AuditEvent.objects.filter(at__lt=before).count()


def delete(before: datetime) -> int:
    """How many events were deleted, a piece at a time, so that the writing of others goes on."""
    deleted, old = 0, AuditEvent.objects.filter(at__lt=before).order_by("pk")
    while True:
        with writes():
            piece = list(old.values_list("pk", flat=True)[:AT_A_TIME])
            deleted += AuditEvent.objects.filter(pk__in=piece).delete()[0]
        if len(piece) < AT_A_TIME:
            return deleted


def _event(row: AuditEvent) -> Event:
    return Event(
        number=row.pk,
        at=row.at,
        action=row.action,
        person=row.person,
        about=row.about,
        address=row.address,
    )


def _text(text: str, longest: int) -> str:
    """What a database and a line can hold: no NUL, no half of a pair."""
    whole = text.encode(errors="replace").decode().replace("\0", "�")
    # Somebody may paste a share link where a name belongs.
    whole = _TOKEN.sub("/s/…", whole)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"
