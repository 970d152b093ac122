"""The Raw tab in a browser: typing, examples, paths, copying, and without any script."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.test_accessibility import complaints
from tests.support.scripted_aws import ScriptedAws

NAME = "raw-in-a-browser"


@pytest.fixture
def start(aws: ScriptedAws, scripted_portal: str) -> str:
    aws.describes(NAME, Description="said\u202e so")
    return f"{scripted_portal}/experiments/default/{NAME}/raw/"


@pytest.fixture
def raw(page: Page, start: str) -> Page:
    page.goto(start)
    expect(page.locator(".raw-listing a").first).to_have_attribute("tabindex", "-1")
    return page


def test_the_result_follows_what_is_typed(raw: Page) -> None:
    raw.locator("#raw-query").press_sequentially("Name", delay=20)
    expect(raw.locator(".raw-listing")).to_have_text(f'"{NAME}"')
    expect(raw).to_have_url(re.compile(r"[?]format=json&query=Name$"))
    expect(raw.locator("#raw-query")).to_be_focused()
    expect(raw.locator(".raw-command")).to_contain_text("--query Name")
    # A query that is not complete yet leaves the last result.
    raw.locator("#raw-query").press_sequentially("[")
    expect(raw.locator("#raw-said pre")).to_contain_text("^")
    expect(raw.locator(".raw-listing")).to_have_text(f'"{NAME}"')
    expect(raw.locator("#raw-query")).to_have_attribute("aria-invalid", "true")
    expect(raw).to_have_url(re.compile(r"query=Name$"))
    raw.locator("#raw-query").press("Backspace")
    expect(raw.locator("#raw-said")).to_be_empty()
    expect(raw.locator("#raw-query")).not_to_have_attribute("aria-invalid", "true")


def test_examples_formats_and_the_way_back(raw: Page) -> None:
    raw.get_by_role("link", name="Schedule", exact=True).last.click()
    expect(raw.locator("#raw-query")).to_have_value("Schedule")
    expect(raw).to_have_url(re.compile(r"query=Schedule$"))
    raw.get_by_role("radio", name="yaml", exact=True).check()
    expect(raw.locator(".raw-tools h2")).to_contain_text("yaml")
    expect(raw).to_have_url(re.compile("format=yaml"))
    raw.go_back()
    expect(raw.locator(".raw-tools h2")).to_contain_text("json")
    expect(raw.locator("#raw-query")).to_have_value("Schedule")
    expect(raw.get_by_role("radio", name="json")).to_be_checked()
    raw.go_back()
    expect(raw.locator("#raw-query")).to_have_value("")


def test_the_path_of_a_value_on_hover_and_by_keyboard(raw: Page) -> None:
    bar = raw.locator("#raw-path")
    height = raw.evaluate("document.documentElement.scrollHeight")
    raw.locator(".raw-listing a", has_text="EndpointName").hover()
    expect(bar).to_have_text("EndpointMetadata.EndpointName")
    assert raw.evaluate("document.documentElement.scrollHeight") == height
    raw.locator(".raw-listing").focus()
    raw.keyboard.press("ArrowDown")
    raw.keyboard.press("ArrowDown")
    expect(bar).to_have_text("Name")
    raw.keyboard.press("Enter")
    expect(raw.locator("#raw-query")).to_have_value("Name")
    expect(raw.locator("#raw-query")).to_be_focused()
    expect(raw.locator(".raw-listing")).to_have_text(f'"{NAME}"')


def test_copy_and_download_are_the_export(raw: Page, start: str) -> None:
    raw.context.grant_permissions(["clipboard-read", "clipboard-write"])
    raw.goto(start + "?format=yaml&query=Description")
    raw.get_by_role("button", name="Copy", exact=True).click()
    expect(raw.locator("#announcer")).to_have_text("Copied: the export")
    assert raw.evaluate("navigator.clipboard.readText()") == '"said\u202e so"\n'
    with raw.expect_download() as download:
        raw.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == f"{NAME}.yaml"


def test_a_new_answer_arrives_under_what_is_being_typed(
    raw: Page, aws: ScriptedAws, start: str
) -> None:
    raw.locator("#raw-query").fill("Description")
    expect(raw.locator(".raw-listing")).to_contain_text("said")
    aws.describes(NAME, Description="something else")
    other = raw.context.new_page()
    other.goto(start.replace("/raw/", "/"))
    other.get_by_role("button", name="Check now").click()
    expect(other.locator("#announcer")).to_contain_text("AWS was asked")
    other.close()
    raw.locator("#raw-query").evaluate("box => { box.value = 'Description |'; }")
    raw.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    expect(raw.locator(".raw-listing")).to_have_text('"something else"', timeout=15_000)
    assert raw.locator("#raw-query").input_value() == "Description |"


def test_without_a_script_it_is_a_form(new_context: CreateContextCallback, start: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(start)
    page.locator("#raw-query").fill("Name")
    page.get_by_role("radio", name="text").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".raw-listing")).to_have_text(NAME)
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()


def test_a_phone_shows_it_without_sideways_scrolling(
    new_context: CreateContextCallback, start: str
) -> None:
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    for query in ("", "{" + ", ".join(f"member{n}: Name" for n in range(40)) + "}", "Name["):
        page.goto(f"{start}?format=table&query={quote(query)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("asked", ["?format=json", "?format=table", "?query=Name["])
def test_it_is_accessible(
    new_context: CreateContextCallback, start: str, scheme: str, asked: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(start + asked)
    assert complaints(page) == []
