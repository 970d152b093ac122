"""Rounds of a watch: what it asks AWS, and what it records, when nobody is looking."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from experiments import history, models
from experiments.domain.knowledge import Knowledge
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit, memory
from experiments.sources import SOURCES
from experiments.store import rows
from experiments.watching.progress import Progress
from experiments.watching.watch import Watch
from tests.support import faults
from tests.support.eventually import eventually
from tests.support.fleet import forget
from tests.support.later import later
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.watcher import MODIFIED, described, exists, lists_made, summary


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """The portal's loggers do not propagate to where pytest listens."""
    logger = logging.getLogger("experiments")
    before, logger.propagate = logger.propagate, True
    yield
    logger.propagate = before


@pytest.fixture
def aws(scripted_aws: ScriptedAws) -> Iterator[ScriptedAws]:
    """Nobody has been seen yet, and nothing is listed."""
    models.ShareLink.objects.all().delete()
    models.Snapshot.objects.all().delete()
    memory.forget()
    forget()
    scripted_aws.calls.clear()
    listings = dict(scripted_aws.listings)
    yield scripted_aws
    scripted_aws.listings = listings


@pytest.fixture
def watch(aws: ScriptedAws) -> Watch:
    return new_watch()


def new_watch(seen: list[Progress] | None = None, *, calls_per_second: float = 100.0) -> Watch:
    source = replace(SOURCES["default"], calls_per_second=calls_per_second)
    report = (lambda _: None) if seen is None else seen.append
    return Watch(source, threading.Event(), report)


def settle(watch: Watch) -> None:
    """The list has been read, and then what had ended before that has been looked at."""
    watch.once()
    watch.once()


def around(watch: Watch, aws: ScriptedAws, **span: float) -> list[str]:
    """What one round, so much later than now, describes."""
    aws.calls.clear()
    with later(**span):
        watch.once()
    return described(aws)


def reads(name: str, **span: float) -> None:
    """Somebody opens the page, so much later than now, and AWS is asked."""
    with later(**span):
        Client().get(f"/experiments/default/{name}/")
        eventually(lambda: rows.read(("default", name)), is_fresh)


def is_fresh(known: Knowledge | None) -> bool:
    return known is not None and not known.expired(datetime.now(UTC))


def denies_the_list(aws: ScriptedAws, page: str | None = None) -> None:
    aws.listings[page] = Answer(json.dumps({"__type": "AccessDeniedException"}).encode(), 400)


def far_away() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def logged(caplog: pytest.LogCaptureFixture) -> Any:
    return caplog.at_level(logging.INFO, "experiments.watching")


def recorded(name: str) -> list[str]:
    """The status of each observation, the oldest first."""
    found = history.page("default", name, limit=100).observations
    return [str(o.status.word) if o.status else "gone" for o in reversed(found)]


def test_what_is_new_is_described_and_recorded(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), exists(aws, "two", "Completed"))
    assert around(watch, aws) == ["one"]
    assert recorded("one") == ["Running"]
    # How it ended, the list tells as well.
    assert recorded("two") == []
    assert around(watch, aws) == ["two"]
    assert recorded("two") == ["Completed"]


def test_a_quiet_round_describes_nothing(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), exists(aws, "two", "Completed"))
    settle(watch)
    assert around(watch, aws) == []
    assert lists_made(aws) == 1


def test_what_has_ended_and_is_unchanged_is_never_described_again(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "one", "Completed"), exists(aws, "two", "Cancelled"))
    settle(watch)
    assert around(watch, aws, days=2) == []
    assert around(new_watch(), aws, days=3) == []


def test_what_has_not_ended_is_described_again_when_its_freshness_is_over(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "running"), exists(aws, "created", "Created"))
    watch.once()
    assert around(watch, aws, seconds=20) == ["running"]
    assert around(watch, aws, seconds=33) == ["created"]
    assert recorded("running") == ["Running"]


