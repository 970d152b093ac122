"""Who may do what: every address × every role × every method, against a portal as it is deployed.

The sources and the people are those of tests/support/authorisation.py: ``sealed`` exists to the
group "ml", which everybody is in but ``blind``. The link is the sharer's, and so is its token.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.support import authorisation
from tests.support.authorisation import NOBODY, PEOPLE, PLAIN_STATIC_FILES, Answer, House
from tests.support.starting import start

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROLES = (NOBODY, "viewer", "blind", "sharer", "other", "operator")
NAME = "who-may-see"

# "in": asked to sign in. A POST sends no form, so 422 is from who may send one.
MATRIX = """
address                                      method   nobody viewer blind  sharer other  operator
/                                            GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/fleet/status/                               GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/fleet.json                                  GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/fleet.xml                                   GET      in     404    404    404    404    404
                                             HEAD     in     404    404    404    404    404
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/open/suggestions/                           GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/open/                                       GET      in     302    302    302    302    302
                                             HEAD     in     302    302    302    302    302
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/skeletons/input.json                        GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/skeletons/output.yaml                       GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/skeletons/output.xml                        GET      in     404    404    404    404    404
                                             HEAD     in     404    404    404    404    404
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/             GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/status/      GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/check/       GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     303    404    303    303    303
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/call/        GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/raw/         GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/copy/        GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/history/     GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/history/1/   GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/compare/?older=1&newer=1 GET in 200 404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see.json         GET      in     200    404    200    200    200
                                             HEAD     in     200    404    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see.xml          GET      in     404    404    404    404    404
                                             HEAD     in     404    404    404    404    404
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/and/more/    GET      in     404    404    404    404    404
                                             HEAD     in     404    404    404    404    404
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/experiments/sealed/who-may-see/share/       GET      in     403    403    200    200    200
                                             HEAD     in     403    403    200    200    200
                                             POST     in     403    403    422    422    422
                                             the rest in     403    403    405    405    405
/experiments/sealed/who-may-see/share/preview/ GET    in     403    403    200    200    200
                                             HEAD     in     403    403    200    200    200
                                             POST     in     403    403    405    405    405
                                             the rest in     403    403    405    405    405
/links/                                      GET      in     403    403    200    200    200
                                             HEAD     in     403    403    200    200    200
                                             POST     in     403    403    405    405    405
                                             the rest in     403    403    405    405    405
/links/{link}/revoke/                        GET      in     403    403    405    405    405
                                             HEAD     in     403    403    405    405    405
                                             POST     in     403    403    303    404    303
                                             the rest in     403    403    405    405    405
/s/{token}/                                  GET      200    200    200    200    200    200
                                             HEAD     200    200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/{token}                                   GET      200    200    200    200    200    200
                                             HEAD     200    200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/{token}/status/                           GET      200    200    200    200    200    200
                                             HEAD     200    200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/{token}/experiment.json                   GET      200    200    200    200    200    200
                                             HEAD     200    200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/{for_people}/                             GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/{for_people}/experiment.json              GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/closed/                                   GET      404    404    404    404    404    404
                                             HEAD     404    404    404    404    404    404
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/s/anything-else                             GET      404    404    404    404    404    404
                                             HEAD     404    404    404    404    404    404
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/operators/sources/                          GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    405
                                             the rest in     403    403    403    403    405
/operators/sources/open/                     GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    200
                                             the rest in     403    403    403    403    405
/operators/sources/none/                     GET      in     403    403    403    403    404
                                             HEAD     in     403    403    403    403    404
                                             POST     in     403    403    403    403    404
                                             the rest in     403    403    403    403    405
/operators/people/                           GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    422
                                             the rest in     403    403    403    403    405
/operators/people/{person}/                  GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    422
                                             the rest in     403    403    403    403    405
/operators/people/{person}/password/         GET      in     403    403    403    403    405
                                             HEAD     in     403    403    403    403    405
                                             POST     in     403    403    403    403    422
                                             the rest in     403    403    403    403    405
/operators/people/{person}/end-sessions/     GET      in     403    403    403    403    405
                                             HEAD     in     403    403    403    403    405
                                             POST     in     403    403    403    403    303
                                             the rest in     403    403    403    403    405
/operators/audit/                            GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    405
                                             the rest in     403    403    403    403    405
