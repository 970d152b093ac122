"""The button that asks AWS at once, and pages that were shown while AWS was being asked."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.experiments import address
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws

WORDS = "[data-field=Description]"


def test_the_button_brings_what_changed_without_loading_the_page(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    # Fresh for an hour, so nobody else asks.
    aws.describes("checked", Status="Completed", Description="before")
    page.goto(address(scripted_portal, "checked"))
    page.evaluate("window.sameDocument = true")
    aws.describes("checked", Status="Completed", Description="after")
    button = page.get_by_role("button", name="Check now")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(WORDS)).to_have_text("after")
    expect(page.locator("#announcer")).to_contain_text("AWS was asked. AWS data as of")
    expect(button).to_be_focused()
    assert page.evaluate("window.sameDocument") is True
    assert page.url == address(scripted_portal, "checked")


def test_a_button_that_is_pressed_again_and_again_asks_aws_once(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("impatient", Status="Completed")
    page.goto(address(scripted_portal, "impatient"))
    for _ in range(4):
        with page.expect_response("**/check/") as answer:
            page.get_by_role("button", name="Check now").click()
        assert answer.value.status == 200
    assert aws.calls_for("impatient") == 2


def test_the_button_finds_a_deletion(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    aws.describes("checked-and-gone", Status="Completed")
    page.goto(address(scripted_portal, "checked-and-gone"))
    aws.fails("checked-and-gone", "ResourceNotFound")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("[data-problem=not-found]")).to_be_visible()
    expect(page.locator("#experiment [data-field]")).to_have_count(0)


def test_the_button_needs_no_script(
    new_context: CreateContextCallback, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("checked-plainly", Status="Completed", Description="before")
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address(scripted_portal, "checked-plainly"))
    aws.describes("checked-plainly", Status="Completed", Description="after")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(WORDS)).to_have_text("after")
    assert page.url == address(scripted_portal, "checked-plainly")


@pytest.fixture
def portal_with_file(tmp_path: Path) -> Iterator[tuple[str, ScriptedAws, Path]]:
    aws, file = ScriptedAws(), tmp_path / "portal.sqlite3"
    with running_portal(aws.url, PORTAL_DATABASE_URL=f"sqlite:///{file}") as url:
        yield url, aws, file


def _grow_old(file: Path, name: str) -> None:
    """Let what the portal knows be out of date, as it is the next morning."""
    long_ago = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%d %H:%M:%S}"
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        connection.execute(
            "UPDATE experiments_snapshot SET expires_at = ? WHERE name = ?", (long_ago, name)
        )


def test_a_page_that_was_shown_out_of_date_is_brought_up_to_date_soon(
    page: Page, portal_with_file: tuple[str, ScriptedAws, Path]
) -> None:
    url, aws, file = portal_with_file
    aws.describes("overnight", Status="Running", Description="yesterday")
    page.goto(address(url, "overnight"))
    aws.describes("overnight", Status="Running", Description="today")
    _grow_old(file, "overnight")
    page.reload()
    # A Running experiment is polled for every ten seconds otherwise.
    expect(page.locator(WORDS)).to_have_text("today", timeout=4_000)
    expect(page.locator("#experiment")).to_have_attribute("data-poll-seconds", "10")


def test_an_ended_experiment_that_was_deleted_is_found_gone_by_the_first_who_looks(
    page: Page, portal_with_file: tuple[str, ScriptedAws, Path]
) -> None:
    url, aws, file = portal_with_file
    aws.describes("ended-and-gone", Status="Completed")
    page.goto(address(url, "ended-and-gone"))
    aws.fails("ended-and-gone", "ResourceNotFound")
    _grow_old(file, "ended-and-gone")
    page.reload()
    expect(page.locator("[data-problem=not-found]")).to_be_visible(timeout=5_000)
