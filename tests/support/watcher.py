"""The watcher as an operator runs it, and what it is told about experiments."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.support.eventually import eventually
from tests.support.portal import REPOSITORY, environment
from tests.support.programs_under_fire import Program
from tests.support.scripted_aws import ScriptedAws

MODIFIED = 1_790_000_000
STARTING_SECONDS = 20.0


def summary(name: str, status: str = "Running", **members: Any) -> dict[str, Any]:
    """What a list says of an experiment; None removes a member."""
    body: dict[str, Any] = {
        "Name": name,
        "Type": "ShadowMode",
        "Status": status,
        "CreationTime": MODIFIED,
        "LastModifiedTime": MODIFIED,
        "RoleArn": "arn:aws:iam::123456789012:role/test",
    } | members
    return {member: value for member, value in body.items() if value is not None}


def exists(aws: ScriptedAws, name: str, status: str = "Running", **members: Any) -> dict[str, Any]:
    """Let AWS describe an experiment; returns what its list says of it."""
    aws.describes(name, Status=status, LastModifiedTime=MODIFIED, **members)
    return summary(name, status)


def lists_made(aws: ScriptedAws) -> int:
    return sum(operation == "ListInferenceExperiments" for operation, _ in aws.calls)


def described(aws: ScriptedAws) -> list[str]:
    """The names in the order of the calls."""
    return [arguments["Name"] for operation, arguments in aws.calls if "Describe" in operation]


class Watcher(Program):
    """``manage.py watch`` with what it logs; ``variables`` need to be prepared."""

    def __init__(self, variables: dict[str, str], *arguments: str) -> None:
        handle, file = tempfile.mkstemp(prefix="watcher-", suffix=".log")
        os.close(handle)
        self._log = Path(file)
        super().__init__(variables, "manage.py", "watch", *arguments)

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=REPOSITORY,
                env=self._variables,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def log(self) -> str:
        return self._log.read_text()

    def kill_all(self) -> None:
        """As a machine that is switched off does it."""
        children = self.children()
        self._process.kill()
        for child in children:
            os.kill(child, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        if self._process.poll() is None:
            self.end()
        self._log.unlink()


def prepared(aws_url: str, database_url: str, **variables: str) -> dict[str, str]:
    """The variables of programs in front of a database of this version."""
    variables = (
        environment(aws_url, PORTAL_DATABASE_URL=database_url, PORTAL_CALLS_PER_SECOND="100")
        | variables
    )
    if database_url.startswith("sqlite:///"):
        shutil.copy(_empty_database(), database_url.removeprefix("sqlite:///"))
    else:
        _prepare(variables)
    return variables


@cache
def _empty_database() -> Path:
    variables = environment("http://127.0.0.1:9")
    _prepare(variables)
    return Path(variables["PORTAL_DATABASE_URL"].removeprefix("sqlite:///"))


def _prepare(variables: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "portal.preparation"], cwd=REPOSITORY, env=variables, check=True
    )


@contextmanager
def watching(variables: dict[str, str], *arguments: str) -> Iterator[Watcher]:
    watcher = Watcher(variables, *arguments)
    try:
        yield watcher
    finally:
        watcher.close()


def log_has(watcher: Watcher, words: str, seconds: float = STARTING_SECONDS) -> None:
    eventually(watcher.log, lambda log: words in log, seconds)


@contextmanager
def rows_of(url: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection to the database of other programs, beside that of the tests.

    ``Model.objects.using(connection.alias)`` reads and writes there.
    """
    alias = "watched"
    configured = connections.configure_settings(
        {alias: dict(dj_database_url.parse(url)), "default": connections.databases["default"]}
    )
    connections.databases[alias] = configured[alias]
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process ends in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
