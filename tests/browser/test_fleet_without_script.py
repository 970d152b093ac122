"""The fleet in a browser that runs no scripts: every filter, sort and page is a link or a form."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.fleets import ALL, portal_of_many, query, rows, search, shows


@pytest.fixture(scope="module")
def fleet() -> Iterator[str]:
    with portal_of_many() as url:
        yield url


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    return new_context(java_script_enabled=False).new_page()


def test_chips_search_sort_and_pages_work(page: Page, fleet: str) -> None:
    page.goto(fleet)
    page.locator("[data-count=Completed]").click()
    expect(page).to_have_url(query("status=Completed"))
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page).to_have_url(query("status=Completed&sort=name"))
    page.get_by_role("link", name="Next page").last.click()
    expect(page).to_have_url(query("status=Completed&sort=name&page=2"))
    expect(rows(page).first).to_contain_text("archive-050")
    search(page).fill("archive-07")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(query("q=archive-07&status=Completed&sort=name"))
    expect(rows(page)).to_have_count(10)
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#count")).to_have_text(str(ALL))
    page.locator("[data-count=attention]").click()
    shows(page, "ad-ctr")
    page.get_by_role("link", name="ad-ctr").click()
    expect(page.locator("h1")).to_have_text("ad-ctr")


@pytest.mark.parametrize("form", ["CSV", "JSON"])
def test_what_is_seen_is_exported(page: Page, fleet: str, form: str) -> None:
    page.goto(f"{fleet}/?q=ranker")
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"Export {form}").click()
    text = saved.value.path().read_text()
    assert "ranker-eu" in text
    assert "archive" not in text


def test_the_box_opens_a_name_and_a_command_of_several_lines(page: Page, fleet: str) -> None:
    page.goto(fleet)
    box = page.get_by_role("textbox", name="Open an experiment")
    box.fill("aws sagemaker describe-inference-experiment \\\n  --name ranker-eu")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("h1")).to_have_text("ranker-eu")


def test_nothing_is_offered_that_is_dead(page: Page, fleet: str) -> None:
    page.goto(fleet)
    for selector in ("#pause", "#poll-state", "#zone", "[data-copy]", "[popovertarget=keys]"):
        expect(page.locator(selector).first).to_be_hidden()
