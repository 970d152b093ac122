"""Signing in at an OpenID provider: a portal and a provider as processes, and browsers between."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests

from tests.support.eventually import eventually
from tests.support.openid_provider import CALLBACK, FAULTS, REFUSAL, Person, Provider, browser
from tests.support.openid_provider import openid_provider as serving
from tests.support.pages import parse, words
from tests.support.portal import free_port, new_database, running_portal
from tests.support.scripted_aws import ScriptedAws

START = "/sign-in/oidc/login/"
OPERATORS_ONLY = "/operators/people/"
DEEP = "/experiments/nowhere/ranker/history/?before=5&kind=a%26b"


@dataclass
class Portal:
    """A portal that runs, and the database below it."""

    url: str
    provider: Provider
    database: str

    def rows(self, query: str, *values: object) -> list[Any]:
        connection = sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)
        with connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def user(self, username: str) -> dict[str, Any]:
        columns = "id", "name", "email", "group_names", "is_active"
        query = f"SELECT {', '.join(columns)} FROM people_user WHERE username = ?"
        return dict(zip(columns, *self.rows(query, username), strict=True))

    def known(self, username: str, **claims: Any) -> Person:
        """Somebody new at the provider; they may read the portal unless ``groups`` says other."""
        person = Person(
            username=username,
            sub=f"sub-of-{username}",
            email=f"{username}@example.org",
            name=username.title(),
        )
        person = replace(person, **{"groups": ("readers",), **claims})
        self.provider.knows(person)
        return person


@dataclass
class Browser:
    """Somebody's browser. It follows redirects, and keeps cookies for each host."""

    portal: Portal
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.portal.url + path
        return self.session.get(url, timeout=30, **options)

    def begin(self, path: str = "/") -> requests.Response:
        """Ask for a page and choose to sign in; ends on the provider's page."""
        page = self.get(path)
        link = parse(page).select_one(f"a[href^='{START}']")
        return (
            self.get(str(link["href"]))
            if link
            else self.press(page, f"form[action='{START}'] button")
        )

    def sign_in(self, person: Person, path: str = "/") -> requests.Response:
        """All the way, through the provider's page."""
        return browser.sign_in(self.session, self.begin(path), person.username, person.password)

    def back(self, person: Person) -> str:
        """The address by which the provider sends this browser back, which has not gone there."""
        self._stop_before_portal()
        page = browser.sign_in(self.session, self.begin(), person.username, person.password)
        self._go_on()
        return page.headers["Location"]

    def press(self, page: requests.Response, button: str) -> requests.Response:
        return browser.press(self.session, page, button)

    @property
    def is_signed_in(self) -> bool:
        return self.get("/", allow_redirects=False).status_code == 200

    @property
    def session_cookie(self) -> str | None:
        found: str | None = self.session.cookies.get("sessionid")
        return found

    def _stop_before_portal(self) -> None:
        self.session.get_redirect_target = self._target_elsewhere  # type: ignore[assignment,method-assign]

    def _go_on(self) -> None:
        del self.session.get_redirect_target

    def _target_elsewhere(self, response: requests.Response) -> str | None:
        target = requests.Session.get_redirect_target(self.session, response)
        return None if target and target.startswith(self.portal.url + CALLBACK) else target


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    port, database = free_port(), new_database()
    with serving(f"http://127.0.0.1:{port}", []) as provider:
        variables = {
            "PORTAL_DATABASE_URL": database,
            "PORTAL_VIEWERS": "readers",
            "PORTAL_OPERATORS": "ml platform",
        }
        with running_portal(ScriptedAws().url, port, **provider.variables, **variables) as url:
            yield Portal(url, provider, database)


@pytest.fixture
def someone(portal: Portal) -> Browser:
    return Browser(portal)


def refused(page: requests.Response, because: str) -> None:
    """The page is the portal's own, says why in its own words, and lets one begin again."""
    assert urlsplit(page.url).path == "/sign-in/"
    assert parse_qs(urlsplit(page.url).query)["because"] == [because]
    assert page.status_code == 200
    shown = parse(page)
    assert words(shown.select_one("main [role=status]"))
    assert shown.select_one(f"a[href^='{START}'], form[action='{START}']")
    assert "555" not in words(shown.select_one("body"))
    assert "allauth" not in page.text.lower()


