"""The portal's addresses and ``/bare/``, the least that a view behind the same middleware does."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as of_the_portal


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>bare</title>")


urlpatterns = [path("bare/", bare), *of_the_portal]
