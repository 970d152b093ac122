"""What all tests share: an AWS that says what it is told, and the environment in front of it.

The portal reads its AWS settings from the environment, so the scripted endpoint is there before
Django's settings are.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.support import faults
from tests.support.portal import environment
from tests.support.postgresql import (
    ThrowawayPostgresql,
    empty_database,
    throwaway_postgresql,
)
from tests.support.scripted_aws import ScriptedAws

_scripted_aws = ScriptedAws()
for _name in [name for name in os.environ if name.startswith(("AWS_", "PORTAL_"))]:
    # The workers of a run on another database read its address after this.
    if _name != "PORTAL_TEST_DATABASE_URL":
        del os.environ[_name]
os.environ.update(environment(_scripted_aws.url))

# No deadline, because an example that asks AWS takes as long as the machine is busy.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "fuzz", settings.get_profile("suite"), derandomize=False, max_examples=10_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "same_on_any_database: what it asserts comes of no database, or of one of its own",
    )
    # Pages are tested without collectstatic, so a fresh checkout has no folder of its files.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database, run what uses the tests' own; the rest says nothing new there."""
    if "PORTAL_TEST_DATABASE_URL" not in os.environ:
        return
    # The demo's tests call a client of AWS by the same name as Django's.
    chosen = [
        item
        for item in items
        if {"client", "scripted_aws"} & set(getattr(item, "fixturenames", ()))
        and "sagemaker" not in getattr(item, "fixturenames", ())
        and not {"hypothesis", "same_on_any_database"} & set(item.keywords)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session", autouse=True)
def _database(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """One database for all tests, open to the portal's threads: no test is undone by a rollback,
    so tests use names of their own."""
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False)
        yield
        from experiments.people import identity

        identity.stop_watching()
        connections.close_all()
        _end_other_sessions()
        teardown_databases(created, verbosity=0)


def _end_other_sessions() -> None:
    """PostgreSQL drops no database that a thread which is still looking has open."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture(autouse=True)
def _source_answers() -> Iterator[None]:
    """No failure of one test counts in the next one."""
    yield
    # Importable only once pytest-django has set Django up, which is after this file is read.
    from experiments import models
    from experiments.refreshing import circuit
    from experiments.views import rendering
    from experiments.watching import on_demand

    on_demand.stop()
    # The revisions of the sources begin anew.
    rendering.forget()
    models.SourceReading.objects.all().delete()
    models.SourceState.objects.all().delete()
    circuit.forget()


@pytest.fixture
def hanging_ends() -> Iterator[None]:
    """What hangs in a test (tests.support.faults) hangs no longer than the test."""
    faults.over.clear()
    yield
    faults.over.set()


@pytest.fixture(scope="session")
def scripted_aws() -> ScriptedAws:
    """The endpoint that the Django test client's portal asks. Tests use names of their own."""
    return _scripted_aws


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[ThrowawayPostgresql]:
    """A server for all tests that ask for one; a test that stops it needs a server of its own."""
    with throwaway_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The PORTAL_DATABASE_URL of an empty database: the test runs on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'portal.sqlite3'}"
        return
    server: ThrowawayPostgresql = request.getfixturevalue("postgresql_server")
    with empty_database(server.url) as url:
        yield url
