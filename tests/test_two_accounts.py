"""Two accounts in two regions behind one portal, over roles that it assumes."""

import re
import secrets
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from bs4 import BeautifulSoup

from tests.demo.builders import create_request
from tests.support.accounts import EXTERNAL_ID, PLACES, Accounts, four_sources
from tests.support.pages import fields, parse
from tests.support.portal import running_portal
from tests.support.starting import Page, ask


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """All four have an experiment of the same name, and each one of its own."""
    file = tmp_path_factory.mktemp("accounts") / "sources.toml"
    with four_sources(file) as accounts:
        for source, client in accounts.clients.items():
            client.create_inference_experiment(
                **create_request("ranker", Description=f"of {source}")
            )
            client.create_inference_experiment(**create_request(f"only-{source}"))
        yield accounts


@pytest.fixture(scope="module")
def portal(accounts: Accounts) -> Iterator[str]:
    with running_portal(accounts.url, PORTAL_SOURCES=str(accounts.file)) as url:
        yield url


def page(address: str) -> BeautifulSoup:
    with urllib.request.urlopen(address, timeout=20) as response:
        return parse(Page(response.status, response.read()))


@pytest.mark.parametrize("source", PLACES)
def test_each_source_shows_the_experiment_of_its_account_and_region(
    portal: str, source: str
) -> None:
    account, region = PLACES[source]
    shown = fields(page(f"{portal}/experiments/{source}/ranker/"))
    assert shown["Description"] == [f"of {source}"]
    assert shown["Arn"][0].split(":")[3:5] == [region, account]


@pytest.mark.parametrize("source", PLACES)
def test_the_list_of_a_source_is_that_of_its_account_and_region(portal: str, source: str) -> None:
    listed = {
        str(link["href"])
        for link in page(f"{portal}/?source={source}").select("main a[href^='/experiments/']")
    }
    assert listed == {
        f"/experiments/{source}/ranker/",
        f"/experiments/{source}/only-{source}/",
    }


def test_a_link_opens_the_experiment_of_its_own_source(portal: str) -> None:
    shared = {source: link(portal, source) for source in PLACES}
    for source, token in shared.items():
        assert fields(page(f"{portal}/s/{token}/"))["Description"] == [f"of {source}"]


def link(portal: str, source: str) -> str:
    """The token of a link to ``ranker`` that shows all of it."""
    browser = build_opener(HTTPCookieProcessor())
    address = f"{portal}/experiments/{source}/ranker/share/"
    with browser.open(address, timeout=20) as response:
        form = parse(Page(response.status, response.read()))
    csrf = form.select_one("[name=csrfmiddlewaretoken]")
    assert csrf is not None
    wanted = {
        "kind": "live",
        "audience": "anyone",
        "hours": "24",
        "form": secrets.token_urlsafe(24),
        "csrfmiddlewaretoken": csrf["value"],
    }
    parts = [str(box["value"]) for box in form.select("input[name=shown]")]
    body = urlencode([*wanted.items(), *(("shown", part) for part in parts)]).encode()
    with browser.open(address, body, timeout=20) as response:
        found = re.search(r"/s/([A-Za-z0-9_-]{43})/", response.read().decode())
    assert found is not None
    return found[1]


def test_nobody_reads_the_external_id(accounts: Accounts) -> None:
    paths = [f"/experiments/{source}/ranker/" for source in PLACES]
    paths += ["/operators/sources/", "/operators/sources/lab-us/"]
    pages, log = ask(accounts.variables, *paths)
    assert [page.status_code for page in pages] == [200] * 6, log
    assert EXTERNAL_ID not in "".join(page.content.decode() for page in pages) + log