def test_people_land_on_the_page_that_they_came_for(portal: Portal, someone: Browser) -> None:
    ada = portal.known("ada")
    page = someone.sign_in(ada, DEEP)
    assert page.url == portal.url + DEEP
    assert someone.is_signed_in


def test_the_provider_is_asked_with_a_state_a_nonce_and_a_challenge(
    portal: Portal, someone: Browser
) -> None:
    someone.sign_in(portal.known("grace"))
    asked = portal.provider.asked("/authorize/")[-1].query
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) >= 20
    assert len(asked["state"]) >= 16
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == portal.url + CALLBACK
    assert len(portal.provider.asked("/token/")[-1].form["code_verifier"]) >= 43


def test_groups_become_roles_and_count_anew_at_the_next_sign_in(
    portal: Portal, someone: Browser
) -> None:
    edsger = portal.known("edsger", groups=("readers",))
    someone.sign_in(edsger)
    assert someone.get(OPERATORS_ONLY).status_code == 403
    portal.provider.knows(replace(edsger, groups=("readers", "ml platform")))
    again = Browser(portal)
    again.sign_in(edsger)
    assert again.get(OPERATORS_ONLY).status_code == 200
    portal.provider.knows(replace(edsger, groups=("readers",)))
    Browser(portal).sign_in(edsger)
    assert portal.user("edsger")["group_names"] == "readers"


def test_name_and_address_are_those_of_the_last_sign_in(portal: Portal, someone: Browser) -> None:
    person = portal.known("barbara")
    someone.sign_in(person)
    before = portal.user("barbara")
    assert (before["name"], before["email"]) == ("Barbara", "barbara@example.org")
    changed = {"name": "Barbara L.", "email": "bl@example.org", "preferred_username": "ada"}
    portal.provider.knows(replace(person, claims=changed))
    Browser(portal).sign_in(person)
    after = portal.user("barbara")
    assert (after["name"], after["email"]) == ("Barbara L.", "bl@example.org")
    assert after["id"] == before["id"]


def test_nobody_becomes_somebody_else_by_an_address_or_a_name(
    portal: Portal, someone: Browser
) -> None:
    victim = portal.known("margaret", groups=("readers", "ml platform"))
    someone.sign_in(victim)
    claims = {
        "email": "margaret@example.org",
        "email_verified": True,
        "preferred_username": "Margaret",
    }
    mallory = portal.known("mallory", claims=claims)
    other = Browser(portal)
    other.sign_in(mallory)
    assert other.is_signed_in
    assert other.get(OPERATORS_ONLY).status_code == 403
    assert portal.user("Margaret-2")["id"] != portal.user("margaret")["id"]


