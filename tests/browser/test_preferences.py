"""The switches of the header: the zone of every time, and light or dark."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import HOUR, address, hurry
from tests.support.scripted_aws import ScriptedAws

INDIA = ZoneInfo("Asia/Kolkata")
# Eighteen hours with now among them, so that the axis is written in hours.
START = datetime.now(UTC).replace(microsecond=0) - 6 * HOUR
TIMES = {
    "CreationTime": (START - HOUR).timestamp(),
    "LastModifiedTime": (START - HOUR).timestamp(),
    "Schedule": {"StartTime": START.timestamp(), "EndTime": (START + 18 * HOUR).timestamp()},
}
STAMPS = """
() => [...document.querySelectorAll("time")].filter((time) => time.dateTime && time.offsetParent)
  .map((time) => time.textContent)
"""
# In a zone half an hour off, the hours stand in other places.
AXIS = """
() => [...document.querySelectorAll("#schedule .axis")].map(
  (text) => `${text.textContent} at ${text.getAttribute("x")}`)
"""
CREATED = "#details [data-field=CreationTime] time"


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    return new_context(timezone_id="Asia/Kolkata").new_page()


@pytest.fixture
def experiment(aws: ScriptedAws, scripted_portal: str) -> str:
    aws.describes("in-india", Status="Starting", **TIMES)
    return address(scripted_portal, "in-india")


def written(moment: datetime, zone: tzinfo) -> str:
    here = moment.astimezone(zone)
    return f"{here.day} {here:%b %Y %H:%M:%S %Z}"


def in_local_time(page: Page) -> bool:
    return page.locator(CREATED).inner_text() == written(START - HOUR, INDIA)


def choose(page: Page, words: str) -> None:
    page.locator("#zone label", has_text=words).click()


def test_times_are_utc_until_one_switches(page: Page, experiment: str) -> None:
    page.goto(experiment)
    expect(page.locator(CREATED)).to_have_text(written(START - HOUR, UTC))
    assert not any("IST" in stamp for stamp in page.evaluate(STAMPS))


@pytest.mark.parametrize("paused", [False, True])
def test_local_time_changes_every_stamp(page: Page, experiment: str, paused: bool) -> None:
    page.goto(experiment)
    page.locator("#d-schedule-table summary").click()
    if paused:
        page.get_by_role("button", name="Pause").click()
    axis, window = page.evaluate(AXIS), page.locator("#schedule > header .end")
    expect(window).to_contain_text("UTC")
    choose(page, "Local")

    created = page.locator(CREATED)
    expect(created).to_have_text(written(START - HOUR, INDIA))
    expect(page.locator("#as-of time")).to_contain_text("IST", timeout=2_000)
    expect(window).to_contain_text("IST")
    stamps = page.evaluate(STAMPS)
    assert len(stamps) >= 6
    assert [stamp for stamp in stamps if "UTC" in stamp] == []
    assert page.evaluate(AXIS) != axis
    now = page.locator("#schedule .tl .pill text")
    expect(now).to_have_text(re.compile(rf"now {datetime.now(INDIA):%H}:\d\d"))
    # And back.
    choose(page, "UTC")
    expect(created).to_have_text(written(START - HOUR, UTC))
    expect(page.locator("#as-of time")).to_contain_text("UTC")
    assert page.evaluate(AXIS) == axis


def test_the_zone_is_remembered_and_holds_for_updates(
    page: Page, experiment: str, aws: ScriptedAws, scripted_portal: str
) -> None:
    page.goto(experiment)
    choose(page, "Local")
    expect(page.locator(CREATED)).to_contain_text("IST")
    page.reload()
    expect(page.get_by_label("Local")).to_be_checked()
    assert in_local_time(page)

    aws.describes("in-india", Status="Starting", Description="news", **TIMES)
    hurry(page)
    expect(page.locator("[data-field=Description]")).to_have_text("news", timeout=15_000)
    assert in_local_time(page)

    another = page.context.new_page()
    another.goto(experiment)
    assert in_local_time(another)


def test_the_zone_changes_on_a_page_that_no_longer_asks(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    ended = START + 4 * HOUR
    aws.describes("ended-in-india", Status="Completed", CompletionTime=ended.timestamp(), **TIMES)
    page.goto(address(scripted_portal, "ended-in-india"))
    choose(page, "Local")
    completed = page.locator("#details [data-field=CompletionTime] time")
    expect(completed).to_have_text(written(ended, INDIA))
    assert [stamp for stamp in page.evaluate(STAMPS) if "UTC" in stamp] == []


def test_the_fleet_follows_the_zone(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    moment = START.timestamp()
    aws.describes("fleet-in-india", Status="Starting", LastModifiedTime=moment)
    # Whose page somebody has seen is in the fleet before its list is read again.
    page.goto(address(scripted_portal, "fleet-in-india"))
    page.goto(f"{scripted_portal}/?q=fleet-in-india")
    choose(page, "Local")
    here = START.astimezone(INDIA)
    expect(page.locator("tbody time")).to_have_text(f"{here.day} {here:%b %H:%M}")


def test_the_theme_is_chosen_and_remembered(page: Page, experiment: str) -> None:
    background = "() => getComputedStyle(document.documentElement).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto(experiment)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "auto")
    light = page.evaluate(background)

    page.locator("#theme label[title=Dark]").click()
    expect(root).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    assert page.evaluate(background) == dark
    expect(page.get_by_label("Dark")).to_be_checked()

    # Light stays light where the system is dark; automatic follows it.
    page.locator("#theme label[title=Light]").click()
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert page.evaluate(background) == light
    page.locator("#theme label", has_text="Auto").click()
    assert page.evaluate(background) == dark
    page.reload()
    expect(root).to_have_attribute("data-theme", "auto")
    assert page.evaluate(background) == dark
