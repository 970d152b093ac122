"""Copy buttons: the value arrives whole, and one sees and hears that it did."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address
from tests.support.scripted_aws import ScriptedAws

REASON = 'He said "no" & left:\n\t<b>two  spaces</b>, \u202eright to left, 👩🏽‍🔬'


@pytest.fixture
def page(page: Page, aws: ScriptedAws, scripted_portal: str) -> Page:
    aws.describes(
        "copied",
        Status="Cancelled",
        StatusReason=REASON,
        CreationTime=1_790_000_000,
        DataStorageConfig={"Destination": "s3://bucket/prefix"},
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(scripted_portal, "copied"))
    return page


def test_a_value_is_copied_verbatim(page: Page) -> None:
    page.get_by_role("button", name="Copy the status reason").click()
    assert page.evaluate("navigator.clipboard.readText()") == REASON


def test_every_button_copies_what_it_stands_beside(page: Page) -> None:
    buttons = page.locator("button[data-copy]")
    assert buttons.count() >= 5
    for index in range(buttons.count()):
        button = buttons.nth(index)
        button.click()
        expect(button).to_have_attribute("data-copied", "yes")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == button.get_attribute("data-copy")
        assert copied


def test_copying_is_seen_and_heard(page: Page) -> None:
    button = page.get_by_role("button", name="Copy Experiment ARN")
    button.click()
    expect(page.locator("#announcer")).to_have_text("Copied: Experiment ARN")
    said = button.evaluate("button => getComputedStyle(button, '::after').content")
    assert said == '"copied"'
    # For a moment only, and the focus has not moved.
    expect(button).not_to_have_attribute("data-copied", "yes", timeout=5_000)
    expect(button).to_be_focused()


def test_a_refusal_is_seen_and_heard_too(page: Page) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('refused'); }")
    button = page.get_by_role("button", name="Copy Experiment ARN")
    button.click()
    expect(button).to_have_attribute("data-copied", "no")
    expect(page.locator("#announcer")).to_contain_text("did not allow copying")