def test_another_status_in_the_list_is_looked_at_at_once(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    aws.lists(exists(aws, "one", "Completed"))
    assert around(watch, aws, seconds=2) == ["one"]
    assert recorded("one") == ["Running", "Completed"]


def test_another_time_in_the_list_is_looked_at_at_once(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one", "Completed"))
    settle(watch)
    aws.describes("one", Status="Completed", Description="new", LastModifiedTime=MODIFIED + 60)
    aws.lists(summary("one", "Completed", LastModifiedTime=MODIFIED + 60))
    assert around(watch, aws, seconds=2) == ["one"]
    assert recorded("one") == ["Completed", "Completed"]
    assert around(watch, aws, seconds=4) == []


def test_a_change_that_could_not_be_looked_at_is_not_forgotten(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "one", "Completed"))
    settle(watch)
    aws.fails("one", "InternalFailure", 500)
    aws.lists(summary("one", "Completed", LastModifiedTime=MODIFIED + 60))
    assert "one" in around(watch, aws, seconds=2)
    exists(aws, "one", "Completed", Description="changed")
    assert around(watch, aws, seconds=20) == ["one"]
    assert recorded("one") == ["Completed", "Completed"]


def test_a_list_that_lags_behind_is_not_asked_about_in_every_round(
    watch: Watch, aws: ScriptedAws
) -> None:
    exists(aws, "one", "Completed")
    aws.lists(summary("one", "Running", LastModifiedTime=MODIFIED - 600))
    watch.once()
    assert around(watch, aws, seconds=20) == []


def test_what_a_reader_has_seen_change_is_not_described_again(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    aws.lists(summary("one", "Completed", LastModifiedTime=MODIFIED + 60))
    aws.describes("one", Status="Completed", LastModifiedTime=MODIFIED + 60)
    reads("one", seconds=30)
    assert around(watch, aws, seconds=40) == []
    assert recorded("one") == ["Running", "Completed"]


def test_what_vanished_from_the_list_is_found_gone(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), exists(aws, "two", "Completed"))
    settle(watch)
    for name in ("one", "two"):
        aws.fails(name, "ResourceNotFound")
    aws.lists()
    # AWS keeps its answers about both fresh for longer than this.
    assert sorted(around(watch, aws, seconds=2)) == ["one", "two"]
    assert recorded("one") == ["Running", "gone"]
    assert recorded("two") == ["Completed", "gone"]
    assert around(watch, aws, hours=2) == []


def test_what_vanished_while_no_watcher_ran_is_found_gone(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one", "Completed"))
    settle(watch)
    aws.fails("one", "ResourceNotFound")
    aws.lists()
    assert around(new_watch(), aws, seconds=2) == ["one"]
    assert recorded("one") == ["Completed", "gone"]


def test_what_aws_knows_without_listing_it_is_asked_about_by_its_freshness(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "one", "Completed"))
    settle(watch)
    aws.lists()
    assert around(watch, aws, seconds=2) == ["one"]
    assert around(watch, aws, seconds=30) == []
    assert around(watch, aws, hours=2) == ["one"]


def test_what_comes_back_is_new(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    aws.fails("one", "ResourceNotFound")
    aws.lists()
    around(watch, aws, seconds=2)
    aws.lists(exists(aws, "one", "Creating"))
    assert around(watch, aws, minutes=1) == ["one"]
    assert recorded("one") == ["Running", "gone", "Creating"]


def test_every_page_of_the_list_is_read(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), next_token="second")
    aws.lists(exists(aws, "two"), page="second", next_token="third")
    aws.lists(exists(aws, "three"), page="third")
    assert around(watch, aws) == ["one", "two", "three"]
    assert lists_made(aws) == 3


def test_a_list_without_an_end_is_left(
    watch: Watch, aws: ScriptedAws, caplog: pytest.LogCaptureFixture
) -> None:
    aws.lists(exists(aws, "one"), next_token="again")
    aws.lists(exists(aws, "two"), page="again", next_token="again")
    with logged(caplog):
        assert around(watch, aws) == ["one", "two"]
        around(watch, aws)
    assert lists_made(aws) == 2
    assert caplog.text.count("the end of the list never comes") == 1


def test_a_page_that_fails_takes_nothing_from_the_others(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), next_token="second")
    aws.lists(exists(aws, "two", "Completed"), page="second")
    watch.once()
    denies_the_list(aws, page="second")
    # That "two" was not listed does not mean that it is gone.
    assert around(watch, aws, seconds=20) == ["one"]


def test_without_permission_to_list_what_has_not_ended_is_still_looked_at(
    watch: Watch, aws: ScriptedAws, caplog: pytest.LogCaptureFixture
) -> None:
    aws.lists(exists(aws, "one"), exists(aws, "two", "Completed"))
    watch.once()
    denies_the_list(aws)
    exists(aws, "one", "Stopping")
    with logged(caplog):
        assert around(watch, aws, seconds=20) == ["one"]
        assert around(watch, aws, seconds=40) == ["one"]
    assert recorded("one") == ["Running", "Stopping"]
    assert caplog.text.count("the list cannot be read: access-denied") == 1, "once, not each round"


