"""The box that opens anything: a key that goes there, what it suggests, and what one pastes."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.experiments import address
from tests.browser.fleets import box, has_described, healthy, portal_of_sources, search
from tests.support.scripted_aws import ScriptedAws
from tests.support.watcher import exists

COMMAND = "aws sagemaker describe-inference-experiment"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment"
SUGGESTIONS = "**/open/suggestions/?*"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal of two sources: ``both`` is in each, ``price-<number>`` and ``Only`` in one."""
    prod, lab = ScriptedAws(), ScriptedAws()
    prices = [f"price-{number}" for number in range(3)]
    prod.lists(*(exists(prod, name, **healthy()) for name in (*prices, "both", "Only")))
    lab.lists(exists(lab, "both", **healthy()))
    file = tmp_path_factory.mktemp("finding") / "sources.toml"
    with portal_of_sources(file, prod=prod, lab=lab) as url:
        has_described(url, *prices, "both", "Only")
        yield url


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Experiments of such a name").get_by_role("option")


def paste(page: Page, text: str) -> None:
    """From the clipboard, as somebody does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    box(page).focus()
    page.keyboard.press("Control+V")


def test_a_slash_goes_to_the_box_from_anywhere_but_a_field(page: Page, two: str) -> None:
    page.goto(two)
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")
    page.keyboard.type("a/b")
    expect(box(page)).to_have_value("a/b")
    search(page).click()
    page.keyboard.type("c/d")
    expect(search(page)).to_have_value("c/d")
    page.goto(address(two, "both", "prod"))
    page.get_by_role("link", name="Experiments", exact=True).focus()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()


def test_the_key_can_be_turned_off_and_stays_off(page: Page, two: str) -> None:
    page.goto(two)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_label("Use shortcuts of a single key").uncheck()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    page.reload()
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_label("Use shortcuts of a single key").check()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()


def test_arrows_and_enter_choose_a_suggestion(page: Page, two: str) -> None:
    page.goto(two)
    box(page).press_sequentially("PRICE")
    expect(options(page)).to_have_count(3)
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#announcer")).to_have_text("3 suggestions")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = options(page).nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)
    expect(box(page)).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    expect(box(page)).to_be_focused()
    # Beyond the first and the last is the box itself.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    leads_to = options(page).last.get_attribute("data-href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{two}{leads_to}")


def test_escape_closes_the_suggestions_and_then_empties_the_box(page: Page, two: str) -> None:
    page.goto(two)
    box(page).press_sequentially("price")
    expect(options(page)).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator("#find-list")).to_be_hidden()
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value("price")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")


def test_a_suggestion_is_clicked(page: Page, two: str) -> None:
    page.goto(two)
    box(page).press_sequentially("both")
    expect(options(page)).to_have_count(2)
    options(page).filter(has_text="lab").click()
    expect(page).to_have_url(address(two, "both", "lab"))


def test_the_latest_answer_counts(page: Page, two: str) -> None:
    first: list[Route] = []
    page.goto(two)
    page.route(f"{SUGGESTIONS[:-1]}q=pri", lambda route: first.append(route))
    with page.expect_request(SUGGESTIONS):
        box(page).press_sequentially("pri")
    with page.expect_response("**/open/suggestions/?q=both"):
        box(page).fill("both")
    expect(options(page)).to_have_count(2)
    answer = page.request.get(f"{two}/open/suggestions/?q=pri")
    assert answer.text().count("<li") == 3
    for route in first:
        route.fulfill(response=answer)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    expect(options(page)).to_have_count(2)


PASTED = {
    "an ARN": (f"{ARN}/only", "/experiments/prod/Only/"),
    "JSON": (json.dumps({"Name": "Only"}, indent=2), "/experiments/prod/Only/"),
    "YAML": ("Name: Only\n", "/experiments/prod/Only/"),
    "YAML of several lines": ("# of today\nName: Only\n", "/experiments/prod/Only/"),
    "a command": (f"{COMMAND} \\\n  --name Only \\\n  --region eu-west-1\n", "prod/Only/"),
    "a command with an output": (f"{COMMAND} \\\n --name Only --output json", "prod/Only.json"),
}


@pytest.mark.parametrize("pasted", PASTED)
def test_what_is_pasted_keeps_its_lines_and_opens_its_page(
    page: Page, two: str, pasted: str
) -> None:
    text, path = PASTED[pasted]
    page.goto(two)
    paste(page, text)
    expect(box(page)).to_have_value(text.strip())
    expect(box(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(path)}$"))


def test_several_matches_are_a_choice(page: Page, two: str) -> None:
    page.goto(two)
    box(page).fill("both")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", name="Which one do you mean?")).to_be_visible()
    choices = page.get_by_role("region", name="Experiments").get_by_role("link")
    expect(choices).to_have_count(2)
    choices.filter(has_text="in lab").click()
    expect(page).to_have_url(address(two, "both", "lab"))


def test_nothing_found_says_why_and_what_is_near(page: Page, two: str) -> None:
    page.goto(two)
    box(page).fill("onl")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("There is no experiment onl here")
    expect(page.locator("main")).to_contain_text("Perhaps one of these was meant:")
    page.get_by_role("link", name="Only in prod").click()
    expect(page).to_have_url(address(two, "Only", "prod"))


def test_what_is_not_understood_can_be_searched_for(page: Page, two: str) -> None:
    page.goto(two)
    box(page).fill("two words")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("This is not a name of an experiment")
    expect(page.locator("main")).to_contain_text("AWS was not asked")
    page.get_by_role("link", name="Search all experiments for it").click()
    expect(search(page)).to_have_value("two words")
