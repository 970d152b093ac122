"""Nobody sees anything before signing in, except where a view says so itself.

A view is for people who have signed in, whoever they are; ``login_not_required`` (Django's) opens
it to everybody, and ``requires`` (views/access.py) asks for a role.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from experiments import audit
from experiments.domain.person import Role
from experiments.people import identity
from experiments.people.pages import away
from experiments.store.availability import Unavailable

View = Callable[..., HttpResponseBase]


class SignIn:
    """Asks whoever has not signed in to do so, and turns away whose role is too small."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        try:
            person = identity.person(request)
        except Unavailable:
            return away(request)
        if person is None:
            return ask_to_sign_in(request)
        if person.may(getattr(view, "role", Role.VIEWER)):
            return None
        audit.record(audit.Action.REFUSED, person, request.path)
        return render(request, "people/not_allowed.html", status=403)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back; a poll takes its whole page along."""
    if settings.PORTAL_LOGIN == "proxy":
        # The proxy asks to sign in itself, when it gets a page's request rather than a poll's.
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(_polling_page(request))
        return render(request, "people/proxy.html", status=401)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(sign_in_address(_polling_page(request)))
    safe = request.method in {"GET", "HEAD"}
    address = sign_in_address(request.get_full_path() if safe else "")
    return HttpResponseRedirect(address, status=302 if safe else 303)


def _polling_page(request: HttpRequest) -> str:
    try:
        return request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    except ValueError:
        # A header can hold what is no address.
        return "/"


def sign_in_address(page: str) -> str:
    address = reverse("people:sign-in")
    return f"{address}?{urlencode({'next': page})}" if page and page != "/" else address
