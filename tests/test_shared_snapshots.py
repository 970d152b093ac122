"""One row for all processes: it is the cache, the lease and the last good answer of everybody."""

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from experiments import models
from experiments.domain import knowledge
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import memory
from experiments.store import rows, storage
from experiments.store.rows import Key
from tests.support.eventually import eventually, shows
from tests.support.later import later
from tests.support.pages import fields, parse
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import Visit, check_now, get


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def poll_address(page: Any) -> str:
    region = parse(page).select_one("#experiment")
    assert region is not None
    return str(region["hx-get"])


def description(page: Any) -> str:
    return fields(parse(page))["Description"][0]


@pytest.fixture
def aws() -> ScriptedAws:
    """An endpoint whose calls nobody else makes."""
    return ScriptedAws()


@pytest.fixture
def portals(aws: ScriptedAws, database_url: str) -> Iterator[tuple[str, str]]:
    """Two servers of two processes each, as on two machines, with one database."""
    one, another = (
        running_portal(aws.url, PORTAL_DATABASE_URL=database_url, PORTAL_WORKERS="2")
        for _ in range(2)
    )
    with one as first, another as second:
        yield first, second


def test_what_one_process_was_told_all_of_them_know(
    portals: tuple[str, str], aws: ScriptedAws
) -> None:
    aws.describes("shared", Description="one answer")
    pages = [get(url, address("shared")) for url in portals * 4]
    assert [description(page) for page in pages] == ["one answer"] * 8
    assert aws.calls_for("shared") == 1
    # One version of it, so that a reader may be answered now by one and now by another.
    assert len({poll_address(page) for page in pages}) == 1


def test_who_has_seen_something_newer_is_never_shown_something_older(
    portals: tuple[str, str], aws: ScriptedAws
) -> None:
    first, second = portals
    for turn in range(3):
        name = f"newer-{turn}"
        aws.describes(name, Description="before")
        get(first, address(name))
        aws.describes(name, Description="after")
        # The other one has just read the row, and remembers that for a second.
        with ThreadPoolExecutor(8) as lookers:
            seen = [lookers.submit(get, second, address(name)) for _ in range(8)]
            assert {description(look.result()) for look in seen} == {"before"}
            newer = check_now(first, address(name))
            assert description(newer) == "after"
            polls = [lookers.submit(get, second, poll_address(newer)) for _ in range(24)]
            assert [look.result().status_code for look in polls] == [204] * 24


def test_a_first_look_waits_for_the_process_that_asks_already(
    portals: tuple[str, str], aws: ScriptedAws
) -> None:
    aws.describes("waits", Description="slow")
    body = aws.answer("DescribeInferenceExperiment", {"Name": "waits"}).body
    aws.calls.clear()
    aws.writes("waits", slowly(body, 0.4))

    def look(url: str) -> Visit:
        return get(url, address("waits"))

    with ThreadPoolExecutor(8) as lookers:
        assert {description(page) for page in lookers.map(look, portals * 4)} == {"slow"}
    assert aws.calls_for("waits") == 1


def slowly(body: bytes, seconds: float) -> Any:
    def write(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-amz-json-1.1")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return write


def key() -> Key:
    return "default", f"row-{secrets.token_hex(6)}"


def row(key: Key) -> dict[str, Any]:
    source, name = key
    return dict(models.Snapshot.objects.values().get(source=source, name=name))


def test_the_lease_of_who_has_crashed_runs_out(client: Client, scripted_aws: ScriptedAws) -> None:
    source, name = key()
    scripted_aws.describes(name, Description="before")
    client.get(address(name))
    scripted_aws.describes(name, Description="after")
    with later(minutes=1):
        # Somebody took it and was never heard of again.
        now = datetime.now(UTC)
        assert storage.take_lease((source, name), "crashed", now) is not None
        memory.forget()
        for _ in range(3):
            assert description(client.get(address(name))) == "before"
        assert scripted_aws.calls_for(name) == 1
    with later(minutes=1, seconds=11):
        eventually(lambda: client.get(address(name)), shows("after"))
    assert scripted_aws.calls_for(name) == 2


def test_a_lease_is_for_one_at_a_time() -> None:
    wanted, now = key(), datetime.now(UTC)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda n: storage.take_lease(wanted, f"{n}", now), range(8)))
    assert sum(known is not None for known in taken) == 1
    assert storage.take_lease(wanted, "later", now + timedelta(seconds=9)) is None
    assert storage.take_lease(wanted, "later", now + storage.LEASE) is not None


def test_who_has_lost_the_lease_writes_nothing() -> None:
    wanted, now = key(), datetime.now(UTC)
    slow = storage.take_lease(wanted, "slow", now)
    assert slow is not None
    quick = storage.take_lease(wanted, "quick", now + storage.LEASE)
    assert quick is not None
    look = knowledge.failed(quick, Problem(Kind.NOT_FOUND), now, now)
    late = knowledge.failed(slow, Problem(Kind.THROTTLED), now, now)
    before = row(wanted)
    assert not storage.save(wanted, "slow", late)
    storage.give_back(wanted, "slow")
    assert row(wanted) == before
    assert storage.save(wanted, "quick", look)
    after = row(wanted)
    assert after["problem"] == "not-found"
    assert not storage.save(wanted, "slow", late)
    assert not storage.save(wanted, "quick", late)
    assert row(wanted) == after


def test_the_sequence_only_grows(client: Client, scripted_aws: ScriptedAws) -> None:
    wanted = key()
    name = wanted[1]
    sequences = []
    codes = ["", "", "ExpiredToken", "AccessDenied", "ResourceNotFound", "ResourceNotFound", ""]
    for minutes, code in enumerate(codes):
        if code:
            scripted_aws.fails(name, code)
        else:
            scripted_aws.describes(name)
        with later(minutes=5 * minutes):
            client.post(f"{address(name)}check/")
        sequences.append(row(wanted)["sequence"])
    assert sequences == sorted(sequences)
    # Looks 2 and 6 brought nothing new.
    assert [after - before > 0 for before, after in pairwise(sequences)] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_what_no_database_takes_is_stored_as_what_a_page_shows(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    wanted = key()
    name = wanted[1]
    odd = {"Description": "a\x00b\ud800c", "Status": "Run\x00ning\udfff", "New\x00": "\x00"}
    scripted_aws.describes(name, **odd)
    first = client.get(address(name))
    assert first.status_code == 200
    assert description(first) == "a\ufffdb\ufffdc"
    memory.forget()
    again = client.get(address(name))
    assert fields(parse(again)) == fields(parse(first))
    assert scripted_aws.calls_for(name) == 1
    known = rows.read(wanted)
    assert known is not None
    assert known.status == "Run\ufffdning\ufffd"


@pytest.mark.parametrize("text", ["{", '"text"', '{"response": {}, "unmodelled": {}}'])
def test_an_answer_that_nobody_can_read_is_replaced_by_the_next_one(
    client: Client, scripted_aws: ScriptedAws, text: str
) -> None:
    source, name = key()
    scripted_aws.describes(name, Description="an answer")
    client.get(address(name))
    models.Snapshot.objects.filter(source=source, name=name).update(answer=text)
    memory.forget()
    with later(minutes=1):
        eventually(lambda: client.get(address(name)), shows("an answer"))
        memory.forget()
        assert description(client.get(address(name))) == "an answer"
