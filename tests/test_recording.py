"""What is kept of an experiment, of which AWS keeps nothing: every answer that differed."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from experiments import history, models, snapshots
from experiments.domain.observation import Observation, Sighting
from experiments.refreshing import memory
from experiments.store import storage
from tests.support import faults
from tests.support.eventually import eventually, has_problem
from tests.support.later import later
from tests.support.pages import fields, parse
from tests.support.scripted_aws import ScriptedAws


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def look(name: str, **span: float) -> Any:
    """Have AWS asked, so much later than now, and see the page of that."""
    with later(**span):
        Client().post(f"{address(name)}check/")
        return Client().get(address(name))


def recorded(name: str) -> list[Observation]:
    """All observations, the oldest first."""
    return list(reversed(history.page("default", name, limit=1_000).observations))


def sightings(name: str) -> tuple[Sighting, ...]:
    return history.sightings("default", name)


def assert_whole(name: str) -> None:
    """The row and the last observation are one."""
    row = models.Snapshot.objects.get(source="default", name=name)
    last = row.observations.order_by("number").last()
    assert row.observed == row.observations.count()
    assert (row.observed, row.answer) == ((last.number, last.answer) if last else (0, ""))


@pytest.fixture
def name() -> Iterator[str]:
    """An experiment of the test's own, of which row and history fit together in the end."""
    name = f"recording-{secrets.token_hex(6)}"
    yield name
    assert_whole(name)


def test_every_changed_answer_is_recorded_and_no_other(
    scripted_aws: ScriptedAws, name: str
) -> None:
    for minute, said in enumerate(["one", "one", "two", "two", "one"]):
        scripted_aws.describes(name, Description=said)
        look(name, minutes=minute)
        assert_whole(name)
    made = recorded(name)
    assert [one.number for one in made] == [1, 2, 3]
    shown = [one.answer.response["Description"] for one in made if one.answer]
    assert shown == ["one", "two", "one"]
    # Between the last look that saw the answer before and the one that saw this.
    assert made[0].unchanged_at is None
    for before, after in pairwise(made):
        assert after.unchanged_at is not None
        assert before.seen_at <= after.unchanged_at < after.seen_at


def test_a_member_that_nobody_knows_is_a_change_too(scripted_aws: ScriptedAws, name: str) -> None:
    scripted_aws.describes(name, BrandNew={"Member": 1})
    look(name)
    scripted_aws.describes(name, BrandNew={"Member": 2})
    look(name, minutes=1)
    made = [one.answer.unmodelled for one in recorded(name) if one.answer]
    assert made == [{"BrandNew.Member": 1}, {"BrandNew.Member": 2}]


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 400), ("ExpiredTokenException", 400), ("InternalFailure", 500)],
)
def test_failures_record_nothing(
    scripted_aws: ScriptedAws, name: str, code: str, status: int
) -> None:
    scripted_aws.fails(name, code, status)
    assert look(name).status_code == 503
    assert recorded(name) == []
    scripted_aws.describes(name, Description="an answer")
    look(name, minutes=1)
    scripted_aws.fails(name, code, status)
    assert look(name, minutes=3).status_code == 200
    assert len(recorded(name)) == 1


def test_a_bad_answer_records_nothing(scripted_aws: ScriptedAws, name: str) -> None:
    scripted_aws.describes(name)
    look(name)
    for minute, body in enumerate([b"<!doctype html>", b"", b"{}", b"[]"], start=1):
        scripted_aws.says(name, body)
        look(name, minutes=minute)
    assert len(recorded(name)) == 1


def test_a_deletion_is_recorded_once(scripted_aws: ScriptedAws, name: str) -> None:
    scripted_aws.describes(name, Status="Completed")
    look(name)
    scripted_aws.fails(name, "ResourceNotFound")
    for minute in (2, 4, 6):
        assert look(name, minutes=minute).status_code == 404
        # The page of what is gone keeps its history, however often somebody looks.
        assert snapshots.current("default", name).has_history
    assert [one.gone for one in recorded(name)] == [False, True]
    # Made again under the same name, it is news.
    scripted_aws.describes(name, Status="Completed")
    assert look(name, minutes=8).status_code == 200
    assert [one.gone for one in recorded(name)] == [False, True, False]


def test_what_never_was_is_not_recorded(scripted_aws: ScriptedAws, name: str) -> None:
    for minute in (0, 2):
        assert look(name, minutes=minute).status_code == 404
    assert recorded(name) == []
    assert sightings(name) == ()


def test_a_denial_hides_what_was_recorded_and_deletes_nothing(
    scripted_aws: ScriptedAws, name: str, hanging_ends: None
) -> None:
    scripted_aws.describes(name, Description="the older answer")
    look(name)
    scripted_aws.fails(name, "AccessDeniedException")
    denied = look(name, minutes=1)
    assert denied.status_code == 403
    assert b"the older answer" not in denied.content
    assert len(recorded(name)) == 1
    # A timeout says nothing of what this portal may see, so it shows nothing of it.
    scripted_aws.writes(name, faults.reset)
    with later(minutes=3):
        page = eventually(lambda: Client().get(address(name)), has_problem("unreachable"))
        memory.forget()
        again = Client().get(address(name))
    for shown in (page, again):
        assert shown.status_code == 503
        assert b"the older answer" not in shown.content
        assert fields(parse(shown)) == {}
    scripted_aws.describes(name, Description="the older answer")
    back = look(name, minutes=6)
    assert back.status_code == 200
    assert len(recorded(name)) == 1


def test_a_status_that_goes_on_is_one_stretch(scripted_aws: ScriptedAws, name: str) -> None:
    for minute in (0, 4, 8, 12):
        scripted_aws.describes(name, Status="Running", Description=f"after {minute} minutes")
        look(name, minutes=minute)
    [stretch] = sightings(name)
    assert stretch.status.word == "Running"
    assert 11 * 60 < (stretch.until - stretch.since).total_seconds() < 13 * 60
    assert len(recorded(name)) == 4


def test_where_nobody_looked_for_more_than_five_minutes_there_is_a_gap(
    scripted_aws: ScriptedAws, name: str
) -> None:
    scripted_aws.describes(name, Status="Running")
    for minute in (0, 2, 10, 12):
        look(name, minutes=minute)
    first, second = sightings(name)
    assert 7 * 60 < (second.since - first.until).total_seconds() < 9 * 60
    assert len(recorded(name)) == 1


def test_each_status_has_its_stretch_up_to_the_next_one(
    scripted_aws: ScriptedAws, name: str
) -> None:
    for minute, status in enumerate(["Creating", "Created", "Running", "Running"]):
        scripted_aws.describes(name, Status=status)
        look(name, minutes=minute)
    seen = sightings(name)
    assert [one.status.word for one in seen] == ["Creating", "Created", "Running"]
    assert all(one.until == following.since for one, following in pairwise(seen))


def test_names_that_somebody_made_up_are_forgotten_and_what_was_recorded_is_not(
    client: Client, scripted_aws: ScriptedAws, name: str
) -> None:
    scripted_aws.describes(name)
    look(name)
    client.get(address("recording-made-up"))
    rows = models.Snapshot.objects.filter(name="recording-made-up")
    assert rows.exists()
    with later(hours=2):
        storage.made_up(datetime.now(UTC)).delete()
    assert not rows.exists()
    assert models.Snapshot.objects.filter(name=name).exists()
