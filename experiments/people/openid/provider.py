"""The door to the OpenID provider: what it publishes, and whether a token is its own."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from experiments.domain.addresses import is_loopback
from experiments.people.openid.asking import (
    REMEMBERED_SECONDS,
    ProviderError,
    Published,
    document,
)

LONGEST_TOKEN = 64 * 1024
# More would not fit into the address of the provider's sign-out.
LONGEST_HINT = 4_000
# For clocks that are not quite the same.
LEEWAY_SECONDS = 30
# Tokens come from the provider itself, so nobody else can have its keys read again and again.
KEYS_JUST_READ_SECONDS = 1.0
# No HS256, whose key is the client's secret and no one's signature.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ID_TOKEN = "openid_id_token"  # noqa: S105, where a session keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Where the provider is asked for what; empty for what it does not have."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    secret_in_form: bool


def discovery() -> Discovery:
    return _discovery().get()


def _client() -> Any:
    """The settings: which client of which issuer the portal is."""
    return settings.PORTAL_OPEN_ID


def verified(id_token: object) -> dict[str, Any]:
    """The claims of a token that this provider signed for this portal; raises ProviderError."""
    if not isinstance(id_token, str) or not 0 < len(id_token) <= LONGEST_TOKEN:
        raise ProviderError("there is no ID token")
    try:
        key = _key(jwt.get_unverified_header(id_token).get("kid"))
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key.key,
            algorithms=SIGNATURES,
            audience=_client().client_id,
            issuer=discovery().issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["aud", "exp", "iat", "iss", "sub"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError, RecursionError) as error:
        raise ProviderError(f"the ID token is refused: {type(error).__name__}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    own = _client().client_id
    if claims.get("azp", None if several else own) != own:
        raise ProviderError("the ID token is for another client too")
    return claims


def userinfo(access_token: str, subject: str) -> dict[str, Any]:
    """What the provider adds of the person of an ID token; empty where it has no such address."""
    address = discovery().userinfo
    if not address:
        return {}
    said = document(address, {"Authorization": f"Bearer {access_token}"})
    # Somebody else's claims, else: the standard wants them compared.
    if said.get("sub") != subject:
        raise ProviderError("userinfo is about somebody else than the ID token")
    return said


def end_session_url(request: HttpRequest) -> str | None:
    """Where somebody who signs out ends their session at the provider too, and comes back from.

    To be asked for before the portal's own session ends. None where the provider has no such
    address, or does not answer.
    """
    try:
        address = discovery().end_session
    except ProviderError:
        return None
    if not address:
        return None
    query = {
        "client_id": _client().client_id,
        "id_token_hint": request.session.get(ID_TOKEN, ""),
        "post_logout_redirect_uri": settings.URL.origin + reverse("people:sign-in"),
    }
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{address}{'&' if '?' in address else '?'}{said}"


@cache
def _discovery() -> Published[Discovery]:
    return Published(_read_discovery)


@cache
def _keys() -> Published[jwt.PyJWKSet]:
    return Published(_read_keys)


def _read_discovery() -> Discovery:
    issuer = _client().issuer.rstrip("/")
    said = document(f"{issuer}/.well-known/openid-configuration")
    named = said.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != issuer:
        raise ProviderError("its discovery document names another issuer")
    methods = said.get("token_endpoint_auth_methods_supported")
    return Discovery(
        issuer=named,
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        keys=_address(said, "jwks_uri"),
        userinfo=_address(said, "userinfo_endpoint", needed=False),
        end_session=_address(said, "end_session_endpoint", needed=False),
        # A provider that names no method has, by the standard, client_secret_basic.
        secret_in_form=isinstance(methods, list) and "client_secret_post" in methods,
    )


def _read_keys() -> jwt.PyJWKSet:
    try:
        return jwt.PyJWKSet.from_dict(document(discovery().keys))
    except (jwt.PyJWTError, TypeError, ValueError, AttributeError) as error:
        raise ProviderError("its keys cannot be read") from error


def _key(key_id: object) -> jwt.PyJWK:
    """The key of an ID token; read anew if it is not there, since providers change their keys."""
    for age in (REMEMBERED_SECONDS, KEYS_JUST_READ_SECONDS):
        usable = [
            key
            for key in _keys().get(older_than=age).keys
            if key.key_type != "oct" and key.public_key_use in {None, "sig"}
        ]
        found = [key for key in usable if key.key_id == key_id]
        if key_id is None and len(usable) == 1:
            found = usable
        if found:
            return found[0]
    raise ProviderError("the ID token has a key that the provider does not publish")


def _address(said: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = said.get(name)
    if value is None and not needed:
        return ""
    try:
        parts = urlsplit(value) if isinstance(value, str) and value.isprintable() else None
    except ValueError:
        parts = None
    loopback = parts is not None and parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts is None or not parts.hostname or not (parts.scheme == "https" or loopback):
        raise ProviderError(f"its discovery document has no usable {name}")
    return str(value)
