"""What a page shows, computed once for the first look and for every poll, and its status code."""

from datetime import datetime, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from experiments.aws import console
from experiments.domain import agreement, timeline, traffic
from experiments.domain.problem import Problem
from experiments.domain.source import SOURCES
from experiments.snapshots import Snapshot


def render_page(
    request: HttpRequest, template: str, page: dict[str, Any], *, failed: Problem | None
) -> HttpResponse:
    """The page, with the status and the Retry-After of the problem that left nothing to show."""
    response = render(request, template, page)
    if failed is not None:
        response.status_code = failed.http_status
        if failed.retry_after is not None:
            response["Retry-After"] = str(failed.retry_after)
    return response


def experiment_page(snapshot: Snapshot, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The context of ``experiments/detail.html``; without an answer, only the problem's part."""
    page: dict[str, Any] = {"snapshot": snapshot, "problem": snapshot.problem, "now": now}
    if snapshot.asked:
        page["poll_url"] = _poll_url(snapshot, now)
    experiment, description = snapshot.experiment, snapshot.description
    if experiment is None or description is None:
        return page | {"favicon": "favicons/problem.svg"}
    return page | {
        "experiment": experiment,
        "favicon": f"favicons/{experiment.status.icon}.svg",
        "agreement": agreement.judge(experiment, now),
        "in_service": agreement.in_service(experiment),
        "variants_status": agreement.variants_status(experiment),
        "comparable": agreement.comparable(experiment),
        "phase": traffic.phase(experiment),
        "roles": agreement.roles(experiment),
        "timeline": timeline.build(experiment, now=now, zone=zone),
        "pair": traffic.pair(experiment),
        "variants": traffic.production_first(experiment.variants),
        "differing": traffic.differing(experiment.variants),
        "capture_prefixes": traffic.capture_prefixes(experiment),
        "other_fields": description.other_fields,
        "console_url": console.endpoint_url(SOURCES[snapshot.source], experiment.endpoint.name),
    }


def _poll_url(snapshot: Snapshot, now: datetime) -> str:
    address = reverse("experiments:poll", args=[snapshot.source, snapshot.name])
    return f"{address}?seen={snapshot.version(now)}"
