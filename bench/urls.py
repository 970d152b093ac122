"""The portal's addresses, ``/bare/``, the least that a view behind the same middleware does, and
``/change/``, after which no page of the fleet is one that was kept."""

from dataclasses import replace
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from experiments.models import FleetEntry
from experiments.store import catalogue
from experiments.store.fleet import READ
from portal.urls import urlpatterns as of_the_portal


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>bare</title>")


def change(request: HttpRequest) -> HttpResponse:
    """Somebody changes an experiment, and a description of it is entered."""
    before = catalogue.entry_of(FleetEntry.objects.order_by("pk").values(*READ)[0])
    after = replace(before, sampling=((before.sampling or 0) + 1) % 100)
    catalogue.enter(after, datetime.now(UTC))
    return HttpResponse("<!doctype html><title>changed</title>")


urlpatterns = [path("bare/", bare), path("change/", change), *of_the_portal]
