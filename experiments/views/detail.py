"""The page of one experiment, the poll that keeps it true, and the button that asks AWS at once."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from experiments import preferences, snapshots
from experiments.people import identity
from experiments.snapshots import Snapshot
from experiments.views import access
from experiments.views.page import experiment_page, render_page, with_age


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    return _page(request, access.current(request, source, name))


@require_safe
def misaddressed(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /experiments/: empty segments, or a name with a slash in it."""
    source, _, name = rest.partition("/")
    return show(request, source, name)


@require_safe
def poll(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """204 when nothing on the page would change, else 200 with the same partial as the page."""
    seen = request.GET.get("seen", "")
    snapshot, now = access.current(request, source, name, seen=seen), datetime.now(UTC)
    if seen == snapshot.version(now):
        response = HttpResponse(status=204)
        return with_age(request, response, snapshot.answered_at, snapshot.poll_seconds)
    return _fragment(request, snapshot, now)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """Ask AWS at once, and go back to the page, or to its fragment where the page is there.

    Who only opens the address, which somebody may have copied, goes to the page.
    """
    if source not in access.sources(request):
        return _page(request, snapshots.unknown(source, name))
    if request.method != "POST":
        return show(request, source, name)
    snapshot, asked = snapshots.check(source, name)
    if request.headers.get("HX-Request"):
        response = _fragment(request, snapshot, datetime.now(UTC))
        said = _said_of_check(snapshot, asked=asked)
        return trigger_client_event(response, "portal:checked", {"said": said})
    if not snapshot.asked:
        return _page(request, snapshot)
    address = reverse("experiments:detail", args=[source, name])
    return HttpResponseRedirect(address, status=303)


def _said_of_check(snapshot: Snapshot, *, asked: bool) -> str:
    if snapshot.refreshing:
        return "AWS is taking its time; the page follows."
    if asked:
        return "AWS was asked."
    if snapshot.circuit is not None:
        return "The portal leaves AWS alone for now."
    return "AWS was asked a moment ago."


def _page(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    page = _experiment_page(request, snapshot, datetime.now(UTC))
    return render_page(request, "experiments/detail.html", page, failed=snapshot.failed)


def _fragment(request: HttpRequest, snapshot: Snapshot, now: datetime) -> HttpResponse:
    page = _experiment_page(request, snapshot, now)
    response = render(request, "experiments/detail.html#fragment", page)
    return with_age(request, response, snapshot.answered_at, snapshot.poll_seconds)


def _experiment_page(request: HttpRequest, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    shares = identity.signed_in(request).shares
    return experiment_page(snapshot, now, preferences.zone(request), shares=shares)
