"""What ``manage.py prune_history`` deletes, and what it never does."""

import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from experiments import history, models
from experiments.domain.answer import Answer
from experiments.refreshing import memory
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.starting import start
from tests.support.watcher import prepared, rows_of

DAY = timedelta(days=1)
MANY = 20_000


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    empty()
    memory.forget()
    yield
    empty()


def empty() -> None:
    # What links of other tests show is kept otherwise.
    models.ShareLink.objects.all().delete()
    models.Snapshot.objects.all().delete()


def kept(*days_ago: float, status: str = "Completed") -> str:
    """An experiment with an observation so many days ago each, the oldest first."""
    name, now = f"kept-{secrets.token_hex(6)}", datetime.now(UTC)
    answers = [
        Answer(description(name, Status=status, Description=f"number {number}"))
        for number in range(1, len(days_ago) + 1)
    ]
    snapshot = models.Snapshot.objects.create(
        source="default",
        name=name,
        sequence=len(days_ago),
        answer=answers[-1].to_text(),
        digest=answers[-1].digest,
        answered_at=now,
        expires_at=now + DAY,
        observed=len(days_ago),
        status=status,
        status_since=now - max(days_ago) * DAY,
        status_until=now,
    )
    models.Observation.objects.bulk_create(
        models.Observation(
            snapshot=snapshot, number=number, seen_at=now - days * DAY, answer=answer.to_text()
        )
        for number, (days, answer) in enumerate(zip(days_ago, answers, strict=True), 1)
    )
    return name


def prune(*arguments: str) -> str:
    out = StringIO()
    call_command("prune_history", *arguments, stdout=out)
    return out.getvalue()


def numbers(name: str) -> list[int]:
    """Of the observations that are left, the oldest first."""
    found = history.page("default", name, limit=1_000).observations
    return [observation.number for observation in reversed(found)]


def told(said: str) -> tuple[int, ...]:
    """Observations, sightings and names."""
    found = re.search(r"(\d+) observations and (\d+) sightings .* and (\d+) names", said)
    assert found is not None, said
    return tuple(int(number) for number in found.groups())


def test_what_is_older_than_it_has_to_be_kept_is_deleted() -> None:
    name = kept(400, 300, 200, 20, 10)
    assert told(prune("--keep-for=250", "--keep-last=1")) == (2, 0, 0)
    assert numbers(name) == [3, 4, 5]


def test_the_newest_stay_however_old_they_are() -> None:
    old, young = kept(900, 800, 700), kept(900, 2, 1)
    prune("--keep-for=30", "--keep-last=2")
    assert numbers(old) == [2, 3]
    assert numbers(young) == [2, 3]


def test_by_default_a_year_is_kept() -> None:
    name = kept(*range(400, 340, -1))
    prune()
    assert numbers(name) == list(range(37, 61))


def test_with_days_to_keep_of_zero_only_the_newest_stay() -> None:
    name = kept(3, 2, 1)
    prune("--keep-for=0", "--keep-last=1")
    assert numbers(name) == [3]


def test_a_dry_run_says_the_same_and_deletes_nothing() -> None:
    name = kept(400, 300, 200)
    sighted(name, 400, 399)
    made_up(hours_ago=2)
    dry = prune("--keep-for=100", "--keep-last=1", "--dry-run")
    assert numbers(name) == [1, 2, 3]
    assert models.Sighting.objects.count() == 1
    assert models.Snapshot.objects.count() == 2
    done = prune("--keep-for=100", "--keep-last=1")
    assert told(dry) == told(done) == (2, 1, 1)
    assert dry.startswith("Would delete ")
    assert done.startswith("Deleted ")
    assert told(prune("--keep-for=100", "--keep-last=1")) == (0, 0, 0)


def test_stretches_of_a_status_that_ended_long_ago_are_deleted() -> None:
    name = kept(10)
    sighted(name, 500, 400)
    sighted(name, 400, 300)
    prune("--keep-for=365")
    old, now = history.sightings("default", name)
    assert (old.until - old.since) == 100 * DAY
    assert now.status.word == "Completed"


def test_names_that_somebody_made_up_are_forgotten() -> None:
    made_up(hours_ago=2)
    crashed, given_back = made_up(hours_ago=2), made_up(hours_ago=2)
    models.Snapshot.objects.filter(name__in=[crashed, given_back]).update(expires_at=None)
    models.Snapshot.objects.filter(name=crashed).update(lease_until=datetime.now(UTC) - DAY)
    young, asked = made_up(hours_ago=0.5), made_up(hours_ago=2)
    models.Snapshot.objects.filter(name=asked).update(lease_until=datetime.now(UTC) + DAY)
    assert told(prune()) == (0, 0, 3)
    assert set(models.Snapshot.objects.values_list("name", flat=True)) == {young, asked}


