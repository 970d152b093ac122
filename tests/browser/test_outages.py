"""When the portal or AWS goes away, the page says so, keeps what it had, and comes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, hurry
from tests.support.portal import free_port, running_portal
from tests.support.scripted_aws import ScriptedAws


@pytest.mark.requests_may_fail
def test_a_portal_that_goes_and_comes_back(page: Page, aws: ScriptedAws) -> None:
    aws.describes("outlives-a-portal", Status="Starting", Description="kept")
    port = free_port()
    offline = page.locator("#offline")
    with running_portal(aws.url, port) as url:
        page.goto(address(url, "outlives-a-portal"))
        expect(offline).to_be_hidden()

    expect(offline).to_be_visible(timeout=15_000)
    expect(offline).to_contain_text("cannot be reached since")
    since = offline.locator("time")
    assert since.get_attribute("datetime")
    assert since.inner_text().endswith("UTC")
    expect(page.locator("#announcer")).to_have_text("The portal cannot be reached.")
    expect(page.locator("#poll-state")).to_have_text("trying again")
    expect(page.locator("[data-field=Description]")).to_have_text("kept")

    aws.describes("outlives-a-portal", Status="Starting", Description="came after")
    with running_portal(aws.url, port):
        # By itself: the page asks less often by now, but never less than every 30 s.
        expect(offline).to_be_hidden(timeout=40_000)
        expect(page.locator("#poll-state")).to_have_text("live")
        expect(page.locator("#announcer")).to_have_text("The portal can be reached again.")
        expect(page.locator("[data-field=Description]")).to_have_text("came after", timeout=20_000)


@pytest.mark.requests_may_fail
def test_a_page_that_is_slower_while_the_portal_is_away_asks_at_once_when_the_network_is_back(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("offline-laptop", Status="Starting")
    page.goto(address(scripted_portal, "offline-laptop"))
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible(timeout=15_000)
    with page.expect_response("**/status/?*", timeout=2_000):
        page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_an_aws_that_goes_and_comes_back(page: Page) -> None:
    aws = ScriptedAws()
    aws.describes("outlives-aws", Status="Starting", Description="kept")
    with running_portal(aws.url) as url:
        page.goto(address(url, "outlives-aws"))
        with aws.down():
            hurry(page)
            problem = page.locator("#experiment [data-problem]")
            expect(problem).to_be_visible(timeout=20_000)
            expect(problem).to_have_attribute("data-problem", "unreachable")
            expect(problem).to_contain_text("since")
            expect(page.locator("[data-field=Description]")).to_have_text("kept")
            expect(page.locator("#offline")).to_be_hidden()
        expect(problem).to_have_count(0, timeout=40_000)
        expect(page.locator("#poll-state")).to_have_text("live")
