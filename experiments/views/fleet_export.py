"""The selected experiments to take along: every page of exactly what the table shows."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from experiments.domain import words
from experiments.domain.fleet import attention
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.selection import Selection
from experiments.people.pages import away
from experiments.store import fleet
from experiments.store.availability import Unavailable
from experiments.views import access, spreadsheet
from experiments.views.fleet import no_such_source

# AWS's names of members, in the snake case of tables.
COLUMNS = (
    "source",
    "name",
    "status",
    "type",
    "endpoint_name",
    "endpoint_status",
    "production_model",
    "shadow_model",
    "sampling_percentage",
    "start_time",
    "end_time",
    "completion_time",
    "creation_time",
    "last_modified_time",
    "needs_attention",
    "status_reason",
    "description",
)


@require_safe
def export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """What the address selects, as ``csv`` or ``json``."""
    if suffix not in FORMATS:
        raise Http404
    content_type, write = FORMATS[suffix]
    sources, now = tuple(access.sources(request)), datetime.now(UTC)
    selection = Selection.read(request.GET.dict())
    if selection.source and selection.source not in sources:
        return no_such_source(request, selection)
    try:
        # Whether the database is there is found out before the answer begins.
        fleet.readings(sources)
    except Unavailable:
        return away(request)
    rows = (_row(entry, now) for entry in fleet.everything(sources, selection, now))
    response = StreamingHttpResponse(write(rows), content_type=content_type)
    name = f"experiments-{now:%Y%m%dT%H%M%SZ}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    schedule = attention.by_now(entry.status, entry.start_at, entry.end_at, now)
    return {
        "source": entry.source,
        "name": entry.name,
        "status": entry.status,
        "type": entry.type,
        "endpoint_name": entry.endpoint or None,
        "endpoint_status": entry.endpoint_status or None,
        "production_model": entry.production_model or None,
        "shadow_model": entry.shadow_model or None,
        "sampling_percentage": entry.sampling,
        "start_time": _time(entry.start_at),
        "end_time": _time(entry.end_at),
        "completion_time": _time(entry.completed_at),
        "creation_time": _time(entry.created_at),
        "last_modified_time": _time(entry.modified_at),
        "needs_attention": [trouble.words for trouble in (*schedule, *entry.troubles)],
        "status_reason": entry.reason or None,
        "description": entry.description or None,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else words.iso(moment)


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    told = (row | {"needs_attention": "; ".join(row["needs_attention"])} for row in rows)
    return spreadsheet.lines(COLUMNS, told)


def _json(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One array, a line for each experiment, written as it is read."""
    comma = ""
    yield "["
    for row in rows:
        yield f"{comma}\n{json.dumps(row, ensure_ascii=False)}"
        comma = ","
    yield "\n]\n"


FORMATS: dict[str, tuple[str, Callable[[Iterable[dict[str, Any]]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}
