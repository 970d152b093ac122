"""Fleets for a browser to look at, each in a portal of its own."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.experiments import variants
from tests.support.eventually import eventually
from tests.support.examples import every_member
from tests.support.fleet import lists_pages
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import NO_AWS
from tests.support.visits import get
from tests.support.watcher import exists

# As fast as a source may be called, so that a whole fleet is described within a second.
AT_ONCE = "100"
POLLS = "**/fleet/status/?*"
# Of these, three pages are made.
ENDED = [f"archive-{number:03}" for number in range(110)]
ACTIVE = ["ranker-eu", "ranker-us", "spam-filter"]
ALL = len(ENDED) + len(ACTIVE) + 1


def healthy(model: str = "model", **members: Any) -> dict[str, Any]:
    """The members of an experiment that needs nobody's attention."""
    found = variants()
    found["ModelVariants"][0]["ModelName"] = f"{model}-old"
    found["ModelVariants"][1]["ModelName"] = f"{model}-new"
    capture = {"DataStorageConfig": every_member()["DataStorageConfig"]}
    endpoint = {"EndpointMetadata": {"EndpointName": model, "EndpointStatus": "InService"}}
    return found | capture | endpoint | members


@contextmanager
def portal_of_many() -> Iterator[str]:
    """The address of a portal with the experiments above, and ``ad-ctr`` that was cancelled."""
    aws = ScriptedAws()
    listed = [
        exists(aws, "ranker-eu", **healthy("checkout")),
        exists(aws, "ranker-us", **healthy("checkout")),
        exists(aws, "spam-filter", "Created", **healthy("mail")),
        exists(aws, "ad-ctr", "Cancelled", **healthy("ads", StatusReason="too slow"))
        | {"StatusReason": "too slow"},
        *(exists(aws, name, "Completed", **healthy("old")) for name in ENDED),
    ]
    lists_pages(aws, listed)
    with running_portal(aws.url, PORTAL_CALLS_PER_SECOND=AT_ONCE) as url:
        has_described(url, *ACTIVE)
        yield url


@contextmanager
def portal_of_sources(file: Path, **aws: ScriptedAws) -> Iterator[str]:
    """The address of a portal of these sources, each in front of an AWS of its own."""
    tables = (
        f'[sources.{name}]\nregion = "eu-west-1"\nendpoint_url = "{one.url}"\n'
        for name, one in aws.items()
    )
    file.write_text("".join(tables))
    variables = {"PORTAL_SOURCES": str(file), "PORTAL_CALLS_PER_SECOND": AT_ONCE}
    with running_portal(NO_AWS, None, **variables) as url:
        yield url


def has_described(url: str, *names: str) -> None:
    """Somebody has looked, and the list has been read and these have been described."""
    get(url, "/")

    def described() -> set[str]:
        rows = json.loads(get(url, "/fleet.json").content)
        return {row["name"] for row in rows if row["endpoint_name"]}

    eventually(described, lambda found: found >= set(names), seconds=30)


def rows(page: Page) -> Locator:
    return page.locator("#fleet [data-experiment]")


def shows(page: Page, *names: str) -> None:
    """These experiments of the only source, in whichever order, and no others."""
    expect(rows(page)).to_have_count(len(names))
    for name in names:
        expect(page.locator(f"#fleet [data-experiment$='/{name}']")).to_have_count(1)


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Filter by name")


def box(page: Page) -> Locator:
    """What opens anything, whichever element it is at the moment."""
    return page.locator("#find")


def query(words: str) -> re.Pattern[str]:
    """An address that ends in this query."""
    return re.compile(rf"/\?{re.escape(words)}$")


def tick(page: Page) -> int:
    """Let the fleet ask now; returns the status of the answer."""
    with page.expect_response(POLLS) as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    return answer.value.status


def ticks(page: Page) -> None:
    """Let the fleet ask three times a second from here on."""
    page.evaluate(
        "setInterval(() => document.body.dispatchEvent(new CustomEvent('portal:tick')), 300)"
    )
