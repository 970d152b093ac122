"""Open anything: from what somebody has at hand to the page of the experiment."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from experiments.domain import pasted
from experiments.domain.fleet.selection import LONGEST_SEARCH, Selection
from experiments.domain.pasted import NotUnderstood, Understood
from experiments.domain.source import Source
from experiments.store import lookup
from experiments.store.availability import Unavailable
from experiments.views import access
from experiments.views.finding import Found, find, matching

MOST_SUGGESTIONS = 8
LONGEST_WORD = 120
# Of a command that names another endpoint, somebody should see that the portal asks its own.
ELSEWHERE = frozenset({"--endpoint-url", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER"})


@require_safe
def open_anything(request: HttpRequest) -> HttpResponse:
    """Go to what ``q`` says, or say what was understood and why there is no page to go to."""
    text = request.GET.get("q", "").strip()
    if not text:
        return redirect("experiments:index")
    said = pasted.understand(text)
    if isinstance(said, NotUnderstood):
        page = {"said": said, "asked": text, "search": _search(text) if not said.form else None}
        return render(request, "opening/not_understood.html", page, status=404)
    if said.skeleton:
        return HttpResponseRedirect(_skeleton(said))
    visible = access.sources(request)
    sources = matching(said, visible)
    if said.endpoint:
        return _endpoint(said, sources)
    found = find(said, sources)
    if len(found.places) == 1 and ELSEWHERE.isdisjoint(said.left_out):
        return HttpResponseRedirect(_address(said, *found.places[0]))
    return _choice(request, said, visible, found)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Experiments whose names hold what has been typed so far."""
    sources = tuple(access.sources(request))
    typed = request.GET.get("q", "").replace("\0", "").lower().split()
    words = [word for word in dict.fromkeys(typed) if len(word) <= LONGEST_WORD]
    try:
        found = lookup.suggestions(sources, words, MOST_SUGGESTIONS)
    except Unavailable:
        found = []
    page = {"found": found, "several": len(sources) > 1}
    return render(request, "fleet/_suggestions.html", page)


def _search(text: str) -> Selection | None:
    """The fleet searched for a text that is no name, where it is a line of words."""
    line = text.isprintable() and len(text) <= LONGEST_SEARCH
    return Selection(q=text) if line else None


def _endpoint(said: Understood, sources: Mapping[str, Source]) -> HttpResponse:
    """The experiments on an endpoint, since the console has no page of one experiment."""
    only = next(iter(sources)) if len(sources) == 1 else ""
    selection = Selection(q=said.endpoint, source=only)
    return HttpResponseRedirect(reverse("experiments:index") + selection.query)


def _choice(
    request: HttpRequest, said: Understood, visible: Mapping[str, Source], found: Found
) -> HttpResponse:
    page = {
        "said": said,
        "asked": request.GET["q"],
        "places": [(source, name, _address(said, source, name)) for source, name in found.places],
        "found": found,
        "sources": visible.values(),
    }
    status = 200 if found.places else 404
    return render(request, "opening/choice.html", page, status=status)


def _address(said: Understood, source: str, name: str) -> str:
    """The page of the experiment, or its raw view where a command chose an output."""
    if not said.output and said.query is None:
        return reverse("experiments:detail", args=[source, name])
    return _queried(reverse("experiments:raw", args=[source, name, said.output or "json"]), said)


def _skeleton(said: Understood) -> str:
    """The file that --generate-cli-skeleton would print; AWS is not asked for it."""
    if said.skeleton != "output":
        suffix = "yaml" if said.skeleton == "yaml-input" else "json"
        return reverse("experiments:skeleton-input", args=[suffix])
    return _queried(reverse("experiments:skeleton-output", args=[said.output or "json"]), said)


def _queried(address: str, said: Understood) -> str:
    return address if said.query is None else f"{address}?{urlencode({'query': said.query})}"
