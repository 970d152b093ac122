"""The list of a source's experiments, and the box that opens one by name."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from experiments import snapshots
from experiments.domain import parsing
from experiments.domain.names import is_experiment_name
from experiments.domain.source import DEFAULT
from experiments.snapshots import Snapshot
from experiments.views import detail
from experiments.views.page import render_page

# AWS's own limit for NextToken; a longer one was not made by AWS.
MAX_TOKEN = 8192
# What AWS says of a NextToken that is too old or was never its own.
INVALID_PAGE = "ValidationException"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One page of the source ``default``, the newest first."""
    token = request.GET.get("page") or None
    if token is not None and len(token) > MAX_TOKEN:
        return redirect("experiments:index")
    known = snapshots.listing(DEFAULT, token)
    if token is not None and known.problem is not None and known.problem.code == INVALID_PAGE:
        return redirect("experiments:index")
    page = {
        "snapshot": Snapshot(DEFAULT.name, ""),
        "now": datetime.now(UTC),
        "answered_at": known.at,
        "problem": known.problem,
        "action": "sagemaker:ListInferenceExperiments",
        "later": token is not None,
    }
    if known.value is not None:
        page["summaries"] = [parsing.parse_summary(summary) for summary in known.value.summaries]
        if known.value.next_token:
            page["next_page"] = "?" + urlencode({"page": known.value.next_token})
    failed = known.problem if known.value is None else None
    return render_page(request, "experiments/index.html", page, failed=failed)


@require_safe
def open_experiment(request: HttpRequest) -> HttpResponse:
    """Go to the experiment of the name in ``q``; a bad name gets its answer right here."""
    name = request.GET.get("q", "").strip()
    if not name:
        return redirect("experiments:index")
    if is_experiment_name(name):
        return redirect("experiments:detail", source=DEFAULT.name, name=name)
    return detail.show(request, DEFAULT.name, name)
