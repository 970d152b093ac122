"""What has to be in place before anything of the portal runs: checked settings, a database of this
version, static files. ``python -m portal.preparation`` is for what serves no pages.

What several programs of one checkout prepare is prepared by one at a time, and static files that
are already in place are left alone, since another server may be sending them.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError, connection


def prepare(*, static: bool) -> None:
    """Raises SystemExit with a line that says what is wrong."""
    from django.conf import settings

    with _one_at_a_time(settings.BASE_DIR / "var" / "prepare.lock"):
        _check()
        _migrate()
        if static:
            _collect_static(settings.STATIC_ROOT)


def _check() -> None:
    serious = [message for message in run_checks() if message.is_serious()]
    if serious:
        lines = (f"{message.msg} {message.hint or ''}".strip() for message in serious)
        raise SystemExit("\n".join(lines))


def _take_time() -> None:
    """A migration may take longer than a page."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def _migrate() -> None:
    try:
        _take_time()
        call_command("migrate", verbosity=0, interactive=False)
        # Sessions that nobody can use any more, which nothing else takes away.
        call_command("clearsessions")
    except OperationalError as error:
        # The driver's message can hold the address with its password, so only its kind is told.
        raise SystemExit(
            "PORTAL_DATABASE_URL must be a database that can be opened "
            f"(got {type(error).__name__} from one whose address is not repeated here)"
        ) from None


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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    prepare(static=False)
