"""From the Share button to what somebody without an account sees, until the link is closed."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import address, hurry, variants
from tests.browser.test_accessibility import complaints
from tests.browser.test_sign_in import TICK, quoted, sign_in
from tests.support import links
from tests.support.examples import every_member
from tests.support.links import Link
from tests.support.scripted_aws import ScriptedAws
from tests.support.served import Browser, Portal, portal_with_people

MAKE = "#main form[method=post] button:not([formmethod])"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def known(aws: ScriptedAws) -> Iterator[Portal]:
    """A portal that asks for a password."""
    with portal_with_people(aws) as portal:
        yield portal


@pytest.fixture
def name(aws: ScriptedAws) -> str:
    """An experiment that is changing, so that the portal asks about it every few seconds."""
    name = f"shown-{secrets.token_hex(4)}"
    aws.describes(name, Status="Starting", **variants())
    return name


@pytest.fixture(scope="module")
def sharer(known: Portal) -> Browser:
    return known.sign_in(known.add("sharer"))


@pytest.fixture
def outside(new_context: CreateContextCallback) -> Page:
    """Somebody else's browser, who has no account."""
    return new_context().new_page()


def signed_in(page: Page, known: Portal, path: str, role: str = "sharer") -> None:
    page.goto(known.url + path)
    sign_in(page, known.add(role))
    expect(page).to_have_url(known.url + path)


def expect_closed(page: Page, known: Portal) -> None:
    """The whole page is the one of a link that does not open."""
    expect(page).to_have_url(f"{known.url}/s/closed/")
    expect(page.locator("#experiment")).to_have_count(0)
    expect(page.locator("main h1")).to_have_count(1)