def test_two_first_sign_ins_at_once_are_one_person(portal: Portal, someone: Browser) -> None:
    twice = portal.known("katherine")
    other = Browser(portal)
    addresses = [someone.back(twice), other.back(twice)]
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda tab, address: tab.get(address), [someone, other], addresses))
    assert someone.is_signed_in
    assert other.is_signed_in
    assert portal.rows("SELECT username FROM people_user WHERE username LIKE 'katherine%'") == [
        ("katherine",)
    ]


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": "readers, others"},
        {"groups": "readers,with spaces"},
        {"groups": [None, 5, {"name": "x"}, "readers", "a\nml platform", "b\u2028ml platform"]},
        {"groups": [f"group-{number}" for number in range(400)] + ["readers"]},
        {"name": "<script>alert(1)</script>" * 20, "email": "not an address"},
        {"name": ["a", "list"], "email": {"an": "object"}, "preferred_username": 7},
        {"preferred_username": "CORP\\Some Body\x00", "name": "\x00\x1b[31m"},
    ],
    ids=["commas", "spaces", "odd groups", "many groups", "hostile", "wrong types", "controls"],
)
def test_odd_claims_do_no_harm(
    portal: Portal, someone: Browser, claims: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    name = f"odd-{request.node.callspec.id.replace(' ', '-')}"
    page = someone.sign_in(portal.known(name, claims=claims))
    assert someone.is_signed_in
    assert "<script>alert" not in page.text
    assert someone.get(OPERATORS_ONLY).status_code == 403


def test_somebody_without_a_role_is_told_so(portal: Portal, someone: Browser) -> None:
    refused(someone.sign_in(portal.known("nobody", groups=("others",)), DEEP), "no-role")
    assert not someone.is_signed_in
    assert portal.user("nobody")["group_names"] == "others"


def test_somebody_disabled_is_refused(portal: Portal, someone: Browser) -> None:
    dennis = portal.known("dennis")
    someone.sign_in(dennis)
    portal.rows("UPDATE people_user SET is_active = 0 WHERE username = 'dennis'")
    other = Browser(portal)
    refused(other.sign_in(dennis), "disabled")
    assert not other.is_signed_in
    eventually(lambda: someone.is_signed_in, lambda signed_in: not signed_in)


def test_a_sign_in_can_be_ended_at_the_provider(portal: Portal, someone: Browser) -> None:
    page = someone.press(someone.begin(DEEP), "button[name=cancel]")
    refused(page, "not-agreed")
    assert parse_qs(urlsplit(page.url).query)["next"] == [DEEP]
    someone.session.cookies.clear()
    assert not someone.is_signed_in


@pytest.mark.parametrize(
    "query",
    [
        {"code": "made-up", "state": "made-up"},
        {"code": "made-up"},
        {"error": "access_denied", "error_description": REFUSAL},
        {"error": REFUSAL, "state": "made-up"},
        {},
    ],
    ids=["made-up state", "no state", "error", "error with a state", "nothing"],
)
def test_a_way_back_that_did_not_begin_here_leads_nowhere(
    portal: Portal, someone: Browser, query: dict[str, str]
) -> None:
    someone.begin()
    trail = portal.rows("SELECT COUNT(*) FROM experiments_auditevent")
    refused(someone.get(f"{CALLBACK}?{urlencode(query)}"), "not-begun-here")
    assert not someone.is_signed_in
    assert portal.rows("SELECT COUNT(*) FROM experiments_auditevent") == trail


def test_an_error_with_a_good_state_does_not_speak_through_the_portal(someone: Browser) -> None:
    state = dict(parse_qsl(urlsplit(_wanted(someone.begin())).query))["state"]
    query = {"state": state, "error": "server_error", "error_description": REFUSAL}
    refused(someone.get(f"{CALLBACK}?{urlencode(query)}"), "not-vouched-for")


def test_a_way_back_leads_in_once_and_only_the_browser_that_began(
    portal: Portal, someone: Browser
) -> None:
    alan = portal.known("alan")
    address = someone.back(alan)
    stranger = Browser(portal)
    refused(stranger.get(address), "not-begun-here")
    assert not stranger.is_signed_in
    someone.get(address)
    assert someone.is_signed_in
    someone.session.cookies.set("sessionid", "", domain="127.0.0.1")
    refused(someone.get(address), "not-begun-here")


def test_a_code_that_the_provider_does_not_know_signs_nobody_in(someone: Browser) -> None:
    state = dict(parse_qsl(urlsplit(_wanted(someone.begin())).query))["state"]
    page = someone.get(f"{CALLBACK}?{urlencode({'code': 'made-up', 'state': state})}")
    refused(page, "not-vouched-for")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_is_not_good_signs_nobody_in(
    portal: Portal, someone: Browser, fault: str
) -> None:
    person = portal.known(f"spoiled-{fault}")
    with portal.provider.misbehaves(fault):
        refused(someone.sign_in(person), "not-vouched-for")
    assert not someone.is_signed_in
    assert portal.rows("SELECT 1 FROM people_user WHERE username = ?", person.username) == []


def test_a_provider_that_is_down_is_no_error_of_the_portal(
    portal: Portal, someone: Browser
) -> None:
    frances = portal.known("frances")
    address = someone.back(frances)
    with portal.provider.down():
        refused(someone.get(address), "provider-away")
        assert Browser(portal).get("/").status_code == 200
    # The session there is still the one of before.
    assert someone.begin().url == f"{portal.url}/"
    assert someone.is_signed_in


def test_a_provider_that_hangs_holds_nobody_up_for_long(portal: Portal, someone: Browser) -> None:
    address = someone.back(portal.known("hedy"))
    with portal.provider.hanging():
        page = someone.get(address)
        refused(page, "provider-away")
        assert sum((step.elapsed.total_seconds() for step in page.history), 0.0) < 8


def test_people_sign_in_after_the_provider_has_changed_its_key(
    portal: Portal, someone: Browser
) -> None:
    rosalind = portal.known("rosalind")
    someone.sign_in(rosalind)
    portal.provider.changes_its_key()
    # Either of the portal's processes may have read the keys within this very second.
    eventually(lambda: Browser(portal).sign_in(rosalind).url, lambda url: url == f"{portal.url}/")


def test_nothing_of_the_address_but_the_page_wanted_counts(
    portal: Portal, someone: Browser
) -> None:
    evil = {
        "next": "https://evil.example/",
        "process": "connect",
        "scope": "admin",
        "auth_params": "redirect_uri=https://evil.example/&state=x&prompt=none",
    }
    begun = someone.get(f"{START}?{urlencode(evil)}")
    asked = portal.provider.asked("/authorize/")[-1].query
    assert asked["redirect_uri"] == portal.url + CALLBACK
    assert "admin" not in asked["scope"]
    assert "prompt" not in asked
    assert asked["state"] != "x"
    person = portal.known("radia")
    page = browser.sign_in(someone.session, begun, person.username, person.password)
    assert page.url == f"{portal.url}/"


def test_another_site_sends_nobody_to_the_provider(portal: Portal, someone: Browser) -> None:
    sent = someone.get(START, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False)
    assert sent.headers["Location"] == "/sign-in/"


def test_a_session_begins_with_a_cookie_that_nobody_knew_before(
    portal: Portal, someone: Browser
) -> None:
    lynn = portal.known("lynn")
    page = someone.begin()
    before = someone.session_cookie
    browser.sign_in(someone.session, page, lynn.username, lynn.password)
    assert before
    assert someone.session_cookie not in {None, before}
    someone.session.cookies.set("sessionid", before, domain="127.0.0.1")
    assert not someone.is_signed_in


def test_signing_out_ends_all_sessions_here_and_the_one_at_the_provider(
    portal: Portal, someone: Browser
) -> None:
    jean = portal.known("jean")
    page = someone.sign_in(jean)
    elsewhere = Browser(portal)
    elsewhere.sign_in(jean)
    page = someone.press(page, "form[action='/sign-out/'] button")
    page = someone.session.get(page.headers["Refresh"].removeprefix("0;url="))
    assert urlsplit(page.url).path == "/sign-in/"
    asked = portal.provider.asked("/logout/")[-1].query
    assert asked["client_id"] == portal.provider.client_id
    assert asked["post_logout_redirect_uri"] == f"{portal.url}/sign-in/"
    assert asked["id_token_hint"].count(".") == 2
    assert not someone.is_signed_in
    assert "Sign in to the provider" in someone.begin().text
    # Each process of the portal reads a session twice in a second.
    eventually(lambda: elsewhere.is_signed_in, lambda signed_in: not signed_in)


def test_signing_out_works_without_the_provider(portal: Portal, someone: Browser) -> None:
    page = someone.sign_in(portal.known("sophie"))
    with portal.provider.down():
        token = parse(page).select_one("[name=csrfmiddlewaretoken]")
        assert token is not None
        someone.session.post(
            f"{portal.url}/sign-out/",
            {"csrfmiddlewaretoken": str(token["value"])},
            headers={"Origin": portal.url},
            allow_redirects=False,
            timeout=30,
        )
        assert not someone.is_signed_in


@pytest.mark.parametrize("path", ["accounts/login/", "sign-in/oidc/", "sign-in/saml/login/"])
def test_no_page_of_allauth_is_there(portal: Portal, someone: Browser, path: str) -> None:
    someone.sign_in(portal.known("ken"))
    assert someone.get(f"/{path}").status_code == 404


def _wanted(page: requests.Response) -> str:
    """Where the provider's sign-in page leads to."""
    return parse_qs(urlsplit(page.url).query)["next"][0]
