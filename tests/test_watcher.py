"""The watcher as a program: its processes, its turns and its signals, on both databases."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from experiments import models
from tests.support import faults
from tests.support.eventually import eventually
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws
from tests.support.watcher import (
    STARTING_SECONDS,
    Watcher,
    described,
    exists,
    gone,
    lists_made,
    log_has,
    prepared,
    rows_of,
    watching,
)

pytestmark = pytest.mark.usefixtures("hanging_ends")
NAMES = [f"watched-{number}" for number in range(5)]


@pytest.fixture
def aws() -> ScriptedAws:
    """Five experiments that run, of which each is fresh for 15 s."""
    aws = ScriptedAws()
    aws.lists(*(exists(aws, name) for name in NAMES))
    return aws


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'portal.sqlite3'}"


def has_looked(aws: ScriptedAws, names: list[str] = NAMES) -> None:
    """Wait for the first round to end."""
    eventually(lambda: set(described(aws)), lambda seen: seen >= set(names), STARTING_SECONDS)


def ended(watcher: Watcher) -> tuple[int, float]:
    """The exit code after SIGTERM, and how long it took."""
    began = time.monotonic()
    return watcher.end(), time.monotonic() - began


def test_it_records_what_nobody_is_looking_at_until_it_is_told_to_end(
    aws: ScriptedAws, database_url: str
) -> None:
    with watching(prepared(aws.url, database_url)) as watcher:
        log_has(watcher, "default: round 1, waiting, 5 of 5 described, 5 changes")
        calls, lines = len(aws.calls), watcher.log().count("\n")
        (child,) = watcher.children()
        # A second round would be described only by what it changes.
        with rows_of(database_url) as connection:
            rows = models.Snapshot.objects.using(connection.alias)
            assert list(rows.values_list("observed", flat=True)) == [1] * 5
            assert models.Observation.objects.using(connection.alias).count() == 5
        assert calls == 6
        code, seconds = ended(watcher)
        assert code == 0
        assert seconds < 3
        assert gone(child)
        assert "Stopped watching" in watcher.log()
        assert "Traceback" not in watcher.log()
        assert lines < 10
        with rows_of(database_url) as connection:
            state = models.SourceState.objects.using(connection.alias).get()
            assert (state.watcher, state.watched_until) == ("", None)


def test_once_ends_by_itself(aws: ScriptedAws, sqlite: str) -> None:
    with watching(prepared(aws.url, sqlite), "--once") as watcher:
        assert watcher.process.wait(STARTING_SECONDS) == 0
        assert sorted(described(aws)) == NAMES
        assert watcher.children() == []
        assert "Stopped watching" in watcher.log()


def test_once_ends_by_itself_where_nobody_answers(sqlite: str) -> None:
    with watching(prepared("http://127.0.0.1:9", sqlite), "--once") as watcher:
        assert watcher.process.wait(STARTING_SECONDS) == 0


def test_several_watchers_make_the_calls_of_one(aws: ScriptedAws, database_url: str) -> None:
    variables = prepared(aws.url, database_url)
    with watching(variables) as one, watching(variables) as two:
        eventually(
            lambda: one.log() + two.log(),
            lambda log: "round 1, waiting" in log and "standing by" in log,
            STARTING_SECONDS,
        )
        assert sorted(described(aws)) == NAMES
        assert lists_made(aws) == 1
        first, second = (one, two) if "round 1" in one.log() else (two, one)
        assert ended(first)[0] == 0
        eventually(lambda: lists_made(aws), lambda lists: lists == 2, 5)
        assert sorted(described(aws)) == NAMES, "what is fresh is not asked for again"
        log_has(second, "round 1, waiting")


def test_another_takes_over_from_one_that_was_killed(aws: ScriptedAws, sqlite: str) -> None:
    variables = prepared(aws.url, sqlite)
    with watching(variables) as one:
        log_has(one, "round 1, waiting")
        with watching(variables) as two:
            log_has(two, "standing by")
            one.kill_all()
            with rows_of(sqlite) as connection:
                states = models.SourceState.objects.using(connection.alias)
                until = states.get().watched_until
                assert until is not None
                assert timedelta(0) < until - datetime.now(UTC) < timedelta(seconds=31)
                # As if that time were over.
                states.update(watched_until=datetime.now(UTC))
            log_has(two, "round 1, waiting", 5)
            assert lists_made(aws) == 2


def test_a_worker_that_is_killed_is_started_again(aws: ScriptedAws, sqlite: str) -> None:
    with watching(prepared(aws.url, sqlite)) as watcher:
        has_looked(aws)
        (child,) = watcher.children()
        os.kill(child, signal.SIGKILL)
        log_has(watcher, "Killed by signal 9; it starts again in 1 s")
        (again,) = eventually(watcher.children, bool)
        assert again != child
        assert ended(watcher)[0] == 0
        assert gone(again)


def test_a_worker_ends_with_its_supervisor(aws: ScriptedAws, sqlite: str) -> None:
    with watching(prepared(aws.url, sqlite)) as watcher:
        has_looked(aws)
        (child,) = watcher.children()
        watcher.kill()
        assert gone(child)
        log_has(watcher, "Stopped watching", 5)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.8])
def test_a_signal_at_the_start_ends_it_too(aws: ScriptedAws, sqlite: str, seconds: float) -> None:
    with watching(prepared(aws.url, sqlite)) as watcher:
        time.sleep(seconds)
        children = watcher.children()
        code, took = ended(watcher)
        # Python itself may not have been ready to listen.
        assert code in {0, -signal.SIGTERM}
        assert took < 5
        assert all(gone(child) for child in children)
        assert "Traceback" not in watcher.log()


def test_ctrl_c_ends_it_within_the_call_that_is_under_way(aws: ScriptedAws, sqlite: str) -> None:
    aws.writes(NAMES[0], faults.hang)
    with watching(prepared(aws.url, sqlite)) as watcher:
        eventually(lambda: aws.calls_for(NAMES[0]), bool, STARTING_SECONDS)
        (child,) = watcher.children()
        began = time.monotonic()
        watcher.process.send_signal(signal.SIGINT)
        assert watcher.process.wait(20) == 0
        # Seven seconds for the call; the machine may be busy.
        assert time.monotonic() - began < 12
        assert gone(child)
        assert described(aws) == [NAMES[0]] * len(described(aws)), "nothing new is begun"


def test_a_terminal_has_one_line_that_is_drawn_again(aws: ScriptedAws, sqlite: str) -> None:
    ours, theirs = pty.openpty()
    variables = prepared(aws.url, sqlite) | {"COLUMNS": "60"}
    program = subprocess.Popen(
        [sys.executable, "manage.py", "watch"],
        cwd=REPOSITORY,
        env=variables,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        has_looked(aws)
        time.sleep(1.5)
        program.terminate()
        shown = b"".join(_read(ours)).decode()
        assert program.wait(10) == 0
    finally:
        program.kill()
        os.close(ours)
    drawn = re.findall(r"\r\x1b\[K(default: [^\r\n]*)", shown)
    assert len(drawn) >= 3
    assert "default: round 1, waiting, 5 of 5 described, 5 changes" in drawn
    assert "default: round 1, stopped" in drawn[-1]
    assert all(len(line) < 60 for line in drawn)
    # Log lines begin where the drawn one did, and none says what the drawn one says.
    lines = [line.rpartition("\x1b[K")[2] for line in shown.split("\r\n")]
    assert len([line for line in lines if "default: round" in line]) == 1
    assert len([line for line in lines if re.match(r"\d{4}-.* observation 1, Running", line)]) == 5


def _read(terminal: int) -> Iterator[bytes]:
    """All that is written to a terminal, until nobody holds its other end."""
    while True:
        try:
            written = os.read(terminal, 65536)
        except OSError:
            return
        if not written:
            return
        yield written
