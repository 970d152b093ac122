"""A database that is stopped, full or locked: whoever looks at a live experiment needs none.

All of it is tried at the same time, each on a portal of its own, because most of it is waiting.
"""

import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.eventually import eventually, shows
from tests.support.portal import environment, free_port, running_portal, wait_until_ready
from tests.support.postgresql import ThrowawayPostgresql, empty_database, throwaway_postgresql
from tests.support.programs_under_fire import Program
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import Visit, check_now, get

# The changed answer is the second one.
RECORDED = (
    "SELECT number FROM experiments_observation"
    " JOIN experiments_snapshot s ON s.id = snapshot_id WHERE s.name = 'seen' ORDER BY number"
)
# Portals that start and answer at once; more of them would keep each other from being in time.
AT_A_TIME = 3


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def see(url: str, name: str) -> Visit:
    return get(url, address(name))


def describe(aws: ScriptedAws, name: str, said: str) -> None:
    # Fresh for 3 s, so that the portal has reasons to write.
    aws.describes(name, Status="Starting", Description=said)


def assert_viewing_survives(url: str, aws: ScriptedAws, *, readable: bool = True) -> None:
    """What was seen is there soon, what is new in time, and nothing is an error.

    The table of all experiments is in the database alone, and needs one that is ``readable``.
    """
    looks = []
    until = time.monotonic() + 3
    while time.monotonic() < until:
        looks.append(see(url, "seen"))
        time.sleep(0.1)
    assert {look.status_code for look in looks} == {200}
    # Now and then one of them finds out whether the database is there.
    assert max(look.seconds for look in looks) < 4
    describe(aws, "new", "never seen before")
    new = see(url, "new")
    assert (new.status_code, shows("never seen before")(new)) == (200, True)
    assert new.seconds < 8
    assert see(url, "nobody").status_code == 404
    fleet = get(url, "/")
    assert (fleet.status_code, fleet.seconds < 4) == (200 if readable else 503, True)
    assert shows("database does not answer")(fleet) is not readable
    assert get(url, "/fleet.json").status_code == (200 if readable else 503)
    assert get(url, "/fleet/status/?seen=1").status_code == (200 if readable else 503)
    assert get(url, "/open/suggestions/?q=seen").status_code == 200
    assert get(url, "/open/?q=seen").headers["Location"] == address("seen")
    healthy = get(url, "/healthz")
    assert (healthy.status_code, healthy.seconds < 1) == (200, True)
    checked = check_now(url, address("seen"))
    assert (checked.status_code, checked.seconds < 8) == (200, True)


@contextmanager
def stopped(server: ThrowawayPostgresql) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def look_while_postgresql_is_stopped(_folder: Path) -> None:
    aws = ScriptedAws()
    with (
        throwaway_postgresql() as server,
        empty_database(server.url) as database_url,
        running_portal(aws.url, PORTAL_DATABASE_URL=database_url, PORTAL_WORKERS="2") as url,
    ):
        describe(aws, "seen", "before")
        # Often enough for each process to have it.
        assert {see(url, "seen").status_code for _ in range(20)} == {200}
        with stopped(server):
            assert_viewing_survives(url, aws, readable=False)
            assert get(url, "/readyz").status_code == 503
            describe(aws, "seen", "after")
            eventually(lambda: see(url, "seen"), shows("after"), seconds=10)
        eventually(lambda: get(url, "/readyz").status_code, lambda status: status == 200)
        numbers = eventually(lambda: _recorded(database_url, url), lambda rows: len(rows) == 2, 30)
        assert numbers == [1, 2]
        assert shows("after")(see(url, "seen"))


def _recorded(database_url: str, url: str) -> list[int]:
    assert see(url, "seen").status_code == 200
    with psycopg.connect(database_url) as connection:
        return [number for (number,) in connection.execute(RECORDED).fetchall()]


@contextmanager
def portal_on(file: Path, aws: ScriptedAws) -> Iterator[tuple[str, Program]]:
    port = free_port()
    variables = environment(
        aws.url, PORT=str(port), PORTAL_DATABASE_URL=f"sqlite:///{file}", PORTAL_WORKERS="2"
    )
    server = Program(variables, "-m", "portal.server")
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(server.process, url)
        yield url, server
    finally:
        server.end()


@contextmanager
def full_disk(server: Program) -> Iterator[None]:
    """No process of this server can make a file longer, as if there were no room for it."""
    processes = [server.process.pid, *server.children()]
    assert len(processes) > 1
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def recorded_in(file: Path, url: str) -> list[int]:
    assert see(url, "seen").status_code == 200
    with closing(sqlite3.connect(file)) as connection:
        return [number for (number,) in connection.execute(RECORDED).fetchall()]


def look_while_the_disk_is_full(folder: Path) -> None:
    aws, file = ScriptedAws(), folder / "portal.sqlite3"
    with portal_on(file, aws) as (url, server):
        describe(aws, "seen", "before")
        assert {see(url, "seen").status_code for _ in range(20)} == {200}
        with full_disk(server):
            assert_viewing_survives(url, aws)
            # It can be read, which is what the load balancer asks about.
            assert get(url, "/readyz").status_code == 200
            describe(aws, "seen", "after")
            eventually(lambda: see(url, "seen"), shows("after"), seconds=10)
        assert eventually(lambda: recorded_in(file, url), lambda rows: len(rows) == 2, 30) == [1, 2]


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody writes and does not come to an end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def portal_with_file(folder: Path) -> Iterator[tuple[str, ScriptedAws, Path]]:
    aws, file = ScriptedAws(), folder / "portal.sqlite3"
    with portal_on(file, aws) as (url, _):
        describe(aws, "seen", "before")
        assert {see(url, "seen").status_code for _ in range(20)} == {200}
        yield url, aws, file


def look_while_the_file_is_locked(folder: Path) -> None:
    with portal_with_file(folder) as (url, aws, file):
        with locked(file):
            assert_viewing_survives(url, aws)
        describe(aws, "seen", "after")
        # A thread that waits for the lock has been given twenty seconds to get it.
        assert eventually(lambda: recorded_in(file, url), lambda rows: len(rows) == 2, 30) == [1, 2]


def check_while_the_file_is_locked(folder: Path) -> None:
    with portal_with_file(folder) as (url, aws, file):
        with locked(file):
            describe(aws, "seen", "after")
            checked = check_now(url, address("seen"))
        assert checked.status_code == 200
        assert checked.seconds < 8


# The longest comes first.
OUTAGES = (
    look_while_postgresql_is_stopped,
    look_while_the_file_is_locked,
    look_while_the_disk_is_full,
    check_while_the_file_is_locked,
)


@pytest.fixture(scope="module")
def outages(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[Callable[[Path], None], "Future[None]"]]:
    with ThreadPoolExecutor(AT_A_TIME) as trying:
        yield {
            outage: trying.submit(outage, tmp_path_factory.mktemp("outage")) for outage in OUTAGES
        }


def test_viewing_goes_on_while_postgresql_is_stopped(outages: Any) -> None:
    outages[look_while_postgresql_is_stopped].result()


@pytest.mark.skipif(sys.platform != "linux", reason="another process is given limits")
def test_viewing_goes_on_while_the_disk_is_full(outages: Any) -> None:
    outages[look_while_the_disk_is_full].result()


def test_viewing_goes_on_while_the_file_is_locked(outages: Any) -> None:
    outages[look_while_the_file_is_locked].result()


def test_check_now_answers_in_time_while_the_file_is_locked(outages: Any) -> None:
    outages[check_while_the_file_is_locked].result()
