"""The production server: ``python -m portal.server`` migrates, collects static files and serves.

It may be started several times from one checkout. What all of them prepare is prepared by one at
a time, and static files that are already in place are left alone, since another server may be
sending them.
"""

import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError

from portal import env

THREADS = 64


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings

    # After the settings, which have read the .env file.
    host, port = env.serve_host(), env.serve_port()
    _refuse_taken_port(host, port)
    with _one_at_a_time(settings.BASE_DIR / "var" / "prepare.lock"):
        _check()
        _migrate()
        _collect_static(settings.STATIC_ROOT)
    _serve(host, port, settings.URL.origin)


def _check() -> None:
    serious = [message for message in run_checks() if message.is_serious()]
    if serious:
        lines = (f"{message.msg} {message.hint or ''}".strip() for message in serious)
        raise SystemExit("\n".join(lines))


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        # The driver's message can hold the address with its password, so only its kind is told.
        raise SystemExit(
            "PORTAL_DATABASE_URL must be a database that can be opened "
            f"(got {type(error).__name__} from one whose address is not repeated here)"
        ) from None


def _serve(host: str, port: int, origin: str) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    print(f"The portal serves {origin} at {host}:{port}", flush=True)
    # One process, because what the portal knows of an experiment is in the memory of a process.
    # More threads than may wait for AWS at once, so that some are left for everything else.
    Server(
        "portal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=4 * THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
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


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _collect_static(root: Path) -> None:
    stamp, digest = root.parent / f"{root.name}.sha256", _static_digest()
    if stamp.exists() and stamp.read_text() == digest and root.is_dir():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest)


def _static_digest() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(path) as file:
                digest.update(path.encode() + b"\0" + file.read())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
