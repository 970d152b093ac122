"""A fleet of any size in a database: ``python -m bench.entries SIZE`` enters it as a watcher would.

On every endpoint one experiment runs, and the others ended one after another over two years. Fifty
of those that run need attention, whatever the size, so that a first page has the same rows. They
are spread over three sources.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tests.support.portal import REPOSITORY, environment, new_database, running_portal

# No source is asked while somebody else watches it.
NOWHERE = "http://127.0.0.1:9"
SOURCES = ("blue", "green", "red")
ON_AN_ENDPOINT = 20
# As many endpoints have a variant that is not in service; they fill a page of the table.
TROUBLED = 50
TWO_YEARS = timedelta(days=730)
WINDOW = timedelta(days=10)
LETTERS = 200
AT_A_TIME = 500
AREAS = ("checkout", "search", "feed", "fraud", "pricing", "support", "ads", "mail")
TASKS = ("ranker", "embedder", "scorer", "classifier", "summariser", "forecast", "router")


@contextmanager
def portal(database: str) -> Iterator[str]:
    """The address of a server of one process in front of a database that was filled."""
    with running_portal(NOWHERE, None, **_variables(database)) as url:
        yield url


@cache
def embedded(size: int) -> str:
    """The address of an embedded database with so many experiments."""
    return fill(new_database(), size)


def fill(database: str, size: int) -> str:
    """Enter so many, in a process that has Django's settings; returns the database's address."""
    variables = environment(NOWHERE, **_variables(database))
    for command in (("portal.preparation",), ("bench.entries", str(size))):
        subprocess.run([sys.executable, "-m", *command], cwd=REPOSITORY, env=variables, check=True)
    return database


def _variables(database: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PORTAL_DATABASE_URL": database,
        "PORTAL_SOURCES": _sources_file(),
        "PORTAL_WORKERS": "1",
    }


@cache
def _sources_file() -> str:
    file = Path(_folder().name) / "sources.toml"
    file.write_text("".join(f'[sources.{name}]\nregion = "eu-west-1"\n' for name in SOURCES))
    return str(file)


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="fleet-")


def name(number: int) -> str:
    area, task = AREAS[number % len(AREAS)], TASKS[number // 3 % len(TASKS)]
    return f"{area}-{task}-v{number % 19}-{number:05}"


def _enter(size: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from experiments.domain.fleet.attention import Kind, Trouble
    from experiments.domain.fleet.entry import Entry
    from experiments.models import FleetEntry
    from experiments.store import catalogue
    from experiments.watching import turns

    now = datetime.now(UTC)
    endpoints = max(TROUBLED, size // ON_AN_ENDPOINT)

    def entry(number: int) -> Entry:
        place, endpoint = divmod(number, endpoints)
        start = now - TWO_YEARS / ON_AN_ENDPOINT * place - timedelta(hours=5 + endpoint % 90)
        running = place == 0
        troubled = running and endpoint < TROUBLED
        return Entry(
            source=SOURCES[endpoint % len(SOURCES)],
            name=name(number),
            status="Running" if running else "Completed",
            type="ShadowMode",
            description=f"{name(number)} against the one before it. ".ljust(LETTERS, "x"),
            start_at=start,
            end_at=start + WINDOW,
            created_at=start,
            modified_at=start if running else start + WINDOW,
            completed_at=None if running else start + WINDOW,
            described=True,
            account="123456789012",
            endpoint=f"{AREAS[endpoint % len(AREAS)]}-{endpoint:04}",
            endpoint_status="InService",
            production_model=f"model-{number - 1:05}",
            shadow_model=f"model-{number:05}",
            sampling=number % 100,
            troubles=(Trouble(Kind.VARIANTS, "A variant is Deleting"),) if troubled else (),
        ).judged()

    entries = [entry(number) for number in range(size)]
    for source in SOURCES:
        catalogue.begin(source, now)
        # As if a watcher were at work, so that no page begins a round of its own.
        turns.take(source, "bench", now + timedelta(days=1))
    # One description after another, as a watcher enters them, would take half a minute.
    FleetEntry.objects.bulk_create(
        [
            FleetEntry(
                **{column: getattr(one, column) for column in catalogue.COLUMNS},
                troubles=json.dumps([[each.kind, each.words] for each in one.troubles]),
                folded_name=one.name.lower(),
                haystack=one.haystack,
                seen_at=now,
            )
            for one in entries
        ],
        batch_size=AT_A_TIME,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Its autovacuum does so by itself, within a minute after as many rows have come.
            cursor.execute(f"VACUUM ANALYZE {FleetEntry._meta.db_table}")
    for source in SOURCES:
        names = {one.name for one in entries if one.source == source}
        # A list of any size is due so long after it was read, which is to be the same for all.
        catalogue.finish(source, names, now, now + timedelta(days=1))


if __name__ == "__main__":
    _enter(int(sys.argv[1]))