def test_a_link_from_the_button_to_its_end(
    page: Page, outside: Page, known: Portal, aws: ScriptedAws, name: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in(page, known, links.address(name))
    page.get_by_role("link", name="Share", exact=True).click()
    expect(page.locator("input[name=kind][value=live]")).to_be_checked()
    expect(page.locator("input[name=shown]:checked")).to_have_count(0)
    page.locator("input[name=shown][value=arns]").check()
    page.locator("input[name=note]").fill("for the review")
    page.locator(MAKE).click()
    copy = page.locator("main button[data-copy]")
    copy.click()
    expect(copy).to_have_attribute("data-copied", "yes")
    copied = page.evaluate("navigator.clipboard.readText()")

    outside.goto(copied)
    region = outside.locator("#experiment")
    expect(region).to_have_attribute("data-status", "Starting")
    expect(outside.locator("[data-field=Arn]")).to_contain_text("[account hidden]")
    aws.describes(name, Status="Running", **variants(shadow="Updating"))
    hurry(outside)
    expect(region).to_have_attribute("data-status", "Running", timeout=15_000)
    expect(outside.locator("#announcer")).to_contain_text("Running")
    assert name not in outside.title()

    page.goto(f"{known.url}/links/")
    mine = page.locator("tr", has_text="for the review")
    expect(mine).to_have_attribute("data-state", "open")
    mine.locator("summary").click()
    mine.locator("form button").click()
    expect(page.locator("tr", has_text="for the review")).to_have_attribute("data-state", "revoked")
    # Within the second in which every process knows, and the half until the next poll.
    expect(outside).to_have_url(f"{known.url}/s/closed/", timeout=3_000)
    expect_closed(outside, known)
    outside.goto(copied)
    expect(outside.locator("#experiment")).to_have_count(0)


def test_an_open_page_of_a_link_that_expires_becomes_the_closed_page(
    page: Page, known: Portal, sharer: Browser, name: str
) -> None:
    link = known.link(sharer, name)
    page.goto(known.url + link.page)
    expect(page.locator("#experiment")).to_be_visible()
    known.expires(link, datetime.now(UTC) + timedelta(seconds=1))
    hurry(page)
    expect(page).to_have_url(f"{known.url}/s/closed/", timeout=4_000)
    expect_closed(page, known)


def test_a_link_for_people_leads_through_sign_in_and_back_when_that_ends(
    page: Page, known: Portal, sharer: Browser, name: str
) -> None:
    link, who = known.link(sharer, name, audience="people"), known.add("viewer")
    page.goto(known.url + link.page)
    expect(page).to_have_url(f"{known.url}/sign-in/?next={quoted(link.page)}")
    sign_in(page, who)
    expect(page).to_have_url(known.url + link.page)
    expect(page.locator("#experiment")).to_be_visible()
    known.sessions_end(who)
    page.wait_for_timeout(700)
    page.evaluate(TICK)
    expect(page).to_have_url(f"{known.url}/sign-in/?next={quoted(link.page)}")
    sign_in(page, who)
    expect(page).to_have_url(known.url + link.page)


def test_a_frozen_page_asks_for_nothing_and_stays(
    page: Page, known: Portal, sharer: Browser, aws: ScriptedAws, name: str
) -> None:
    link = known.link(sharer, name, kind="frozen")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(known.url + link.page)
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Starting")
    aws.describes(name, Status="Completed")
    page.evaluate(TICK)
    page.wait_for_timeout(500)
    assert [url for url in asked if "/status/" in url] == []
    page.reload()
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Starting")


def test_sharing_by_keyboard_alone(page: Page, outside: Page, known: Portal, name: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in(page, known, links.address(name))
    tab_to(page, f"a[href='{links.address(name)}share/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{known.url}{links.address(name)}share/")
    tab_to(page, "input[name=kind]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=kind][value=frozen]")).to_be_checked()
    tab_to(page, "input[name=audience]")
    tab_to(page, "select[name=hours]")
    page.keyboard.press("Home")
    expect(page.locator("select[name=hours]")).to_have_value("1")
    tab_to(page, "input[name=shown][value=role]")
    page.keyboard.press("Space")
    expect(page.locator("input[name=shown][value=role]")).to_be_checked()
    tab_to(page, MAKE)
    page.keyboard.press("Enter")
    expect(page.locator("main button[data-copy]")).to_be_visible()
    tab_to(page, "main button[data-copy]")
    page.keyboard.press("Enter")
    expect(page.locator("main button[data-copy]")).to_have_attribute("data-copied", "yes")
    outside.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(outside.locator("#experiment")).to_have_attribute("data-status", "Starting")
    assert "hx-get" not in (outside.locator("#experiment").evaluate("it => it.outerHTML")[:2000])


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
    raise AssertionError(f"no way to {selector} by the tab key")


def test_the_choices_come_back_from_the_preview(page: Page, known: Portal, name: str) -> None:
    signed_in(page, known, f"{links.address(name)}share/")
    page.locator("input[name=shown][value=kms]").check()
    page.locator("input[name=preview]").check()
    page.locator("input[name=note]").fill("kept & <b>whole</b>")
    page.locator("select[name=hours]").select_option("24")
    page.locator("button[formmethod=get]").click()
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Starting")
    assert "csrfmiddlewaretoken" not in page.url
    page.locator(f"a[href^='{links.address(name)}share/?']").click()
    expect(page.locator("input[name=shown][value=kms]")).to_be_checked()
    expect(page.locator("input[name=shown]:checked")).to_have_count(1)
    expect(page.locator("input[name=preview]")).to_be_checked()
    expect(page.locator("input[name=note]")).to_have_value("kept & <b>whole</b>")
    expect(page.locator("select[name=hours]")).to_have_value("24")
    page.locator(MAKE).click()
    expect(page.locator("main button[data-copy]")).to_be_visible()


def test_two_presses_make_one_link_and_a_form_that_was_sent_says_so(
    page: Page, known: Portal, name: str
) -> None:
    signed_in(page, known, f"{links.address(name)}share/")
    page.locator(MAKE).dblclick()
    expect(page.locator("main button[data-copy]")).to_be_visible()
    answer = page.reload()
    assert answer is not None
    assert answer.status == 409
    expect(page.locator("main button[data-copy]")).to_have_count(0)
    page.goto(f"{known.url}/links/")
    expect(page.locator("main tr", has_text=name)).to_have_count(1)


def test_it_all_works_without_a_script(
    new_context: CreateContextCallback, known: Portal, name: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    signed_in(page, known, links.address(name))
    page.get_by_role("link", name="Share", exact=True).click()
    page.locator(MAKE).click()
    shown = page.locator("main input[readonly]").input_value()
    page.goto(shown)
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Starting")
    page.goto(f"{known.url}/links/")
    row = page.locator("tr", has_text=name)
    row.locator("summary").click()
    row.locator("form button").click()
    expect(page.locator("tr", has_text=name)).to_have_attribute("data-state", "revoked")


@pytest.fixture(scope="module")
def everything(known: Portal, sharer: Browser, aws: ScriptedAws) -> dict[str, Any]:
    name = f"all-{secrets.token_hex(4)}"
    said = {"Description": "arn:aws:iam::123456789012:role/another in 123456789012"}
    aws.describes(name, **every_member() | said)
    parts = ["account", "arns", "role", "kms", "s3"]
    made: dict[str, Link] = {
        "shown": known.link(sharer, name, shown=parts, note="a note"),
        "frozen": known.link(sharer, name, kind="frozen", preview="on"),
    }
    return {"name": name, **made}


def complaints_in_both_themes(page: Page) -> list[str]:
    page.evaluate("() => document.querySelectorAll('main details').forEach((it) => it.open = true)")
    found = []
    for theme in SCHEMES:
        # Without motion no colour is on its way to another.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{page.url}, {theme}: {complaint}" for complaint in complaints(page)]
    return found


def test_axe_finds_nothing(
    page: Page, known: Portal, everything: dict[str, Any], aws: ScriptedAws
) -> None:
    here = address(known.url, everything["name"])
    signed_in(page, known, links.address(everything["name"]), "operator")
    gone = f"gone-{secrets.token_hex(4)}"
    aws.fails(gone, "ResourceNotFound")
    for path in (
        f"{here}share/",
        f"{here}share/preview/?shown=role",
        f"{known.url}/links/",
        f"{address(known.url, gone)}share/",
        f"{known.url}/s/closed/",
        *(known.url + everything[link].page for link in ("shown", "frozen")),
    ):
        page.goto(path)
        assert complaints_in_both_themes(page) == []
    page.goto(f"{here}share/")
    page.locator(MAKE).click()
    expect(page.locator("main button[data-copy]")).to_be_visible()
    assert complaints_in_both_themes(page) == []
    page.reload()
    expect(page.locator("main button[data-copy]")).to_have_count(0)
    assert complaints_in_both_themes(page) == []
