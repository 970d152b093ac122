"""django-allauth's way through a sign-in, made narrower.

allauth keeps the state of a sign-in in the session, makes the PKCE challenge, fetches the tokens
and starts the session. Whether a token is good is provider.py's to say. Somebody is who ``iss`` and
``sub`` of a verified ID token say: no email address and no name of it finds a row. Their groups are
those of this sign-in. None of allauth's own pages or addresses is reachable.
"""

import logging
import secrets
from typing import Any, NoReturn

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from experiments import audit
from experiments.people.landing import landing
from experiments.people.models import User
from experiments.people.openid import provider as door
from experiments.people.openid import rows
from experiments.people.openid.asking import ProviderError, Session
from experiments.people.openid.claims import Claimed, NoSubject, claimed, says_groups
from experiments.people.openid.provider import ID_TOKEN, LONGEST_HINT
from experiments.people.openid.refusals import Refusal, refused

log = logging.getLogger(__name__)

PROVIDER_ID = "oidc"
# Of allauth's column; an issuer is what stands in for its "provider".
ISSUER_LENGTH = 200
# What a provider may say of a code that it does not exchange (RFC 6749); the log repeats no others.
TOKEN_ERRORS = (
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
)


class SignIn(SocialLogin):  # type: ignore[misc]
    """allauth's record of a sign-in, with what a verified token has said."""

    def __init__(
        self, *, issuer: str, said: Claimed, nonce: object, id_token: str, **kept: Any
    ) -> None:
        account = SocialAccount(provider=issuer, uid=said.subject, extra_data={})
        super().__init__(account=account, **kept)
        self.said, self.nonce, self.id_token = said, nonce, id_token


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """How the provider is spoken to."""

    @property
    def openid_config(self) -> dict[str, str]:
        found = door.discovery()
        return {
            "authorization_endpoint": found.authorization,
            "token_endpoint": found.token,
        }

    @property
    def basic_auth(self) -> bool:
        return not door.discovery().secret_in_form

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        # PORTAL_URL, as the provider knows it, whatever name this request came by.
        address: str = settings.URL.origin + reverse(
            "openid_connect_callback", kwargs={"provider_id": PROVIDER_ID}
        )
        return address

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kept: Any
    ) -> SignIn:
        id_token = kept["response"].get("id_token")
        said = door.verified(id_token)
        said_more = said | door.userinfo(token.token, said["sub"])
        if not says_groups(said_more, settings.PORTAL_GROUPS_CLAIM):
            log.warning("The identity provider says nothing by the claim of PORTAL_GROUPS_CLAIM")
        if len(said["iss"]) > ISSUER_LENGTH:
            raise ProviderError("the issuer's address is too long")
        try:
            person = claimed(said_more, settings.PORTAL_GROUPS_CLAIM)
        except NoSubject as error:
            raise ProviderError("the ID token has no subject that can be kept") from error
        return SignIn(
            issuer=said["iss"],
            said=person,
            nonce=said.get("nonce"),
            id_token=id_token,
            provider=self.get_provider(),
        )


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = Adapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """What a sign-in begins with. Nothing of the address but ``next`` counts: allauth would let
        it say what the provider is asked for, or connect two people."""
        nonce = secrets.token_urlsafe(24)
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        return {
            "process": AuthProcess.LOGIN,
            "next_url": landing(request, wanted),
            "scope": self.get_scope(),
            "auth_params": {"nonce": nonce},
            "nonce": nonce,
        }

    def get_pkce_params(self) -> dict[str, Any]:
        challenge: dict[str, Any] = generate_code_challenge()
        return challenge


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        return Provider(request, app=self.get_app(request, provider, client_id))

    def get_app(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SocialApp:
        # From the settings alone: a row of allauth's table could name another provider.
        [given] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        return SocialApp(provider="openid_connect", **given)

    def get_requests_session(self) -> requests.Session:
        return Session()

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Nobody is found by an address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The token is good, and allauth has looked for the row of its person."""
        assert isinstance(sociallogin, SignIn)
        if sociallogin.nonce != sociallogin.state["nonce"]:
            raise ProviderError("the ID token has the nonce of another sign-in")
        user = sociallogin.user or rows.newcomer(sociallogin.account, sociallogin.said)
        if not user.is_active:
            _refuse(request, Refusal.DISABLED, sociallogin.state, user.username)
        rows.refresh(user, sociallogin.said)
        if user.person() is None:
            _refuse(request, Refusal.NO_ROLE, sociallogin.state, user.username)
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        state = (extra_context or {}).get("state")
        if isinstance(exception, requests.RequestException):
            log.warning("The identity provider does not answer: %s", type(exception).__name__)
            _refuse(request, Refusal.PROVIDER_AWAY, state)
        if exception is not None:
            said = next((word for word in TOKEN_ERRORS if word in str(exception)), "no reason")
            log.warning("The identity provider has exchanged no code for tokens: %s", said)
            _refuse(request, Refusal.NOT_VOUCHED_FOR, state)
        if state is None:
            _refuse(request, Refusal.NOT_BEGUN_HERE, state)
        denied = error == AuthError.CANCELLED
        _refuse(request, Refusal.NOT_AGREED if denied else Refusal.NOT_VOUCHED_FOR, state)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Whoever the provider vouches for has a row before allauth would ask this.
        return False

    def get_login_stages(self) -> list[str]:
        return []

    def respond_user_inactive(self, request: HttpRequest, user: User) -> NoReturn:
        _refuse(request, Refusal.DISABLED, None, user.username)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **kept: Any
    ) -> HttpResponse:
        id_token = kept["signal_kwargs"]["sociallogin"].id_token
        if len(id_token) <= LONGEST_HINT:
            request.session[ID_TOKEN] = id_token
        audit.record(audit.Action.SIGNED_IN, user.username, "", audit.address(request))
        return HttpResponseRedirect(landing(request, redirect_url or ""))


def _refuse(
    request: HttpRequest, refusal: Refusal, state: dict[str, Any] | None, username: str = ""
) -> NoReturn:
    raise ImmediateHttpResponse(refused(request, refusal, state, username))