/operators/audit.csv                         GET      in     403    403    403    403    200
                                             HEAD     in     403    403    403    403    200
                                             POST     in     403    403    403    403    405
                                             the rest in     403    403    403    403    405
/operators/audit.xlsx                        GET      in     403    403    403    403    404
                                             HEAD     in     403    403    403    403    404
                                             POST     in     403    403    403    403    405
                                             the rest in     403    403    403    403    405
/metrics                                     GET      404    404    404    404    404    404
                                             HEAD     404    404    404    404    404    404
                                             POST     405    405    405    405    405    405
                                             the rest 405    405    405    405    405    405
/account/                                    GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
/account/password/                           GET      in     200    200    200    200    200
                                             HEAD     in     200    200    200    200    200
                                             POST     in     422    422    422    422    422
                                             the rest in     405    405    405    405    405
/sign-in/                                    GET      200    302    302    302    302    302
                                             HEAD     200    302    302    302    302    302
                                             POST     422    302    302    302    302    302
                                             the rest 405    405    405    405    405    405
/sign-out/                                   GET      in     405    405    405    405    405
                                             HEAD     in     405    405    405    405    405
                                             the rest in     405    405    405    405    405
                                             POST     in     303    303    303    303    303
"""
# Those of an identity provider are there in its mode alone, and before anybody has signed in. From
# a provider that does not answer, the way leads back to the sign-in page.
WITH_A_PROVIDER = """
address                                      method   nobody
/sign-in/oidc/login/                         GET      302
                                             HEAD     405
                                             POST     302
                                             the rest 405
/sign-in/oidc/login/callback/                GET      302
                                             HEAD     405
                                             POST     405
                                             the rest 405
"""


@dataclass(frozen=True)
class Row:
    """What everybody gets for one address: a status for each method and role."""

    address: str
    expected: dict[str, dict[str, str]]

    @property
    def methods(self) -> list[str]:
        return list(self.expected)


def _rows(table: str) -> list[Row]:
    lines = [line for line in table.splitlines() if line]
    roles, rows = lines[0].split()[2:], list[Row]()
    for line in lines[1:]:
        words = line.split()
        if line.startswith("/"):
            rows.append(Row(words.pop(0), {}))
        statuses = dict(zip(roles, words[-len(roles) :], strict=True))
        method = " ".join(words[: -len(roles)])
        named = (method,) if method != "the rest" else METHODS[-4:]
        rows[-1].expected.update(dict.fromkeys(named, statuses))
    assert all(set(row.methods) == set(METHODS) for row in rows)
    return rows


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


@cache
def _things(house: House) -> dict[str, object]:
    """What the addresses of the table name, made by the people of the house."""
    house.aws.describes(NAME)
    assert house["sharer"].get(f"/experiments/sealed/{NAME}/").status_code == 200
    link, token = house.share("sealed", NAME)
    revoked, _ = house.share("sealed", NAME)
    _, for_people = house.share("sealed", NAME, audience="people")
    assert link != revoked
    person = house.add("somebody-to-change")
    return {"link": revoked, "token": token, "for_people": for_people, "person": person}


@pytest.fixture(scope="module")
def house() -> House:
    return authorisation.house()


def _said(answer: Answer) -> str:
    """ "in" for who is sent to sign in, else the status."""
    location = answer.location
    asked = location == "/sign-in/" or location.startswith("/sign-in/?next=")
    return "in" if answer.status_code in {302, 303} and asked else str(answer.status_code)


def test_every_address_has_a_row() -> None:
    rows = {resolve(row.address.partition("?")[0].format_map(_ANY)).route for row in _rows(MATRIX)}
    assert set(_routes(get_resolver().url_patterns)) == rows


_ANY = {"link": 1, "person": 1, "token": "t" * 43, "for_people": "t" * 43}


@pytest.mark.parametrize("row", _rows(MATRIX), ids=lambda row: row.address)
def test_everybody_may_do_what_the_table_says(house: House, row: Row) -> None:
    address = row.address.format_map(_things(house))
    browsers = {role: house[role] for role in ROLES}
    if row.address == "/sign-out/":
        # Nobody of the house leaves it for this.
        leaving = house.enter({f"leaving-{role}": PEOPLE[role] for role in ROLES[1:]})
        browsers |= {role: leaving[f"leaving-{role}"] for role in ROLES[1:]}
    said: dict[str, dict[str, str]] = {method: {} for method in row.methods}
    for method in row.methods:
        for role, browser in browsers.items():
            answer = browser.ask(method, address)
            said[method][role] = _said(answer)
            assert method != "HEAD" or not answer.content
            assert answer.status_code != 405 or "Allow" in answer.headers
    assert said == row.expected


def test_a_provider_brings_two_addresses_with_a_row_each() -> None:
    rows = _rows(WITH_A_PROVIDER)
    variables = {
        "PORTAL_LOGIN": "oidc",
        "PORTAL_OIDC_ISSUER": "http://127.0.0.1:9",
        "PORTAL_OIDC_CLIENT_ID": "portal",
        "PORTAL_OIDC_CLIENT_SECRET": "a secret of the client",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    started = start(variables, "-c", PLAIN_STATIC_FILES + ASK, *(row.address for row in rows))
    assert started.code == 0, started.error
    answer = json.loads(started.output)
    own = set(_routes(get_resolver().url_patterns))
    assert set(answer["routes"]) == own | set(answer["of the rows"])
    expected = [{method: row.expected[method][NOBODY] for method in METHODS} for row in rows]
    assert answer["said"] == expected


ASK = """
import json, sys
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, resolve
from tests.test_authorisation import METHODS, _routes
call_command("migrate", verbosity=0)
client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
paths = sys.argv[1:]
print(json.dumps({
    "routes": [*_routes(get_resolver().url_patterns)],
    "of the rows": [resolve(path).route for path in paths],
    "said": [{m: str(client.generic(m, path).status_code) for m in METHODS} for path in paths],
}))
"""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_changes_for_a_form_of_another_site(house: House, method: str) -> None:
    """Without the token that only the portal's own pages know, or from another origin."""
    things = _things(house)
    for row in _rows(MATRIX):
        address = row.address.format_map(things)
        for headers in ({"X-CSRFToken": ""}, {"Origin": "https://evil.example"}):
            answer = house["operator"].ask(method, address, None, **headers)
            assert answer.status_code == 403, (address, headers)


