"""What this portal saw of an experiment: all observations, one as the page looked then, two beside
each other. AWS keeps none of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from experiments import history, preferences
from experiments.domain.changes import changes, rows
from experiments.domain.description import Description
from experiments.domain.observation import Observation
from experiments.people import identity
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views import access
from experiments.views.numbers import number
from experiments.views.page import render_page
from experiments.views.picture import picture
from experiments.views.recorded import entries

A_PAGE = 25

View = Callable[..., HttpResponse]
Page = dict[str, Any]


def _where_allowed(view: View) -> View:
    """The view of a snapshot's history, or the page that says why there is none to see."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, source: str, name: str, **more: str) -> HttpResponse:
        snapshot = access.current(request, source, name)
        page: Page = {"snapshot": snapshot, "problem": snapshot.failed}
        if snapshot.failed is not None and not snapshot.has_history:
            template = "experiments/problem.html"
            return render_page(request, template, page, failed=snapshot.failed)
        try:
            return view(request, snapshot, **more)
        except Unavailable:
            return render(request, "experiments/history_away.html", page, status=503)

    return guarded


@_where_allowed
def listing(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """A page of observations, the newest first, two of which can be chosen."""
    source, name = snapshot.source, snapshot.name
    before = number(request.GET.get("before", ""))
    shown = history.page(source, name, limit=A_PAGE, before=before)
    kept = history.kept(source, name)
    page: Page = {
        "snapshot": snapshot,
        "entries": entries(shown),
        "kept": kept,
        "problem": snapshot.problem,
    } | _chosen(request, shown, kept)
    if kept is not None and not shown.observations and before is not None:
        return HttpResponseRedirect(reverse("experiments:history", args=[source, name]))
    if shown.older and shown.observations:
        page["older"] = shown.observations[-1].number
    if kept is not None and shown.observations and shown.observations[0].number < kept.newest:
        newer = shown.observations[0].number + A_PAGE + 1
        page["newer"] = newer if newer <= kept.newest else None
        page["later"] = True
    return render(request, "experiments/history.html", page)


def _chosen(request: HttpRequest, shown: history.Page, kept: history.Kept | None) -> Page:
    """Which two are chosen: the last two, unless others were on the page before this one."""
    numbers = [seen.number for seen in shown.observations]
    usual = {"newer": numbers[0], "older": numbers[1]} if len(numbers) > 1 else {}
    chosen = {}
    for which in ("older", "newer"):
        wanted = number(request.GET.get(which, ""))
        known = kept is not None and wanted is not None and kept.oldest <= wanted <= kept.newest
        chosen[which] = wanted if known else usual.get(which)
    elsewhere = [
        (which, number) for which, number in chosen.items() if number and number not in numbers
    ]
    return {"chosen": chosen, "elsewhere": elsewhere}


@_where_allowed
def observation(request: HttpRequest, snapshot: Snapshot, number: str) -> HttpResponse:
    """The page as it looked when the portal saw this."""
    source, name = snapshot.source, snapshot.name
    kept = history.kept(source, name)
    seen = _observation(snapshot, number)
    if kept is None or seen is None:
        return _no_such(request, snapshot, kept, number)
    page: Page = {
        "observation": seen,
        "kept": kept,
        "earlier": seen.number - 1 if seen.number > kept.oldest else None,
        "later": seen.number + 1 if seen.number < kept.newest else None,
        "snapshot": snapshot,
    }
    if seen.answer is not None:
        description = Description(seen.answer)
        page["snapshot"] = Snapshot(
            source,
            name,
            description=description,
            answered_at=seen.seen_at,
            frozen=True,
            observed=snapshot.observed,
        )
        page |= picture(
            description,
            source,
            now=seen.seen_at,
            zone=preferences.zone(request),
            sightings=history.sightings(source, name, until=seen.seen_at),
            pill="seen",
        )
        page["console_url"] = None
        page["shares"] = identity.signed_in(request).shares
        page["favicon"] = f"favicons/{description.experiment.status.icon}.svg"
    return render(request, "experiments/observation.html", page)


@_where_allowed
def compare(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """Two observations side by side, the older one first, however they were asked for."""
    chosen = request.GET.get("older", ""), request.GET.get("newer", "")
    kept = history.kept(snapshot.source, snapshot.name)
    older, newer = (_observation(snapshot, number) for number in chosen)
    if kept is None or older is None or newer is None:
        missing = chosen[0] if older is None else chosen[1]
        return _no_such(request, snapshot, kept, missing)
    if older.number > newer.number:
        address = reverse("experiments:compare", args=[snapshot.source, snapshot.name])
        query = urlencode({"older": newer.number, "newer": older.number})
        return HttpResponseRedirect(f"{address}?{query}")
    page = {"snapshot": snapshot, "kept": kept, "older": older, "newer": newer}
    return render(request, "experiments/compare.html", page | _comparison(older, newer))


def _comparison(older: Observation, newer: Observation) -> Page:
    page: Page = {"changes": changes(older.answer, newer.answer, again=older.gone)}
    if older.answer is not None and newer.answer is not None:
        found = rows(older.answer, newer.answer)
        page["changed"] = [row for row in found if row.changed]
        page["unchanged"] = [row for row in found if not row.changed]
    return page


def _no_such(
    request: HttpRequest, snapshot: Snapshot, kept: history.Kept | None, number: str
) -> HttpResponse:
    page: Page = {"snapshot": snapshot, "kept": kept, "number": number}
    return render(request, "experiments/no_observation.html", page, status=404)


def _observation(snapshot: Snapshot, text: str) -> Observation | None:
    wanted = number(text)
    if wanted is None:
        return None
    return history.observation(snapshot.source, snapshot.name, wanted)
