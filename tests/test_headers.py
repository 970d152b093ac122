"""The headers of every answer of a portal as it is deployed: every address, for anybody, by every
method, with static files, errors, redirects, health checks and metrics among them."""

import http.client
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest

from tests.support import authorisation, canaries
from tests.support.authorisation import HOST, NOBODY, ORIGIN, Answer, Browser, House
from tests.support.eventually import eventually
from tests.support.pages import parse

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "connect-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
BAR = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "UNHEARD")
NAME = "with-headers"
PATHS = (
    "/",
    "/?source=nowhere",
    "/open/?q=x",
    "/open/?q=-bad-",
    f"/experiments/open/{NAME}/",
    f"/experiments/open/{NAME}/status/",
    f"/experiments/open/{NAME}/status/?seen={{seen}}",
    f"/experiments/open/{NAME}/check/",
    f"/experiments/open/{NAME}/history/",
    f"/experiments/open/{NAME}/history/1/",
    f"/experiments/open/{NAME}/history/99/",
    f"/experiments/open/{NAME}/compare/?older=1&newer=1",
    f"/experiments/open/{NAME}/share/",
    f"/experiments/open/{NAME}/share/preview/",
    "/experiments/open/no-such-experiment/",
    "/experiments/open/denied/",
    "/experiments/open/broken/",
    "/experiments/open/-bad-/",
    "/experiments/sealed/x/",
    "/links/",
    "/links/1/revoke/",
    "/links/999999/revoke/",
    "/s/{token}/",
    "/s/{token}/status/",
    "/s/{token}/experiment.json",
    "/s/closed/",
    "/s/:key",
    "/operators/sources/",
    "/operators/sources/open/",
    "/operators/people/",
    "/operators/people/1/",
    "/operators/people/999999/",
    "/operators/audit/",
    "/operators/audit.csv",
    "/operators/audit.jsonl",
    "/operators/audit.xlsx",
    "/sign-in/",
    "/sign-in/?next=//evil.example",
    "/account/",
    "/account/password/",
    "/nowhere",
    "/experiments/open",
    "/favicon.ico",
    "/robots.txt",
    "/static/nothing.css",
    "/static/",
    "/static/../manage.py",
    "/healthz",
    "/readyz",
    "/metrics",
    "//evil.example/x",
    "/%00",
    "/%ff",
)
WHO = (NOBODY, "viewer", "operator")


@pytest.fixture(scope="module")
def house() -> House:
    house = authorisation.house()
    house.aws.describes(NAME)
    house.aws.fails("denied", "AccessDeniedException", message=canaries.ROLE_ARN)
    house.aws.says("broken", b"<!doctype html>")
    assert house["sharer"].get(f"/experiments/open/{NAME}/").status_code == 200
    return house


@pytest.fixture(scope="module")
def answers(house: House) -> dict[str, Answer]:
    """Every answer, under a line that says who asked for what."""
    _, token = house.share("open", NAME)
    seen = _seen(house)
    asked = [
        (who, method, path.replace("{token}", token).replace("{seen}", seen))
        for path in PATHS
        for who in WHO
        for method in METHODS
    ]
    with ThreadPoolExecutor(2) as together:
        got = together.map(lambda one: _ask(house[one[0]], one[1], one[2]), asked)
        found = {" ".join(line): answer for line, answer in zip(asked, got, strict=True)}
    found |= {f"odd: {words}": ask(house) for words, ask in ODD.items()}
    styles = re.findall(r'(?:href|src)="(/static/[^"#]+)"', house["viewer"].get("/").text)
    assert len(styles) > 5
    return found | {f"{NOBODY} GET {path}": house[NOBODY].get(path) for path in styles}


def _seen(house: House) -> str:
    """What the page's polls say that it shows."""
    seen = re.search(r"seen=([^\"&]+)", house["viewer"].get(f"/experiments/open/{NAME}/").text)
    assert seen
    return seen[1]


def _unchanged(house: House) -> Answer:
    """A poll right after its page, and once more where the clock turned in between."""
    path = f"/experiments/open/{NAME}/status/?seen="
    return eventually(
        lambda: house["viewer"].get(path + _seen(house)), lambda answer: answer.status_code == 204
    )


