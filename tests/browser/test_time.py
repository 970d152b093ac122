"""Time goes on on a page where AWS changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from experiments.demo.server import DemoSageMaker
from tests.browser.experiments import (
    BUSY,
    HOUR,
    MINUTE,
    address,
    ask,
    begun_an_hour_ago,
    hurry,
)
from tests.support.portal import running_portal

# Long enough for a portal to start and for a page of it to be read.
BEFORE_THE_MINUTE = 8.0
# Python reads this file at the start of each process.
CLOCK = """
from datetime import UTC, datetime, timedelta
import time_machine
time_machine.travel(datetime.now(UTC) + timedelta(seconds={ahead}), tick=True).start()
"""
NOW = "#schedule .tl .pill text"
LEFT = "#schedule .remain"


def test_the_age_of_the_data_moves_though_nothing_changed(
    page: Page, sagemaker: DemoSageMaker, portal: str
) -> None:
    begun_an_hour_ago(sagemaker, "still")
    page.goto(address(portal, "still"))
    as_of = page.locator("#as-of time")
    first = as_of.inner_text()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    hurry(page)
    expect(as_of).not_to_have_text(first, timeout=15_000)
    # A fragment may bring another favicon, which is fetched.
    statuses = [response.status for response in responses if "/status/" in response.url]
    machine = datetime.fromisoformat(str(as_of.get_attribute("datetime")))
    assert as_of.inner_text() == f"{machine:%H:%M:%S} UTC"
    # All but the poll of a new minute are empty.
    assert statuses.count(200) <= 1
    assert 204 in statuses


@pytest.fixture
def portal_before_a_minute(sagemaker: DemoSageMaker, tmp_path: Path) -> Iterator[str]:
    """A portal whose clock is ahead of ours, by so much that its next minute begins soon."""
    now = datetime.now(UTC)
    left = 60 - now.second - now.microsecond / 1e6
    ahead = (left - BEFORE_THE_MINUTE) % 60
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(ahead=ahead))
    with running_portal(sagemaker.url, PYTHONPATH=str(tmp_path)) as url:
        yield url


def test_now_and_the_time_left_move_within_a_minute(
    page: Page, sagemaker: DemoSageMaker, portal_before_a_minute: str
) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    window = {"StartTime": minute - HOUR, "EndTime": minute + 20 * MINUTE}
    begun_an_hour_ago(sagemaker, "waits-a-minute", BUSY, Schedule=window)
    page.goto(address(portal_before_a_minute, "waits-a-minute"))
    now, left = page.locator(NOW), page.locator(LEFT)
    first_now, first_left = now.text_content(), left.text_content()
    line = page.locator("#schedule .nowl").first.get_attribute("x1")
    assert first_now is not None
    assert first_left is not None
    assert "min left of 1 h 20 min" in first_left

    expect(now).not_to_have_text(first_now, timeout=75_000)
    expect(left).not_to_have_text(first_left)
    assert page.locator("#schedule .nowl").first.get_attribute("x1") != line
    assert page.locator("#experiment").get_attribute("data-status") == "Running"
    assert ask(page).status == 204
