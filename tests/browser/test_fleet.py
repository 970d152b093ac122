"""Somebody filters, sorts and turns the pages of the fleet; its address says what they see."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.fleets import ALL, POLLS, portal_of_many, query, rows, search, shows

SORTS = {
    "Name": "name",
    "Model": "model",
    "Status": "status",
    "Type": "type",
    "Endpoint": "endpoint",
    "Sampling": "sampling",
    "Start": "start",
    "End": "end",
    "Last modified": "modified",
}


@pytest.fixture(scope="module")
def fleet() -> Iterator[str]:
    with portal_of_many() as url:
        yield url


def chip(page: Page, words: str) -> None:
    page.locator("#fleet").get_by_role("link", name=re.compile(rf"^{words} \d")).click()


def is_current(page: Page, word: str) -> None:
    expect(page.locator("#fleet a.pick[aria-current]")).to_have_attribute("data-count", word)


def test_chips_filter_in_place_and_back_and_forward_bring_the_views(page: Page, fleet: str) -> None:
    page.goto(fleet)
    page.evaluate("window.before = true")
    chip(page, "Running")
    expect(page).to_have_url(query("status=Running"))
    shows(page, "ranker-eu", "ranker-us")
    is_current(page, "Running")
    expect(page.locator("#announcer")).to_have_text("2 experiments found")
    chip(page, "Needs attention")
    expect(page).to_have_url(query("status=attention"))
    shows(page, "ad-ctr")
    assert page.evaluate("window.before"), "no page was loaded for that"

    page.go_back()
    expect(page).to_have_url(query("status=Running"))
    shows(page, "ranker-eu", "ranker-us")
    is_current(page, "Running")
    page.go_back()
    expect(page).to_have_url(f"{fleet}/")
    expect(page.locator("#count")).to_have_text(str(ALL))
    page.go_forward()
    shows(page, "ranker-eu", "ranker-us")
    page.go_forward()
    expect(page).to_have_url(query("status=attention"))
    shows(page, "ad-ctr")


def test_the_search_finds_while_one_types_and_the_caret_stays(page: Page, fleet: str) -> None:
    page.goto(fleet)
    search(page).click()
    page.keyboard.type("raker")
    expect(page).to_have_url(query("q=raker"))
    expect(page.get_by_role("heading", name="No experiment matches")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("n")
    expect(page).to_have_url(query("q=ranker"))
    shows(page, "ranker-eu", "ranker-us")
    expect(search(page)).to_be_focused()
    expect(search(page)).to_have_value("ranker")
    assert page.evaluate("document.activeElement.selectionStart") == 3
    expect(page).to_have_title("ranker · Experiments · Shadow tests")
    # A filter that comes after the search keeps it, and the other way round.
    chip(page, "Running")
    expect(page).to_have_url(query("q=ranker&status=Running"))
    search(page).fill("eu")
    expect(page).to_have_url(query("q=eu&status=Running"))
    shows(page, "ranker-eu")
    page.go_back()
    expect(search(page)).to_have_value("ranker")
    shows(page, "ranker-eu", "ranker-us")
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(f"{fleet}/")
    expect(search(page)).to_have_value("")


def test_a_copied_address_is_the_same_view_for_somebody_else(
    page: Page, fleet: str, new_context: CreateContextCallback
) -> None:
    page.goto(fleet)
    search(page).fill("checkout")
    expect(page).to_have_url(query("q=checkout"))
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page).to_have_url(query("q=checkout&sort=name"))
    copy = page.get_by_role("button", name="Copy link to this view")
    expect(copy).to_have_attribute("data-copy", page.url)

    def views(seen: Page) -> None:
        expect(search(seen)).to_have_value("checkout")
        names = [re.compile("ranker-eu"), re.compile("ranker-us")]
        expect(rows(seen)).to_have_text(names)
        expect(seen.get_by_role("columnheader", name="Name")).to_have_attribute(
            "aria-sort", "ascending"
        )

    views(page)
    other = new_context().new_page()
    other.goto(page.url)
    views(other)
    page.reload()
    views(page)


def test_every_header_sorts_from_the_keyboard_and_turns_around(page: Page, fleet: str) -> None:
    page.goto(f"{fleet}/?q=ranker")
    for words, column in SORTS.items():
        header = page.locator("th[aria-sort]", has=page.get_by_role("link", name=words, exact=True))
        seen = set()
        for _ in range(2):
            link = page.get_by_role("link", name=words, exact=True)
            leads_to = str(link.get_attribute("href"))
            link.focus()
            page.keyboard.press("Enter")
            expect(page).to_have_url(fleet + leads_to)
            way = "descending" if f"sort=-{column}" in leads_to else "ascending"
            expect(header).to_have_attribute("aria-sort", way)
            expect(page.locator("th[aria-sort$=scending]")).to_have_count(1)
            expect(link).to_be_focused()
            seen.add(way)
        assert len(seen) == 2, words
    page.get_by_role("link", name="Sort by attention").click()
    expect(page).to_have_url(query("q=ranker"))
    expect(page.locator("[data-section]")).to_have_count(1)


def test_a_header_that_has_turned_can_be_pressed_at_once(page: Page, fleet: str) -> None:
    page.goto(f"{fleet}/?q=ranker")
    page.evaluate(
        """() => {
          const links = [...document.querySelectorAll("th a")];
          const link = links.find((a) => a.textContent.trim() === "Model");
          const header = link.closest("th");
          new MutationObserver((_, observer) => {
            observer.disconnect();
            link.click();
          }).observe(header, {attributeFilter: ["aria-sort"]});
          link.click();
        }"""
    )
    expect(page).to_have_url(query("q=ranker&sort=-model"))


def test_pages_turn_and_turn_back(page: Page, fleet: str) -> None:
    page.goto(f"{fleet}/?sort=name")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Next page").last.click()
    expect(page).to_have_url(query("sort=name&page=2"))
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51–100 of 114")
    expect(page.locator("#table")).to_be_in_viewport()
    page.get_by_role("link", name="Next page").last.click()
    expect(page).to_have_url(query("sort=name&page=3"))
    expect(rows(page)).to_have_count(ALL - 100)
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(query("sort=name&page=2"))
    expect(rows(page)).to_have_count(50)
    # What is filtered begins with its first page.
    chip(page, "Running")
    expect(page).to_have_url(query("status=Running&sort=name"))
    shows(page, "ranker-eu", "ranker-us")


@pytest.mark.requests_may_fail
def test_a_poll_that_is_under_way_does_not_undo_a_newer_filter(page: Page, fleet: str) -> None:
    page.goto(fleet)
    waiting = []
    page.route(POLLS, lambda route: waiting.append(route))
    with page.expect_request(POLLS):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    chip(page, "Running")
    expect(page).to_have_url(query("status=Running"))
    shows(page, "ranker-eu", "ranker-us")
    old = page.request.get(f"{fleet}/fleet/status/?seen=x")
    for route in waiting:
        route.fulfill(response=old)
    page.unroute(POLLS)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    shows(page, "ranker-eu", "ranker-us")


def test_from_the_skip_link_to_an_experiment_and_back_by_keys_alone(page: Page, fleet: str) -> None:
    page.goto(fleet)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    def go_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(at) => document.activeElement.matches(at)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    go_to("[data-count=Running]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(query("status=Running"))
    expect(page.locator("[data-count=Running]")).to_be_focused()
    go_to("#q")
    page.keyboard.type("-us")
    expect(page).to_have_url(query("q=-us&status=Running"))
    shows(page, "ranker-us")
    go_to("a.nm")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("ranker-us")
    page.go_back()
    expect(page).to_have_url(query("q=-us&status=Running"))
    shows(page, "ranker-us")
