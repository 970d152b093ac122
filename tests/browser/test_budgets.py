"""What a first look and the polls after it may weigh. ``make bench`` prints how much is used."""

from collections.abc import Iterable

from playwright.sync_api import Page, Request, expect

from bench.budgets import ALL_BYTES, HTML_BYTES, POLL_BYTES
from experiments.demo.server import DemoSageMaker
from tests.browser.experiments import address, ask, begun_an_hour_ago


def weight(requests: Iterable[Request]) -> int:
    """The bodies as they came over the wire, compressed."""
    return sum(request.sizes()["responseBodySize"] for request in requests)


def test_a_first_look_stays_within_its_budget(
    page: Page, seeded: tuple[str, ...], portal: str
) -> None:
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    for name in seeded:
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        loaded.clear()
        page.goto(address(portal, name))
        first = [request for request in loaded if "/status/" not in request.url]
        document = [request for request in first if request.is_navigation_request()]
        assert len(document) == 1
        assert weight(document) <= HTML_BYTES, name
        assert len(first) > 10
        assert weight(first) <= ALL_BYTES, name
        assert [each.url for each in first if not each.url.startswith(portal)] == []
        # Chromium asks for the favicon only where somebody would see it.
        for request in first:
            answer = request.response()
            assert answer is not None
            compressed = answer.headers.get("content-encoding") in {"br", "gzip"}
            assert compressed or request.sizes()["responseBodySize"] < 1_000, request.url


def test_the_fleet_stays_within_the_same_budget(
    page: Page, seeded: tuple[str, ...], portal: str
) -> None:
    page.goto(portal)
    expect(page.locator("[data-experiment]").nth(len(seeded) - 1)).to_be_visible()
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.reload()
    first = [request for request in loaded if "/status/" not in request.url]
    document = [request for request in first if request.is_navigation_request()]
    assert weight(document) <= HTML_BYTES
    assert len(first) > 10
    assert weight(first) <= ALL_BYTES


def test_steady_polls_are_empty(page: Page, sagemaker: DemoSageMaker, portal: str) -> None:
    begun_an_hour_ago(sagemaker, "steady")
    page.goto(address(portal, "steady"))
    # A new minute may begin between two of them, and moves now.
    answers = [ask(page).status for _ in range(30)]
    assert answers.count(204) >= 27, answers


def test_a_changed_poll_is_small(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    """That of an experiment with nearly everything set."""
    assert "checkout-ranker-v7" in seeded
    page.goto(address(portal, "checkout-ranker-v7"))
    page.evaluate(
        """() => {
          const region = document.getElementById("experiment");
          region.setAttribute("hx-get", region.getAttribute("hx-get").replace(/seen=.*/, "seen=x"));
          window.htmx.process(region);
        }"""
    )
    answer = ask(page)
    answer.finished()
    assert answer.status == 200
    assert answer.request.sizes()["responseBodySize"] <= POLL_BYTES
