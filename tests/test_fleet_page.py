"""The table of all experiments: what an address selects, in which order, and on which page."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from experiments.domain.fleet.attention import Kind, Trouble
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.selection import SORTS
from tests.support.fleet import entry, exported, fill, forget, names, shown
from tests.support.pages import parse, problem, words
from tests.support.scripted_aws import ScriptedAws

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty(scripted_aws: ScriptedAws) -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def look(client: Client, **query: str) -> BeautifulSoup:
    response = client.get("/", query)
    assert response.status_code == 200
    return parse(response)


def found(client: Client, **query: str) -> list[str]:
    """The names on the first page, of which the export must say the same."""
    page = [name.removeprefix("default/") for name in shown(look(client, **query))]
    assert names(exported(client, **query))[: len(page)] == page
    return page


def counts(page: BeautifulSoup) -> dict[str, str]:
    """What stands on each chip."""
    chips = page.select("[data-count]")
    return {str(chip["data-count"]): words(chip.select_one("b")) for chip in chips}


def ailing(name: str, status: str = "Running", **members: Any) -> Entry:
    trouble = Trouble(Kind.ENDPOINT, "Its endpoint is Failed")
    return replace(entry(name, status, **members), troubles=(trouble,)).judged()


def test_it_comes_in_sections_each_in_its_own_order(client: Client, now: datetime) -> None:
    fill(
        entry("ended-before", "Completed", completed_at=now - 2 * DAY),
        entry("ended-last", "Cancelled", completed_at=now - DAY),
        entry("ended-some-day", "Completed"),
        entry("ends-later", end_at=now + 2 * DAY),
        entry("ends-soon", "Stopping", end_at=now + DAY),
        entry("never-ends"),
        entry("tomorrow", "Hibernating", end_at=now + 3 * DAY),
        entry("begins-later", "Created", start_at=now + 2 * DAY),
        entry("begins-soon", "Creating", start_at=now + DAY),
        ailing("ailing-before", modified_at=now - DAY),
        ailing("ailing-last", "Created", modified_at=now),
        entry("overdue", end_at=now - HOUR, modified_at=now - HOUR),
    )
    expected = [
        ("Needs attention", ["ailing-last", "overdue", "ailing-before"]),
        ("Active", ["ends-soon", "ends-later", "tomorrow", "never-ends"]),
        ("Coming", ["begins-soon", "begins-later"]),
        ("Ended", ["ended-last", "ended-before", "ended-some-day"]),
    ]
    assert found(client) == [name for _, members in expected for name in members]
    heads = look(client).select("[data-section]")
    assert [(head["data-section"], words(head.select_one("span"))) for head in heads] == [
        (section, str(len(members))) for section, members in expected
    ]


def test_every_status_has_its_chip_and_its_filter(client: Client) -> None:
    fill(
        entry("one", "Running"),
        entry("two", "Running"),
        entry("three", "Completed"),
        entry("four", "Hibernating"),
        entry("hidden", "Running", "another"),
    )
    told = counts(look(client))
    assert (told["all"], told["Running"], told["Completed"], told["Hibernating"]) == (
        "4",
        "2",
        "1",
        "1",
    )
    for status, expected in (
        ("Running", ["one", "two"]),
        ("Hibernating", ["four"]),
        ("running", []),
        ("Stopping", []),
    ):
        assert found(client, status=status) == expected
        # The others can still be chosen.
        assert counts(look(client, status=status))["Completed"] == "1"


def test_the_presets(client: Client, now: datetime) -> None:
    minute = timedelta(minutes=1)
    fill(
        ailing("ailing"),
        entry("overdue", end_at=now - HOUR),
        entry("late", "Created", start_at=now - HOUR),
        entry("a-moment-over", end_at=now - 4 * minute),
        entry("ends-today", end_at=now + 24 * HOUR - minute),
        entry("ends-tomorrow", end_at=now + 24 * HOUR + minute),
        entry("planned-to-end", "Created", end_at=now + HOUR),
        entry("ended-as-planned", "Completed", end_at=now + HOUR, completed_at=now - HOUR),
        entry("ended-last-week", "Cancelled", completed_at=now - 7 * DAY + minute),
        entry("ended-before", "Cancelled", completed_at=now - 7 * DAY - minute),
    )
    expected = {
        "attention": {"ailing", "overdue", "late"},
        "ending": {"ends-today", "planned-to-end"},
        "recent": {"ended-as-planned", "ended-last-week"},
    }
    for preset, members in expected.items():
        assert set(found(client, status=preset)) == members, preset
    told = counts(look(client))
    assert {preset: told[preset] for preset in expected} == {
        preset: str(len(members)) for preset, members in expected.items()
    }


def test_what_is_wrong_stands_beside_the_name(client: Client, now: datetime) -> None:
    fill(replace(ailing("ailing"), end_at=now - HOUR).judged(), entry("well"))
    rows = {str(row["data-experiment"]): row for row in look(client).select("[data-experiment]")}
    told = {
        str(t["data-trouble"]): words(t) for t in rows["default/ailing"].select("[data-trouble]")
    }
    assert told == {"overdue": "Past its planned end", "endpoint": "Its endpoint is Failed"}
    assert rows["default/well"].select("[data-trouble]") == []


def test_a_search_looks_through_what_people_remember(client: Client) -> None:
    fill(
        entry("Ranker-v7", description="Straße: 50% cheaper, v7_final"),
        entry("other", endpoint="RANKER-prod", shadow_model="small\\model"),
        entry("third", production_model="fat-ranker", shadow_model="thin"),
        entry("fourth", "Completed", reason="ranker in a reason", source="default"),
        entry("Ranker-v7", source="another"),
    )
    for asked, expected in (
        ("ranker", {"Ranker-v7", "other", "third"}),
        ("RANKER", {"Ranker-v7", "other", "third"}),
        ("thin ranker", {"third"}),
        ("ranker  prod", {"other"}),
        ("ranker nobody", set()),
        ("strasse", {"Ranker-v7"}),
        ("STRASSE", {"Ranker-v7"}),
        # What databases take for wildcards is a letter like others.
        ("%", {"Ranker-v7"}),
        ("0% c", {"Ranker-v7"}),
        ("_", {"Ranker-v7"}),
        ("r_nker", set()),
        ("\\", {"other"}),
        ("l\\m", {"other"}),
        ("*", set()),
        ("'", set()),
        ('" OR 1=1 --', set()),
        ("\x00ranker-v7", {"Ranker-v7"}),
        ("😀", set()),
    ):
        assert set(found(client, q=asked)) == expected, asked
    assert counts(look(client, q="ranker"))["all"] == "3"
    assert counts(look(client, q="ranker"))["Running"] == "3"
    assert found(client, q="ranker", status="Completed") == []


def test_words_of_different_members_do_not_make_a_match_of_their_own(client: Client) -> None:
    fill(entry("ends-with", description="begins"))
    assert found(client, q="ends-withbegins") == []
    assert found(client, q="with begins") == ["ends-with"]


def test_every_column_sorts_both_ways_with_what_is_empty_last(
    client: Client, now: datetime
) -> None:
    members: dict[str, tuple[str, list[Any]]] = {
        "status": ("status", ["Created", "Running", "Stopping"]),
        "type": ("type", ["A", "B", ""]),
        "endpoint": ("endpoint", ["a", "b", ""]),
        "model": ("production_model", ["a", "b", ""]),
        "sampling": ("sampling", [0, 100, None]),
        "start": ("start_at", [now, now + DAY, None]),
        "end": ("end_at", [now + DAY, now + 2 * DAY, None]),
        "modified": ("modified_at", [now - DAY, now, None]),
    }
    assert {*members, "name", "source"} == set(SORTS)
    for column, (member, (small, large, last)) in members.items():
        forget()
        fill(
            *(entry(f"{word}-2", **_with(member, large)) for word in "ba"),
            entry("none", **_with(member, last)),
            entry("one", **_with(member, small)),
        )
        rising = ["one", "a-2", "b-2", "none"]
        falling = ["a-2", "b-2", "one", "none"]
        if column == "status":
            falling = ["none", "a-2", "b-2", "one"]
        assert found(client, sort=column) == rising, column
        assert found(client, sort=f"-{column}") == falling, column


def _with(member: str, value: object) -> dict[str, Any]:
    return {member: value, **({} if member == "status" else {"status": "Running"})}


def test_names_sort_without_regard_to_capitals(client: Client) -> None:
    fill(entry("b"), entry("A"), entry("C"), entry("a"))
    assert found(client, sort="name") == ["A", "a", "b", "C"]
    assert found(client, sort="-name") == ["C", "b", "A", "a"]


@pytest.mark.parametrize("sort", ["attention", "-modified", "name"])
def test_every_experiment_is_on_exactly_one_page(client: Client, now: datetime, sort: str) -> None:
    random.seed(7)
    some = [
        random.choice((entry, ailing))(
            f"many-{number}",
            random.choice(["Running", "Created", "Completed", "Updating"]),
            modified_at=random.choice([None, now, now - DAY]),
            end_at=random.choice([None, now - HOUR, now + DAY]),
        )
        for number in range(123)
    ]
    fill(*some)
    pages = [shown(look(client, sort=sort, page=page)) for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [50, 50, 23]
    everything = [name for page in pages for name in page]
    assert [f"default/{name}" for name in names(exported(client, sort=sort))] == everything
    assert len(set(everything)) == 123
    for late in ("4", "1000000", "99999999"):
        assert shown(look(client, sort=sort, page=late)) == pages[2], late
    for odd in ("0", "-1", "x", "", "٢", "1.5", "9" * 400):
        assert shown(look(client, sort=sort, page=odd)) == pages[0], odd


def test_a_source_that_is_none_of_these_is_not_found(client: Client) -> None:
    fill(entry("one"), entry("two", source="another"))
    for source in ("another", "nobody", "\x00", "Default", "default "):
        response = client.get("/", {"source": source})
        assert (response.status_code, problem(parse(response))) == (404, "unknown-source")
        for path in ("/fleet.json", "/fleet/status/"):
            response = client.get(path, {"source": source})
            assert (response.status_code, problem(parse(response))) == (404, "unknown-source")
    assert found(client, source="default") == ["one"]


def test_two_that_have_one_endpoint_at_the_same_time_say_so(client: Client, now: datetime) -> None:
    ends: dict[str, Any] = {"start_at": now - HOUR, "end_at": now + HOUR}
    fill(
        entry("first", endpoint="shared", **ends),
        entry("second", "Created", endpoint="shared", start_at=now, end_at=now + 2 * HOUR),
        entry("alone", **ends),
        entry("over", "Completed", endpoint="shared", start_at=now - DAY, completed_at=now - HOUR),
        entry("elsewhere", source="another", endpoint="shared", **ends),
    )
    for query, expected in (
        ({}, {"default/first": "second", "default/second": "first"}),
        # Even where the other one is not on the page.
        ({"status": "Running"}, {"default/first": "second"}),
    ):
        told = {
            str(row["data-experiment"]): words(row.select_one("[data-overlap]"))
            for row in look(client, **query).select("[data-experiment]")
            if row.select_one("[data-overlap]")
        }
        assert told.keys() == expected.keys()
        assert all(f"with {other} " in told[name] for name, other in expected.items())


def test_nothing_yet_says_so(client: Client) -> None:
    fill()
    page = look(client)
    assert (shown(page), problem(page)) == ([], None)
    assert exported(client) == []
