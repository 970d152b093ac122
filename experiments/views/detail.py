"""The page of one experiment, the poll that keeps it true, and the button that asks AWS at once."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from experiments import preferences, snapshots
from experiments.domain import words
from experiments.snapshots import Snapshot
from experiments.views.page import experiment_page, render_page


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    return _page(request, snapshots.current(source, name))


@require_safe
def misaddressed(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /experiments/: empty segments, or a name with a slash in it."""
    source, _, name = rest.partition("/")
    return show(request, source, name)


@require_safe
def poll(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """204 when nothing on the page would change, else 200 with the same partial as the page."""
    seen = request.GET.get("seen", "")
    snapshot, now = snapshots.current(source, name, seen=seen), datetime.now(UTC)
    if seen == snapshot.version(now):
        return _with_age(request, HttpResponse(status=204), snapshot)
    return _fragment(request, snapshot, now)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """Ask AWS at once, and go back to the page, or to its fragment where the page is there.

    Who only opens the address, which somebody may have copied, goes to the page.
    """
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
    page = experiment_page(snapshot, datetime.now(UTC), preferences.zone(request))
    return render_page(request, "experiments/detail.html", page, failed=snapshot.failed)


def _fragment(request: HttpRequest, snapshot: Snapshot, now: datetime) -> HttpResponse:
    page = experiment_page(snapshot, now, preferences.zone(request))
    response = render(request, "experiments/detail.html#fragment", page)
    return _with_age(request, response, snapshot)


def _with_age(request: HttpRequest, response: HttpResponse, snapshot: Snapshot) -> HttpResponse:
    """When AWS gave this answer, for the page's script, which knows of no zones."""
    if snapshot.answered_at is not None:
        text = words.clock(snapshot.answered_at, preferences.zone(request))
        age = {"at": words.iso(snapshot.answered_at), "text": text}
        trigger_client_event(response, "portal:asof", age | {"seconds": snapshot.poll_seconds})
    return response
