"""The production server: ``python -m portal.server`` migrates, collects static files and serves.

It may be started several times from one checkout.
"""

import os
import socket
from pathlib import Path

import django
from django.db import connection
from django.template.loader import get_template

from portal import env, preparation

THREADS = 64


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings

    # After the settings, which have read the .env file.
    host, port, workers = env.serve_host(), env.serve_port(), env.workers()
    _refuse_taken_port(host, port)
    preparation.prepare(static=True)
    _compile_templates(settings.BASE_DIR / "templates")
    # What has been opened here is not for the processes that are made of this one.
    _disconnect()
    _serve(host, port, settings.URL.origin, workers)


def _compile_templates(folder: Path) -> None:
    """Once, before there are processes: a herd would have every thread of each compile them."""
    for file in sorted(folder.rglob("*.html")):
        get_template(str(file.relative_to(folder)))


def _disconnect() -> None:
    connection.close()
    if connection.vendor == "postgresql":
        # Of the pools that Django makes, its interface says nothing.
        connection.close_pool()  # type: ignore[attr-defined]


def _serve(host: str, port: int, origin: str, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # granian hands its environment on with every request, where these would be headers.
    for name in [name for name in os.environ if name.startswith("HTTP_")]:
        del os.environ[name]
    print(f"The portal serves {origin} at {host}:{port}", flush=True)
    # More threads than may wait for AWS at once, so that some are left for everything else.
    Server(
        "portal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=4 * THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        # Longer than any answer takes.
        workers_kill_timeout=9,
    ).serve()


def _refuse_taken_port(host: str, port: int) -> None:
    # granian shares a port with whoever has it already, so that two portals would take turns.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise SystemExit(
            f"HOST and PORT must be free (got {host}:{port}, {error.strerror})"
        ) from error


if __name__ == "__main__":
    main()
