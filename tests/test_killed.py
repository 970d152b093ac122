"""kill -9 of the server and of the watcher while they write: what was shown is recorded, and what
is recorded is whole. ``make soak`` does it 200 times for each database."""

import http.client
import json
import os
import random
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
from django.db import connections

from tests.support.programs_under_fire import Deployment
from tests.support.restless_aws import restless_aws
from tests.support.scripted_aws import ScriptedAws

KILLS = int(os.environ.get("SOAK_KILLS", "10"))
NAMES = [f"restless-{number}" for number in range(40)]
SHOWN = re.compile(r'data-field="Description">(number \d+)<')
# Long enough for several answers to be written. A process that dies twice within six seconds would
# have its server give up, but the whole server is killed before it is the same one's turn again.
BETWEEN_KILLS = (0.3, 0.9)
COMES_BACK_SECONDS = 30.0


def test_nothing_that_was_shown_is_lost_and_nothing_is_torn(database_url: str) -> None:
    aws = restless_aws(NAMES)
    deployment = Deployment(aws.url, database_url)
    shown: set[tuple[str, str]] = set()
    try:
        with _readers(deployment.url, shown):
            for kill in range(KILLS):
                time.sleep(random.uniform(*BETWEEN_KILLS))
                _kill(deployment, kill)
                _comes_back(deployment, aws)
            # There may be some that nobody has happened to look at.
            for name in NAMES:
                _look(deployment.url, name)
        assert deployment.watcher.process.poll() is None, "the watcher does not start itself again"
    finally:
        deployment.end()
    with _database(database_url) as rows:
        snapshots = rows("SELECT id, name, observed, answer FROM experiments_snapshot")
        observations = rows(
            "SELECT snapshot_id, number, answer FROM experiments_observation "
            "ORDER BY snapshot_id, number"
        )
    recorded: dict[int, list[str]] = {}
    for snapshot, number, answer in observations:
        answers = recorded.setdefault(snapshot, [])
        answers.append(answer)
        assert number == len(answers), "an observation is missing"
    for snapshot, name, observed, answer in snapshots:
        # Whoever was killed at a first look leaves a row with a lease and nothing else.
        answers = recorded.setdefault(snapshot, [])
        assert observed == len(answers), f"{name}: row and history are torn"
        assert answer == (answers[-1] if answers else ""), f"{name}: row and history are torn"
    assert {name for _, name, _, _ in snapshots} == set(NAMES)
    names = {snapshot: name for snapshot, name, _, _ in snapshots}
    known = {
        (names[snapshot], json.loads(answer)["response"]["Description"])
        for snapshot, answers in recorded.items()
        for answer in answers
    }
    assert len(shown) > KILLS
    assert shown <= known, f"{len(shown - known)} answers were shown and not recorded"


def _kill(deployment: Deployment, turn: int) -> None:
    if turn % 5 == 4:
        deployment.server.kill()
        deployment.restart_server()
    elif turn % 5 == 2:
        assert deployment.server.kill_child()
    else:
        deployment.watcher.kill_child()


def _comes_back(deployment: Deployment, aws: ScriptedAws) -> None:
    """Pages are served again, and AWS is asked again, without anybody doing anything."""
    until, calls = time.monotonic() + COMES_BACK_SECONDS, len(aws.calls)
    while _look(deployment.url, NAMES[0]) is None or len(aws.calls) == calls:
        assert time.monotonic() < until, "no page is served, or AWS is not asked any more"
        time.sleep(0.1)


@contextmanager
def _readers(url: str, shown: set[tuple[str, str]]) -> Iterator[None]:
    """People who look at pages all the time, and what they were shown."""
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            name = random.choice(NAMES)
            said = _look(url, name)
            if said is None:
                time.sleep(0.05)
            elif said:
                shown.add((name, said))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        over.set()
        for reader in readers:
            reader.join()


def _look(url: str, name: str) -> str | None:
    """What the page says of this moment, "" if it says nothing, None where there is no page."""
    try:
        with urllib.request.urlopen(f"{url}/experiments/default/{name}/", timeout=10) as page:
            found = SHOWN.search(page.read().decode())
    except urllib.error.HTTPError as error:
        # A first look whose refresher was killed is told to come again.
        return "" if error.code == 503 else f"status {error.code}"
    except (OSError, http.client.HTTPException):
        return None
    return found[1] if found else ""


@contextmanager
def _database(url: str) -> Iterator[Any]:
    """A function that reads rows, in a connection beside those of the tests."""
    connections.databases["killed"] = connections.configure_settings(
        {"killed": dict(dj_database_url.parse(url)), "default": connections.databases["default"]}
    )["killed"]
    connection = connections["killed"]

    def rows(statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    try:
        if connection.vendor == "sqlite":
            assert rows("PRAGMA integrity_check") == [("ok",)]
        yield rows
    finally:
        connection.close()
        del connections["killed"]
        del connections.databases["killed"]
