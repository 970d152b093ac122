"""What every answer carries, who gets one, and what the production server does around it."""

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import start

# The server here has a database of its own.
pytestmark = pytest.mark.same_on_any_database

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PERSONAL = "no-store, private"

# Path, and the status that it answers with.
PAGES = {
    "/": 200,
    "/experiments/default/http-page/": 200,
    "/experiments/default/http-page/status/": 200,
    "/experiments/default/no-such-experiment/": 404,
    "/experiments/default/-bad-/": 404,
    "/open/?q=http-page": 302,
    "/open/?q=-bad-": 404,
    "/nowhere": 404,
    "/static/nothing.css": 404,
    "/healthz": 200,
    "/readyz": 200,
}


class Answer:
    """One answer of a real server, as raw as http.client gives it."""

    def __init__(self, url: str, path: str, method: str = "GET", **headers: str) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        connection.close()


@pytest.fixture(scope="module")
def portal(scripted_aws: ScriptedAws) -> Iterator[str]:
    scripted_aws.describes("http-page")
    with running_portal(scripted_aws.url) as url:
        yield url


def assert_safe(answer: Answer) -> None:
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy == POLICY
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(portal: str, path: str) -> None:
    answer = Answer(portal, path)
    assert answer.status == PAGES[path]
    assert_safe(answer)
    assert answer.headers["Cache-Control"] == PERSONAL


def test_refusals_carry_them_too(portal: str) -> None:
    assert_safe(Answer(portal, "/", Host="evil.example.org"))
    assert_safe(Answer(portal, "/", X_Forwarded_For="203.0.113.9"))
    assert_safe(Answer(portal, "/", "DELETE"))


def test_static_files_carry_them_and_may_be_kept(portal: str) -> None:
    page = Answer(portal, "/").body.decode()
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    styles = [link for link in links if link.endswith(".css")]
    assert styles
    for link in styles:
        answer = Answer(portal, link)
        assert answer.status == 200
        assert_safe(answer)
        # The name holds a digest of the content.
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_loads_nothing_from_elsewhere(portal: str) -> None:
    for path in ("/", "/experiments/default/http-page/"):
        page = Answer(portal, path).body.decode()
        sources = [part.split('"')[0] for part in page.split('src="')[1:]]
        assert sources
        assert all(source.startswith("/static/") for source in sources)


def test_another_host_is_refused(portal: str) -> None:
    for host in ("evil.example.org", "127.0.0.1.example.org", ""):
        answer = Answer(portal, "/experiments/default/http-page/", Host=host)
        assert answer.status == 400
        assert b"http-page" not in answer.body
    assert Answer(portal, "/", X_Forwarded_Host="evil.example.org").status == 403


def test_health_is_told_to_any_host(portal: str) -> None:
    for path in ("/healthz", "/readyz"):
        assert Answer(portal, path, Host="10.0.0.1:9999").status == 200


def test_without_sign_in_only_this_machine_is_answered(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    before = len(scripted_aws.calls)
    for peer in ("203.0.113.9", "10.0.0.1", "::ffff:10.0.0.1", "", "unix"):
        assert client.get("/experiments/default/peer/", REMOTE_ADDR=peer).status_code == 403
    for header in ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded"):
        response = client.get("/experiments/default/peer/", headers={header: "127.0.0.1"})
        assert response.status_code == 403
        assert b"PORTAL_LOGIN=off" in response.content
    assert len(scripted_aws.calls) == before
    assert client.get("/nowhere", REMOTE_ADDR="::1").status_code == 404
    assert client.get("/healthz", REMOTE_ADDR="10.0.0.1").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_there_is_nothing_to_change(portal: str, scripted_aws: ScriptedAws, method: str) -> None:
    before = len(scripted_aws.calls)
    for path in (
        "/",
        "/experiments/default/other-method/",
        "/experiments/default/other-method/check/",
        "/open/",
    ):
        assert Answer(portal, path, method).status in {403, 405}
    assert len(scripted_aws.calls) == before


def test_a_head_is_a_get_without_its_body(portal: str) -> None:
    answer = Answer(portal, "/experiments/default/http-page/", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_no_page_sets_a_cookie_but_the_one_that_its_button_needs(portal: str) -> None:
    button = "/experiments/default/http-page/"
    for path in PAGES:
        cookies = Answer(portal, path).headers.get_all("Set-Cookie", [])
        # The page of an experiment has a form, even where there is none of this name yet.
        named = [cookie.split("=")[0] for cookie in cookies]
        assert named in ([], ["csrftoken"]), path
        assert bool(named) == (b"csrfmiddlewaretoken" in Answer(portal, path).body), path
    assert Answer(portal, button).headers["Set-Cookie"].startswith("csrftoken=")
    # A poll goes on every few seconds and sets nothing.
    assert "Set-Cookie" not in Answer(portal, f"{button}status/").headers


def test_behind_https_everything_is_https(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("over-https")
    proxied = running_portal(
        scripted_aws.url, PORTAL_URL="https://localhost", PORTAL_TRUSTED_PROXIES="127.0.0.1"
    )
    with proxied as url:
        plain = Answer(url, "/experiments/default/over-https/?x=1", Host="localhost")
        assert plain.status == 301
        assert plain.headers["Location"] == "https://localhost/experiments/default/over-https/?x=1"
        secure = Answer(
            url, "/experiments/default/over-https/", Host="localhost", X_Forwarded_Proto="https"
        )
        assert secure.status == 200
        assert secure.headers["Strict-Transport-Security"] == (
            "max-age=63072000; includeSubDomains; preload"
        )
        # The page's own script writes its cookies by this prefix.
        assert b'data-cookie-prefix="__Host-portal-"' in secure.body
        for path in ("/healthz", "/readyz"):
            assert Answer(url, path, Host="10.0.0.1").status == 200


def test_a_scheme_is_believed_from_trusted_proxies_alone() -> None:
    script = (
        "import django; django.setup(); from django.test import Client;"
        "ask = lambda peer: Client().get('/nowhere', headers={'host': 'localhost',"
        " 'x-forwarded-proto': 'https'}, REMOTE_ADDR=peer).status_code;"
        "print(ask('127.0.0.2'), ask('127.0.0.1'))"
    )
    variables = {
        "PORTAL_URL": "https://localhost",
        "PORTAL_TRUSTED_PROXIES": "127.0.0.2",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    started = start(variables, "-c", script)
    assert started.output == "404 301\n", started.error


def test_cookies_are_secure_under_https() -> None:
    script = (
        "from portal import settings as s; print(s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_HTTPONLY)"
    )
    started = start({"PORTAL_URL": "https://localhost"}, "-c", script)
    assert started.output == "True True __Host-csrftoken True\n"


def test_ready_needs_the_database_and_alive_does_not() -> None:
    script = (
        "import django; django.setup(); from django.test import Client;"
        "print(*(Client().get(path).status_code for path in ('/readyz', '/healthz')))"
    )
    variables = {
        "PORTAL_DATABASE_URL": "postgresql://me:word@127.0.0.1:9/portal",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    started = start(variables, "-c", script)
    assert started.output == "503 200\n", started.error


def test_two_portals_start_from_one_checkout(portal: str, scripted_aws: ScriptedAws) -> None:
    with running_portal(scripted_aws.url) as second:
        for url in (portal, second):
            assert Answer(url, "/experiments/default/http-page/").status == 200


def test_a_port_that_is_taken_is_not_shared(portal: str) -> None:
    started = start({"PORT": str(urlsplit(portal).port)}, "-m", "portal.server")
    assert started.code == 1
    assert started.error.startswith("HOST and PORT must be free")
