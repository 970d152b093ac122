"""The fleet keeps itself up to date, and whoever reads it keeps their place."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import address, count_polls
from tests.browser.fleets import AT_ONCE, has_described, healthy, query, search, shows, tick, ticks
from tests.browser.test_layout import LARGEST_SHIFT, SHIFTS
from tests.support.eventually import eventually
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import get
from tests.support.watcher import exists

STILL = [f"still-{number:02}" for number in range(30)]
SAYS = """
window.said = [];
new MutationObserver(() => {
  const words = document.getElementById("announcer")?.textContent;
  if (words) window.said.push(words);
}).observe(document, { childList: true, subtree: true });
"""


@dataclass
class Fleet:
    """AWS is at work on ``<test>-moves``, so whoever looks at its page has AWS asked again."""

    url: str
    aws: ScriptedAws

    def begins(self, name: str) -> None:
        self._says(name, "Starting")
        get(self.url, f"/experiments/default/{name}/")

    def runs(self, name: str) -> None:
        """AWS says so, and the portal has heard of it."""
        self._says(name, "Running")
        path = f"/experiments/default/{name}/"
        eventually(lambda: get(self.url, path).content, lambda page: b"Running" in page, 20)

    def _says(self, name: str, status: str) -> None:
        self.aws.describes(name, Status=status, **healthy("moving"))


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    aws = ScriptedAws()
    # Endpoints of their own, since experiments that share one speak of each other.
    aws.lists(*(exists(aws, name, **healthy(f"of-{name}")) for name in STILL))
    with running_portal(aws.url, PORTAL_CALLS_PER_SECOND=AT_ONCE) as url:
        has_described(url, *STILL)
        yield Fleet(url, aws)


def test_a_poll_that_brings_nothing_is_empty_and_pause_stops_it(page: Page, fleet: Fleet) -> None:
    page.goto(f"{fleet.url}/?q=still")
    shows(page, *STILL)
    # A new moment of the drawing may begin between two of them.
    assert [tick(page) for _ in range(3)].count(204) >= 2
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#poll-state")).to_have_text("paused")
    polls = count_polls(page)
    page.reload()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert polls == []
    with page.expect_request("**/fleet/status/?*"):
        page.get_by_role("button", name="Resume").click()
    expect(page.locator("#poll-state")).to_have_text("live")


def test_a_poll_brings_what_is_new_into_the_open_view(page: Page, fleet: Fleet) -> None:
    """And the reader's focus, place and half of a word stay."""
    fleet.begins("brings-moves")
    page.add_init_script(SAYS)
    page.goto(f"{fleet.url}/?q=brings&status=Starting")
    shows(page, "brings-moves")
    fleet.begins("brings-new")
    page.locator("a.nm").focus()
    page.evaluate("window.before = document.activeElement")
    ticks(page)
    shows(page, "brings-moves", "brings-new")
    assert page.evaluate("window.before === document.activeElement")
    expect(page).to_have_url(query("q=brings&status=Starting"))
    # What does not fit the filter any more leaves it.
    fleet.runs("brings-moves")
    shows(page, "brings-new")


def test_a_changed_status_is_said_once_and_moves_nobody(page: Page, fleet: Fleet) -> None:
    fleet.begins("zz-moves")
    page.add_init_script(SAYS + SHIFTS)
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{fleet.url}/?sort=name")
    row = page.locator("[data-experiment='default/zz-moves']")
    row.scroll_into_view_if_needed()
    link = row.locator("a.nm")
    link.focus()
    scrolled = page.evaluate("scrollY")
    assert scrolled > 200
    ticks(page)
    fleet.runs("zz-moves")
    expect(row).to_have_attribute("data-status", "Running")
    expect(page.locator("#announcer")).to_have_text("zz-moves: Starting → Running")
    # The next polls have nothing more to say.
    assert tick(page) in {200, 204}
    assert tick(page) in {200, 204}
    assert page.evaluate("[...new Set(window.said)]") == ["zz-moves: Starting → Running"]
    expect(link).to_be_focused()
    assert abs(page.evaluate("scrollY") - scrolled) <= 2
    assert page.evaluate("window.shift") <= LARGEST_SHIFT


@pytest.mark.requests_may_fail
def test_what_is_being_typed_is_newer_than_a_poll(page: Page, fleet: Fleet) -> None:
    fleet.begins("typing-moves")
    page.goto(fleet.url)
    # The search waits until nobody has typed for a moment.
    search(page).press_sequentially("typ")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    page.keyboard.type("ing")
    expect(page).to_have_url(query("q=typing"))
    shows(page, "typing-moves")
    fleet.runs("typing-moves")
    tick(page)
    expect(page.locator("[data-experiment]")).to_have_attribute("data-status", "Running")
    expect(search(page)).to_be_focused()
    expect(search(page)).to_have_value("typing")


def test_the_drawing_is_in_the_zone_that_is_chosen(
    fleet: Fleet, new_context: CreateContextCallback
) -> None:
    page = new_context(timezone_id="Asia/Kolkata").new_page()
    page.goto(f"{fleet.url}/?q=still-01")
    heading = page.locator("th .zone")
    expect(heading).to_have_text("Schedule, UTC")
    page.locator("#zone label", has_text="Local").click()
    expect(heading).to_have_text("Schedule, IST")
    shows(page, "still-01")
    expect(page).to_have_url(query("q=still-01"))
    page.locator("#zone label", has_text="UTC").click()
    expect(heading).to_have_text("Schedule, UTC")


def test_an_experiment_whose_page_was_seen_is_in_the_fleet(page: Page, fleet: Fleet) -> None:
    """Back from its page, too."""
    page.goto(f"{fleet.url}/?q=seen-first")
    expect(page.get_by_role("heading", name="No experiment matches")).to_be_visible()
    fleet.aws.describes("seen-first", **healthy("own"))
    page.goto(address(fleet.url, "seen-first"))
    page.go_back()
    ticks(page)
    shows(page, "seen-first")
