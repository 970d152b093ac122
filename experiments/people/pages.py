"""The page of a request that needs the database while it is away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_SECONDS = 5


def away(request: HttpRequest) -> HttpResponse:
    response = render(request, "away.html", status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
