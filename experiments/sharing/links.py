"""The links in the database. Everything raises availability.Unavailable."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from experiments import audit, history
from experiments.domain.person import Person
from experiments.domain.redaction import Part
from experiments.models import Observation, ShareLink
from experiments.sharing.link import Audience, Kind, Link, Still, Wanted, digest, new_token
from experiments.sharing.sightings import from_text, to_text
from experiments.sources import SOURCES
from experiments.store.availability import Unavailable, reads, writes

# A revoked link is dead in every process within a second; an open page asks every few.
REMEMBERED_SECONDS = 0.5
MAX_REMEMBERED = 1_000

_remembered: OrderedDict[str, tuple[float, Link | None]] = OrderedDict()
_lock = threading.Lock()
_opened = audit.Quiet()


class MadeBefore(Exception):  # noqa: N818, an outcome and no mistake
    """This form has made its link already, whose address nobody can show again."""


def make(wanted: Wanted, person: Person, now: datetime, still: Still | None) -> tuple[Link, str]:
    """A new link and its token, which nobody can find out later. Raises MadeBefore."""
    token = new_token()
    row = ShareLink(
        digest=digest(token),
        form=wanted.form,
        source=wanted.source,
        name=wanted.name,
        kind=wanted.kind.value,
        audience=wanted.audience.value,
        shown=",".join(sorted(part.value for part in wanted.shown)),
        preview=wanted.preview,
        note=wanted.note,
        made_at=now,
        made_by=person.called[:150],
        maker_id=person.pk,
        expires_at=now + wanted.lasts,
    )
    try:
        with writes(), transaction.atomic():
            if still is not None:
                row.observation_id = _observation(wanted, still)
                row.frozen_at, row.sightings = still.at, to_text(still.sightings)
            row.save(force_insert=True)
    except IntegrityError:
        raise MadeBefore from None
    link = _link(row)
    audit.record(audit.Action.LINK_MADE, person, described(link))
    return link, token


def resolve(token: str, now: datetime) -> Link | None:
    """The link of a token while it opens; None if it is revoked, has expired or never was."""
    key = digest(token)
    with _lock:
        known = _remembered.get(key)
    if known is None or time.monotonic() - known[0] >= REMEMBERED_SECONDS:
        began = time.monotonic()
        known = began, _find(key)
        with _lock:
            _remembered[key] = known
            _remembered.move_to_end(key)
            while len(_remembered) > MAX_REMEMBERED:
                _remembered.popitem(last=False)
    link = known[1]
    return link if link is not None and link.alive(now) else None


def open_(link: Link, now: datetime) -> None:
    """Count that the link was opened: when and how often, and never by whom.

    In the audit trail that stands once a minute for each process, since whoever has one link could
    fill it otherwise.
    """
    told = _opened.tells(link.pk, time.monotonic())
    about = described(link)
    try:
        with writes(), transaction.atomic():
            ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=now)
            if told:
                audit.record(audit.Action.LINK_OPENED, "", about)
    except Unavailable:
        # The log has a line all the same.
        audit.record(audit.Action.LINK_OPENED, "", about)


def revoke(link: Link, person: Person, now: datetime) -> bool:
    """Whether it was this that ended the link."""
    rows = ShareLink.objects.filter(pk=link.pk, revoked_at=None)
    with writes():
        ended = bool(rows.update(revoked_at=now, revoked_by=person.called[:150]))
    with _lock:
        _remembered.clear()
    if ended:
        audit.record(audit.Action.LINK_REVOKED, person, described(link))
    return ended


def get(pk: int) -> Link | None:
    with reads():
        row = ShareLink.objects.select_related("maker").filter(pk=pk).first()
    return None if row is None else _link(row)


def page(person: Person | None, *, limit: int, before: int | None = None) -> tuple[Link, ...]:
    """The newest links first: somebody's own, or everybody's where ``person`` is None."""
    rows = ShareLink.objects.select_related("maker").order_by("-pk")
    if person is not None:
        rows = rows.filter(maker_id=person.pk)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    with reads():
        return tuple(map(_link, rows[:limit]))


def described(link: Link) -> str:
    """A link in the audit trail."""
    return f"link {link.pk} ({link.kind.value}) to {link.source}/{link.name}"


def _observation(wanted: Wanted, still: Still) -> int:
    found = Observation.objects.select_for_update().filter(
        snapshot__source=wanted.source,
        snapshot__name=wanted.name,
        number=still.observation.number,
    )
    return found.values_list("pk", flat=True).get()


def _find(key: str) -> Link | None:
    with reads():
        row = ShareLink.objects.select_related("observation", "maker").filter(digest=key).first()
    if row is None or row.kind not in set(Kind):
        return None
    if row.kind == Kind.LIVE:
        return _link(row)
    # Never the present instead of what was frozen, which pruning may have taken away by now.
    observation = None if row.observation is None else history.read(row.observation)
    if observation is None or row.frozen_at is None:
        return None
    still = Still(observation=observation, at=row.frozen_at, sightings=from_text(row.sightings))
    return _link(row, still)


def _sees(row: ShareLink) -> bool:
    """Whether its maker may still see what a live link shows."""
    source, maker = SOURCES.get(row.source), row.maker
    if maker is None or source is None:
        return source is not None
    person = maker.person()
    return person is not None and person.sees(source)


def _parts(text: str) -> Iterable[Part]:
    known = {part.value: part for part in Part}
    # A newer version may have written a part that this one does not know, and so does not show.
    return (known[word] for word in text.split(",") if word in known)


def _link(row: ShareLink, still: Still | None = None) -> Link:
    return Link(
        pk=row.pk,
        source=row.source,
        name=row.name,
        # What a newer version has written opens for nobody whom that may not have meant.
        kind=Kind(row.kind) if row.kind in set(Kind) else Kind.FROZEN,
        audience=Audience(row.audience) if row.audience in set(Audience) else Audience.PEOPLE,
        shown=frozenset(_parts(row.shown)),
        preview=row.preview,
        note=row.note,
        made_at=row.made_at,
        made_by=row.made_by,
        maker=row.maker_id,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        frozen_at=row.frozen_at,
        opened=row.opened,
        opened_at=row.opened_at,
        held=row.kind == Kind.LIVE and not _sees(row),
        still=still,
    )
