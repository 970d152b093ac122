"""What AWS changes arrives on the page by itself."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from experiments.demo.server import DemoSageMaker
from tests.browser.experiments import (
    MINUTE,
    address,
    begun_an_hour_ago,
    count_polls,
    hurry,
    stop,
)
from tests.support.scripted_aws import ScriptedAws

PILL = ".phead .pill [data-field=Status]"


def test_a_status_change_arrives_without_a_reload(
    page: Page, sagemaker: DemoSageMaker, portal: str
) -> None:
    begun_an_hour_ago(sagemaker, "stopped-by-hand")
    page.goto(address(portal, "stopped-by-hand"))
    page.evaluate("window.mark = 'seen'")
    expect(page).to_have_title("stopped-by-hand · Running · default")
    expect(page.locator(PILL)).to_have_text("Running")
    expect(page.locator("#announcer")).to_be_empty()
    running = page.locator("#favicon").get_attribute("href")

    stop(sagemaker, "stopped-by-hand")

    # At the page's own rhythm: 3 s between polls, on what the portal knew up to 3 s before.
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Stopping", timeout=20_000)
    expect(page).to_have_title("stopped-by-hand · Stopping · default")
    expect(page.locator(PILL)).to_have_text("Stopping")
    expect(page.locator("#announcer")).to_have_text("stopped-by-hand: Running → Stopping")
    favicon = page.locator("link[rel=icon]")
    expect(favicon).to_have_count(1)
    assert running is not None
    assert "running" in running
    assert "stopping" in str(favicon.get_attribute("href"))
    expect(page.locator("[data-notice=StatusReason] [data-field=StatusReason]")).to_have_text(
        "seen enough"
    )
    assert page.evaluate("window.mark") == "seen"


def test_polling_ends_when_the_experiment_has_ended(
    page: Page, sagemaker: DemoSageMaker, portal: str
) -> None:
    begun_an_hour_ago(sagemaker, "ends-while-seen")
    page.goto(address(portal, "ends-while-seen"))
    region = page.locator("#experiment")
    assert region.get_attribute("hx-trigger")
    polls = count_polls(page)
    hurry(page)

    stop(sagemaker, "ends-while-seen", ago=MINUTE)

    expect(region).to_have_attribute("data-status", "Cancelled", timeout=20_000)
    assert region.get_attribute("hx-trigger") is None
    expect(page.locator("#poll-state")).to_contain_text("ended")
    expect(page.locator("#pause")).to_be_hidden()
    polls.clear()
    # Eight more ticks, of which none asks.
    page.wait_for_timeout(4_000)
    assert polls == []


def test_a_page_of_an_ended_experiment_never_asks(
    page: Page, sagemaker: DemoSageMaker, portal: str
) -> None:
    begun_an_hour_ago(sagemaker, "long-over")
    stop(sagemaker, "long-over", ago=timedelta(minutes=30))
    polls = count_polls(page)
    page.goto(address(portal, "long-over"))
    hurry(page)
    page.wait_for_timeout(2_000)
    assert polls == []
    expect(page.locator("#pause")).to_have_count(0)


def test_a_change_of_another_member_is_not_announced(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("quiet", Status="Starting", Description="before")
    page.goto(address(scripted_portal, "quiet"))
    aws.describes("quiet", Status="Starting", Description="after")
    hurry(page)
    expect(page.locator("[data-field=Description]")).to_have_text("after", timeout=15_000)
    expect(page.locator("#announcer")).to_be_empty()


def test_an_experiment_that_appears_is_shown_where_its_absence_was_not_final(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.fails("slowed-down", "ThrottlingException")
    page.goto(address(scripted_portal, "slowed-down"))
    expect(page.locator("[data-problem=throttled]")).to_be_visible()
    aws.describes("slowed-down", Status="Starting")
    hurry(page)
    expect(page.locator("h1 [data-field=Name]")).to_have_text("slowed-down", timeout=20_000)
    expect(page.locator("[data-problem]")).to_have_count(0)
    expect(page).to_have_title("slowed-down · Starting · default")


def test_a_deletion_arrives_and_ends_the_polling(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("deleted", Status="Starting")
    page.goto(address(scripted_portal, "deleted"))
    aws.fails("deleted", "ResourceNotFound")
    hurry(page)
    expect(page.locator("[data-problem=not-found]")).to_be_visible(timeout=20_000)
    expect(page.locator("#experiment")).not_to_have_attribute("hx-trigger", "portal:tick from:body")
    expect(page.locator("[data-field]")).to_have_count(0)
    expect(page.locator("#pause")).to_be_hidden()
    expect(page.locator("#announcer")).to_contain_text("deleted is gone from AWS")
    expect(page.locator("#as-of")).to_be_hidden()
