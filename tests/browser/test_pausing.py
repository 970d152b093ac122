"""When a page asks, and when it does not: Pause, and tabs that nobody sees."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, count_polls
from tests.support.scripted_aws import ScriptedAws

# Longer than the longest pause between two polls of an experiment in transition: 3 s and a tenth.
A_POLL_AND_MORE = 4_000
# Headless Chromium sees all of its tabs, so the page is told what a hidden one would be told.
VISIBILITY = """
let seen = true;
Object.defineProperty(Document.prototype, "hidden", { get: () => !seen });
Object.defineProperty(Document.prototype, "visibilityState", {
  get: () => (seen ? "visible" : "hidden"),
});
window.letItBeSeen = (now) => {
  seen = now;
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};
"""


@pytest.fixture
def experiment(aws: ScriptedAws, scripted_portal: str) -> str:
    aws.describes("in-transition", Status="Starting")
    return address(scripted_portal, "in-transition")


def test_pause_stops_asking_and_resume_asks_at_once(page: Page, experiment: str) -> None:
    page.goto(experiment)
    polls = count_polls(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#poll-state")).to_have_text("paused")
    polls.clear()
    page.wait_for_timeout(A_POLL_AND_MORE)
    assert polls == []

    with page.expect_request("**/status/?*", timeout=1_500):
        page.get_by_role("button", name="Resume").click()
    expect(page.locator("#poll-state")).to_have_text("live")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    with page.expect_request("**/status/?*", timeout=15_000):
        """And goes on by itself."""


def test_a_pause_is_remembered_when_the_page_is_loaded_again(page: Page, experiment: str) -> None:
    page.goto(experiment)
    page.get_by_role("button", name="Pause").click()
    polls = count_polls(page)
    page.reload()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator("#poll-state")).to_have_text("paused")
    page.wait_for_timeout(A_POLL_AND_MORE)
    assert polls == []


def test_a_hidden_tab_does_not_ask_and_asks_at_once_when_seen_again(
    page: Page, experiment: str
) -> None:
    page.add_init_script(VISIBILITY)
    page.goto(experiment)
    with page.expect_request("**/status/?*", timeout=15_000):
        """A tab that is seen asks."""
    page.evaluate("letItBeSeen(false)")
    polls = count_polls(page)
    page.wait_for_timeout(A_POLL_AND_MORE)
    assert polls == []

    with page.expect_request("**/status/?*", timeout=1_500):
        page.evaluate("letItBeSeen(true)")
    with page.expect_request("**/status/?*", timeout=15_000):
        """And goes on by itself."""


def test_a_tab_that_was_opened_hidden_begins_when_it_is_seen(page: Page, experiment: str) -> None:
    page.add_init_script(VISIBILITY + "seen = false;")
    polls = count_polls(page)
    page.goto(experiment)
    page.wait_for_timeout(A_POLL_AND_MORE)
    assert polls == []
    with page.expect_request("**/status/?*", timeout=1_500):
        page.evaluate("letItBeSeen(true)")


def test_a_paused_tab_stays_paused_when_it_is_seen_again(page: Page, experiment: str) -> None:
    page.add_init_script(VISIBILITY)
    page.goto(experiment)
    page.get_by_role("button", name="Pause").click()
    polls = count_polls(page)
    page.evaluate("letItBeSeen(false); letItBeSeen(true)")
    page.wait_for_timeout(A_POLL_AND_MORE)
    assert polls == []
