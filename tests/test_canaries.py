"""Secrets where they belong, every error provoked, and nothing of them found anywhere else.

In each way to sign in: the answers with their headers, the log, the bytes of the database, the
exports of the audit trail and the metrics.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from experiments.domain import problem
from tests.support import authorisation, canaries, faults
from tests.support.authorisation import (
    BEHIND_PROXY,
    ORIGIN,
    PLAIN_STATIC_FILES,
    Answer,
    Browser,
    Server,
)
from tests.support.faulty_aws import FAULTS
from tests.support.portal import free_port
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.starting import Start, start

MESSAGE = f"User: {canaries.ROLE_ARN} says: {canaries.TEXT}, {canaries.SECRET_ACCESS_KEY}"
# Code and status.
ERRORS: dict[str, int] = {
    **dict.fromkeys(sorted(problem.AWS_CODES), 400),
    "RequestTimeTooSkewed": 403,
    "InvalidSignatureException": 403,
    "TooManyRequestsException": 429,
    "InternalFailure": 500,
    "ServiceUnavailable": 503,
    f"Unheard{canaries.ROLE}": 400,
    f"ThrottlingOf{canaries.ROLE}": 400,
}
PAGE = f"<!doctype html><title>{canaries.TEXT}</title><p>{MESSAGE}".encode()
BODIES: dict[str, bytes] = {
    "html": PAGE,
    "empty": b"",
    "truncated": json.dumps(description("x", Description=MESSAGE)).encode()[:-20],
    "wrong-experiment": json.dumps(description(canaries.ROLE, Description=MESSAGE)).encode(),
    "variants-a-string": json.dumps(description("x", ModelVariants=MESSAGE)).encode(),
    "status-a-number": json.dumps(description("x", Status=7, Description=MESSAGE)).encode(),
    "huge": json.dumps(description("x", Description=MESSAGE * 40_000)).encode(),
    "invalid": b"\xff\xfe" + MESSAGE.encode(),
}
LOOKS = (
    "",
    "call/",
    "raw/",
    "copy/",
    "status/",
    "history/",
    "compare/?older=1&newer=1",
    "share/",
    "share/preview/",
)
# Nothing of AWS is in the faults that are silence, and each takes seconds.
SILENT = {"refused", "hang", "drip-feed", "slow", "reset", "short-body"}


def provoke_aws(aws: ScriptedAws, browser: Browser, source: str) -> list[Answer]:
    """Every error that AWS may answer with, on every page of an experiment."""
    mark = secrets.token_hex(3)
    for number, (code, status) in enumerate(ERRORS.items()):
        aws.fails(f"error-{mark}-{number}", code, status, MESSAGE)
    for word, body in BODIES.items():
        aws.says(f"error-{mark}-{word}", body)
    aws.says(f"error-{mark}-moved", PAGE, 302, Location=f"/{canaries.ROLE}")
    aws.writes(f"error-{mark}-reset", faults.reset)
    aws.writes(f"error-{mark}-short", faults.short_body)
    names = [*map(str, range(len(ERRORS))), *BODIES, "moved", "reset", "short"]

    def look(name: str, number: int) -> list[Answer]:
        page = f"/experiments/{source}/error-{mark}-{name}/"
        checked = browser.post(f"{page}check/", HX_Request="true")
        answers = [checked, browser.get(page + LOOKS[number % len(LOOKS)])]
        # Whoever fails ten times in a row is left alone, and then nothing would be provoked.
        if number % 3 == 0:
            aws.describes(f"fine-{mark}-{name}")
            answers.append(browser.get(f"/experiments/{source}/fine-{mark}-{name}/"))
            assert answers[-1].status_code == 200
        return answers

    # Some wait before they ask once more.
    with ThreadPoolExecutor(3) as together:
        looks = list(together.map(look, names, range(len(names))))
    answers = [answer for some in looks for answer in some]
    return [*answers, *_lists(aws, browser, source)]


def _lists(aws: ScriptedAws, browser: Browser, source: str) -> Iterator[Answer]:
    """A list that failed is not read again at once, so the one that all pages tell of is denied."""
    usual = dict(aws.listings)
    aws.fails("the list", "AccessDeniedException", message=MESSAGE)
    aws.listings[None] = aws.answer("", {"Name": "the list"})
    for path in ("/", f"/?source={source}", "/fleet/status/", "/fleet.json", "/fleet.csv"):
        yield browser.get(path)
    aws.listings = usual


@dataclass
class Evidence:
    """What a portal has said and kept."""

    answers: list[Answer]
    server: Server
    secrets: dict[str, str] = field(default_factory=lambda: dict(canaries.SECRETS))

    def found(self) -> dict[str, list[str]]:
        places = {
            "log": self.server.log.encode(),
            "database": self.server.stored(),
            "bodies": b"\n".join(answer.content for answer in self.answers),
            "headers": "\n".join(str(answer.headers) for answer in self.answers).encode(),
        }
        assert all(len(content) > 500 for content in places.values())
        return {
            place: names
            for place, content in places.items()
            if (names := canaries.found(self.secrets, content))
        }


def test_the_search_finds_what_is_there() -> None:
    for name, secret in canaries.SECRETS.items():
        for text in (f"x{secret}y", f"&lt;{secret.replace('&', '&amp;')}", json.dumps(secret)):
            assert canaries.found(canaries.SECRETS, text) == [name]
    assert canaries.found(canaries.SECRETS, "nothing") == []


def test_every_fault_of_the_endpoints_is_provoked() -> None:
    codes = {"throttled", "too-many", "internal-error", "unavailable", "expired-token"}
    codes |= {"access-denied", "clock-skew", "skewed-signature", "deleted"}
    moved = {"redirect-301", "redirect-302", "redirect-307"}
    assert set(FAULTS) == SILENT | codes | moved | (set(BODIES) - {"invalid"}) | {"odd-characters"}


# Without sign-in, and behind a proxy that signs people in


@pytest.fixture(scope="module")
def portals() -> Iterator[dict[str, tuple[Server, ScriptedAws, Browser]]]:
    off, behind = ScriptedAws(), ScriptedAws()
    with_proxy = {
        "PORTAL_LOGIN": "proxy",
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        "PORTAL_URL": ORIGIN,
        "PORTAL_OPERATORS": "ops",
        "PORTAL_PROXY_USER_HEADER": "PortalUser",
        "PORTAL_PROXY_GROUPS_HEADER": "PortalGroups",
    }
    servers = {
        "off": (Server(off.url, **canaries.ENVIRONMENT), off),
        "proxy": (Server(behind.url, **canaries.ENVIRONMENT, **with_proxy), behind),
    }
    named = {**BEHIND_PROXY, "PortalUser": "ada", "PortalGroups": "ops"}
    always: dict[str, dict[str, str]] = {"off": {}, "proxy": named}
    try:
        for server, _ in servers.values():
            server.wait()
        yield {
            mode: (server, aws, Browser(server.url, {}, always[mode]))
            for mode, (server, aws) in servers.items()
        }
    finally:
        for server, _ in servers.values():
            server.end()


@pytest.mark.parametrize("mode", ["off", "proxy"])
def test_nothing_is_told_by_a_portal_that_signs_nobody_in_itself(
    portals: dict[str, tuple[Server, ScriptedAws, Browser]], mode: str
) -> None:
    server, aws, browser = portals[mode]
    answers = provoke_aws(aws, browser, "default")
    stranger = Browser(server.url, {}, BEHIND_PROXY if mode == "proxy" else {"Via": "1.1 x"})
    answers += [stranger.get(path) for path in ("/", "/account/", "/experiments/default/x/")]
    answers += _refusals(browser)
    answers += [browser.get(f"/operators/{page}") for page in ("sources/", "people/", "audit/")]
    exports = [browser.get(f"/operators/audit.{suffix}") for suffix in ("csv", "jsonl")]
    assert all(answer.status_code == 200 for answer in exports)
    metrics = browser.get("/metrics", Authorization=f"Bearer {canaries.METRICS_TOKEN}")
    assert metrics.status_code == 200
    statuses = {answer.status_code for answer in answers}
    assert statuses >= {200, 400, 403, 404, 405, 502, 503} | ({401} if mode == "proxy" else set())
    assert Evidence([*answers, *exports, metrics], server).found() == {}


def _refusals(browser: Browser) -> list[Answer]:
    """What a portal says to who gets something wrong."""
    path = "/experiments/default/anything/"
    return [
        browser.get("/", Host="evil.example"),
        browser.post(f"{path}check/", X_CSRFToken=""),
        browser.get("/nowhere"),
        browser.ask("DELETE", path),
        browser.get("/experiments/unknown/x/"),
        browser.get("/metrics", Authorization="Bearer wrong"),
        browser.post("/sign-in/", {"username": "x", "password": "y"}),
        browser.post("/operators/people/", {"username": "x", "password": "y"}),
    ]


# With passwords


@pytest.fixture(scope="module")
def passwords() -> tuple[Evidence, list[str]]:
    """The house after every mistake that people make with passwords and links."""
    house = authorisation.house()
    own, typed, tiny = (f"canary-word-{secrets.token_hex(6)}" for _ in range(3))
    name = f"canary-{secrets.token_hex(3)}"
    answers = provoke_aws(house.aws, house["sharer"], "open")
    answers += _refusals(house["viewer"]) + _refusals(house["operator"])
    operator, number = house["operator"], house.add(name, password=own)
    person, signed_in = house.sign_in(name, own)
    assert signed_in.status_code == 303
    answers += [house.sign_in(name, typed)[1] for _ in range(6)]
    answers += [signed_in, house.sign_in("", typed)[1], house.sign_in("x" * 200, typed)[1]]
    changed = {"old_password": typed, "new_password1": tiny, "new_password2": tiny + "x"}
    answers.append(person.post("/account/password/", changed))
    new = {"username": name, "password": typed, "role": "viewer"}
    answers.append(operator.post("/operators/people/", new))
    answers.append(operator.post("/operators/people/", new | {"username": "x", "role": "king"}))
    similar = f"{name}-{name}"
    answers.append(operator.post(f"/operators/people/{number}/password/", {"password": similar}))
    house.aws.describes("shared-canary")
    assert operator.get("/experiments/open/shared-canary/").status_code == 200
    tokens = dict(house.share("open", "shared-canary") for _ in range(2))
    answers += _links(house, tokens)
    known = {"a password": own, "a wrong password": typed, "a new password": tiny}
    known |= {"a refused password": similar}
    known |= {f"the token of link {pk}": token for pk, token in tokens.items()}
    return Evidence(answers, house.server, canaries.SECRETS | known), list(tokens.values())


def _links(house: authorisation.House, tokens: dict[int, str]) -> list[Answer]:
    """Whatever may be done with links, by their addresses or otherwise."""
    nobody, answers = house["nobody"], list[Answer]()
    for pk, token in tokens.items():
        paths = (f"/s/{token}/", f"/s/{token}/status/", f"/s/{token}/experiment.json")
        for path in (*paths, f"/s/{token}", f"//s/{token}/", f"/S/{token}/", f"/%73/{token}/"):
            for method in ("GET", "POST", "DELETE"):
                # Who has the address may read it there; everybody else is to find it nowhere.
                nobody.ask(method, path)
        nobody.post(f"/s/{token}/", X_CSRFToken="")
        nobody.get(f"/s/{token}/", Host="evil.example")
        house.sign_in("nobody-here", "wrong", Referer=f"{ORIGIN}/s/{token}/")
        nobody.post(f"/sign-in/?next=/s/{token}/", {"username": "nobody-here", "password": "wrong"})
        form = {"username": "nobody-here", "password": "wrong", "next": f"/s/{token}/"}
        nobody.post("/sign-in/", form)
        house["viewer"].get(f"/open/?q={ORIGIN}/s/{token}/")
        answers += [house[role].get("/links/") for role in ("sharer", "operator")]
        answers.append(house["sharer"].post(f"/links/{pk}/revoke/"))
        # Dead links are still in people's chats.
        house["viewer"].get(f"/s/{token}/")
    return answers


def test_nothing_is_told_by_a_portal_with_passwords(passwords: tuple[Evidence, list[str]]) -> None:
    evidence, _ = passwords
    house = authorisation.house()
    pages = [f"/operators/{page}" for page in ("audit/", "sources/", "people/")]
    pages += ["/operators/audit.csv", "/operators/audit.jsonl", "/links/"]
    answers = [house["operator"].get(page) for page in pages]
    assert all(answer.status_code == 200 for answer in answers)
    bearer = f"Bearer {canaries.METRICS_TOKEN}"
    answers.append(house["nobody"].get("/metrics", Authorization=bearer))
    assert answers[-1].status_code == 200
    evidence.answers += answers
    statuses = {answer.status_code for answer in evidence.answers}
    assert statuses >= {200, 303, 400, 403, 404, 405, 422, 429, 502, 503}
    assert evidence.found() == {}


def test_the_log_knows_of_links_without_naming_one(passwords: tuple[Evidence, list[str]]) -> None:
    log = authorisation.house().server.log
    assert "/s/…" in log
    assert not [token for token in passwords[1] if token in log or token[:20] in log]


def test_a_session_is_not_told_to_anybody_else(passwords: tuple[Evidence, list[str]]) -> None:
    house = authorisation.house()
    sessions = {
        role: house[role].cookies[authorisation.SESSION_COOKIE] for role in authorisation.PEOPLE
    }
    assert canaries.found(sessions, house.server.log) == []
    exports = (house["operator"].get(f"/operators/audit.{end}").text for end in ("csv", "jsonl"))
    assert canaries.found(sessions, "".join(exports)) == []


# With the database or the provider away, and with a fault of the portal itself

DATABASE = f"postgresql://portal:{canaries.DATABASE_PASSWORD}@127.0.0.1:{{port}}/portal"
ASK = """
import json, os, sys
from django.test import Client
from django.urls import get_resolver, path

