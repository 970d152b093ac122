"""Everything on the page is reached and used from the keyboard, and one sees where one is."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, variants
from tests.support.scripted_aws import ScriptedAws

# What has the focus, whether an outline shows it, and whether anything lies over it. A switch and
# the search box draw the outline around what a reader sees of them.
FOCUSED = """
() => {
  const STICKY = ".topbar, .tabs";
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const seen = element.matches(".seg input") ? element.nextElementSibling
    : element.closest(".find") && element.matches("input") ? element.closest(".find") : element;
  const style = getComputedStyle(seen);
  const box = seen.getBoundingClientRect();
  const found = [[0.5, 0.5], [0.5, 0.05], [0.5, 0.95]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const words = element.getAttribute("aria-label") || element.labels?.[0]?.textContent
    || element.innerText;
  return {
    name: `${element.localName} ${words.trim().replace(/\\s+/g, " ")}`,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inView: box.top >= 0 && box.bottom <= innerHeight,
    covered: found.some((top) => !top || top.closest(STICKY) !== seen.closest(STICKY)),
  };
}
"""


@pytest.fixture
def experiment(aws: ScriptedAws, scripted_portal: str) -> str:
    capture = {"Destination": "s3://bucket/prefix", "KmsKey": "alias/key"}
    aws.describes(
        "by-keyboard",
        Status="Starting",
        StatusReason="because",
        RoleArn="arn:aws:iam::123456789012:role/demo",
        DataStorageConfig=capture,
        CreationTime=1_790_000_000,
        **variants(),
    )
    return address(scripted_portal, "by-keyboard")


def stops(page: Page, key: str = "Tab") -> Iterator[dict[str, Any]]:
    """Everything that the key reaches from here until it leaves the page."""
    for _ in range(100):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return
        yield focused
    raise AssertionError("the focus does not leave the page")


def test_tab_reaches_everything_that_can_be_used(page: Page, experiment: str) -> None:
    page.goto(experiment)
    names = [stop["name"] for stop in stops(page)]
    assert names[0] == "a Skip to the content"
    for wanted in (
        "input Open an experiment: a name, ARN, console address or CLI command",
        "button Open",
        "input UTC",
        "input Auto",
        "a Experiments",
        "button Pause",
        "a Data capture",
        "button Copy the status reason",
        "summary Show the schedule as a table",
        "button Copy the destination",
        "button Copy the S3 prefix",
        "button Copy the KMS key of the captured data",
        "button Copy Experiment ARN",
        "button Copy Role",
        "button Copy Created",
    ):
        assert wanted in names, names
    # The status of the experiment, of both variants and of the endpoint explain themselves.
    assert sum(name.startswith("summary") for name in names) >= 4
    # In the order that one reads in.
    assert names.index("input UTC") < names.index("button Pause") < names.index("button Copy Role")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_is_seen_wherever_it_is(
    page: Page, experiment: str, width: int, key: str
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(experiment)
    reached = list(stops(page, key))
    assert len(reached) > 20
    assert [stop["name"] for stop in reached if not stop["outlined"]] == []
    assert [stop["name"] for stop in reached if not stop["inView"]] == []
    assert [stop["name"] for stop in reached if stop["covered"]] == []


def test_the_skip_link_goes_to_the_content(page: Page, experiment: str) -> None:
    page.goto(experiment)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Experiments", exact=True)).to_be_focused()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_keys_press_and_open(page: Page, experiment: str, key: str) -> None:
    page.goto(experiment)
    page.locator("#pause").focus()
    page.keyboard.press(key)
    expect(page.locator("#poll-state")).to_have_text("paused")
    expect(page.locator("#pause")).to_be_focused()

    table = page.locator("#d-schedule-table")
    table.locator("summary").focus()
    page.keyboard.press(key)
    expect(table.locator("table").first).to_be_visible()
    page.keyboard.press(key)
    expect(table.locator("table").first).to_be_hidden()


def test_arrows_move_the_switches(page: Page, experiment: str) -> None:
    page.goto(experiment)
    page.locator("#theme input:checked").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("#zone input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Local")).to_be_checked()


def test_a_name_is_opened_from_the_keyboard(page: Page, experiment: str, portal: str) -> None:
    page.goto(experiment)
    page.get_by_role("combobox", name="Open an experiment").focus()
    page.keyboard.type(" by-keyboard ")
    page.keyboard.press("Enter")
    expect(page).to_have_url(experiment)
    expect(page.locator("h1")).to_have_text("by-keyboard")
