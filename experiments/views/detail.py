"""The page of one experiment, and the poll that keeps it true."""

import json
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments import preferences, snapshots
from experiments.domain import words
from experiments.views.page import experiment_page, render_page


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    snapshot = snapshots.current(source, name)
    page = experiment_page(snapshot, datetime.now(UTC), preferences.zone(request))
    return render_page(request, "experiments/detail.html", page, failed=snapshot.failed)


@require_safe
def misaddressed(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /experiments/: empty segments, or a name with a slash in it."""
    source, _, name = rest.partition("/")
    return show(request, source, name)


@require_safe
def poll(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """204 when nothing on the page would change, else 200 with the same partial as the page."""
    snapshot, now = snapshots.current(source, name), datetime.now(UTC)
    if request.GET.get("seen") == snapshot.version(now):
        response = HttpResponse(status=204)
    else:
        page = experiment_page(snapshot, now, preferences.zone(request))
        response = render(request, "experiments/detail.html#fragment", page)
    if snapshot.answered_at is not None:
        response["HX-Trigger"] = json.dumps({"portal:asof": _as_of(request, snapshot.answered_at)})
    return response


def _as_of(request: HttpRequest, answered_at: datetime) -> dict[str, str]:
    """When AWS gave this answer, for the page's script, which knows of no zones."""
    zone = preferences.zone(request)
    return {"at": words.iso(answered_at), "text": words.clock(answered_at, zone)}
