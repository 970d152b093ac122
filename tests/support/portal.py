"""The production server in a process of its own, as an operator starts it."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def new_database() -> str:
    """An embedded database that nobody has used; it goes with this process."""
    file = Path(_databases().name) / f"{secrets.token_hex(8)}.sqlite3"
    return f"sqlite:///{file}"


@cache
def _databases() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="portal-", ignore_cleanup_errors=True)


def environment(aws_url: str, **variables: str) -> dict[str, str]:
    """The variables of a portal in front of ``aws_url``, and none of the machine's own account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PORTAL_", "DJANGO_"))
    }
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PORTAL_ENV_FILE": "",
        "PORTAL_LOGIN": "off",
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_DATABASE_URL": new_database(),
        **variables,
    }


@contextmanager
def running_portal(aws_url: str, port: int | None = None, **variables: str) -> Iterator[str]:
    """Serve on a free port (or ``port``) inside the block; yields the address."""
    port = port or free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.server"],
        cwd=REPOSITORY,
        env=environment(aws_url, PORT=str(port), **variables),
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def wait_until_ready(server: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AssertionError(f"the portal ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the portal did not get ready within 60 s")
