"""The provider's sign-in page, and the address by which a test commands it."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from tests.support.openid_provider import REFUSAL, tables
from tests.support.openid_provider.configuration import by_username, state


def remember(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Keep what was asked for, so that a test can ask for it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path != "/control/":
            form = {name: value for name, value in request.POST.items() if name != "password"}
            asked = {"method": request.method, "path": request.path, "form": form}
            state.requests.append(asked | {"query": request.GET.dict()})
        return response

    return middleware


def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("next", "/")
    if request.method != "POST":
        return render(request, "sign_in.html")
    if "cancel" in request.POST:
        return _refuse(wanted)
    name, password = request.POST.get("username"), request.POST.get("password")
    user = authenticate(request, username=name, password=password)
    if user is None:
        return render(request, "sign_in.html", status=401)
    login(request, user)
    return HttpResponseRedirect(wanted)


def _refuse(wanted: str) -> HttpResponse:
    """Back to the client, as when somebody does not agree to sign in there."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(wanted).query).items()}
    error = {"error": "access_denied", "error_description": REFUSAL, "state": query["state"]}
    return HttpResponseRedirect(f"{query['redirect_uri']}?{urlencode(error)}")


@csrf_exempt
def control(request: HttpRequest) -> HttpResponse:
    """GET says what was asked so far; POST changes people or the fault."""
    if request.method == "POST":
        told = json.loads(request.POST["tell"])
        state.fault = told.get("fault", state.fault)
        if "people" in told:
            state.people = by_username(told["people"])
            tables.add(told["people"])
    return JsonResponse(state.requests, safe=False)
