"""Signing in and out in a browser, by each of the ways that there are, and where one lands."""

import secrets
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.test_accessibility import complaints
from tests.support.openid_provider import Person, openid_provider
from tests.support.people import PASSWORD
from tests.support.portal import free_port, running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.served import Portal, portal_with_people

QUERY = "?from=chat&x=1"
# No process remembers a session for longer.
FORGOTTEN_SECONDS = 0.7
TICK = "document.body.dispatchEvent(new CustomEvent('portal:tick'))"


@pytest.fixture(scope="module")
def known(aws: ScriptedAws) -> Iterator[Portal]:
    """A portal that asks for a password."""
    with portal_with_people(aws) as portal:
        yield portal


@pytest.fixture
def path(aws: ScriptedAws) -> str:
    """Of an experiment that is there."""
    name = f"signed-{secrets.token_hex(4)}"
    aws.describes(name)
    return f"/experiments/default/{name}/"


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_deep_link_leads_through_signing_in_with_all_that_it_says(
    page: Page, known: Portal, path: str
) -> None:
    page.goto(f"{known.url}{path}{QUERY}#details")
    expect(page).to_have_url(f"{known.url}/sign-in/?next={quoted(path + QUERY)}#details")
    sign_in(page, known.add("viewer"))
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Running")
    assert page.url.partition("#")[0] == f"{known.url}{path}{QUERY}"


def quoted(path: str) -> str:
    return path.replace("/", "%2F").replace("?", "%3F").replace("=", "%3D").replace("&", "%26")


def test_it_works_by_keyboard_alone_and_a_mistake_is_told(
    page: Page, known: Portal, path: str
) -> None:
    name = known.add("viewer")
    page.goto(known.url + path)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value(name)
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(known.url + path)
    summary = page.locator("#account summary")
    expect(summary).to_contain_text(name)
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page).to_have_url(f"{known.url}/sign-in/?because=signed-out")
    expect(page.get_by_label("Name")).to_be_focused()


def test_a_poll_of_an_ended_session_takes_the_whole_page_to_sign_in_and_back(
    page: Page, known: Portal, path: str
) -> None:
    name = known.add("viewer")
    page.goto(f"{known.url}{path}{QUERY}")
    sign_in(page, name)
    expect(page.locator("#experiment")).to_be_visible()
    known.sessions_end(name)
    time.sleep(FORGOTTEN_SECONDS)
    page.evaluate(TICK)
    expect(page).to_have_url(f"{known.url}/sign-in/?next={quoted(path + QUERY)}")
    expect(page.locator("#experiment")).to_have_count(0)
    expect(page.locator("main h1")).to_have_count(1)
    sign_in(page, name)
    expect(page).to_have_url(f"{known.url}{path}{QUERY}")
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Running")


def test_check_now_of_an_ended_session_takes_the_page_to_sign_in_and_back(
    page: Page, known: Portal, path: str
) -> None:
    name = known.add("viewer")
    page.goto(known.url + path)
    sign_in(page, name)
    expect(page.locator("#experiment")).to_be_visible()
    known.sessions_end(name)
    time.sleep(FORGOTTEN_SECONDS)
    page.get_by_role("button", name="Check now").click()
    expect(page).to_have_url(f"{known.url}/sign-in/?next={quoted(path)}")
    sign_in(page, name)
    expect(page.locator("#experiment")).to_be_visible()


def test_after_signing_out_the_way_back_shows_nothing(page: Page, known: Portal, path: str) -> None:
    page.goto(known.url + path)
    sign_in(page, known.add("viewer"))
    page.locator("#account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status").first).to_contain_text("signed out")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("#experiment")).to_have_count(0)


