"""The list of a source's experiments, and the box that opens one by name."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from experiments.domain import parsing
from experiments.domain.circuit import Circuit
from experiments.domain.names import is_experiment_name
from experiments.domain.problem import Kind, Problem
from experiments.domain.source import Source
from experiments.refreshing import circuit, listings
from experiments.snapshots import Snapshot
from experiments.views import access, detail
from experiments.views.page import render_page

# AWS's own limit for NextToken; a longer one was not made by AWS.
MAX_TOKEN = 8192
# What AWS says of a NextToken that is too old or was never its own.
INVALID_PAGE = "ValidationException"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One page of the source in ``source`` (of the first, if it names none), the newest first."""
    visible = access.sources(request)
    asked = request.GET.get("source") or first(visible)
    source = visible.get(asked)
    if source is None:
        return _no_such_source(request, asked)
    token, newest = (
        request.GET.get("page") or None,
        reverse("experiments:index") + _query(visible, source),
    )
    if token is not None and len(token) > MAX_TOKEN:
        return redirect(newest)
    known = listings.listing(source.name, token)
    if token is not None and known.problem is not None and known.problem.code == INVALID_PAGE:
        return redirect(newest)
    now = datetime.now(UTC)
    left_alone = _left_alone(visible, now)
    snapshot = Snapshot(
        source.name,
        "",
        answered_at=known.answered_at,
        failing_since=known.failing_since,
        circuit=left_alone[source.name],
    )
    page: dict[str, Any] = {
        "snapshot": snapshot,
        "sources": left_alone,
        "now": now,
        "answered_at": known.answered_at,
        "problem": known.problem,
        "action": "sagemaker:ListInferenceExperiments",
        "later": token is not None,
        "newest": newest,
    }
    if known.page is not None:
        page["summaries"] = [parsing.parse_summary(summary) for summary in known.page.summaries]
        if known.page.next_token:
            page["next_page"] = _query(visible, source, page=known.page.next_token)
    failed = known.problem if known.page is None else None
    return render_page(request, "experiments/index.html", page, failed=failed)


@require_safe
def open_experiment(request: HttpRequest) -> HttpResponse:
    """Go to the experiment of the name in ``q``; a bad name gets its answer right here.

    It is looked for in the first source.
    """
    source = first(access.sources(request))
    name = request.GET.get("q", "").strip()
    if not name:
        return redirect("experiments:index")
    if is_experiment_name(name):
        return redirect("experiments:detail", source=source, name=name)
    return detail.show(request, source, name)


def first(visible: Mapping[str, Source]) -> str:
    """The source that a page shows when nobody names another. Where none is open to somebody, the
    first one of all is unknown to them like any other."""
    return next(iter(visible), "default")


def _no_such_source(request: HttpRequest, asked: str) -> HttpResponse:
    problem = Problem(Kind.UNKNOWN_SOURCE)
    snapshot = Snapshot(asked, "", problem=problem)
    left_alone = _left_alone(access.sources(request), datetime.now(UTC))
    page = {"snapshot": snapshot, "sources": left_alone, "problem": problem}
    return render_page(request, "experiments/index.html", page, failed=problem)


def _left_alone(visible: Iterable[str], now: datetime) -> dict[str, Circuit | None]:
    """These sources, and how those have been failing that nobody may ask at the moment."""
    return {name: circuit.left_alone(name, now) for name in visible}


def _query(visible: Mapping[str, Source], source: Source, **more: str) -> str:
    """The query of a list; it names the source where there are several."""
    query = ({"source": source.name} if len(visible) > 1 else {}) | more
    return f"?{urlencode(query)}" if query else ""
