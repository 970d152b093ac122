"""A browser that runs no scripts is told everything, and offered nothing that is dead."""

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import address


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    return new_context(java_script_enabled=False).new_page()


def test_everything_is_shown(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    assert "checkout-ranker-v7" in seeded
    page.goto(address(portal, "checkout-ranker-v7"))
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Running")
    for heading in ("Schedule", "Traffic and variants", "Data capture", "Details"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    for field in ("Description", "Arn", "RoleArn", "DataStorageConfig.Destination", "CreationTime"):
        expect(page.locator(f"#experiment [data-field='{field}']").first).to_be_attached()
    # What is told on demand opens without a script too.
    page.locator("#d-schedule-table summary").click()
    expect(page.locator("#d-schedule-table table").first).to_be_visible()


def test_no_button_is_dead(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    assert "checkout-ranker-v7" in seeded
    page.goto(address(portal, "checkout-ranker-v7"))
    buttons = page.locator("button:visible, input:visible")
    outside_the_form = [
        buttons.nth(index).get_attribute("aria-label") or buttons.nth(index).inner_text()
        for index in range(buttons.count())
        if not buttons.nth(index).evaluate("button => button.closest('form') !== null")
    ]
    assert outside_the_form == []
    expect(page.locator("#pause")).to_be_hidden()
    expect(page.locator("#poll-state")).to_be_hidden()


def test_the_way_to_an_experiment(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    assert "checkout-ranker-v7" in seeded
    page.goto(portal)
    page.get_by_role("link", name="checkout-ranker-v7").click()
    expect(page).to_have_url(address(portal, "checkout-ranker-v7"))
    page.get_by_role("textbox", name="Open an experiment").fill("fraud-gate-v3")
    page.get_by_role("button", name="Open").click()
    expect(page.locator("h1")).to_have_text("fraud-gate-v3")
