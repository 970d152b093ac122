"""The way to the provider and back. The names of the two addresses are allauth's, which looks them
up; they stand below sign-in/oidc/."""

import logging
from collections.abc import Callable
from functools import wraps

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from experiments.people.openid.adapters import PROVIDER_ID, Adapter, SocialAccountAdapter
from experiments.people.openid.asking import ProviderError
from experiments.people.openid.refusals import Refusal, refused
from experiments.people.pages import away
from experiments.store.availability import Unavailable, writes

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def calmly(view: View) -> View:
    """No trouble with the provider or the database gets past the sign-in page."""

    @wraps(view)
    def calm(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            with writes():
                return view(request, provider_id)
        except ImmediateHttpResponse as answer:
            response: HttpResponse = answer.response
            return response
        except ProviderError as error:
            log.warning("The identity provider: %s", error)
            return refused(request, error.refusal)
        except (OAuth2Error, requests.RequestException) as error:
            log.warning("The identity provider: %s", type(error).__name__)
            return refused(request, Refusal.PROVIDER_AWAY)
        except Unavailable:
            return away(request)

    return calm


@login_not_required
@require_http_methods(["GET", "POST"])
@calmly
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider, which no other site can make people do through the portal."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return HttpResponseRedirect(reverse("people:sign-in"))
    provider = SocialAccountAdapter(request).get_provider(request, provider_id)
    response: HttpResponse = provider.redirect_from_request(request)
    return response


@login_not_required
@require_GET
@calmly
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the provider."""
    view = OAuth2CallbackView.adapter_view(Adapter(request, provider_id))
    response: HttpResponse = view(request)
    return response


urlpatterns = [
    path("login/", start, {"provider_id": PROVIDER_ID}, name="openid_connect_login"),
    path("login/callback/", callback, {"provider_id": PROVIDER_ID}, name="openid_connect_callback"),
]
