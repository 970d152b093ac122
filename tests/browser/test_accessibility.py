"""axe finds nothing, in light and in dark, on any kind of page."""

import itertools
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, problem_pages
from tests.support.scripted_aws import ScriptedAws

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """In both themes, which a page that is open follows: at once, where nothing is to move."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert complaints(page) == [], f"{theme}: {page.url}"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_fleet(page: Page, seeded: tuple[str, ...], portal: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(portal)
    expect(page.locator("[data-section]")).not_to_have_count(0)
    assert_accessible(page)
    # With a suggestion that is chosen, and where nothing matches.
    page.get_by_role("combobox", name="Open an experiment").press_sequentially("ranker")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert_accessible(page)
    page.goto(f"{portal}/?q=of-no-experiment&sort=-start")
    expect(page.get_by_role("heading", name="No experiment matches")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize(
    "name",
    [
        "checkout-ranker-v7",
        "search-embeddings-g5",
        "ad-ctr-nightly",
        "support-triage-multilingual",
        "personalised-homepage",
        "demand-forecast-q1",
        "credit-limit-v5",
        "spam-filter-v15",
    ],
)
def test_an_experiment(page: Page, seeded: tuple[str, ...], portal: str, name: str) -> None:
    whole_name = next(each for each in seeded if each.startswith(name))
    page.goto(address(portal, whole_name))
    # As it is read: with everything open.
    page.evaluate("() => document.querySelectorAll('main details').forEach((e) => (e.open = 1))")
    assert_accessible(page)


def test_a_phone(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    assert "checkout-ranker-v7" in seeded
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address(portal, "checkout-ranker-v7"))
    assert_accessible(page)


def test_the_problems(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    for kind, url in problem_pages(aws, scripted_portal).items():
        page.goto(url)
        expect(page.locator("[data-problem]")).to_have_attribute("data-problem", kind)
        assert_accessible(page)
    for path in ("nothing/here/", "open/?q=no%20name", "open/?q=x%20--name%20y", "?source=nowhere"):
        page.goto(f"{scripted_portal}/{path}")
        assert_accessible(page)


def test_what_to_press_is_large_enough(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    """24 pixels each way (WCAG 2.5.8), links in sentences excepted."""
    assert "checkout-ranker-v7" in seeded
    pages = (address(portal, "checkout-ranker-v7"), portal, f"{portal}/open/?q=no%20name")
    for width, url in itertools.product((1280, 390), pages):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url)
        small = page.evaluate(
            """
            () => [...document.querySelectorAll(
              "button, summary, select, .seg label, .tabs a, .btn, .pick, thead a, #q, #find")]
              .filter((each) => each.checkVisibility())
              .map((each) => [each.textContent.trim() || each.title, each.getBoundingClientRect()])
              .filter(([, box]) => box.width < 23.9 || box.height < 23.9)
              .map(([words, box]) => `${words} ${box.width} × ${box.height}`)
            """
        )
        assert small == [], url
