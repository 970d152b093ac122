"""What a process learns while the row cannot be written counts, and is written when it can be."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.eventually import eventually, has_problem
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import check_now, get


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[str, ScriptedAws, Path]]:
    aws, file = ScriptedAws(), tmp_path / "portal.sqlite3"
    # One process, since another one would have to find out for itself.
    database = f"sqlite:///{file}"
    with running_portal(aws.url, PORTAL_DATABASE_URL=database, PORTAL_WORKERS="1") as url:
        yield url, aws, file


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def recorded(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT answer FROM experiments_observation ORDER BY number")
        return [answer for (answer,) in rows]


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("ResourceNotFound", 404, "not-found"), ("AccessDeniedException", 403, "access-denied")],
)
def test_a_definite_answer_counts_although_it_cannot_be_stored(
    portal: tuple[str, ScriptedAws, Path], code: str, status: int, kind: str
) -> None:
    url, aws, file = portal
    page = "/experiments/default/told/"
    # Its row says that nobody need ask for an hour.
    aws.describes("told", Status="Completed", Description="the older answer")
    assert get(url, page).status_code == 200
    aws.fails("told", code)
    with locked(file):
        assert has_problem(kind)(check_now(url, page))
        assert get(url, page).status_code == status
        if kind == "access-denied":
            for path in (f"{page}history/", f"{page}history/1/"):
                assert b"the older answer" not in get(url, path).content
    # Nor does the row's older answer come back while AWS is asked again, and fails then.
    aws.fails("told", "InternalFailure", 500)
    until = time.monotonic() + 9
    while time.monotonic() < until:
        look = get(url, page)
        assert look.status_code in {status, 503}
        assert b"the older answer</bdi>" not in look.content
        time.sleep(0.2)
    aws.fails("told", code)
    if kind == "not-found":
        eventually(lambda: (get(url, page), recorded(file))[1], lambda rows: rows[1:] == [""], 40)


def test_a_changed_answer_counts_and_is_recorded_later(
    portal: tuple[str, ScriptedAws, Path],
) -> None:
    url, aws, file = portal
    page = "/experiments/default/changed/"
    aws.describes("changed", Status="Starting", Description="before")
    get(url, page)
    aws.describes("changed", Status="Starting", Description="after")
    with locked(file):
        assert b"after" in check_now(url, page).content
        assert b"after" in get(url, page).content
    assert b"after" in get(url, page).content
    eventually(lambda: (get(url, page), recorded(file))[1], lambda rows: len(rows) == 2, 40)
