"""What a share link opens: the page of one experiment, read-only, of which it shows what its maker
chose. Query parameters change nothing here.

Revoked, expired and never-existing links are one and the same page.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from experiments import preferences
from experiments.people import identity
from experiments.people.middleware import ask_to_sign_in
from experiments.people.pages import away
from experiments.sharing import links
from experiments.sharing.link import Audience, Link
from experiments.store.availability import Unavailable
from experiments.views import through
from experiments.views.page import render_page, with_age

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD")


def _opens(view: View) -> View:
    """The view of a link that opens for whoever asks, or the page that all others share."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        if request.method not in SAFE:
            return nowhere(request)
        try:
            link = links.resolve(token, datetime.now(UTC))
            if link is None:
                return nowhere(request)
            if link.audience is Audience.PEOPLE and identity.person(request) is None:
                return unfollowed(ask_to_sign_in(request))
        except Unavailable:
            return unfollowed(away(request))
        return unfollowed(view(request, link, token))

    return guarded


@_opens
def show(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    """The page; opening it is counted."""
    if request.method == "GET":
        links.open_(link, datetime.now(UTC))
    seen = through.look(link)
    poll = reverse("sharing:poll", args=[token])
    page = through.page(link, seen, datetime.now(UTC), preferences.zone(request), poll)
    page["export_url"] = (
        reverse("sharing:export", args=[token]) if seen.snapshot.experiment else None
    )
    return render_page(request, "sharing/shared.html", page, failed=seen.snapshot.failed)


@_opens
def poll(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    """204 when nothing on the page would change, else 200 with the same partial as the page."""
    told, now = request.GET.get("seen", ""), datetime.now(UTC)
    seen = through.look(link, told)
    if told == through.version(link, seen, now):
        response = HttpResponse(status=204)
    else:
        address = reverse("sharing:poll", args=[token])
        page = through.page(link, seen, now, preferences.zone(request), address)
        response = render(request, "sharing/shared.html#fragment", page)
    return with_age(request, response, seen.snapshot.answered_at, seen.snapshot.poll_seconds)


@_opens
def export(request: HttpRequest, link: Link, _token: str) -> HttpResponse:
    """What the page shows of AWS's answer, as JSON."""
    seen = through.look(link)
    if seen.snapshot.description is None:
        return JsonResponse({"error": "There is nothing to show at the moment."}, status=503)
    shown: dict[str, Any] = seen.snapshot.description.answer.response
    layout = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(shown, json_dumps_params=layout)
    response["Content-Disposition"] = 'attachment; filename="shared-experiment.json"'
    return response


@login_not_required
def nowhere(request: HttpRequest, **_rest: str) -> HttpResponse:
    """Every address below /s/ that no open link has."""
    if request.method not in SAFE:
        return unfollowed(HttpResponseNotAllowed(SAFE))
    if request.headers.get("HX-Request"):
        # The page that polls has been open; it becomes the page that says so.
        return unfollowed(HttpResponseClientRedirect(reverse("sharing:closed")))
    return unfollowed(render(request, "sharing/nowhere.html", status=404))


def unfollowed(response: HttpResponse) -> HttpResponse:
    """No other site learns the address, and no search engine keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store"
    return response
