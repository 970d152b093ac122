"""The menu "Copy as…": opened, walked and left by keyboard; what it does is seen and heard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.experiments import address, ask, variants
from tests.browser.test_accessibility import complaints
from tests.support.examples import every_member
from tests.support.scripted_aws import ScriptedAws


@pytest.fixture
def experiment(page: Page, aws: ScriptedAws, scripted_portal: str) -> str:
    aws.describes("copy-menu", **every_member() | variants())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return address(scripted_portal, "copy-menu")


def opener(page: Page) -> Locator:
    return page.get_by_role("link", name="Copy as…")


def menu(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Copy as")


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_the_keyboard_alone_copies_and_goes_back(page: Page, experiment: str) -> None:
    page.goto(experiment)
    opener(page).focus()
    page.keyboard.press("Enter")
    buttons = menu(page).get_by_role("button", name="Copy ")
    expect(buttons).to_have_count(8)
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(menu(page).get_by_role("link")).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    expect(buttons.nth(2)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(buttons.nth(6)).to_contain_text("Copied")
    expect(page.locator("#announcer")).to_have_text("Copied: Markdown summary")
    assert clipboard(page).startswith("### Shadow test [`copy-menu`](<http")
    assert clipboard(page).count("\n") > 10
    # The page goes on being polled below it, and the focus stays where it is.
    ask(page)
    expect(buttons.nth(6)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()


def test_a_press_anywhere_on_a_row_copies_it(page: Page, experiment: str) -> None:
    page.goto(experiment)
    opener(page).click()
    box = menu(page).get_by_text("AWS CLI command").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 4, box["y"] + 4)
    expect(page.locator("#announcer")).to_have_text("Copied: AWS CLI command")
    assert clipboard(page).endswith("--name copy-menu --region eu-west-1")
    page.locator("h1").click()
    expect(menu(page)).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(page: Page, experiment: str, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(experiment)
    opener(page).click()
    expect(menu(page).get_by_role("button", name="Copy ")).to_have_count(8)
    assert complaints(page) == []
    box = menu(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    menu(page).get_by_role("link", name="See them whole, with notes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy copy-menu as")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.requests_may_fail
def test_a_portal_that_does_not_answer_is_said(page: Page, experiment: str) -> None:
    page.goto(experiment)
    page.route("**/copy/", lambda route: route.abort())
    opener(page).click()
    expect(menu(page)).to_contain_text("The portal did not answer.")
    page.unroute("**/copy/")
    page.keyboard.press("Escape")
    opener(page).click()
    expect(menu(page).get_by_role("button", name="Copy ")).to_have_count(8)


def test_without_script_it_is_a_page(
    page: Page, experiment: str, browser: object, new_context: object
) -> None:
    context = new_context(java_script_enabled=False)  # type: ignore[operator]
    plain = context.new_page()
    plain.goto(experiment)
    opener(plain).click()
    expect(plain.locator("pre")).to_have_count(8)
    expect(plain.get_by_role("link", name="Request in YAML")).to_be_visible()
    # What needs a script is not there.
    expect(plain.locator("button[data-copy]").first).to_be_hidden()
