"""The provider that other tests sign in at: what it takes and what it refuses."""

import base64
import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as with_changes
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests

from tests.support.openid_provider import Person, Provider, browser, openid_provider

PORTAL = "http://127.0.0.1:9"
ADA = Person(
    username="ada",
    sub="248289761001",
    email="ada@example.org",
    name="Ada Lovelace",
    groups=("ml-platform", "on-call"),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with openid_provider(PORTAL, [ADA]) as running:
        yield running


class Nobody(requests.adapters.BaseAdapter):
    """In place of a portal: takes every request, and says nothing."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.url = str(request.url)
        response.raw = io.BytesIO()
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Flow:
    """A client that follows the specification by hand."""

    provider: Provider

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.mount(PORTAL, Nobody())
        self.verifier = secrets.token_urlsafe(48)
        well_known = f"{self.provider.issuer}/.well-known/openid-configuration"
        self.discovery: dict[str, str] = self.session.get(well_known, timeout=10).json()

    def authorize(self, **over: str) -> requests.Response:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters = {
            "client_id": self.provider.client_id,
            "redirect_uri": f"{PORTAL}/sign-in/oidc/login/callback/",
            "response_type": "code",
            "scope": "openid profile email",
            "state": "some-state",
            "nonce": "some-nonce",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | over
        chosen = {name: value for name, value in parameters.items() if value}
        address = f"{self.discovery['authorization_endpoint']}?{urlencode(chosen)}"
        return self.session.get(address, timeout=10)

    def code(self, person: Person = ADA) -> str:
        """Sign in, up to where the provider sends the browser back to the portal."""
        page = self.authorize()
        back = browser.sign_in(self.session, page, person.username, person.password)
        assert _query(back)["state"] == "some-state"
        return _query(back)["code"]

    def tokens(self, code: str, **over: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{PORTAL}/sign-in/oidc/login/callback/",
            "client_id": self.provider.client_id,
            "client_secret": self.provider.client_secret,
            "code_verifier": self.verifier,
        }
        return self.session.post(self.discovery["token_endpoint"], form | over, timeout=10)

    def claims(self, id_token: str) -> dict[str, Any]:
        keys = jwt.PyJWKSet.from_dict(self.session.get(self.discovery["jwks_uri"]).json())
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        audience = self.provider.client_id
        said: dict[str, Any] = jwt.decode(
            id_token, key, ["RS256"], audience=audience, issuer=self.provider.issuer
        )
        return said


def _query(response: requests.Response) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(response.url).query))


@pytest.fixture
def flow(provider: Provider) -> Flow:
    return Flow(provider)


def test_it_can_be_discovered(flow: Flow, provider: Provider) -> None:
    assert flow.discovery["issuer"] == provider.issuer
    assert flow.discovery["end_session_endpoint"].startswith(provider.issuer)
    assert list(flow.discovery["code_challenge_methods_supported"]) == ["S256"]


def test_it_says_who_has_signed_in(flow: Flow, provider: Provider) -> None:
    answer = flow.tokens(flow.code()).json()
    said = flow.claims(answer["id_token"])
    expected = {
        "sub": "248289761001",
        "email": "ada@example.org",
        "preferred_username": "ada",
        "name": "Ada Lovelace",
        "groups": ["ml-platform", "on-call"],
    }
    assert expected.items() <= said.items()
    assert said["nonce"] == "some-nonce"
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    userinfo = flow.session.get(flow.discovery["userinfo_endpoint"], headers=bearer, timeout=10)
    assert userinfo.json() == expected
    assert provider.asked("/authorize/")[-1].query["code_challenge_method"] == "S256"


def test_it_takes_a_code_once_and_with_its_verifier(flow: Flow) -> None:
    code = flow.code()
    assert flow.tokens(code, code_verifier="of somebody else" * 4).status_code == 400
    assert flow.tokens(code, client_secret="guessed").status_code == 401
    assert flow.tokens(code).status_code == 200
    assert flow.tokens(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "over",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"redirect_uri": "http://127.0.0.1:9/elsewhere/"},
    ],
    ids=["no challenge", "plain challenge", "another callback"],
)
def test_it_asks_for_what_it_should(flow: Flow, over: dict[str, str]) -> None:
    flow.code()
    answer = flow.authorize(**over)
    assert answer.status_code == 400 or _query(answer)["error"] == "invalid_request"


def test_it_lets_nobody_in_with_a_wrong_password(flow: Flow) -> None:
    answer = browser.sign_in(flow.session, flow.authorize(), "ada", "guessed")
    assert answer.status_code == 401
    assert "Sign in to the provider" in answer.text


def test_it_ends_its_session_and_sends_people_back(flow: Flow, provider: Provider) -> None:
    id_token = flow.tokens(flow.code()).json()["id_token"]
    query = {
        "id_token_hint": id_token,
        "client_id": provider.client_id,
        "post_logout_redirect_uri": f"{PORTAL}/sign-in/",
    }
    address = flow.discovery["end_session_endpoint"]
    back = flow.session.get(address, params=query, allow_redirects=False, timeout=10)
    assert back.headers["Location"] == f"{PORTAL}/sign-in/"
    assert provider.asked("/logout/")[-1].query["id_token_hint"] == id_token
    assert "Sign in to the provider" in flow.authorize().text


def test_it_says_what_it_is_told_to_say(flow: Flow, provider: Provider) -> None:
    provider.knows(with_changes(ADA, groups=("sharers",), claims={"email": None, "more": [1]}))
    said = flow.claims(flow.tokens(flow.code()).json()["id_token"])
    assert said["groups"] == ["sharers"]
    assert "email" not in said
    assert said["more"] == [1]
    provider.knows(ADA)


def test_it_can_issue_tokens_that_nobody_may_accept(flow: Flow, provider: Provider) -> None:
    with provider.misbehaves("another-key"), pytest.raises(jwt.InvalidSignatureError):
        flow.claims(flow.tokens(flow.code()).json()["id_token"])


def test_it_can_be_away_and_come_back(provider: Provider) -> None:
    with provider.down(), pytest.raises(requests.ConnectionError):
        requests.get(provider.issuer, timeout=10)
    with provider.hanging(), pytest.raises(requests.ReadTimeout):
        requests.get(provider.issuer, timeout=0.2)
    flow = Flow(provider)
    assert json.loads(flow.tokens(flow.code()).text)["token_type"] == "Bearer"
