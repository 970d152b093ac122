"""Making a share link: choosing, seeing what others will see, and getting the address once."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from experiments import preferences
from experiments.domain.person import Role
from experiments.people import identity
from experiments.people.pages import away
from experiments.sharing import freezing, links
from experiments.sharing.link import Kind, Link, Wanted
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views import access, through
from experiments.views.access import requires
from experiments.views.numbers import number
from experiments.views.page import render_page
from experiments.views.share_form import Choice, ShareForm, context, with_defaults


@requires(Role.SHARER)
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """The form, and after sending it the address, which is shown once."""
    snapshot = access.current(request, source, name)
    given = request.POST if request.method == "POST" else request.GET
    try:
        choice = _choice(snapshot, given)
        if choice.none:
            return _nothing(request, snapshot)
        if request.method != "POST":
            return render(request, "sharing/share.html", context(choice, given, None))
        form = ShareForm(given, choice)
        if not form.is_valid():
            page = context(choice, given, form)
            return render(request, "sharing/share.html", page, status=422)
        wanted, person = form.wanted(), identity.signed_in(request)
        still = choice.still if wanted.kind is Kind.FROZEN else None
        link, token = links.make(wanted, person, datetime.now(UTC), still)
    except links.MadeBefore:
        return render(request, "sharing/made_before.html", {"snapshot": snapshot}, status=409)
    except Unavailable:
        return away(request)
    address = f"{settings.URL.origin}/s/{token}/"
    made = {"snapshot": snapshot, "link": link, "address": address}
    return render(request, "sharing/made.html", made)


@requires(Role.SHARER)
@require_safe
def preview(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """The page that a link of these choices would open, before there is one."""
    snapshot, given = access.current(request, source, name), request.GET
    try:
        choice = _choice(snapshot, given)
    except Unavailable:
        return away(request)
    if choice.none:
        return _nothing(request, snapshot)
    form = ShareForm(with_defaults(given), choice)
    if not form.is_valid():
        return render(request, "sharing/share.html", context(choice, given, form), status=422)
    link, now = _unmade(form.wanted(), choice, datetime.now(UTC)), datetime.now(UTC)
    page = through.page(link, through.look(link), now, preferences.zone(request), poll=None)
    return render(request, "sharing/preview.html", page | {"back": given.urlencode()})


def _choice(snapshot: Snapshot, given: QueryDict) -> Choice:
    """What can be shared; ``taken`` is the observation that the form has promised already."""
    source, name = snapshot.source, snapshot.name
    from_history = bool(given.get("observation"))
    if not snapshot.asked or not snapshot.has_history:
        return Choice(snapshot, None, from_history)
    if from_history:
        chosen = number(given.get("observation", ""))
        still = None if chosen is None else freezing.as_observed(source, name, chosen)
    else:
        still = freezing.as_last_seen(
            source,
            name,
            digest=snapshot.digest,
            answered_at=snapshot.answered_at,
            number=number(given.get("taken", "")),
        )
    return Choice(snapshot, still, from_history)


def _nothing(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    page: dict[str, Any] = {"snapshot": snapshot, "problem": snapshot.failed}
    if snapshot.failed is None:
        return render(request, "sharing/nothing.html", page, status=404)
    return render_page(request, "sharing/nothing.html", page, failed=snapshot.failed)


def _unmade(wanted: Wanted, choice: Choice, now: datetime) -> Link:
    """A link that is nowhere but on the preview."""
    still = choice.still if wanted.kind is Kind.FROZEN else None
    return Link(
        pk=0,
        source=wanted.source,
        name=wanted.name,
        kind=wanted.kind,
        audience=wanted.audience,
        shown=wanted.shown,
        preview=wanted.preview,
        note=wanted.note,
        made_at=now,
        expires_at=now + wanted.lasts,
        frozen_at=None if still is None else still.at,
        still=still,
    )
