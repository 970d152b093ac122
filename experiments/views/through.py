"""An experiment as it looks through a share link: what the link hides is gone before anything is
parsed, drawn or exported."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from django.utils.crypto import salted_hmac

from experiments import history, snapshots
from experiments.domain.description import Description
from experiments.domain.names import region_of
from experiments.domain.observation import Sighting
from experiments.domain.redaction import Part
from experiments.sharing.link import Link
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views.picture import picture
from experiments.views.region import TEMPLATE, moment
from experiments.views.rendering import rendered


@dataclass(frozen=True, slots=True)
class Seen:
    """What a link shows at one time. ``region_name`` is where the experiment runs."""

    snapshot: Snapshot
    region_name: str | None = None


def look(link: Link, told: str = "") -> Seen:
    """What the link shows now; ``told`` is the version that a poll's page shows already."""
    if link.still is not None:
        snapshot = Snapshot("", "", answered_at=link.still.at, frozen=True)
        return _seen(snapshot, link.still.description, link.shown)
    snapshot = snapshots.current(link.source, link.name, seen=told)
    return _seen(snapshot, snapshot.description, link.shown)


def version(link: Link, seen: Seen, now: datetime) -> str:
    """What a poll compares. A digest of what is hidden would let somebody try values, so nothing of
    it leaves."""
    whole = f"{link.pk} {seen.snapshot.version(now)}"
    mark = salted_hmac("sharing.version", whole, algorithm="sha256").hexdigest()[:16]
    return f"{seen.snapshot.sequence}-{mark}"


def page(link: Link, seen: Seen, now: datetime, zone: tzinfo, poll: str | None) -> dict[str, Any]:
    """The context of ``sharing/shared.html``. A frozen page has a time of its own."""
    now = link.frozen_at or now
    shown, experiment = seen.snapshot, seen.snapshot.experiment
    follows = poll is not None and not shown.frozen
    poll_url = f"{poll}?seen={version(link, seen, now)}" if follows else None
    number = None if link.still is None else link.still.observation.number
    which = (link.pk, link.shown, link.source, link.name, number, link.frozen_at, poll)
    key = ("through", *which, *moment(shown, now, zone))
    return {
        "link": link,
        "snapshot": shown,
        "problem": shown.problem,
        "experiment": experiment,
        "region_name": seen.region_name,
        "favicon": f"favicons/{experiment.status.icon if experiment else 'problem'}.svg",
        "region": rendered(TEMPLATE, key, lambda: _context(link, seen, now, zone, poll_url)),
    }


def _seen(snapshot: Snapshot, description: Description | None, shown: frozenset[Part]) -> Seen:
    """A snapshot without what is hidden, and without the portal's own names and history."""
    bare = replace(snapshot, source="", name="", observed=0, description=None)
    if description is None:
        return Seen(bare)
    redacted = description.redacted(shown)
    region_name = region_of(str(description.answer.response["Arn"]))
    return Seen(replace(bare, name=redacted.experiment.name, description=redacted), region_name)


def _context(
    link: Link, seen: Seen, now: datetime, zone: tzinfo, poll_url: str | None
) -> dict[str, Any]:
    shown = seen.snapshot
    context: dict[str, Any] = {
        "snapshot": shown,
        "problem": shown.problem,
        "now": now,
        "zone": zone,
        "poll_url": poll_url,
        "shared": True,
    }
    if shown.description is not None:
        context["hidden"] = shown.description.hidden
        pill = "taken" if shown.frozen else "now"
        context |= picture(
            shown.description, None, now=now, zone=zone, sightings=_sightings(link), pill=pill
        )
    return context


def _sightings(link: Link) -> tuple[Sighting, ...]:
    """The stretches of AWS's own words: another one is somebody's text, which nobody redacted."""
    try:
        seen = link.still.sightings if link.still else history.sightings(link.source, link.name)
    except Unavailable:
        return ()
    return tuple(sighting for sighting in seen if sighting.status.known)