def _ask(browser: Browser, method: str, path: str) -> Answer:
    # A copy: nobody's cookies grow by what others are asked.
    return Browser(browser.url, dict(browser.cookies)).ask(method, path)


ODD: dict[str, Callable[[House], Answer]] = {
    "a forged form": lambda house: house["operator"].post("/sign-out/", X_CSRFToken=""),
    "another host": lambda house: house[NOBODY].get("/", Host="evil.example"),
    "no scheme": lambda house: house[NOBODY].get("/?x=1", X_Forwarded_Proto="http"),
    "a poll that finds nothing new": _unchanged,
    "a poll of nobody": lambda house: house[NOBODY].get("/account/", HX_Request="true"),
    "a wrong password": lambda house: house.sign_in("nobody-at-all", "wrong")[1],
    "locked out": lambda house: [house.sign_in("locked-out", "wrong")[1] for _ in range(6)][-1],
    "metrics with the token": lambda house: house[NOBODY].get(
        "/metrics", Authorization=f"Bearer {canaries.METRICS_TOKEN}"
    ),
    "a long address": lambda house: house["viewer"].get("/open/?q=" + "x" * 6000),
    "too many fields": lambda house: house[NOBODY].post(
        "/sign-in/", {f"field-{number}": "x" for number in range(1_500)}
    ),
    "a broken form": lambda house: house[NOBODY].ask(
        "POST", "/sign-in/", None, Content_Type="multipart/form-data; boundary="
    ),
    "a made link": lambda house: house["sharer"].post(
        f"/experiments/open/{NAME}/share/",
        {"kind": "live", "audience": "anyone", "hours": 1, "form": secrets.token_urlsafe(24)},
    ),
    "a refused link": lambda house: house["sharer"].post(
        f"/experiments/open/{NAME}/share/", {"kind": "eternal", "hours": 10**6}
    ),
    "health of any host": lambda house: house[NOBODY].get("/healthz", Host="10.0.0.1:99"),
    "a part of /static/icons.svg": lambda house: house[NOBODY].get(
        "/static/icons.svg", Range="bytes=0-9"
    ),
}
EVERY_STATUS = {200, 204, 206, 301, 302, 303, 400, 403, 404, 405, 422, 429, 502}


def test_every_kind_of_answer_is_among_them(answers: dict[str, Answer]) -> None:
    assert len(answers) > 700
    assert {answer.status_code for answer in answers.values()} >= EVERY_STATUS
    assert not [line for line, answer in answers.items() if answer.status_code == 500]


def test_every_answer_carries_the_policy(answers: dict[str, Answer]) -> None:
    for line, answer in answers.items():
        given = answer.headers.get_all("Content-Security-Policy") or []
        assert len(given) == 1, line
        assert _policy(given[0]) == POLICY, line


def test_every_answer_carries_the_headers_of_the_bar(answers: dict[str, Answer]) -> None:
    for line, answer in answers.items():
        bar = dict(BAR)
        if line == "odd: no scheme":
            # Browsers take it from https alone.
            del bar["Strict-Transport-Security"]
        given = {name: answer.headers.get_all(name) for name in bar}
        assert given == {name: [value] for name, value in bar.items()}, line
        policy = "no-referrer" if " /s/" in line else "same-origin"
        assert answer.headers.get_all("Referrer-Policy") == [policy], line
        assert "X-Powered-By" not in answer.headers, line


def test_what_a_link_opens_is_unknown_to_other_sites_and_to_search_engines(
    answers: dict[str, Answer],
) -> None:
    shared = {line: answer for line, answer in answers.items() if " /s/" in line}
    assert len(shared) > 50
    for line, answer in shared.items():
        assert "noindex" in answer.headers.get("X-Robots-Tag", ""), line
        assert answer.headers["Cache-Control"] == "no-store", line


def test_nothing_but_static_files_is_kept_by_anybody(answers: dict[str, Answer]) -> None:
    for line, answer in answers.items():
        kept = answer.headers["Cache-Control"]
        if " /static/" in line and answer.status_code in {200, 206, 304}:
            assert "max-age" in kept, line
        elif " /s/" in line:
            assert "no-store" in kept, line
        else:
            assert set(kept.split(", ")) >= {"no-store", "private"}, line


