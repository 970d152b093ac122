"""The panel that tells how AWS was asked: it comes when it is opened, and follows while it is."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import address
from tests.support.scripted_aws import ScriptedAws, description

FIRST, SECOND = "first-0000-1111-2222", "second-3333-4444-5555"


def says(aws: ScriptedAws, name: str, request_id: str, **members: Any) -> None:
    aws.says(name, description(name, **members), 200, **{"x-amzn-RequestId": request_id})


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    return new_context(timezone_id="Asia/Tokyo").new_page()


@pytest.fixture
def calls(page: Page) -> list[str]:
    """A list that grows with every time that the page asks for the panel's facts."""
    sent: list[str] = []

    def keep(request: Request) -> None:
        if "/call/" in request.url:
            sent.append(request.url)

    page.on("request", keep)
    return sent


def test_it_is_fetched_when_it_is_opened_and_follows_check_now(
    page: Page, aws: ScriptedAws, scripted_portal: str, calls: list[str]
) -> None:
    says(aws, "called", FIRST, Status="Completed")
    page.goto(address(scripted_portal, "called"))
    panel = page.locator("#call")
    summary = panel.locator("summary")
    summary.focus()
    assert calls == []
    page.keyboard.press("Enter")
    expect(panel).to_contain_text(FIRST)
    # The answer is the same; only the call is another one.
    says(aws, "called", SECOND, Status="Completed")
    page.get_by_role("button", name="Check now").click()
    expect(panel).to_contain_text(SECOND)
    assert len(calls) == 2
    # Closed again, it asks for nothing.
    summary.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("dl").first).to_be_hidden()
    with page.expect_response("**/check/"):
        page.get_by_role("button", name="Check now").click()
    page.wait_for_timeout(200)
    assert len(calls) == 2


def test_an_open_panel_stays_as_it_is_while_polls_bring_nothing(
    page: Page, aws: ScriptedAws, scripted_portal: str, calls: list[str]
) -> None:
    says(aws, "calm", FIRST, CreationTime=1_790_000_000)
    page.goto(address(scripted_portal, "calm"))
    page.locator("#call summary").click()
    copy = page.get_by_role("button", name="Copy request id")
    copy.focus()
    with page.expect_response("**/call/?seen=*") as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    assert answer.value.status == 204
    expect(copy).to_be_focused()
    # The reader's zone is that of the panel too.
    page.locator("#zone label", has_text="Local").click()
    expect(page.locator("#call time")).to_contain_text("JST")


def test_the_page_of_a_problem_has_it_too(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    body = {"__type": "AccessDeniedException", "message": "no"}
    aws.says("call-refused", body, 400, **{"x-amzn-RequestId": FIRST})
    page.goto(address(scripted_portal, "call-refused"))
    page.locator("#call summary").click()
    expect(page.locator("#call")).to_contain_text(FIRST)
    expect(page.locator("#offline")).to_be_hidden()


def test_without_a_script_it_leads_to_a_page(
    new_context: CreateContextCallback, aws: ScriptedAws, scripted_portal: str
) -> None:
    says(aws, "unscripted", FIRST, Status="Completed")
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address(scripted_portal, "unscripted"))
    page.locator("#call summary").click()
    page.get_by_role("link", name="See the last call to AWS").click()
    expect(page.get_by_role("heading", name="Call details of unscripted")).to_be_visible()
    expect(page.get_by_text(FIRST)).to_be_visible()
