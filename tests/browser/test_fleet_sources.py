"""The fleets of several sources on one page: all of them, one that fails, and one being read."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fleets import (
    AT_ONCE,
    has_described,
    healthy,
    query,
    rows,
    shows,
    ticks,
)
from tests.browser.test_accessibility import complaints
from tests.demo.builders import create_request
from tests.support.accounts import PLACES, four_sources
from tests.support.portal import running_portal
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.watcher import exists

NOBODY = '[sources.nobody]\nregion = "eu-west-1"\nendpoint_url = "http://127.0.0.1:9"\n'


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two accounts in two regions, and a source where nobody answers."""
    file = tmp_path_factory.mktemp("sources") / "sources.toml"
    with four_sources(file) as accounts:
        with file.open("a") as more:
            more.write(NOBODY)
        for source, client in accounts.clients.items():
            for name in ("ranker", f"only-{source}"):
                client.create_inference_experiment(
                    **create_request(name, EndpointName=f"endpoint-of-{source}")
                )
        variables = {"PORTAL_SOURCES": str(file), "PORTAL_CALLS_PER_SECOND": AT_ONCE}
        with running_portal(accounts.url, None, **variables) as url:
            has_described(url, "ranker", *(f"only-{source}" for source in PLACES))
            yield url


def test_all_sources_are_one_table_and_each_row_leads_to_its_own(page: Page, five: str) -> None:
    page.goto(five)
    expect(rows(page)).to_have_count(8)
    for source in PLACES:
        row = page.locator(f"[data-experiment='{source}/ranker']")
        expect(row.get_by_role("cell", name=source, exact=True)).to_be_visible()
        row.get_by_role("link").click()
        expect(page).to_have_url(f"{five}/experiments/{source}/ranker/")
        expect(page.locator("#experiment")).to_contain_text(f"endpoint-of-{source}")
        page.go_back()
        expect(rows(page)).to_have_count(8)


def test_a_source_is_chosen_and_kept(page: Page, five: str) -> None:
    page.goto(five)
    page.get_by_label("Source", exact=True).select_option("lab-us")
    expect(page).to_have_url(query("source=lab-us"))
    shows(page, "ranker", "only-lab-us")
    page.reload()
    expect(page.get_by_label("Source", exact=True)).to_have_value("lab-us")
    shows(page, "ranker", "only-lab-us")
    page.get_by_role("searchbox", name="Filter").fill("only")
    expect(page).to_have_url(query("q=only&source=lab-us"))
    shows(page, "only-lab-us")
    page.get_by_role("link", name="Source", exact=True).click()
    header = page.get_by_role("columnheader", name="Source")
    expect(header).to_have_attribute("aria-sort", "ascending")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_source_that_fails_is_named_and_hides_nobody(page: Page, five: str, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(five)
    told = page.locator("[data-problem]")
    expect(told).to_have_count(1)
    expect(told).to_have_attribute("data-source", "nobody")
    expect(told).to_have_attribute("data-problem", "unreachable")
    expect(told).to_contain_text("Its experiments are missing here.")
    expect(rows(page)).to_have_count(8)
    assert complaints(page) == []


def test_a_long_list_is_read_before_ones_eyes(page: Page, tmp_path: Path) -> None:
    """How much of it has been read stands there until it has been read to its end."""
    aws, go_on = ScriptedAws(), threading.Event()
    first = [exists(aws, f"first-{number}", "Completed", **healthy()) for number in range(3)]
    aws.lists(*first, next_token="more")
    aws.lists(exists(aws, "last", "Completed", **healthy()), page="more")
    last = aws.listings["more"].body

    def wait(request: BaseHTTPRequestHandler) -> None:
        go_on.wait(60)
        request.send_response(200)
        request.send_header("Content-Length", str(len(last)))
        request.end_headers()
        request.wfile.write(last)

    aws.listings["more"] = Answer(write=wait)
    file = tmp_path / "sources.toml"
    # A page of the list may take as long as this test does.
    file.write_text('[sources.default]\nregion = "eu-west-1"\nread_timeout = 60\n')
    variables = {"PORTAL_SOURCES": str(file), "PORTAL_CALLS_PER_SECOND": AT_ONCE}
    with running_portal(aws.url, None, **variables) as url:
        try:
            page.goto(url)
            bar = page.locator("[data-reading=default]")
            expect(bar).to_contain_text("3 experiments so far")
            expect(page.get_by_role("progressbar", name="default is being read")).to_be_visible()
            shows(page, "first-0", "first-1", "first-2")
            assert complaints(page) == []
            go_on.set()
            ticks(page)
            expect(bar).to_have_count(0, timeout=20_000)
            shows(page, "first-0", "first-1", "first-2", "last")
        finally:
            go_on.set()


def test_a_source_without_experiments_says_so(page: Page) -> None:
    with running_portal(ScriptedAws().url) as url:
        page.goto(url)
        expect(page.get_by_role("heading", name="No experiments yet")).to_be_visible()
        assert complaints(page) == []
