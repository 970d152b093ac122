"""The audit trail, to read and to take along."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments import audit
from experiments.domain import words
from experiments.domain.person import Role
from experiments.people import identity
from experiments.people.pages import away
from experiments.store.availability import Unavailable
from experiments.views import spreadsheet
from experiments.views.access import requires
from experiments.views.numbers import number

A_PAGE = 100
ACTIONS = tuple(action.value for action in audit.Action)
COLUMNS = ("number", "at", "action", "person", "about", "address")


@requires(Role.OPERATOR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest events first, of one action or of all."""
    action, before = _action(request), number(request.GET.get("before", ""))
    try:
        found = audit.events(action=action, before=before, limit=A_PAGE + 1)
    except Unavailable:
        return away(request)
    page = {
        "events": found[:A_PAGE],
        "older": found[A_PAGE - 1].number if len(found) > A_PAGE else None,
        "later": before is not None,
        "action": action,
        "actions": ACTIONS,
    }
    return render(request, "operating/audit.html", page)


@requires(Role.OPERATOR)
@require_safe
def export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """All events of one action or of all, as ``csv`` or as ``jsonl``: one JSON object to a line."""
    if suffix not in FORMATS:
        raise Http404
    content_type, write = FORMATS[suffix]
    action = _action(request)
    try:
        events = iter(list(audit.events(action=action, limit=1)) and audit.everything(action))
    except Unavailable:
        return away(request)
    if request.method == "GET":
        about = f"{suffix}, {action or 'everything'}"
        audit.record(audit.Action.AUDIT_EXPORTED, identity.signed_in(request), about)
    response = StreamingHttpResponse(write(events), content_type=content_type)
    name = f"audit-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _action(request: HttpRequest) -> str:
    asked = request.GET.get("action", "")
    return asked if asked in ACTIONS else ""


def _values(event: audit.Event) -> dict[str, Any]:
    return asdict(event) | {"at": words.iso(event.at)}


def _csv(events: Iterator[audit.Event]) -> Iterator[str]:
    return spreadsheet.lines(COLUMNS, map(_values, events))


def _jsonl(events: Iterator[audit.Event]) -> Iterator[str]:
    for event in events:
        yield json.dumps(_values(event), ensure_ascii=False) + "\n"


FORMATS: dict[str, tuple[str, Callable[[Iterator[audit.Event]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "jsonl": ("application/jsonl", _jsonl),
}
