"""What ``--generate-cli-skeleton`` of the AWS CLI prints, as files to save."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments.aws import skeletons
from experiments.exports import FORMATS, ExportError, export
from experiments.exports.errors import BrokenQueryError

_INPUTS = {
    "json": (skeletons.input_json, "application/json"),
    "yaml": (skeletons.input_yaml, "text/plain"),
}


@require_safe
def form(request: HttpRequest, suffix: str) -> HttpResponse:
    """A request document to fill in: ``input`` is JSON, ``yaml-input`` YAML."""
    if suffix not in _INPUTS:
        raise Http404
    write, content_type = _INPUTS[suffix]
    return _file(write().encode(), content_type, f"input.{suffix}")


@require_safe
def sample(request: HttpRequest, suffix: str) -> HttpResponse:
    """A sample of the answer, with ``?query=`` as an experiment's export takes it."""
    if suffix not in FORMATS:
        raise Http404
    output, query = FORMATS[suffix], request.GET.get("query") or None
    try:
        data = export(skeletons.output(), output, query)
    except ExportError as error:
        page = {"error": str(error), "broken": isinstance(error, BrokenQueryError)}
        return render(request, "experiments/copy_refused.html", page, status=400)
    return _file(data, output.content_type, f"output.{output.extension}")


def _file(data: bytes, content_type: str, end: str) -> HttpResponse:
    response = HttpResponse(data, content_type=f"{content_type}; charset=utf-8")
    filename = f"describe-inference-experiment-{end}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
