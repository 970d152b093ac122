"""The production server's processes: as many as were asked for, and none that outlives it."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.portal import REPOSITORY, environment, free_port, wait_until_ready
from tests.support.programs_under_fire import Program
from tests.support.visits import get

NO_AWS = "http://127.0.0.1:9"
WORKERS = 3


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Program, str]]:
    port = free_port()
    variables = environment(NO_AWS, PORT=str(port), PORTAL_WORKERS=str(WORKERS))
    program = Program(variables, "-m", "portal.server", own_group=True)
    yield program, f"http://127.0.0.1:{port}"
    if program.process.poll() is None:
        # Those that are still starting included, and without waiting for them to notice.
        processes = program.children()
        program.kill()
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def server(started: tuple[Program, str]) -> tuple[Program, str]:
    """One for all these tests, started again after a test that has ended it."""
    program, url = started
    if program.process.poll() is not None:
        program.start()
    wait_until_ready(program.process, url)
    eventually(program.children, lambda now: len(now) == WORKERS)
    return program, url


def running(processes: list[int]) -> list[int]:
    return [pid for pid in processes if Path(f"/proc/{pid}").exists()]


def health(url: str) -> int | None:
    """None where nobody listens yet, since the first that was ready may be the one killed."""
    try:
        return get(url, "/healthz").status_code
    except ConnectionError:
        return None


def test_it_runs_as_many_processes_as_it_is_told(server: tuple[Program, str]) -> None:
    program, _ = server
    assert len(program.children()) == WORKERS


def test_a_process_that_is_killed_is_started_again(server: tuple[Program, str]) -> None:
    program, url = server
    before = program.children()
    program.kill_child()
    eventually(program.children, lambda now: len(now) == WORKERS and now != before)
    eventually(lambda: health(url), lambda status: status == 200)


def test_its_processes_end_with_it_and_leave_its_port(server: tuple[Program, str]) -> None:
    program, _ = server
    processes = program.children()
    program.kill()
    eventually(lambda: running(processes), lambda left: not left)
    program.start()
    eventually(program.children, lambda now: len(now) == WORKERS, seconds=20)
    assert program.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_supervisor_end_all_of_it_at_once(
    server: tuple[Program, str], number: signal.Signals
) -> None:
    program, _ = server
    processes = program.children()
    # A terminal sends its signal to the whole group.
    os.killpg(program.process.pid, number)
    assert program.process.wait(12) == 0
    assert running(processes) == []


@pytest.mark.parametrize("value", ["0", "65", "two", "-1"])
def test_a_wrong_number_of_processes_stops_the_start(value: str) -> None:
    program = Program(environment(NO_AWS, PORTAL_WORKERS=value), "-m", "portal.server")
    try:
        assert program.process.wait(30) == 1
    except subprocess.TimeoutExpired:
        program.kill()
        raise


def test_servers_that_sign_people_in_differently_send_the_same_files() -> None:
    # Whoever starts and finds others in place puts its own there, under those who send them.
    digest = "import django, portal.preparation as it; django.setup(); print(it._static_digest())"
    oidc = {
        "PORTAL_LOGIN": "oidc",
        "PORTAL_OIDC_ISSUER": "https://id.example.com",
        "PORTAL_OIDC_CLIENT_ID": "portal",
        "PORTAL_OIDC_CLIENT_SECRET": secrets.token_urlsafe(30),
    }
    digests = {
        subprocess.run(
            [sys.executable, "-c", digest],
            cwd=REPOSITORY,
            env=environment(NO_AWS, DJANGO_SETTINGS_MODULE="portal.settings", **login),
            capture_output=True,
            check=True,
        ).stdout
        for login in ({}, oidc)
    }
    assert len(digests) == 1
