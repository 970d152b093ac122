"""The links that somebody has made; operators see everybody's."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from experiments import audit
from experiments.domain.person import Person, Role
from experiments.people import identity
from experiments.people.pages import away
from experiments.sharing import links
from experiments.sharing.link import Link
from experiments.store.availability import Unavailable
from experiments.views.access import requires
from experiments.views.numbers import number

A_PAGE = 50


@requires(Role.SHARER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    person, now = identity.signed_in(request), datetime.now(UTC)
    everybody = person.operates and request.GET.get("of") != "me"
    before = number(request.GET.get("before", ""))
    try:
        found = links.page(None if everybody else person, limit=A_PAGE + 1, before=before)
    except Unavailable:
        return away(request)
    page = {
        "links": [(link, link.state(now)) for link in found[:A_PAGE]],
        "everybody": everybody,
        "now": now,
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "later": before is not None,
    }
    return render(request, "sharing/links.html", page)


@requires(Role.SHARER)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a link at once. Somebody else's does not exist, except to operators."""
    person = identity.signed_in(request)
    try:
        link = links.get(pk)
        if link is not None and not may_revoke(person, link):
            audit.record(audit.Action.REFUSED, person, f"to revoke {links.described(link)}")
            link = None
        if link is None:
            raise Http404
        links.revoke(link, person, datetime.now(UTC))
    except Unavailable:
        return away(request)
    query = "?of=me" if request.POST.get("of") == "me" else ""
    return HttpResponseRedirect(reverse("sharing:links") + query, status=303)


def may_revoke(person: Person, link: Link) -> bool:
    return person.operates or link.maker == person.pk