def test_text_says_how_it_is_written(answers: dict[str, Answer]) -> None:
    for line, answer in answers.items():
        if answer.content:
            kind = answer.headers.get("Content-Type", "")
            assert kind, line
            if kind.startswith("text/"):
                assert "charset=utf-8" in kind.lower().replace('"', ""), line


def test_cookies_belong_to_this_host_and_to_no_script(
    house: House, answers: dict[str, Answer]
) -> None:
    name, password = "has-cookies", secrets.token_urlsafe(16)
    house.add(name, "viewer", password=password)
    _, signed_in = house.sign_in(name, password)
    assert signed_in.status_code == 303
    cookies = [
        cookie
        for answer in (*answers.values(), signed_in)
        for cookie in answer.headers.get_all("Set-Cookie", [])
    ]
    named = {name for cookie in cookies for name in SimpleCookie(cookie)}
    assert named == {"__Host-csrftoken", "__Host-sessionid"}
    for cookie in cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, cookie
        assert not any(flag.startswith("domain") for flag in flags), cookie


def test_a_cookie_of_another_name_signs_nobody_in(house: House) -> None:
    """__Host- cannot be planted by a neighbouring host; what can be counts for nothing."""
    session = house["viewer"].cookies[authorisation.SESSION_COOKIE]
    for name in ("sessionid", "__Secure-sessionid", "__host-sessionid"):
        answer = Browser(house.url, {name: session}).get("/account/")
        assert answer.status_code == 302, name


def test_a_redirect_leads_to_https_of_this_host(answers: dict[str, Answer]) -> None:
    for line, answer in answers.items():
        if answer.location:
            parts = urlsplit(answer.location)
            assert (parts.scheme, parts.netloc) in {("", ""), ("https", HOST)}, line
    assert answers["odd: no scheme"].location == f"{ORIGIN}/?x=1"


def test_no_other_site_is_let_in(house: House) -> None:
    for path in ("/", "/metrics", f"/experiments/open/{NAME}/", "/static/icons.svg", "/healthz"):
        for method in ("GET", "OPTIONS"):
            answer = house["viewer"].ask(
                method,
                path,
                None,
                Origin="https://evil.example",
                Access_Control_Request_Method="PUT",
            )
            cors = [name for name in answer.headers if name.lower().startswith("access-control")]
            assert cors == []


# Mozilla's observatory, whose scanner needs Node and a host of one's own: its rules and points, as
# https://github.com/mdn/mdn-http-observatory has them in src/analyzer/tests and src/grader.


@dataclass(frozen=True)
class Scan:
    """What the scanner sees: the first page, and where plain http leads."""

    page: Answer
    plain: Answer

    def header(self, name: str) -> str:
        return str(self.page.headers.get(name, ""))

    @property
    def policy(self) -> dict[str, set[str]]:
        return _policy(self.header("Content-Security-Policy"))


BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
UNSAFE = BROAD | {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_768_000


def _content_security_policy(scan: Scan) -> int:
    policy = scan.policy
    if not policy:
        return -25
    everything = policy.get("default-src", {"*"})
    scripts, objects = policy.get("script-src", everything), policy.get("object-src", everything)
    styles = policy.get("style-src", everything)
    sources = {source for name in policy for source in policy[name]}
    if scripts & UNSAFE or objects & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in sources):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if styles & UNSAFE:
        return 0
    return 10 if policy.get("default-src") == {"'none'"} else 5


def _cookies(scan: Scan) -> int:
    cookies = [
        (name.lower(), morsel)
        for line in scan.page.headers.get_all("Set-Cookie", [])
        for name, morsel in SimpleCookie(line).items()
    ]
    if not cookies:
        return 0
    points = 5
    for name, morsel in cookies:
        session = "login" in name or "sess" in name
        if not morsel["secure"]:
            points = min(points, -10 if session else -5)
        if not morsel["samesite"]:
            points = min(points, -20 if "csrf" in name else 0)
        elif morsel["samesite"].lower() not in {"lax", "strict"}:
            points = min(points, -20)
        if session and not morsel["httponly"]:
            points = min(points, -30)
    return points


