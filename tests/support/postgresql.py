"""A PostgreSQL server of the tests' own: on a loopback port, in a temporary folder, gone after.

    with throwaway_postgresql() as server, empty_database(server.url) as url:
        ...

Where the tests run as root, the server runs as ``postgres``, since it refuses to be root.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.programs import POSTGRESQL, postgresql, require
from tests.support.portal import free_port

# The test process holds the other end of this pipe. It says when the server is to stop; when it
# ends without a word, because somebody killed it, nobody else is left to delete the folder.
UNTIL_THE_PIPE_ENDS = """
"$@" </dev/null &
read word
kill -INT $!
wait $!
test -n "$word" || rm -rf "$PWD"
"""
SETTINGS = {
    # What a crash of the machine would cost is nobody's loss.
    "fsync": "off",
    "full_page_writes": "off",
    # Several portals, each with as many threads as it serves with.
    "max_connections": "400",
    "listen_addresses": "127.0.0.1",
}
STARTING_SECONDS = 30


class ThrowawayPostgresql:
    """A server that can be stopped and started again, with all that is in it, at one address.

    ``url`` names its database ``postgres``, from which others are made (``new_database``).
    """

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs, self._folder, self._port = programs, folder, port
        self._log = folder / "log"
        # Whoever else is on this machine must not become a superuser of it.
        self._password = secrets.token_urlsafe(20)
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Begin to serve, and return when it does. Nothing happens if it serves already."""
        if self._process is not None:
            return
        settings = SETTINGS | {
            "port": str(self._port),
            "unix_socket_directories": str(self._folder),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [str(self._programs / "postgres"), "-D", str(self._folder / "data"), *options]
        with self._log.open("ab") as log:
            self._process = self._run(["sh", "-c", UNTIL_THE_PIPE_ENDS, "sh", *server], log)
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Cut every connection and refuse new ones, until ``start``."""
        if self._process is not None:
            self._process.communicate(b"stop\n", STARTING_SECONDS)
        self._process = None

    def _initialise(self) -> None:
        owner = _owner()
        if owner is not None:
            shutil.chown(self._folder, owner, owner)
        password = self._folder / "password"
        password.write_text(self._password)
        initdb = [
            str(self._programs / "initdb"),
            f"--pgdata={self._folder / 'data'}",
            f"--pwfile={password}",
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        with self._log.open("ab") as log:
            initialising = self._run(initdb, log)
        initialising.communicate()
        assert initialising.returncode == 0, self._log.read_text()

    def _run(self, command: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=self._folder,
            # PGPORT, PGDATA and the like are about another server.
            env={name: os.environ[name] for name in os.environ if not name.startswith("PG")},
            user=_owner(),
            group=_owner(),
            extra_groups=None if _owner() is None else [],
            # A Ctrl-C is for the tests, which then close the pipe.
            start_new_session=True,
        )

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise AssertionError(self._log.read_text())


def _owner() -> str | None:
    """Whom the server belongs to, where that cannot be ourselves; its packages bring this user."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def throwaway_postgresql() -> Iterator[ThrowawayPostgresql]:
    """Serve inside the block. Without the programs, a skip; where ``CI=true``, a failure."""
    programs = Path(require(postgresql(), POSTGRESQL))
    # Everybody may pass through /tmp, while a TMPDIR can be inside of root's home.
    with tempfile.TemporaryDirectory(
        prefix="postgresql-", dir="/tmp" if _owner() else None, ignore_cleanup_errors=True
    ) as folder:
        server = ThrowawayPostgresql(programs, Path(folder), free_port())
        try:
            server.start()
            yield server
        finally:
            server.stop()


def new_database(server_url: str) -> str:
    """Make an empty database of a new name; returns its address."""
    name = f"portal_{secrets.token_hex(6)}"
    _execute(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


def drop_database(url: str) -> None:
    """Delete a database that ``new_database`` made, whoever is still connected to it."""
    parts = urlsplit(url)
    name = sql.Identifier(parts.path.removeprefix("/"))
    _execute(
        parts._replace(path="/postgres").geturl(),
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name),
    )


@contextmanager
def empty_database(server_url: str) -> Iterator[str]:
    """A new database inside the block; yields its address."""
    url = new_database(server_url)
    try:
        yield url
    finally:
        drop_database(url)


def _execute(url: str, command: sql.Composed) -> None:
    # Databases are made and dropped outside of transactions.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