def test_the_list_confirms_what_was_seen_without_a_call(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one", "Completed"))
    settle(watch)
    (before,) = history.sightings("default", "one")
    for minute in range(4, 21, 4):
        assert around(watch, aws, minutes=minute) == []
    (after,) = history.sightings("default", "one")
    assert after.since == before.since
    assert (after.until - before.until).total_seconds() == pytest.approx(20 * 60, abs=5)


def test_a_gap_in_the_watching_stays_one(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    around(watch, aws, minutes=20)
    first, second = history.sightings("default", "one")
    assert (second.since - first.until).total_seconds() > 19 * 60


# What one experiment, or one member of the list, can do to the others.


def no_json(handler: BaseHTTPRequestHandler) -> None:
    faults.head(handler, 5)
    handler.wfile.write(b"<html")


@pytest.mark.parametrize("poison", [no_json, faults.reset, faults.short_body, faults.no_http])
def test_a_poisonous_experiment_never_stops_the_others(
    watch: Watch, aws: ScriptedAws, poison: Any
) -> None:
    aws.writes("poison", poison)
    aws.lists(exists(aws, "one"), summary("poison"), exists(aws, "two"))
    watch.once()
    assert (recorded("one"), recorded("poison"), recorded("two")) == (["Running"], [], ["Running"])


def test_names_that_have_no_page_are_passed_over(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(summary("../../etc"), summary("x" * 200), summary(""), exists(aws, "one"))
    assert around(watch, aws) == ["one"]


@pytest.mark.parametrize(
    "odd",
    [{"CreationTime": "no time"}, {"Name": None}, {"Status": 7}, {"LastModifiedTime": 1e300}],
    ids=["odd-time", "no-name", "status-a-number", "far-time"],
)
def test_a_list_that_cannot_be_read_hides_nothing_that_is_known(
    watch: Watch, aws: ScriptedAws, odd: dict[str, Any]
) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    aws.lists(summary("odd") | odd, summary("one"))
    assert "one" in around(watch, aws, seconds=20)


# What the whole source can do.


def test_a_source_that_is_left_alone_is_not_asked(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"))
    watch.once()
    for _ in range(10):
        circuit.note("default", Problem(Kind.UNREACHABLE))
    seen: list[Progress] = []
    around(new_watch(seen), aws, seconds=5)
    assert aws.calls == []
    assert "left alone" in {progress.state for progress in seen}
    circuit.forget()
    around(watch, aws, minutes=2)
    assert described(aws) == ["one"], "it comes back"


def test_no_more_calls_are_made_than_it_takes_to_leave_a_source_alone(
    watch: Watch, aws: ScriptedAws
) -> None:
    names = [f"many-{number}" for number in range(30)]
    aws.lists(*(exists(aws, name) for name in names))
    watch.once()
    for name in names:
        aws.fails(name, "ExpiredTokenException")
    aws.listings[None] = Answer(b'{"__type":"ExpiredTokenException"}', 400)
    around(watch, aws, seconds=20)
    assert len(aws.calls) == 10


def test_retries_count_in_the_budget(aws: ScriptedAws) -> None:
    """botocore makes two calls of one that fails."""
    times: list[float] = []

    def fails(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        handler.send_response(503)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    for name in ("one", "two", "three"):
        aws.writes(name, fails)
    aws.lists(*(summary(name) for name in ("one", "two", "three")))
    new_watch(calls_per_second=2.0).once()
    assert len(times) == 6
    assert times[2] - times[1] > 0.4
    assert times[4] - times[3] > 0.4


# Watchers and readers together.


def test_a_page_that_is_being_read_makes_the_watcher_pass_over_it(
    watch: Watch, aws: ScriptedAws
) -> None:
    aws.lists(exists(aws, "read"), exists(aws, "unread"))
    watch.once()
    reads("read", seconds=18)
    assert around(watch, aws, seconds=20) == ["unread"]


def test_a_second_watcher_stands_by(watch: Watch, aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"))
    models.SourceState.objects.create(source="default", watcher="another")
    models.SourceState.objects.update(watched_until=far_away())
    seen: list[Progress] = []
    around(new_watch(seen), aws)
    assert aws.calls == []
    assert [progress.state for progress in seen] == ["standing by", "stopped"]
    assert models.SourceState.objects.get().watcher == "another"


def test_a_turn_is_given_back(watch: Watch, aws: ScriptedAws) -> None:
    watch.once()
    state = models.SourceState.objects.get(source="default")
    assert (state.watcher, state.watched_until) == ("", None)


def test_a_turn_that_was_lost_ends_the_round(aws: ScriptedAws) -> None:
    """A machine slept for so long that another one has taken over."""
    names = [f"many-{number}" for number in range(10)]
    aws.lists(*(exists(aws, name) for name in names))
    watch = new_watch()

    def lose(handler: BaseHTTPRequestHandler) -> None:
        models.SourceState.objects.update(watcher="another", watched_until=far_away())
        watch._calls.doubt()
        no_json(handler)

    aws.writes(names[2], lose)
    assert around(watch, aws) == names[:3]


def test_progress_grows_by_what_is_done(aws: ScriptedAws) -> None:
    aws.lists(exists(aws, "one"), exists(aws, "two"))
    seen: list[Progress] = []
    new_watch(seen).once()
    last = seen[-1]
    assert (last.rounds, last.listed, last.described, last.changes, last.calls) == (1, 2, 2, 2, 3)
    for before, after in pairwise(seen[1:]):
        assert before.calls <= after.calls <= before.calls + 1
