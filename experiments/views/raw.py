"""An experiment as the AWS CLI prints it, at the address of its page with a format's name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments.domain import words
from experiments.exports import FORMATS, ExportError, Format, export
from experiments.exports.errors import BrokenQueryError
from experiments.snapshots import Snapshot
from experiments.views import access
from experiments.views.page import render_page


@require_safe
def show(request: HttpRequest, source: str, name: str, suffix: str) -> HttpResponse:
    """``?query=`` is the AWS CLI's ``--query``, where an empty one is none; ``?download`` saves."""
    if suffix not in FORMATS:
        page: dict[str, Any] = {"source": source, "name": name, "suffix": suffix}
        page["choices"] = tuple(FORMATS)
        return render(request, "experiments/raw_refused.html", page, status=404)
    snapshot = access.current(request, source, name)
    if snapshot.description is None:
        page = {"snapshot": snapshot, "problem": snapshot.problem}
        return render_page(request, "experiments/problem.html", page, failed=snapshot.failed)
    form, query = FORMATS[suffix], request.GET.get("query") or None
    try:
        data = export(snapshot.description.answer.response, form, query)
    except ExportError as error:
        page = {"source": source, "name": name, "query": query, "form": form, "error": str(error)}
        page["broken"] = isinstance(error, BrokenQueryError)
        return render(request, "experiments/raw_refused.html", page, status=400)
    return _file(snapshot, form, data, saved="download" in request.GET)


def _file(snapshot: Snapshot, form: Format, data: bytes, *, saved: bool) -> HttpResponse:
    """The export, with the time of AWS's answer and what has gone wrong since, for scripts."""
    response = HttpResponse(data, content_type=f"{form.content_type}; charset=utf-8")
    if snapshot.answered_at is not None:
        response["X-Portal-As-Of"] = words.iso(snapshot.answered_at)
    if snapshot.problem is not None:
        response["X-Portal-Problem"] = snapshot.problem.kind.value
    if saved:
        # Only what AWS takes for a name gets here, so nothing in it ends the header's quotes.
        filename = f"{snapshot.name}.{form.extension}"
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
