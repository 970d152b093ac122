"""One source: how it is configured, and an examination of what of it works."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from experiments.aws import clients
from experiments.aws.examination import examine
from experiments.domain.person import Role
from experiments.domain.source import Source
from experiments.sources import SOURCES
from experiments.views.access import requires


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a source in words: its table's ``own``, or what holds without it."""

    key: str
    value: str
    own: bool = True
    default: bool = False


@requires(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def examination(request: HttpRequest, source: str) -> HttpResponse:
    """The options; and after a POST, which is what makes calls to AWS, what was found."""
    chosen = SOURCES.get(source)
    if chosen is None:
        raise Http404
    page = {
        "source": chosen,
        "region": clients.region(chosen),
        "options": _options(chosen),
        "groups": sorted(chosen.groups),
        "diagnosis": examine(chosen) if request.method == "POST" else None,
    }
    return render(request, "operating/doctor.html", page)


def _options(source: Source) -> list[Option]:
    """Every key but groups, whether the file says it or not, and no external id's value."""
    region = clients.region(source) or "none"
    return [
        Option("region", region, own=source.region is not None),
        _option("profile", source.profile, "the standard AWS variables and files"),
        _option("role_arn", source.role_arn, "none is assumed"),
        _option("external_id", source.external_id and "set, and not shown", "none"),
        _option("endpoint_url", source.endpoint_url, "AWS’s, or that of the standard variables"),
        _valued(source, "verify_ssl", _switch(source.verify_ssl)),
        _option("ca_bundle", source.ca_bundle, "the usual certificates, or AWS_CA_BUNDLE"),
        _valued(source, "sign_requests", _switch(source.sign_requests)),
        _valued(source, "connect_timeout", _seconds(source.connect_timeout)),
        _valued(source, "read_timeout", _seconds(source.read_timeout)),
        _valued(source, "calls_per_second", f"{source.calls_per_second:g}"),
    ]


def _option(key: str, value: str | None, otherwise: str) -> Option:
    return Option(key, value or otherwise, own=value is not None)


def _valued(source: Source, key: str, value: str) -> Option:
    own = key in source.lines
    return Option(key, value, own=own, default=not own)


def _switch(value: bool) -> str:
    return "true" if value else "false"


def _seconds(value: float) -> str:
    return f"{value:g} s" if value else "0: never times out"