def broken(request):
    # Where secrets are when something fails: in names, in settings, in what was sent.
    word, key = request.POST.get("password"), os.environ["PORTAL_SECRET_KEY"]
    raise RuntimeError("something went wrong")

get_resolver().url_patterns.append(path("broken/", broken))
broken.login_required = False
client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
client.cookies["sessionid"] = "anything"
for method, address, form, _ in json.loads(sys.argv[1]):
    answer = getattr(client, method)(address, form)
    body = b"".join(answer) if answer.streaming else answer.content
    print(json.dumps([answer.status_code, str(answer.headers), body.decode()]))
"""
TYPED = "canary-word-of-a-form-77aa"
# Method, address, form, and the status where people have passwords: nobody is somebody while the
# database is away.
ASKED: tuple[tuple[str, str, dict[str, str], int], ...] = (
    ("get", "/", {}, 503),
    ("get", "/account/", {}, 503),
    ("get", "/sign-in/", {}, 503),
    ("post", "/sign-in/", {"username": "somebody", "password": TYPED}, 503),
    ("post", "/sign-in/oidc/login/", {}, 404),
    ("get", "/sign-in/oidc/login/callback/?code=x&state=y", {}, 404),
    ("get", "/experiments/default/x/", {}, 503),
    ("get", "/links/", {}, 503),
    ("get", f"/s/{'t' * 43}/", {}, 503),
    ("get", "/operators/people/", {}, 503),
    ("get", "/operators/audit.csv", {}, 503),
    ("get", "/readyz", {}, 503),
    ("get", "/metrics", {}, 200),
    ("post", "/broken/", {"password": TYPED}, 500),
)


def _ask_without_database(mode: str) -> Start:
    variables = canaries.ENVIRONMENT | {
        "PORTAL_LOGIN": mode,
        "PORTAL_DATABASE_URL": DATABASE.format(port=free_port()),
        "PORTAL_OIDC_ISSUER": "http://127.0.0.1:9",
        "PORTAL_OIDC_CLIENT_ID": "portal",
        "PORTAL_OIDC_CLIENT_SECRET": canaries.CLIENT_SECRET,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    return start(variables, "-c", PLAIN_STATIC_FILES + ASK, json.dumps(ASKED))


def _start_with_a_mistake(variables: dict[str, str]) -> Start:
    database = {"PORTAL_DATABASE_URL": DATABASE.format(port=free_port())}
    return start(canaries.ENVIRONMENT | database | variables, "-m", "portal.preparation")


@pytest.fixture(scope="module")
def started() -> dict[str, Start]:
    oidc = {"PORTAL_LOGIN": "oidc", "PORTAL_OIDC_CLIENT_SECRET": canaries.CLIENT_SECRET}
    runs: dict[str, Callable[[], Start]] = {
        "password": lambda: _ask_without_database("password"),
        "oidc": lambda: _ask_without_database("oidc"),
        "no database": lambda: _start_with_a_mistake({}),
        "no issuer": lambda: _start_with_a_mistake(oidc),
        "a short key": lambda: _start_with_a_mistake({"PORTAL_SECRET_KEY": TYPED}),
        "a short token": lambda: _start_with_a_mistake({"PORTAL_METRICS_TOKEN": TYPED[:19]}),
    }
    with ThreadPoolExecutor(2) as together:
        return dict(zip(runs, together.map(lambda run: run(), runs.values()), strict=True))


KNOWN = canaries.SECRETS | {"what somebody typed": TYPED, "a part of it": TYPED[:19]}


@pytest.mark.parametrize("mode", ["password", "oidc"])
def test_nothing_is_told_while_the_database_is_away(started: dict[str, Start], mode: str) -> None:
    answered = started[mode]
    assert answered.code == 0, answered.error
    assert "The database cannot be" in answered.error
    assert canaries.found(KNOWN, answered.output + answered.error) == []


def test_nobody_is_let_in_while_the_database_is_away(started: dict[str, Start]) -> None:
    said = [json.loads(line)[0] for line in started["password"].output.splitlines()]
    for (method, path, _, expected), status in zip(ASKED, said, strict=True):
        assert status == expected, (method, path)


def test_a_fault_of_the_portal_is_told_without_what_was_at_hand(started: dict[str, Start]) -> None:
    for mode in ("password", "oidc"):
        status, _, body = json.loads(started[mode].output.splitlines()[-1])
        assert status == 500
        assert "The portal failed" in body
        assert "RuntimeError" not in body
        # Operators read what it was, and nothing of what was sent.
        assert "RuntimeError: something went wrong" in started[mode].error
        assert canaries.found(KNOWN, started[mode].error) == []


@pytest.mark.parametrize("mistake", ["no database", "no issuer", "a short key", "a short token"])
def test_a_refused_start_repeats_no_secret(started: dict[str, Start], mistake: str) -> None:
    refused = started[mistake]
    assert refused.code == 1
    assert re.match("PORTAL_[A-Z_]+ must be", refused.error), refused.error
    assert canaries.found(KNOWN, refused.output + refused.error) == []
