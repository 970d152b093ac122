"""Pages fit the screen they are on, and do not jump while they load or change."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, hurry, problem_pages, variants
from tests.support.scripted_aws import ScriptedAws

WIDTHS = pytest.mark.parametrize("width", [1280, 390])
LARGEST_SHIFT = 0.02
# Everything that reaches past the right edge, were the page to scroll there.
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .map((each) => `${each.localName}.${each.className.baseVal ?? each.className}`);
}
"""
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@WIDTHS
def test_no_experiment_scrolls_sideways(
    page: Page, seeded: tuple[str, ...], portal: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in seeded:
        page.goto(address(portal, name))
        assert page.evaluate(TOO_WIDE) == [], name
        page.evaluate(
            "() => document.querySelectorAll('main details').forEach((e) => (e.open = 1))"
        )
        assert page.evaluate(TOO_WIDE) == [], f"{name}, everything open"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_view_of_the_fleet_scrolls_sideways(
    page: Page, seeded: tuple[str, ...], portal: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    long = "of-no-experiment" * 12
    for path in ("", "?sort=name", f"?q={long}", "open/?q=no%20name", f"open/?q={long[:120]}"):
        page.goto(f"{portal}/{path}")
        assert page.evaluate(TOO_WIDE) == [], path
    page.goto(portal)
    page.locator("#find").press_sequentially("personalised")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()
    assert page.evaluate(TOO_WIDE) == []


@WIDTHS
def test_no_problem_scrolls_sideways(
    page: Page, aws: ScriptedAws, scripted_portal: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    urls = problem_pages(aws, scripted_portal)
    urls["a long bad name"] = address(scripted_portal, "_" + "long" * 60)
    for kind, url in urls.items():
        page.goto(url)
        assert page.evaluate(TOO_WIDE) == [], kind


@WIDTHS
def test_words_without_spaces_fit_as_well(
    page: Page, aws: ScriptedAws, scripted_portal: str, width: int
) -> None:
    long = "x" * 1024
    members = variants(shadow=long)
    members["ModelVariants"][0]["ModelName"] = long
    members["ModelVariants"][1]["VariantName"] = long
    aws.describes(
        "wide",
        Status=long,
        StatusReason=long,
        Type=long,
        Description=long,
        RoleArn=long,
        EndpointMetadata={"EndpointName": long, "EndpointStatus": long, "FailureReason": long},
        DataStorageConfig={
            "Destination": long,
            "ContentType": {"JsonContentTypes": [long], "CsvContentTypes": [long]},
        },
        **{long: long},
        **members,
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address(scripted_portal, "wide"))
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_while_loading_or_changing(
    page: Page, aws: ScriptedAws, scripted_portal: str, width: int
) -> None:
    name = f"steady-{width}"
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    aws.describes(name, Status="Starting", Description="as long as that", **variants())
    page.goto(address(scripted_portal, name))
    page.wait_for_timeout(500)
    assert page.evaluate("window.shift") <= LARGEST_SHIFT

    aws.describes(name, Status="Running", Description="as long as this", **variants())
    hurry(page)
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Running", timeout=15_000)
    page.wait_for_timeout(500)
    assert page.evaluate("window.shift") <= LARGEST_SHIFT
