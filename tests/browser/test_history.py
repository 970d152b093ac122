"""The history in a browser: axe, by keyboard, without a script, on a phone, and while polled."""

import secrets
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import POLLS, address, count_polls, variants
from tests.browser.test_accessibility import complaints
from tests.browser.test_layout import TOO_WIDE, WIDTHS
from tests.support import visits
from tests.support.eventually import eventually
from tests.support.scripted_aws import ScriptedAws

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LONG = "m" * 300
REASON = "<img src=x onerror=alert(1)> " + LONG


def path(name: str) -> str:
    return f"/experiments/default/{name}/"


def seen(aws: ScriptedAws, portal: str, name: str, number: int, **members: object) -> None:
    """Let the portal see this as the observation of this number."""
    aws.describes(name, **{"Status": "Starting", **members})
    expect_observed(portal, name, number)


def expect_observed(portal: str, name: str, number: int) -> None:
    wanted = f'id="seen-{number}"'.encode()
    # What is starting is asked about every 3 s.
    eventually(lambda: visits.get(portal, path(name)).content, lambda it: wanted in it, 15)


def live(aws: ScriptedAws, portal: str) -> str:
    """Let an experiment have four observations; returns its name."""
    name = f"lived-{secrets.token_hex(4)}"
    seen(aws, portal, name, 1, **variants())
    aws.describes(name, Status="Starting", **variants(), Description=LONG)
    # Once in 5 s, nobody has to wait for what is fresh to grow old.
    assert visits.check_now(portal, path(name)).status_code == 200
    expect_observed(portal, name, 2)
    seen(aws, portal, name, 3, **variants(shadow="Updating"), StatusReason=REASON)
    seen(aws, portal, name, 4, **variants(), Status="Completed")
    return name


def bury(aws: ScriptedAws, portal: str) -> str:
    """Let an experiment be gone; returns its name."""
    name = f"buried-{secrets.token_hex(4)}"
    seen(aws, portal, name, 1)
    aws.fails(name, "ResourceNotFound")
    expect_observed(portal, name, 2)
    return name


@pytest.fixture(scope="module", autouse=True)
def histories(
    aws: ScriptedAws, scripted_portal: str
) -> "Iterator[tuple[Future[str], Future[str]]]":
    """Both of them while the first test waits for an observation of its own."""
    with ThreadPoolExecutor(2) as pool:
        yield pool.submit(live, aws, scripted_portal), pool.submit(bury, aws, scripted_portal)


@pytest.fixture
def lived(histories: "tuple[Future[str], Future[str]]") -> str:
    return histories[0].result()


@pytest.fixture
def buried(histories: "tuple[Future[str], Future[str]]") -> str:
    return histories[1].result()


def pages(portal: str, lived: str, buried: str) -> list[str]:
    life, grave = address(portal, lived), address(portal, buried)
    return [
        life,
        f"{life}history/",
        f"{life}history/3/",
        f"{life}history/9/",
        f"{life}compare/?older=1&newer=3",
        grave,
        f"{grave}history/2/",
        f"{grave}compare/?older=1&newer=2",
    ]


def test_an_observation_made_meanwhile_appears_and_moves_no_focus(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    name = f"meanwhile-{secrets.token_hex(4)}"
    seen(aws, scripted_portal, name, 1)
    page.goto(address(scripted_portal, name))
    page.locator("#seen-1 a").focus()
    aws.describes(name, Status="Running")
    expect(page.locator("#seen-2")).to_contain_text("Running", timeout=15_000)
    expect(page.locator("#seen-1 a")).to_be_focused()


@WIDTHS
def test_axe_finds_nothing(
    page: Page, scripted_portal: str, lived: str, buried: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for url in pages(scripted_portal, lived, buried):
        page.goto(url)
        page.evaluate(
            "() => document.querySelectorAll('main details').forEach((e) => (e.open = 1))"
        )
        # The theme is up to the style sheets alone, and without motion no colour is on its way.
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert complaints(page) == [], f"{url}, {theme}"


@WIDTHS
def test_nothing_scrolls_sideways(
    page: Page, scripted_portal: str, lived: str, buried: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for url in pages(scripted_portal, lived, buried):
        page.goto(url)
        page.evaluate(
            "() => document.querySelectorAll('main details').forEach((e) => (e.open = 1))"
        )
        assert page.evaluate(TOO_WIDE) == [], url


def test_two_are_compared_by_keyboard_alone(page: Page, scripted_portal: str, lived: str) -> None:
    page.goto(f"{address(scripted_portal, lived)}history/")
    page.get_by_role("radio", name="Older: observation 3").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Older: observation 2")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address(scripted_portal, lived)}compare/?newer=4&older=2")
    expect(page.get_by_role("table", name="Changed fields")).to_contain_text("Completed")
    # What is equal is there for who asks.
    expect(page.get_by_role("table", name="Unchanged fields")).to_be_hidden()
    page.locator("#d-unchanged summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Unchanged fields")).to_be_visible()


def test_the_past_is_walked_by_keyboard(page: Page, scripted_portal: str, lived: str) -> None:
    page.goto(f"{address(scripted_portal, lived)}history/2/")
    expect(page.locator(".frost")).to_contain_text("observation 2 of 4")
    page.get_by_role("link", name="Later").press("Enter")
    expect(page.locator(".frost")).to_contain_text("observation 3 of 4")
    page.get_by_role("link", name="Back to the present").press("Enter")
    expect(page).to_have_url(address(scripted_portal, lived))


def test_it_all_works_without_a_script(
    new_context: CreateContextCallback, scripted_portal: str, lived: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address(scripted_portal, lived))
    page.get_by_role("link", name="Compare two").click()
    page.get_by_role("radio", name="Older: observation 1").check()
    page.get_by_role("button", name="Compare the chosen two").click()
    expect(page.get_by_role("table", name="Changed fields")).to_contain_text("Starting")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="History").click()
    page.locator("#seen-1 a").first.click()
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Starting")


def test_a_page_of_the_past_asks_for_nothing(
    page: Page, aws: ScriptedAws, scripted_portal: str, lived: str
) -> None:
    aws.describes("of-the-present", Status="Starting")
    page.clock.install()
    sent = count_polls(page)
    page.goto(address(scripted_portal, "of-the-present"))
    with page.expect_response(POLLS):
        page.clock.run_for(10_000)
    sent.clear()
    page.goto(f"{address(scripted_portal, lived)}history/1/")
    page.clock.run_for(60_000)
    assert sent == []


def test_what_to_press_is_large_enough(page: Page, scripted_portal: str, lived: str) -> None:
    """24 pixels each way (WCAG 2.5.8), links in sentences excepted."""
    for url in (
        f"{address(scripted_portal, lived)}history/",
        f"{address(scripted_portal, lived)}history/2/",
    ):
        page.goto(url)
        small = page.evaluate(
            """() => [...document.querySelectorAll(".pick label, .seen-when a, .frost a")]
              .map((it) => [it.textContent.trim(), it.getBoundingClientRect()])
              .filter(([, box]) => box.width < 23.9 || box.height < 23.9).map(([words]) => words)"""
        )
        assert small == []
