"""Copy as: what somebody may want to paste somewhere else of one experiment."""

from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from experiments import history
from experiments.domain.description import Description
from experiments.domain.problem import Kind
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views import access
from experiments.views.copied import Known, forms
from experiments.views.page import render_page


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """A page, or its forms alone for the menu of an experiment's page."""
    snapshot = access.current(request, source, name)
    known = _known(snapshot)
    page: dict[str, Any] = {"snapshot": snapshot, "problem": snapshot.problem}
    page["menu"] = "HX-Request" in request.headers
    if known is None and page["menu"]:
        # What is wrong has a page, for which a menu has no room.
        return HttpResponseClientRedirect(request.path)
    if known is None:
        return render_page(request, "experiments/problem.html", page, failed=snapshot.failed)
    made = groupby(forms(known, datetime.now(UTC)), key=attrgetter("group"))
    page |= {"known": known, "groups": [(group.value, list(some)) for group, some in made]}
    template = "experiments/copy_forms.html" if page["menu"] else "experiments/copy.html"
    response = render(request, template, page)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _known(snapshot: Snapshot) -> Known | None:
    """What can be said of an experiment: what AWS said last, also of one that has been deleted."""
    if snapshot.description is not None:
        return Known(snapshot, snapshot.description, snapshot.answered_at)
    deleted = snapshot.problem is not None and snapshot.problem.kind is Kind.NOT_FOUND
    if not deleted or not snapshot.has_history:
        return None
    try:
        page = history.page(snapshot.source, snapshot.name, limit=2)
    except Unavailable:
        return None
    match page.observations:
        case (gone, last) if gone.gone and last.answer is not None:
            return Known(snapshot, Description(last.answer), gone.unchanged_at, gone.seen_at)
        case _:
            return None
