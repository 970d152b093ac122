"""The sources and how they are doing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments.aws import clients
from experiments.domain.circuit import Circuit
from experiments.domain.person import Role
from experiments.domain.source import Source
from experiments.refreshing import circuit
from experiments.sources import SOURCES
from experiments.store import health
from experiments.store.availability import Unavailable
from experiments.views.access import requires


@dataclass(frozen=True, slots=True)
class Row:
    """One source with its state; ``health`` is None while the database cannot be read."""

    source: Source
    region: str | None
    circuit: Circuit
    left_alone: bool
    health: health.Health | None

    @property
    def groups(self) -> list[str]:
        return sorted(self.source.groups)


@requires(Role.OPERATOR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    try:
        known = health.of_sources(now)
    except Unavailable:
        known = None
    rows = [
        Row(
            source,
            clients.region(source),
            state := circuit.state(name, now),
            state.open(now),
            None if known is None else known.get(name, health.NOTHING),
        )
        for name, source in SOURCES.items()
    ]
    page = {"rows": rows, "now": now, "away": known is None}
    return render(request, "operating/sources.html", page)