def test_a_link_is_ended_by_its_maker_and_by_operators_alone(house: House) -> None:
    """Grafana CVE-2024-1313, CVE-2026-28380: others could."""
    _things(house)
    for ends in ("sharer", "operator"):
        link, token = house.share("sealed", NAME)
        for tries in (NOBODY, "viewer", "blind", "other", "outsider"):
            house[tries].post(f"/links/{link}/revoke/")
            assert house[NOBODY].get(f"/s/{token}/").status_code == 200, tries
        assert house[ends].post(f"/links/{link}/revoke/").status_code == 303
        assert house[NOBODY].get(f"/s/{token}/").status_code == 404


def test_the_link_of_somebody_else_looks_like_none_at_all(house: House) -> None:
    link = _things(house)["link"]
    theirs, nobodys = (house["other"].post(f"/links/{number}/revoke/") for number in (link, 10**12))
    assert theirs.status_code == 404
    assert theirs.told() == nobodys.told()


def test_somebody_sees_their_own_links_and_operators_everybodys(house: House) -> None:
    link = house.share("open", _open_to_all(house), by="other", note="a note of the other one")[0]
    row = f"/links/{link}/revoke/"
    assert row in house["other"].get("/links/").text
    assert row in house["operator"].get("/links/").text
    assert row not in house["operator"].get("/links/?of=me").text
    mine = house["sharer"].get("/links/").text
    assert row not in mine
    assert "a note of the other one" not in mine


def _open_to_all(house: House) -> str:
    house.aws.describes("open-to-all")
    return "open-to-all"


def test_a_role_is_gone_from_every_session_at_once(house: House) -> None:
    promoted = house.enter({"promoted": ("operator", "")})["promoted"]
    assert promoted.get("/operators/audit/").status_code == 200
    number = house.number("promoted")
    form = {"role": "viewer", "groups": "", "active": "on"}
    assert house["operator"].post(f"/operators/people/{number}/", form).status_code == 303
    assert promoted.get("/operators/audit/").status_code == 403
    assert promoted.get("/").status_code == 200