def test_what_is_gone_in_aws_is_kept() -> None:
    name = kept(900, 800)
    models.Snapshot.objects.update(digest="", answered_at=None, expires_at=None)
    prune("--keep-for=1", "--keep-last=1")
    assert numbers(name) == [2]


def test_the_numbers_go_on_and_the_page_stays(scripted_aws: ScriptedAws) -> None:
    name = kept(900, 800, 700)
    prune("--keep-for=1", "--keep-last=1")
    address = f"/experiments/default/{name}/"
    assert "number 3" in Client().get(address).content.decode()
    scripted_aws.describes(name, Status="Completed", Description="number 4")
    models.Snapshot.objects.filter(name=name).update(expires_at=datetime.now(UTC) - DAY)
    memory.forget()
    Client().get(address)
    until = time.monotonic() + 5
    while numbers(name) != [3, 4]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "number 4" in Client().get(address).content.decode()


def test_what_is_left_can_be_read_and_compared() -> None:
    name = kept(900, 800, 700, 2)
    prune("--keep-for=1", "--keep-last=2")
    address, visitor = f"/experiments/default/{name}", Client()
    assert f"{address}/history/3/" in visitor.get(f"{address}/history/").content.decode()
    assert "number 3" in visitor.get(f"{address}/history/3/").content.decode()
    assert visitor.get(f"{address}/history/2/").status_code == 404
    compared = visitor.get(f"{address}/compare/?older=3&newer=4")
    assert compared.status_code == 200
    assert "number 3" in compared.content.decode()
    assert "number 4" in compared.content.decode()


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("--keep-last=0", "--keep-last must be 1 to 1000000 (got 0)"),
        ("--keep-last=-1", "--keep-last must be 1 to 1000000 (got -1)"),
        (f"--keep-last={10**30}", f"--keep-last must be 1 to 1000000 (got {10**30})"),
        ("--keep-for=-1", "--keep-for must be 0 to 36500 days (got -1)"),
        ("--keep-for=99999999999", "--keep-for must be 0 to 36500 days (got 99999999999)"),
        ("--keep-for=a-year", "argument --keep-for: invalid int value: 'a-year'"),
    ],
)
def test_a_bad_argument_is_told_and_nothing_is_deleted(argument: str, complaint: str) -> None:
    name = kept(9_000, 8_000)
    with pytest.raises(CommandError, match=re.escape(complaint)):
        prune(argument)
    assert numbers(name) == [1, 2]


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    password = secrets.token_hex(8)
    url = f"postgresql://portal:{password}@127.0.0.1:9/portal"
    ended = start({"PORTAL_DATABASE_URL": url}, "manage.py", "prune_history")
    assert ended.code == 1
    assert (
        ended.error.strip().splitlines()[-1].startswith("CommandError: The database cannot be used")
    )
    assert "Traceback" not in ended.error
    assert password not in ended.error


def test_others_write_while_very_much_is_deleted(database_url: str) -> None:
    variables = prepared("http://127.0.0.1:9", database_url)
    longest, stop, began = [0.0], threading.Event(), datetime.now(UTC)
    with rows_of(database_url) as connection:
        alias = connection.alias
        snapshot = models.Snapshot.objects.using(alias).create(
            source="default", name="much", observed=MANY, expires_at=began
        )
        models.Observation.objects.using(alias).bulk_create(
            (
                models.Observation(
                    snapshot=snapshot, number=number, seen_at=began - 900 * DAY, answer="x" * 500
                )
                for number in range(1, MANY + 1)
            ),
            batch_size=2_000,
        )
        pruning = subprocess.Popen(
            [sys.executable, "manage.py", "prune_history"],
            cwd=REPOSITORY,
            env=variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        while pruning.poll() is None and not stop.wait(0.005):
            before = time.monotonic()
            models.Snapshot.objects.using(alias).filter(name="much").update(checked_at=began)
            longest.append(time.monotonic() - before)
        assert pruning.stdout is not None
        said = pruning.stdout.read()
        pruning.stdout.close()
        left = models.Observation.objects.using(alias).order_by("number")
        assert told(said) == (MANY - 20, 0, 0)
        assert list(left.values_list("number", flat=True)) == list(range(MANY - 19, MANY + 1))
    assert len(longest) > 50, "too few writes to tell"
    assert max(longest) < 1.5


def sighted(name: str, since_days: float, until_days: float) -> None:
    now = datetime.now(UTC)
    models.Sighting.objects.create(
        snapshot=models.Snapshot.objects.get(name=name),
        status="Running",
        since=now - since_days * DAY,
        until=now - until_days * DAY,
    )


def made_up(hours_ago: float) -> str:
    name = f"made-up-{secrets.token_hex(6)}"
    asked = datetime.now(UTC) - timedelta(hours=hours_ago)
    models.Snapshot.objects.create(
        source="default", name=name, problem="not-found", expires_at=asked
    )
    return name
