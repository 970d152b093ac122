"""What the fleet asks of its database: no more for many experiments than for few."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.fleet import entry, fill, forget
from tests.support.pages import parse
from tests.support.scripted_aws import ScriptedAws

# With either, the first page is full of those that run.
FEW, MANY = 120, 360
PAGE_QUERIES, POLL_QUERIES, SUGGESTION_QUERIES = 8, 4, 2


@pytest.fixture(autouse=True)
def _empty(scripted_aws: ScriptedAws) -> Iterator[None]:
    forget()
    yield
    forget()


def enter(first: int, last: int) -> None:
    """Half of them run."""
    statuses = ("Running", "Completed")
    fill(*(entry(f"budget-{number:03}", statuses[number % 2]) for number in range(first, last)))


def asked(client: Client, path: str, status: int = 200) -> list[str]:
    """What is asked of the database for a page, the circuit breaker of a moment ago aside."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, headers={"HX-Request": "true"}).status_code == status
    return [query["sql"] for query in queries if "experiments_sourcestate" not in query["sql"]]


def poll_of(client: Client) -> str:
    region = parse(client.get("/")).select_one("#fleet")
    assert region is not None
    return str(region["hx-get"])


def test_a_page_asks_the_database_as_often_for_many_experiments_as_for_few(client: Client) -> None:
    enter(0, FEW)
    of_few = asked(client, "/")
    enter(FEW, MANY)
    of_many = asked(client, "/")
    assert len(of_many) == len(of_few) <= PAGE_QUERIES


def test_an_unchanged_poll_reads_no_experiment_however_many_there_are(client: Client) -> None:
    enter(0, FEW)
    of_few = asked(client, poll_of(client), 204)
    enter(FEW, MANY)
    of_many = asked(client, poll_of(client), 204)
    assert len(of_many) == len(of_few) <= POLL_QUERIES
    assert not any("experiments_fleetentry" in sql for sql in of_many)


def test_a_keystroke_asks_for_the_found_names_and_for_their_rows(client: Client) -> None:
    enter(0, FEW)
    of_entries = [
        sql
        for sql in asked(client, "/open/suggestions/?q=budget")
        if "experiments_fleetentry" in sql
    ]
    assert 0 < len(of_entries) <= SUGGESTION_QUERIES


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_experiments_are_counted_in_an_index_alone(client: Client) -> None:
    enter(0, FEW)
    counting = [sql for sql in asked(client, "/") if "GROUP BY" in sql]
    assert counting
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {counting[0]}")
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "USING COVERING INDEX fleet_sections" in plan
