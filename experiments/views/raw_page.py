"""The Raw tab: an experiment as the AWS CLI prints it, with a box for a query."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from experiments import preferences
from experiments.exports import FORMATS, ExportError, Format
from experiments.exports.errors import BrokenQueryError
from experiments.people import identity
from experiments.snapshots import Snapshot
from experiments.views import access
from experiments.views.page import render_page, with_age
from experiments.views.picture import picture
from experiments.views.raw_result import result

Page = dict[str, Any]

EXAMPLES = (
    ("Status and why", "[Status, StatusReason]"),
    ("Schedule", "Schedule"),
    ("Endpoint", "EndpointMetadata"),
    ("Variants as a table", "ModelVariants[].[VariantName, ModelName, Status]"),
    ("Sampling", "ShadowModeConfig.ShadowModelVariants[].SamplingPercentage"),
    (
        "More than one instance",
        "ModelVariants[?InfrastructureConfig.RealTimeInferenceConfig.InstanceCount > `1`]",
    ),
    ("A few members, renamed", "{name: Name, status: Status, until: Schedule.EndTime}"),
    ("The last variant", "ModelVariants[-1:]"),
    ("How many variants", "length(ModelVariants)"),
)


@require_safe
def show(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """``?format=`` and ``?query=`` as of the export; 204 for a poll that would change nothing."""
    chosen, query = request.GET.get("format") or "json", request.GET.get("query", "")
    if chosen not in FORMATS:
        page: Page = {"source": source, "name": name, "suffix": chosen}
        page["choices"] = tuple(FORMATS)
        return render(request, "experiments/raw_refused.html", page, status=404)
    seen = request.GET.get("seen", "")
    snapshot, now = access.current(request, source, name, seen=seen), datetime.now(UTC)
    if seen and seen == _version(snapshot, now):
        response = HttpResponse(status=204)
        return with_age(request, response, snapshot.answered_at, snapshot.poll_seconds)
    page = _page(request, snapshot, now, FORMATS[chosen], query)
    if request.headers.get("HX-Request"):
        return _fragment(request, snapshot, page, polled=bool(seen))
    if snapshot.description is None:
        template = "experiments/problem.html"
        return render_page(request, template, page, failed=snapshot.failed)
    status = 400 if "error" in page else 200
    return render(request, "experiments/raw.html", page, status=status)


def _fragment(
    request: HttpRequest, snapshot: Snapshot, page: Page, *, polled: bool
) -> HttpResponse:
    """The result with the heading above it, or why there is none, which leaves the last one."""
    if "error" in page and not polled:
        response = render(request, "experiments/raw_error.html", page)
        response["HX-Retarget"] = "#raw-said"
        response["HX-Reswap"] = "morph:innerHTML"
        # The address stays that of the last result, so that it can be shared at any moment.
        response["HX-Push-Url"] = "false"
        return response
    response = render(request, "experiments/raw_fragment.html", page | {"polled": polled})
    return with_age(request, response, snapshot.answered_at, snapshot.poll_seconds)


def _page(
    request: HttpRequest, snapshot: Snapshot, now: datetime, form: Format, query: str
) -> Page:
    page: Page = {
        "snapshot": snapshot,
        "problem": snapshot.problem,
        "experiment": snapshot.experiment,
        "raw": True,
        "form": form,
        "formats": tuple(FORMATS),
        "query": query,
        "examples": [(words, each, _asking(form, each)) for words, each in EXAMPLES],
    }
    if snapshot.asked:
        address = reverse("experiments:raw-page", args=[snapshot.source, snapshot.name])
        asked = {"format": form.name, "query": query, "seen": _version(snapshot, now)}
        page["poll_url"] = f"{address}?{urlencode(asked)}"
    if snapshot.description is None:
        return page
    page |= picture(snapshot.description, snapshot.source, now=now, zone=preferences.zone(request))
    page["favicon"] = f"favicons/{snapshot.description.experiment.status.icon}.svg"
    page["shares"] = identity.signed_in(request).shares
    try:
        page |= result(snapshot, snapshot.description.answer.response, form, query)
    except ExportError as error:
        page |= {"error": str(error), "broken": isinstance(error, BrokenQueryError)}
    return page


def _asking(form: Format, query: str) -> str:
    return "?" + urlencode({"format": form.name, "query": query})


def _version(snapshot: Snapshot, now: datetime) -> str:
    """The snapshot's, but for its tick: nothing here moves with the time."""
    return snapshot.version(now).rpartition("-")[0]