def test_it_works_without_a_script(
    new_context: CreateContextCallback, known: Portal, path: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{known.url}{path}{QUERY}")
    sign_in(page, known.add("viewer"))
    expect(page).to_have_url(f"{known.url}{path}{QUERY}")
    page.locator("#account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_axe_finds_nothing(page: Page, known: Portal) -> None:
    def in_both_themes() -> list[str]:
        page.evaluate(
            "() => document.querySelectorAll('main details').forEach((it) => it.open = true)"
        )
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        light = complaints(page)
        page.emulate_media(color_scheme="dark")
        return light + complaints(page)

    page.goto(f"{known.url}/account/")
    assert in_both_themes() == []
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("a wrong one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert in_both_themes() == []
    sign_in(page, known.add("operator"))
    expect(page).to_have_url(f"{known.url}/account/")
    for path in (
        "/account/",
        "/account/password/",
        "/operators/people/",
        "/operators/people/1/",
        "/operators/audit/",
        "/operators/sources/",
    ):
        answer = page.goto(known.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert in_both_themes() == [], path


def test_who_may_not_is_told_so(page: Page, known: Portal) -> None:
    page.goto(f"{known.url}/operators/people/")
    sign_in(page, known.add("viewer"))
    expect(page).to_have_url(f"{known.url}/operators/people/")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main table")).to_have_count(0)
    assert complaints(page) == []


# By a proxy


def test_a_proxy_names_who_reads(
    new_context: CreateContextCallback, aws: ScriptedAws, path: str
) -> None:
    proxied = running_portal(
        aws.url,
        PORTAL_LOGIN="proxy",
        PORTAL_TRUSTED_PROXIES="127.0.0.1",
        PORTAL_PROXY_USER_HEADER="ProxiedUser",
        PORTAL_PROXY_GROUPS_HEADER="ProxiedGroups",
        PORTAL_SHARERS="ml",
    )
    with proxied as url:
        context = new_context(
            extra_http_headers={"ProxiedUser": "alice@example.org", "ProxiedGroups": "ml"}
        )
        page = context.new_page()
        page.goto(url + path)
        expect(page.locator("#experiment")).to_be_visible()
        expect(page.locator("#account summary")).to_contain_text("alice@example.org")
        expect(page.locator(f"a[href='{path}share/']")).to_be_visible()
        # The proxy's session has ended, so it names nobody.
        context.set_extra_http_headers({})
        page.evaluate(TICK)
        expect(page.locator("main h1")).to_contain_text("proxy")
        expect(page).to_have_url(url + path)
        expect(page.locator("#experiment")).to_have_count(0)
        assert complaints(page) == []
        context.set_extra_http_headers({"ProxiedUser": "bob"})
        page.get_by_role("link", name="Try again").click()
        expect(page.locator("#account summary")).to_contain_text("bob")
        expect(page.locator(f"a[href='{path}share/']")).to_have_count(0)


# At an OpenID provider


def test_a_provider_says_who_reads_and_the_deep_link_holds(
    page: Page, aws: ScriptedAws, path: str
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    alice = Person(username="alice", sub="sub-of-alice", name="Alice", groups=("ml",))
    with (
        openid_provider(url, [alice]) as provider,
        running_portal(aws.url, port, PORTAL_SHARERS="ml", **provider.variables),
    ):
        # It has no favicon, of which the browser complains.
        page.route(f"{provider.issuer}/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(f"{url}{path}{QUERY}")
        assert complaints(page) == []
        page.locator("a[href^='/sign-in/oidc/']").click()
        assert page.url.startswith(provider.issuer)
        page.locator("[name=username]").fill(alice.username)
        page.locator("[name=password]").fill(alice.password)
        page.keyboard.press("Enter")
        agree = page.locator("[name=allow]")
        expect(agree.or_(page.locator("#experiment")).first).to_be_visible()
        if agree.count():
            agree.click()
        expect(page).to_have_url(f"{url}{path}{QUERY}")
        expect(page.locator("#experiment")).to_have_attribute("data-status", "Running")
        expect(page.locator(f"a[href='{path}share/']")).to_be_visible()
