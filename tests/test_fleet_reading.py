"""How the fleet is read: what that costs, and who does it when no watcher is at work."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.test import Client

from experiments import models
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit, memory
from experiments.sources import SOURCES
from experiments.store import fleet
from experiments.store.fleet import Reading
from experiments.watching import on_demand
from experiments.watching.watch import SOME, Watch
from tests.support import faults
from tests.support.eventually import eventually
from tests.support.fleet import (
    entry,
    fill,
    forget,
    has_been_read,
    lists_pages,
    looks_in,
    rounds_under_way,
    shown,
    stored,
)
from tests.support.later import later
from tests.support.pages import parse, words
from tests.support.portal import running_portal
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.visits import crowd
from tests.support.watcher import described, exists, lists_made, summary

MANY = 10_000


@pytest.fixture(autouse=True)
def aws(scripted_aws: ScriptedAws) -> Iterator[ScriptedAws]:
    """Nobody has been seen yet, and nothing is listed."""
    forget()
    memory.forget()
    scripted_aws.calls.clear()
    listings = dict(scripted_aws.listings)
    yield scripted_aws
    on_demand.stop()
    scripted_aws.listings = listings


def new_watch() -> Watch:
    source = replace(SOURCES["default"], calls_per_second=100.0)
    return Watch(source, threading.Event(), lambda _: None)


def reading() -> Reading:
    return fleet.readings(["default"])["default"]


def slowly(
    aws: ScriptedAws, seconds: float, *members: dict[str, Any]
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Let the list take its time."""
    body = json.dumps({"InferenceExperiments": members}).encode()

    def write(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        faults.head(handler, len(body))
        handler.wfile.write(body)

    aws.listings[None] = Answer(write=write)
    return write


def fails(aws: ScriptedAws, code: str) -> None:
    aws.listings[None] = Answer(json.dumps({"__type": code}).encode(), 400)


def test_ten_thousand_experiments_cost_a_page_for_each_hundred(aws: ScriptedAws) -> None:
    going = [exists(aws, f"going-{number}", "Created") for number in range(3)]
    ended = [summary(f"ended-{number}", "Completed") for number in range(MANY - len(going))]
    pages = lists_pages(aws, going[:1] + ended + going[1:])
    new_watch().once()
    assert (pages, lists_made(aws)) == (100, 100)
    assert sorted(described(aws)) == ["going-0", "going-1", "going-2"]
    assert len(aws.calls) == 103
    # Every page is there before the first experiment is looked at closely.
    operations = [operation for operation, _ in aws.calls]
    assert operations.index("DescribeInferenceExperiment") == 100
    assert models.FleetEntry.objects.filter(source="default").count() == MANY
    assert (reading().total, reading().listed) == (MANY, MANY)
    assert sorted(n for n, one in stored().items() if one.described) == sorted(described(aws))


def test_what_had_ended_is_described_some_at_a_time_once_the_list_is_there(
    aws: ScriptedAws,
) -> None:
    ended = [exists(aws, f"past-{number:02}", "Completed") for number in range(SOME + 5)]
    aws.lists(*ended)
    watch = new_watch()
    watch.once()
    assert described(aws) == []
    assert {one.status for one in stored().values()} == {"Completed"}
    for left in (SOME, 5, 0):
        aws.calls.clear()
        watch.once()
        assert (lists_made(aws), len(described(aws))) == (1, left)
    assert all(one.described for one in stored().values())


def test_one_that_cannot_be_described_does_not_hold_up_the_others(aws: ScriptedAws) -> None:
    ended = [exists(aws, f"past-{number:02}", "Completed") for number in range(SOME + 5)]
    for number in range(SOME):
        aws.fails(f"past-{number:02}", "ValidationException")
    aws.lists(*ended)
    watch = new_watch()
    for _ in range(3):
        watch.once()
    assert {n for n, one in stored().items() if one.described} == {
        f"past-{number:02}" for number in range(SOME, SOME + 5)
    }


def test_a_page_has_the_list_read_where_nobody_watches(aws: ScriptedAws, client: Client) -> None:
    aws.lists(summary("one", "Completed"), summary("two", "Cancelled"))
    page = parse(client.get("/"))
    assert shown(page) == ["default/one", "default/two"], "the first page comes with what there is"
    eventually(rounds_under_way, lambda threads: not threads)
    assert (lists_made(aws), described(aws)) == (1, [])
    state = models.SourceState.objects.get(source="default")
    assert (state.watcher, state.watched_until) == ("", None), "the turn was given back"


def test_many_who_look_at_the_same_time_cost_one_list(aws: ScriptedAws) -> None:
    slowly(aws, 0.5, summary("one", "Completed"))
    with ThreadPoolExecutor(8) as browsers:
        pages = list(browsers.map(lambda _: parse(Client().get("/")), range(8)))
    assert [shown(page) for page in pages] == [["default/one"]] * 8
    eventually(rounds_under_way, lambda threads: not threads)
    assert len(aws.calls) == 1


def test_several_processes_read_the_list_once(aws: ScriptedAws) -> None:
    own = ScriptedAws()
    slowly(own, 1.0, summary("one", "Completed"))
    with running_portal(own.url, PORTAL_WORKERS="3") as url:
        visits = crowd(url, "/", 24)
    assert {visit.status_code for visit in visits} == {200}
    assert len(own.calls) == 1


def test_the_list_is_read_again_after_a_while(aws: ScriptedAws, client: Client) -> None:
    looks_in(client)
    for seconds, lists in ((13, 1), (16, 2), (29, 2), (32, 3)):
        with later(seconds=seconds):
            looks_in(client)
        assert lists_made(aws) == lists, seconds


def test_a_large_source_is_read_again_after_twice_as_long_as_it_takes(
    aws: ScriptedAws, client: Client
) -> None:
    has_been_read("default")
    # At one call a second.
    models.SourceReading.objects.update(total=2_950)
    for seconds, lists in ((16, 0), (58, 0), (62, 1)):
        with later(seconds=seconds):
            looks_in(client)
        assert lists_made(aws) == lists, seconds


def test_after_a_failure_there_is_a_pause_as_well(aws: ScriptedAws, client: Client) -> None:
    fails(aws, "ValidationException")
    for seconds, lists in ((0, 1), (13, 1), (16, 2)):
        with later(seconds=seconds):
            looks_in(client)
        assert lists_made(aws) == lists, seconds


@pytest.mark.parametrize("watcher", ["a-watcher", "page-of-another-process"])
def test_whoever_is_at_work_is_not_joined(aws: ScriptedAws, client: Client, watcher: str) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(minutes=1)
    models.SourceState.objects.create(source="default", watcher=watcher, watched_until=until)
    looks_in(client)
    assert aws.calls == []
    assert models.SourceState.objects.get().watcher == watcher
    models.SourceState.objects.update(watched_until=now)
    looks_in(client)
    assert lists_made(aws) == 1


def test_where_somebody_watches_nobody_waits(aws: ScriptedAws, client: Client) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    models.SourceState.objects.create(source="default", watcher="w", watched_until=until)
    began = time.monotonic()
    client.get("/")
    assert time.monotonic() - began < 1.0


def test_a_slow_list_keeps_nobody_waiting_for_long(aws: ScriptedAws, client: Client) -> None:
    slowly(aws, 3.0, summary("one", "Completed"))
    began = time.monotonic()
    page = parse(client.get("/"))
    assert time.monotonic() - began < 2.5
    assert shown(page) == []
    assert page.select_one('[data-reading="default"]') is not None
    # Who looks again while it is being read waits no more.
    began = time.monotonic()
    client.get("/")
    assert time.monotonic() - began < 1.0
    assert len(aws.calls) == 1


def test_the_first_reading_shows_how_far_it_is(aws: ScriptedAws, client: Client) -> None:
    pages = lists_pages(aws, [summary(f"many-{n}", "Completed") for n in range(201)])
    page = parse(client.get("/"))
    assert "100 experiments so far" in words(page.select_one('[data-reading="default"]'))
    assert len(shown(page)) == 50
    fragment = page.select_one("#fleet")
    assert fragment is not None
    assert fragment["data-poll-seconds"] == "1"
    # A second later the next page is there, and a poll brings it.
    eventually(lambda: reading().listed, lambda listed: listed > 100)
    poll = client.get(str(fragment["hx-get"]))
    assert "200 experiments so far" in words(parse(poll).select_one("[data-reading]"))
    eventually(rounds_under_way, lambda threads: not threads)
    whole = parse(client.get("/"))
    assert whole.select("[data-reading]") == []
    assert (lists_made(aws), described(aws)) == (pages, [])


def test_a_list_that_fails_is_named_with_its_reason(aws: ScriptedAws, client: Client) -> None:
    fill(entry("known"))
    fails(aws, "ThrottlingException")
    with later(seconds=20):
        looks_in(client)
        page = parse(client.get("/"))
    assert reading().problem == Problem(Kind.THROTTLED, "ThrottlingException")
    (banner,) = page.select("[data-problem]")
    assert (banner["data-problem"], banner["data-source"]) == ("throttled", "default")
    assert shown(page) == ["default/known"]
    aws.lists()
    with later(seconds=40):
        looks_in(client)
        assert parse(client.get("/")).select("[data-problem]") == []


def test_where_listing_is_denied_only_what_was_described_is_left(
    aws: ScriptedAws, client: Client
) -> None:
    aws.lists(summary("only-listed", "Completed"), exists(aws, "seen"))
    new_watch().once()
    assert sorted(stored()) == ["only-listed", "seen"]
    fails(aws, "AccessDeniedException")
    with later(seconds=20):
        looks_in(client)
        page = parse(client.get("/"))
    assert shown(page) == ["default/seen"]
    assert "sagemaker:ListInferenceExperiments" in words(page.select_one("[data-problem]"))


def test_a_source_that_is_left_alone_is_not_listed(aws: ScriptedAws, client: Client) -> None:
    for _ in range(10):
        circuit.note("default", Problem(Kind.UNREACHABLE))
    page = parse(client.get("/"))
    assert aws.calls == []
    assert page.select_one('[data-problem="unreachable"][data-source="default"]') is not None


def test_a_round_ends_with_its_program(aws: ScriptedAws, client: Client) -> None:
    lists_pages(aws, [summary(f"many-{n}", "Completed") for n in range(2_000)])
    client.get("/")
    on_demand.stop()
    assert rounds_under_way() == []
    assert lists_made(aws) <= 2
    assert models.SourceState.objects.get(source="default").watched_until is None
