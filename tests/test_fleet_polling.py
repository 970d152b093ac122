"""An open page of the fleet: it hears of what has changed, and of nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from experiments.domain.experiment import Summary
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit
from experiments.store import catalogue
from tests.support.fleet import entry, fill, forget, has_been_read, listed, shown
from tests.support.later import later
from tests.support.pages import parse
from tests.support.scripted_aws import ScriptedAws

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def aws(scripted_aws: ScriptedAws) -> Iterator[ScriptedAws]:
    forget()
    scripted_aws.calls.clear()
    yield scripted_aws
    forget()


class Page:
    """A page that somebody has open, which polls as its markup says."""

    def __init__(self, client: Client, address: str = "/") -> None:
        self._client = client
        self._see(client.get(address))

    def poll(self) -> int:
        """The status of the answer, which a page takes in where there is one."""
        answer = self._client.get(self.address)
        if answer.status_code == 200:
            self._see(answer)
        return int(answer.status_code)

    def _see(self, answer: Any) -> None:
        assert answer.status_code == 200
        self.content: BeautifulSoup = parse(answer)
        self.address = str(self.content.select_one("#fleet")["hx-get"])  # type: ignore[index]

    @property
    def names(self) -> list[str]:
        return [name.removeprefix("default/") for name in shown(self.content)]


def note(*summaries: Summary) -> None:
    catalogue.note("default", summaries, datetime.now(UTC), listed=len(summaries))


def test_a_page_on_which_nothing_changed_is_told_nothing(client: Client) -> None:
    fill(entry("one"), entry("two", "Completed"))
    for address in ("/", "/?q=one&status=Running&sort=-name&page=2"):
        page = Page(client, address)
        assert (page.poll(), page.poll()) == (204, 204)
        # A list that says the same again, and a description that does.
        catalogue.enter(entry("one"), datetime.now(UTC))
        has_been_read("default")
        assert page.poll() == 204


def test_a_page_hears_of_every_change(client: Client) -> None:
    fill(entry("one"))
    page = Page(client)
    note(listed("one"), listed("new", "Created"))
    assert (page.poll(), page.names, page.poll()) == (200, ["one", "new"], 204)
    catalogue.enter(entry("one", endpoint_status="Updating"), datetime.now(UTC))
    assert (page.poll(), page.poll()) == (200, 204)
    catalogue.strike(("default", "one"))
    assert (page.poll(), page.names, page.poll()) == (200, ["new"], 204)
    catalogue.fail("default", Problem(Kind.THROTTLED), datetime.now(UTC))
    assert (page.poll(), page.poll()) == (200, 204)
    assert page.content.select_one('[data-problem="throttled"]') is not None
    has_been_read("default")
    assert (page.poll(), page.poll()) == (200, 204)
    assert page.content.select("[data-problem]") == []


def test_what_happens_in_a_source_that_is_not_there_is_no_news(client: Client) -> None:
    fill(entry("one"), entry("theirs", source="another"))
    page = Page(client)
    catalogue.enter(entry("theirs", "Completed", "another"), datetime.now(UTC))
    assert page.poll() == 204


def test_a_page_goes_on_selecting_what_its_address_does(client: Client) -> None:
    fill(entry("one"), entry("two", "Completed"), entry("three"))
    page = Page(client, "/?status=Running&sort=-name&q=e")
    note(listed("one"), listed("two", "Completed"), listed("three"), listed("five"))
    assert (page.poll(), page.names) == (200, ["three", "one", "five"])


def test_the_drawing_moves_with_the_time(client: Client) -> None:
    fill(entry("one", end_at=datetime.now(UTC) + timedelta(days=7)))
    page = Page(client)
    with later(minutes=11):
        has_been_read("default")
        assert (page.poll(), page.poll()) == (200, 204)


def test_close_to_a_planned_time_the_words_count_minutes(client: Client) -> None:
    now = datetime.now(UTC)
    fill(
        entry("soon", end_at=now + timedelta(hours=1)),
        entry("late", end_at=now + 7 * 24 * 60 * MINUTE),
    )
    soon, late = Page(client, "/?q=soon"), Page(client, "/?q=late")
    assert "seen=1-" in soon.address
    assert "seen=10-" in late.address
    for minutes in (1, 2, 3):
        with later(minutes=minutes):
            has_been_read("default")
            assert soon.poll() == 200


def test_what_gets_overdue_is_found_without_a_change(client: Client) -> None:
    fill(entry("one", end_at=datetime.now(UTC) + 2 * MINUTE))
    page = Page(client, "/?status=attention")
    assert page.names == []
    with later(minutes=18):
        has_been_read("default")
        assert (page.poll(), page.names) == (200, ["one"])


def test_the_pause_of_a_source_that_is_left_alone_is_told_once(client: Client) -> None:
    fill(entry("one"))
    page = Page(client)
    for _ in range(10):
        circuit.note("default", Problem(Kind.UNREACHABLE))
    assert (page.poll(), page.poll()) == (200, 204)
    (banner,) = page.content.select('[data-problem="unreachable"]')
    assert "leaves it alone" in banner.get_text()


@pytest.mark.parametrize("seen", ["", "x", "10-", "1-1-1", "-", "9" * 5000, "٣-1-a", "\x00"])
def test_a_version_that_no_page_has_seen_is_an_old_one(client: Client, seen: str) -> None:
    fill(entry("one"))
    answer = client.get("/fleet/status/", {"seen": seen})
    assert (answer.status_code, shown(parse(answer))) == (200, ["default/one"])


def test_every_answer_says_how_old_the_data_is(client: Client) -> None:
    read_at = datetime.now(UTC).replace(microsecond=0)
    fill(entry("one"), at=read_at)
    page = Page(client)
    answer = client.get(page.address)
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])["portal:asof"]
    assert datetime.fromisoformat(told["at"]) == read_at
    assert told["seconds"] == 10


def test_a_poll_reads_no_list_by_itself_while_a_page_is_new(
    client: Client, aws: ScriptedAws
) -> None:
    fill(entry("one"))
    page = Page(client)
    page.poll()
    assert aws.calls == []


def test_nobody_sends_anything_to_a_poll(client: Client) -> None:
    assert client.post("/fleet/status/").status_code == 405


def test_htmx_gets_the_table_alone(client: Client) -> None:
    fill(entry("one"))
    answer = client.get("/", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert shown(parse(answer)) == ["default/one"]
    # A browser that goes back replaces the whole page.
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/", headers=restored).text
