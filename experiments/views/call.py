"""The last call to AWS about an experiment: for whoever has to find out what went wrong with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments import preferences
from experiments.snapshots.last_call import last_call
from experiments.store.availability import Unavailable
from experiments.views import access
from experiments.views.page import render_page

# Who looks at the last call does not have another one made and waits for it, but as polls do not.
SEEN = "0"


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """A page, or the facts alone for the panel of a page: 204 where that shows this call already,
    whose version is ``?seen=``."""
    snapshot = access.current(request, source, name, seen=SEEN)
    page: dict[str, Any] = {"snapshot": snapshot, "problem": snapshot.problem}
    page["zone"] = preferences.zone(request)
    if snapshot.asked:
        try:
            page["call"] = last_call(snapshot)
        except Unavailable:
            page["away"] = True
    if "HX-Request" not in request.headers:
        template = "experiments/call.html" if snapshot.asked else "experiments/problem.html"
        return render_page(request, template, page, failed=snapshot.failed)
    # Whatever went wrong with the experiment, its page can be reached and says so itself.
    call, seen = page.get("call"), request.GET.get("seen")
    if call is not None and seen == call.version:
        return HttpResponse(status=204)
    return render(request, "experiments/call_facts.html", page | {"panel": True})
