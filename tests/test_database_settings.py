"""PORTAL_DATABASE_URL: which databases there may be, and how the portal uses each of them."""

from pathlib import Path

import pytest

from portal import env
from tests.support.starting import start


@pytest.mark.parametrize(
    "value",
    [
        "canary",
        "mysql://me:canary@db/portal",
        "postgresql://me:canary@db:port/portal",
        "postgresql://me:canary@db",
        "oracle://me:canary@db/portal",
        "postgresql:/me:canary@db/portal",
        # Every process would have one of its own.
        "sqlite://:memory:",
        "sqlite:///:memory:",
        "sqlite://",
    ],
)
def test_a_database_of_another_kind_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", value)
    with pytest.raises(SystemExit) as refused:
        env.database(Path("/srv/portal"))
    said = str(refused.value)
    assert said.startswith("PORTAL_DATABASE_URL must be sqlite:///")
    assert "canary" not in said


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", "/srv/portal/var/portal.sqlite3"),
        ("sqlite:///data/x.sqlite3", "/srv/portal/data/x.sqlite3"),
        ("sqlite:////data/x.sqlite3", "/data/x.sqlite3"),
    ],
)
def test_a_file_of_sqlite_is_relative_to_the_repository(
    monkeypatch: pytest.MonkeyPatch, value: str, name: str
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", value)
    config = env.database(Path("/srv/portal"))
    assert str(config["NAME"]) == name
    # Writers queue instead of failing.
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert config["OPTIONS"]["timeout"] == 20
    # Opening the file for every request would cost more than the request.
    assert config["CONN_MAX_AGE"] is None


def test_postgresql_shares_few_connections_among_many_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = "postgresql://me:word@db.example.org:5433/portal?sslmode=require"
    monkeypatch.setenv("PORTAL_DATABASE_URL", address)
    config = env.database(Path("/srv/portal"))
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example.org", 5433, "portal")
    assert config["OPTIONS"]["sslmode"] == "require"
    # A pool that each request gives back to, of connections that are looked at first.
    assert config["CONN_MAX_AGE"] == 0
    assert config["CONN_HEALTH_CHECKS"] is True
    assert config["OPTIONS"]["pool"]["max_size"] <= 10
    # Nobody waits for long for one that is not there.
    assert config["OPTIONS"]["pool"]["timeout"] <= 2
    assert config["OPTIONS"]["connect_timeout"] <= 2


def test_an_address_may_say_how_long_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://me@db/portal?connect_timeout=5")
    assert int(env.database(Path("/srv/portal"))["OPTIONS"]["connect_timeout"]) == 5


MODES = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for pragma in ("journal_mode", "busy_timeout"):
        cursor.execute(f"PRAGMA {pragma}")
        print(cursor.fetchone()[0])
"""


def test_a_file_of_sqlite_has_a_log_beside_it_so_that_readers_never_wait(tmp_path: Path) -> None:
    variables = {
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    assert start(variables, "-c", MODES).output == "wal\n20000\n"