def _cross_origin_sharing(scan: Scan) -> int:
    both = (
        scan.header("Access-Control-Allow-Origin"),
        scan.header("Access-Control-Allow-Credentials"),
    )
    return -50 if all(both) else 0


def _redirection(scan: Scan) -> int:
    to = urlsplit(scan.plain.location)
    if scan.plain.status_code not in {301, 302, 303, 307, 308} or to.scheme != "https":
        return -20
    return 0 if to.hostname == HOST else -5


def _referrer_policy(scan: Scan) -> int:
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    policy = scan.header("Referrer-Policy").split(",")[-1].strip().lower()
    return 5 if policy in private else -5 if policy else 0


def _strict_transport_security(scan: Scan) -> int:
    # 5 more are for hosts that are on the browsers' list, which nobody is by a header alone.
    found = re.match(r"max-age=([0-9]+)", scan.header("Strict-Transport-Security"))
    return -20 if found is None else 0 if int(found[1]) >= SIX_MONTHS else -10


def _subresource_integrity(scan: Scan) -> int:
    scripts = [str(script.get("src", "")) for script in parse(scan.page).select("script[src]")]
    own = all(src.startswith("/") and not src.startswith("//") for src in scripts)
    return 0 if own else -5


def _content_type_options(scan: Scan) -> int:
    return 0 if scan.header("X-Content-Type-Options").lower() == "nosniff" else -5


def _frame_options(scan: Scan) -> int:
    if not scan.policy.get("frame-ancestors", {"*"}) & BROAD:
        return 5
    return 0 if scan.header("X-Frame-Options").upper() in {"DENY", "SAMEORIGIN"} else -20


def _resource_policy(scan: Scan) -> int:
    given = scan.header("Cross-Origin-Resource-Policy")
    known = {"same-origin": 10, "same-site": 10, "cross-origin": 0, "": 0}
    return known.get(given, -5)


RULES = (
    _content_security_policy,
    _cookies,
    _cross_origin_sharing,
    _redirection,
    _referrer_policy,
    _strict_transport_security,
    _subresource_integrity,
    _content_type_options,
    _frame_options,
    _resource_policy,
)


def _score(scan: Scan) -> int:
    """100, less the penalties; what is more counts only for who has 90 without it."""
    points = [rule(scan) for rule in RULES]
    score = 100 + sum(point for point in points if point < 0)
    return score + sum(point for point in points if point > 0) if score >= 90 else max(score, 0)


def _policy(header: str) -> dict[str, set[str]]:
    parts = (part.split() for part in header.split(";") if part.strip())
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize("path", ["/sign-in/", "/"])
def test_mozillas_observatory_gives_135_points(house: House, path: str) -> None:
    # A scanner has no cookies; the page that it ends on sets one.
    stranger, viewer = Browser(house.url), Browser(house.url, dict(house["viewer"].cookies))
    for browser in (stranger, viewer):
        browser.cookies.pop(authorisation.CSRF_COOKIE)
    page = (stranger if path == "/sign-in/" else viewer).get(path)
    assert page.status_code == 200
    assert page.headers.get_all("Set-Cookie")
    plain = stranger.get(path, X_Forwarded_Proto="http")
    assert _score(Scan(page, plain)) >= 135


def test_the_points_can_be_lost() -> None:
    def answer(status: int, *headers: tuple[str, str]) -> Answer:
        message = http.client.HTTPMessage()
        for name, value in headers:
            message[name] = value
        return Answer(status, message, b"<!doctype html>")

    nothing = Scan(answer(200), answer(200))
    assert _score(nothing) == 100 - 25 - 20 - 20 - 5 - 20
    loose = Scan(
        answer(
            200,
            ("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline'"),
            ("Set-Cookie", "sessionid=1; Path=/"),
            ("Strict-Transport-Security", "max-age=60"),
        ),
        answer(302, ("Location", "https://elsewhere.example/")),
    )
    assert [rule(loose) for rule in RULES] == [-20, -30, 0, -5, 0, -10, 0, -5, -20, 0]
