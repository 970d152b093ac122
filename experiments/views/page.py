"""What pages show around the region that is polled, their status code, and their age."""

from datetime import datetime, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from experiments import preferences
from experiments.domain import words
from experiments.domain.problem import Problem
from experiments.snapshots import Snapshot
from experiments.views.region import region


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


def experiment_page(
    snapshot: Snapshot, now: datetime, zone: tzinfo, *, shares: bool
) -> dict[str, Any]:
    """The context of ``experiments/detail.html``, for the first look and for every poll."""
    experiment = snapshot.experiment
    icon = "problem" if experiment is None else experiment.status.icon
    return {
        "snapshot": snapshot,
        "problem": snapshot.problem,
        "experiment": experiment,
        "favicon": f"favicons/{icon}.svg",
        "region": region(snapshot, now, zone, shares=shares),
    }


def with_age(
    request: HttpRequest, response: HttpResponse, at: datetime | None, poll_seconds: int
) -> HttpResponse:
    """When AWS said what is shown, for the page's script, which knows of no zones."""
    if at is not None:
        text = words.clock(at, preferences.zone(request))
        age = {"at": words.iso(at), "text": text, "seconds": poll_seconds}
        trigger_client_event(response, "portal:asof", age)
    return response
