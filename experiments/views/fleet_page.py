"""The part of the fleet's page that is polled: what was selected, as rows on one axis."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from experiments.domain.fleet import attention, chart
from experiments.domain.fleet.attention import Trouble
from experiments.domain.fleet.chart import Bar
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.overlaps import Overlap, overlaps
from experiments.domain.fleet.sections import Section
from experiments.domain.fleet.selection import BY_ATTENTION, Selection
from experiments.domain.names import is_experiment_name
from experiments.domain.status import EXPERIMENT, Status, experiment_status
from experiments.store import fleet
from experiments.store.fleet import Counts
from experiments.views.rendering import rendered
from experiments.views.standing import OFTEN, SELDOM, Standing

# So close to a planned start or end, words count minutes.
CLOSE = timedelta(hours=2)
# What most people look for, so that it is offered even if there are none.
RUNNING = "Running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One experiment in the table."""

    entry: Entry
    section: Section | None
    bar: Bar
    troubles: tuple[Trouble, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def has_page(self) -> bool:
        """Whether an address can be made of the name: AWS promises one, but a list is only text."""
        return is_experiment_name(self.entry.name)


def fleet_region(stand: Standing, selection: Selection, zone: tzinfo) -> SafeString:
    """``fleet/_fleet.html`` of this selection, rendered once for all who would see the same.

    Raises availability.Unavailable.
    """
    version = stand.version(like=f"{OFTEN}-")
    key = ("fleet", stand.names, selection, version, str(zone))
    return rendered("fleet/_fleet.html", key, lambda: _context(stand, selection, zone))


def _context(stand: Standing, selection: Selection, zone: tzinfo) -> dict[str, Any]:
    names, now = stand.names, stand.now
    counted = fleet.counts(names, selection, now)
    found = fleet.find(names, selection, now, counted)
    entries = [entry for _, entry in found.entries]
    shared = overlaps(entries, fleet.on_endpoints(entries, now), now)
    drawn = chart.build(entries, now=now, zone=zone)
    rows = []
    for section, entry in found.entries:
        others = shared.get(entry.key, ())
        schedule = attention.by_now(entry.status, entry.start_at, entry.end_at, now)
        rows.append(
            Row(
                entry=entry,
                section=section,
                bar=drawn.bar(entry, others),
                troubles=(*schedule, *entry.troubles),
                overlaps=others,
            )
        )
    return {
        "now": now,
        "zone": zone,
        "standing": stand,
        "selection": replace(selection, page=found.page),
        "by_attention": selection.sort == BY_ATTENTION,
        "counts": counted,
        "statuses": _statuses(counted, selection),
        "presets": counted.by_preset,
        "found": found,
        "rows": rows,
        "chart": drawn,
        "several": len(stand.states) > 1,
        "poll_url": _poll_url(stand, selection, moves_often=any(_close(e, now) for e in entries)),
        "poll_seconds": stand.poll_seconds,
    }


def _poll_url(stand: Standing, selection: Selection, *, moves_often: bool) -> str:
    seen = stand.version(like=f"{OFTEN if moves_often else SELDOM}-")
    query = selection.query
    return f"{reverse('experiments:fleet-poll')}{query}{'&' if query else '?'}seen={seen}"


def _statuses(counted: Counts, selection: Selection) -> list[tuple[Status, int]]:
    """The chips: AWS's words in the order of an experiment's life, then words of tomorrow."""
    asked = selection.status if selection.preset is None else ""
    kept = {RUNNING, asked, *counted.by_status}
    words = [word for word in EXPERIMENT if word in kept]
    words += [word for word in counted.by_status if word not in EXPERIMENT]
    if asked and asked not in words:
        words.append(asked)
    return [(experiment_status(word), counted.by_status.get(word, 0)) for word in words]


def _close(entry: Entry, now: datetime) -> bool:
    ends = (entry.start_at, entry.end_at)
    return any(abs(now - moment) < CLOSE for moment in ends if moment is not None)
