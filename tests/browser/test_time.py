"""Time goes on on a page where AWS changes nothing."""

from datetime import UTC, datetime

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
    statuses = [response.status for response in responses]
    machine = datetime.fromisoformat(str(as_of.get_attribute("datetime")))
    assert as_of.inner_text() == f"{machine:%H:%M:%S} UTC"
    # All but the poll of a new minute are empty.
    assert statuses.count(200) <= 1
    assert 204 in statuses


def test_now_and_the_time_left_move_within_a_minute(
    page: Page, sagemaker: DemoSageMaker, portal: str
) -> None:
    """The one test that waits for the next minute to begin, since no test moves the portal's
    clock."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    window = {"StartTime": minute - HOUR, "EndTime": minute + 20 * MINUTE}
    begun_an_hour_ago(sagemaker, "waits-a-minute", BUSY, Schedule=window)
    page.goto(address(portal, "waits-a-minute"))
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
