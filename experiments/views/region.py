"""The part of the page of an experiment that is polled."""

from datetime import datetime, tzinfo
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from experiments import history
from experiments.domain.observation import Sighting
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views.picture import picture
from experiments.views.recorded import recorded
from experiments.views.rendering import Key, rendered

TEMPLATE = "experiments/_experiment.html"


def region(snapshot: Snapshot, now: datetime, zone: tzinfo, *, shares: bool) -> SafeString:
    """The region of this snapshot, as of this minute, for readers who may share it or may not."""
    key = ("experiment", snapshot.source, snapshot.name, shares, *moment(snapshot, now, zone))
    return rendered(TEMPLATE, key, lambda: _page(snapshot, now, zone) | {"shares": shares})


def moment(snapshot: Snapshot, now: datetime, zone: tzinfo) -> Key:
    """What of a snapshot and of the time makes two renderings differ."""
    minute = f"{now:%Y-%m-%dT%H:%M}"
    return snapshot.version(now), snapshot.poll_seconds, str(zone), minute


def _page(snapshot: Snapshot, now: datetime, zone: tzinfo) -> dict[str, Any]:
    page: dict[str, Any] = {
        "snapshot": snapshot,
        "problem": snapshot.problem,
        "now": now,
        "zone": zone,
        # Addresses that anybody may type are many, and are not asked for again.
        "passing": not snapshot.asked,
    }
    if snapshot.asked:
        page["poll_url"] = _poll_url(snapshot, now)
    sightings: tuple[Sighting, ...] = ()
    if snapshot.has_history:
        try:
            sightings = history.sightings(snapshot.source, snapshot.name)
            page |= recorded(snapshot)
        except Unavailable:
            page["history_unavailable"] = True
    # What could not be read a moment ago can perhaps be read now.
    page["passing"] |= page.get("history_unavailable", False)
    if snapshot.description is not None:
        page |= picture(
            snapshot.description, snapshot.source, now=now, zone=zone, sightings=sightings
        )
    return page


def _poll_url(snapshot: Snapshot, now: datetime) -> str:
    address = reverse("experiments:poll", args=[snapshot.source, snapshot.name])
    return f"{address}?seen={snapshot.version(now)}"
