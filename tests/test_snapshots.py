"""What the portal remembers of an experiment, how long, and how few calls that takes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from experiments import refreshing
from experiments.domain.experiment import Endpoint, Experiment, Schedule
from experiments.domain.freshness import freshness
from experiments.domain.problem import Kind, Problem
from experiments.domain.status import ENDPOINT, EXPERIMENT, endpoint_status, experiment_status
from experiments.refreshing import RefreshingCache
from tests.support import faults
from tests.support.later import later
from tests.support.pages import fields, parse, problem
from tests.support.scripted_aws import ScriptedAws

NOW = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def poll_address(page: Any) -> str:
    region = parse(page).select_one("#experiment")
    assert region is not None
    return str(region["hx-get"])


def status(page: Any) -> str:
    return fields(parse(page))["Status"][0]


def test_many_lookers_cost_one_call(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("herd")
    begin = threading.Barrier(8)

    def look(_: int) -> int:
        begin.wait()
        return Client().get(address("herd")).status_code

    with ThreadPoolExecutor(8) as lookers:
        assert set(lookers.map(look, range(8))) == {200}
        assert scripted_aws.calls_for("herd") == 1
        with later(minutes=1):
            assert set(lookers.map(look, range(8))) == {200}
    assert scripted_aws.calls_for("herd") == 2


def test_an_answer_is_asked_for_again_once_it_is_no_longer_fresh(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("aging", Status="Running")
    client.get(address("aging"))
    with later(seconds=10):
        client.get(address("aging"))
    assert scripted_aws.calls_for("aging") == 1
    with later(seconds=20):
        client.get(address("aging"))
    assert scripted_aws.calls_for("aging") == 2


def test_while_aws_hangs_a_page_that_was_seen_is_there_at_once(
    scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    scripted_aws.describes("seen", Description="the older answer")
    Client().get(address("seen"))
    scripted_aws.writes("seen", faults.hang)

    def look(_: int) -> tuple[float, list[str]]:
        began = time.monotonic()
        page = Client().get(address("seen"))
        return time.monotonic() - began, fields(parse(page))["Description"]

    with later(minutes=1), ThreadPoolExecutor(4) as lookers:
        looks = list(lookers.map(look, range(8)))
    assert [shown for _, shown in looks] == [["the older answer"]] * 8
    # One of them gave AWS a second to answer; nobody else waited for it.
    assert sorted(seconds for seconds, _ in looks)[-1] < 3
    assert sorted(seconds for seconds, _ in looks)[-2] < 0.9


def test_a_slow_answer_arrives_with_a_later_look(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("slow", Status="Starting")
    client.get(address("slow"))
    answered = threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        answered.wait(10)
        body = b"{}"
        faults.head(handler, len(body))
        handler.wfile.write(body)

    scripted_aws.writes("slow", slowly)
    with later(minutes=1):
        assert status(client.get(address("slow"))) == "Starting"
        answered.set()
        for _ in range(50):
            page = parse(client.get(address("slow")))
            if problem(page):
                break
            time.sleep(0.1)
        assert problem(page) == "bad-response"


def test_a_poll_is_empty_until_something_changes(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("polls", Status="Completed")
    seen = poll_address(client.get(address("polls")))
    unchanged = client.get(seen)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert "portal:asof" in unchanged["HX-Trigger"]
    scripted_aws.describes("polls", Status="Completed", Description="now with words")
    with later(hours=2):
        changed = client.get(seen)
        assert changed.status_code == 200
        assert fields(parse(changed))["Description"] == ["now with words"]
        assert client.get(poll_address(changed)).status_code == 204


def test_a_poll_tells_that_now_has_moved(client: Client, scripted_aws: ScriptedAws) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    window = {
        "StartTime": start.timestamp(),
        "EndTime": (start + timedelta(hours=4)).timestamp(),
    }
    scripted_aws.describes("ticks", Schedule=window)
    seen = poll_address(client.get(address("ticks")))
    # A two-hundredth of four hours is more than a minute.
    with later(seconds=75):
        assert client.get(seen).status_code == 200


def test_a_problem_comes_and_goes_on_a_poll(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("comes-and-goes")
    first = poll_address(client.get(address("comes-and-goes")))
    scripted_aws.fails("comes-and-goes", "ExpiredTokenException")
    with later(minutes=1):
        worse = client.get(first)
        assert problem(parse(worse)) == "expired-credentials"
        assert client.get(poll_address(worse)).status_code == 204
    scripted_aws.describes("comes-and-goes")
    with later(minutes=3):
        better = client.get(poll_address(worse))
        assert better.status_code == 200
        assert problem(parse(better)) is None


def test_a_failing_aws_is_asked_less_and_less(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.fails("backs-off", "ExpiredTokenException")
    for second in range(0, 120, 2):
        with later(seconds=second):
            client.get(address("backs-off"))
    assert 4 <= scripted_aws.calls_for("backs-off") <= 9


def test_a_deleted_experiment_is_found_out(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("deleted", Status="Completed")
    seen = poll_address(client.get(address("deleted")))
    scripted_aws.fails("deleted", "ResourceNotFound")
    with later(hours=2):
        assert client.get(address("deleted")).status_code == 404
        gone = client.get(seen)
        assert (gone.status_code, problem(parse(gone))) == (200, "not-found")


def always(_value: object, _now: datetime) -> timedelta:
    return timedelta(hours=1)


def test_the_memory_has_an_end() -> None:
    asked: list[int] = []

    def fetch(key: int) -> int:
        asked.append(key)
        return key

    cache = RefreshingCache(fetch, always, threads=1, max_entries=20)
    for key in range(21):
        assert cache.get(key).value == key
    # The last ones are remembered; the one that nobody looked at for longest is not.
    cache.get(20)
    assert len(asked) == 21
    cache.get(0)
    assert len(asked) == 22


def test_a_key_that_is_being_asked_for_is_not_forgotten() -> None:
    asked: list[str] = []
    answered = threading.Event()

    def fetch(key: str) -> str:
        asked.append(key)
        if key == "slow":
            answered.wait(10)
        return key

    cache = RefreshingCache(fetch, always, max_entries=1)
    with ThreadPoolExecutor(2) as lookers:
        first = lookers.submit(cache.get, "slow")
        while not asked:
            time.sleep(0.01)
        for key in "abc":
            assert cache.get(key).value == key
        second = lookers.submit(cache.get, "slow")
        answered.set()
        assert first.result().value == second.result().value == "slow"
    assert asked.count("slow") == 1


def test_a_burst_of_first_looks_at_a_healthy_aws_is_answered_in_full() -> None:
    def fetch(key: int) -> int:
        time.sleep(0.02)
        return key

    cache = RefreshingCache(fetch, always)
    with ThreadPoolExecutor(64) as lookers:
        assert [known.value for known in lookers.map(cache.get, range(64))] == list(range(64))


def test_while_calls_hang_few_wait_and_what_is_known_is_brought_up_to_date() -> None:
    hanging = threading.Event()
    asked: list[int] = []

    def fetch(key: int) -> int:
        asked.append(key)
        if key:
            hanging.wait(10)
        return len(asked)

    cache = RefreshingCache(fetch, lambda _value, _now: timedelta(seconds=30), threads=4)
    assert cache.get(0).value == 1
    with ThreadPoolExecutor(300) as lookers:
        looks = [lookers.submit(cache.get, key) for key in range(1, 301)]
        # All but those who may wait have been told, and all but those in flight are in a queue.
        while sum(seen.done() for seen in looks) < 300 - refreshing.WAITING:
            time.sleep(0.05)
        told = [seen.result().problem for seen in looks if seen.done()]
        assert set(told) == {Problem(Kind.UNREACHABLE)}
        assert sum(not seen.done() for seen in looks) == refreshing.WAITING
        with later(minutes=1):
            newer = cache.get(0).value
        assert newer is not None
        assert newer > 1
        # Two of those were asked for, and the others before their waiting came to its end.
        assert len(asked) == 2 + 2
        hanging.set()
    assert len(asked) <= 4 + 2 + refreshing.QUEUED


def test_a_fault_of_the_portal_itself_takes_nothing_away() -> None:
    answers = iter(["good"])

    def fetch(_key: str) -> str:
        return next(answers)

    cache = RefreshingCache(fetch, lambda _value, _now: timedelta(seconds=1))
    assert cache.get("key").value == "good"
    with later(seconds=5):
        known = cache.get("key")
    assert known.value == "good"
    assert known.problem is not None


def experiment(
    word: str, *, endpoint: str = "InService", schedule: Schedule | None = None
) -> Experiment:
    return Experiment(
        arn="arn",
        name="name",
        type="ShadowMode",
        status=experiment_status(word),
        endpoint=Endpoint(name="endpoint", status=endpoint_status(endpoint)),
        schedule=schedule,
    )


def test_what_moves_is_asked_for_more_often_than_what_rests() -> None:
    moving, running, created, ended = (
        freshness(experiment(word), NOW) for word in ("Starting", "Running", "Created", "Completed")
    )
    assert moving < timedelta(seconds=10) <= running < created < timedelta(minutes=1)
    assert freshness(experiment("Running", endpoint="Updating"), NOW) == moving
    # So that a deletion or the end of the clean-up is found.
    assert ended == timedelta(minutes=1)
    assert freshness(experiment("Completed", endpoint="Updating"), NOW) == ended


@pytest.mark.parametrize(("word", "moment"), [("Created", "start"), ("Running", "end")])
def test_a_planned_moment_is_looked_at_when_it_comes(word: str, moment: str) -> None:
    def at(distance: timedelta) -> timedelta:
        schedule = Schedule(**{moment: NOW + distance})
        return freshness(experiment(word, schedule=schedule), NOW)

    assert at(timedelta(seconds=8)) == timedelta(seconds=9)
    assert at(timedelta(seconds=-30)) < timedelta(seconds=5)
    assert at(timedelta(hours=2)) == at(timedelta(hours=-2)) >= timedelta(seconds=15)


moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(
    word=st.sampled_from([*EXPERIMENT, "Hibernating", ""]),
    endpoint=st.sampled_from([*ENDPOINT, "Thawing"]),
    start=moments,
    end=moments,
    now=st.datetimes(timezones=st.just(UTC)),
)
def test_every_answer_is_fresh_for_a_while_and_for_no_longer_than_an_hour(
    word: str, endpoint: str, start: datetime | None, end: datetime | None, now: datetime
) -> None:
    schedule = Schedule(start=start, end=end)
    span = freshness(experiment(word, endpoint=endpoint, schedule=schedule), now)
    assert timedelta(seconds=1) <= span <= timedelta(hours=1)
