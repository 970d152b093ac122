"""The fleet: every experiment of every source that exists to whoever asks."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments import preferences
from experiments.domain.fleet.selection import Selection
from experiments.domain.problem import Kind, Problem
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views import access
from experiments.views.fleet_page import fleet_region
from experiments.views.page import render_page, with_age
from experiments.views.standing import Standing, standing


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the address selects; for htmx, which filters in place, the table alone."""
    visible, selection = access.sources(request), Selection.read(request.GET.dict())
    if selection.source and selection.source not in visible:
        return no_such_source(request, selection)
    try:
        stand = standing(visible, datetime.now(UTC))
        page = _page(request, stand, selection)
    except Unavailable:
        return _away(request, selection)
    in_place = request.headers.get("HX-Request")
    if in_place and not request.headers.get("HX-History-Restore-Request"):
        return _fragment(request, page, stand)
    return render(request, "fleet/index.html", page)


@require_safe
def poll(request: HttpRequest) -> HttpResponse:
    """204 when nothing of the table would change, else the table."""
    visible, selection = access.sources(request), Selection.read(request.GET.dict())
    if selection.source and selection.source not in visible:
        return no_such_source(request, selection)
    seen = request.GET.get("seen", "")
    try:
        stand = standing(visible, datetime.now(UTC))
        if seen == stand.version(like=seen):
            return _with_age(request, HttpResponse(status=204), stand)
        return _fragment(request, _page(request, stand, selection), stand)
    except Unavailable:
        # What is shown stays, and its page says that it is no longer kept up to date.
        return HttpResponse(status=503)


def _page(request: HttpRequest, stand: Standing, selection: Selection) -> dict[str, Any]:
    """The context of ``fleet/index.html``. Raises availability.Unavailable."""
    region = fleet_region(stand, selection, preferences.zone(request))
    return {"standing": stand, "selection": selection, "region": region}


def _fragment(request: HttpRequest, page: dict[str, Any], stand: Standing) -> HttpResponse:
    return _with_age(request, render(request, "fleet/index.html#fragment", page), stand)


def _with_age(request: HttpRequest, response: HttpResponse, stand: Standing) -> HttpResponse:
    return with_age(request, response, stand.as_of, stand.poll_seconds)


def no_such_source(request: HttpRequest, selection: Selection) -> HttpResponse:
    problem = Problem(Kind.UNKNOWN_SOURCE)
    snapshot = Snapshot(selection.source, "", problem=problem)
    page = {"snapshot": snapshot, "problem": problem}
    return render_page(request, "fleet/no_source.html", page, failed=problem)


def _away(request: HttpRequest, selection: Selection) -> HttpResponse:
    return render(request, "fleet/away.html", {"selection": selection}, status=503)
