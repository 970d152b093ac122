"""What the provider says of people, in tokens and at its userinfo address."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.support.openid_provider.configuration import GIVEN, state


def claims(username: str) -> dict[str, Any]:
    person = state.people[username]
    said = {
        "sub": person["sub"],
        "email": person["email"],
        "preferred_username": username,
        "name": person["name"],
        "groups": person["groups"],
    } | person["claims"]
    return {name: value for name, value in said.items() if value is not None}


class Validator(OAuth2Validator):  # type: ignore[misc]
    # All claims, whatever the scopes.
    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return claims(request.user.username)

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        said: dict[str, Any] = super().get_userinfo_claims(request)
        return said | {"sub": "somebody-else"} if state.fault == "another-person" else said

    def finalize_id_token(self, id_token: Any, token: Any, handler: Any, request: Any) -> str:
        signed: str = super().finalize_id_token(id_token, token, handler, request)
        return _spoiled(signed, state.fault) if state.fault else signed

    def save_bearer_token(self, token: Any, request: Any, *others: Any, **more: Any) -> None:
        super().save_bearer_token(token, request, *others, **more)
        if state.fault == "no-id-token":
            token.pop("id_token", None)


def _spoiled(signed: str, fault: str) -> str:
    """The token with what ``fault`` says, if that is about the token itself."""
    said = jwt.decode(signed, options={"verify_signature": False})
    kid = jwt.get_unverified_header(signed)["kid"]
    spoiling: dict[str, dict[str, Any]] = {
        "another-audience": {"aud": "another-client"},
        "another-client-too": {"aud": [GIVEN["client_id"], "another-client"]},
        "another-issuer": {"iss": "http://localhost:1"},
        "another-nonce": {"nonce": "of-another-sign-in"},
        "expired": {"exp": int(time.time()) - 3600},
        "no-nonce": {"nonce": None},
        "no-subject": {"sub": None},
    }
    over = spoiling.get(fault, {})
    said = {name: value for name, value in (said | over).items() if value is not None}
    if fault == "unsigned":
        return jwt.encode(said, "", "none", headers={"kid": kid})
    if fault == "client-secret-as-key":
        return jwt.encode(said, GIVEN["client_secret"], "HS256", headers={"kid": kid})
    key: Any = GIVEN["signing_key"]
    if fault == "another-key":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(said, key, "RS256", headers={"kid": kid})
