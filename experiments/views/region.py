"""The part of the page that is polled, rendered once for all who would see the same.

Rendering it costs more than everything else of a request, and after a change every open page asks
for it at the same moment.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from experiments import history
from experiments.domain.observation import Sighting
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views.picture import picture
from experiments.views.recorded import recorded

# Some 60 kB each.
MAX_REGIONS = 128
# A page of more characters than this is rare enough to be rendered for each reader.
LARGEST = 500_000

_Key = tuple[object, ...]
_rendered: OrderedDict[_Key, SafeString] = OrderedDict()
_turns: dict[_Key, threading.Lock] = {}
_lock = threading.Lock()


def region(snapshot: Snapshot, now: datetime, zone: tzinfo, *, shares: bool) -> SafeString:
    """``experiments/_experiment.html`` of this snapshot, as of this minute, for readers who may
    share it or may not."""
    key = (snapshot.source, snapshot.name, shares, *moment(snapshot, now, zone))
    return rendered(key, lambda: _page(snapshot, now, zone) | {"shares": shares}, snapshot)


def moment(snapshot: Snapshot, now: datetime, zone: tzinfo) -> _Key:
    """What of a snapshot and of the time makes two renderings differ."""
    minute = f"{now:%Y-%m-%dT%H:%M}"
    return snapshot.version(now), snapshot.poll_seconds, str(zone), minute


def rendered(key: _Key, make: Callable[[], dict[str, Any]], snapshot: Snapshot) -> SafeString:
    """The region of the context that ``make`` makes, unless there is one of this key."""
    html = _kept(key)
    if html is not None:
        return html
    with _lock:
        turn = _turns.setdefault(key, threading.Lock())
    # One thread renders what many ask for at the same moment.
    with turn:
        try:
            return _kept(key) or _render(key, make(), snapshot)
        finally:
            with _lock:
                _turns.pop(key, None)


def _kept(key: _Key) -> SafeString | None:
    with _lock:
        if key in _rendered:
            _rendered.move_to_end(key)
        return _rendered.get(key)


def _render(key: _Key, page: dict[str, Any], snapshot: Snapshot) -> SafeString:
    html = render_to_string("experiments/_experiment.html", page)
    # What could not be read a moment ago can perhaps be read now.
    if snapshot.asked and not page.get("history_unavailable") and len(html) < LARGEST:
        with _lock:
            _rendered[key] = html
            while len(_rendered) > MAX_REGIONS:
                _rendered.popitem(last=False)
    return html


def _page(snapshot: Snapshot, now: datetime, zone: tzinfo) -> dict[str, Any]:
    page: dict[str, Any] = {
        "snapshot": snapshot,
        "problem": snapshot.problem,
        "now": now,
        "zone": zone,
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
    if snapshot.description is not None:
        page |= picture(
            snapshot.description, snapshot.source, now=now, zone=zone, sightings=sightings
        )
    return page


def _poll_url(snapshot: Snapshot, now: datetime) -> str:
    address = reverse("experiments:poll", args=[snapshot.source, snapshot.name])
    return f"{address}?seen={snapshot.version(now)}"
