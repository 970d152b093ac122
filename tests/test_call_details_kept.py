"""What is kept of a call to AWS, where, and what of it never is: on portals of their own."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from tests.support import canaries, faults
from tests.support.calls import OTHER_ID, address, facts, says
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import check_now, get


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_call_that_could_not_be_stored_is_remembered(tmp_path: Path) -> None:
    aws, file = ScriptedAws(), tmp_path / "portal.sqlite3"
    database = f"sqlite:///{file}"
    with running_portal(aws.url, PORTAL_DATABASE_URL=database, PORTAL_WORKERS="1") as url:
        says(aws, "kept")
        get(url, address("kept"))
        says(aws, "kept", OTHER_ID)
        with locked(file):
            check_now(url, address("kept"))
            told = facts(get(url, f"{address('kept')}call/"))
        assert told["Request id"].startswith(OTHER_ID)


def test_a_process_that_did_not_make_the_call_says_so_while_the_database_is_away(
    tmp_path: Path,
) -> None:
    aws, file = ScriptedAws(), tmp_path / "portal.sqlite3"
    database = f"sqlite:///{file}"
    with running_portal(aws.url, PORTAL_DATABASE_URL=database, PORTAL_WORKERS="1") as url:
        says(aws, "elsewhere")
        get(url, address("elsewhere"))
        # As after a look that another process has taken since.
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("UPDATE experiments_snapshot SET sequence = sequence + 1")
            assert get(url, address("elsewhere")).status_code == 200
            other.execute("ALTER TABLE experiments_snapshot RENAME TO away")
        page = get(url, f"{address('elsewhere')}call/")
    assert page.status_code == 200
    assert facts(page) == {}
    assert "database is away" in page.content.decode()


def test_no_secret_of_a_signed_call_is_told_or_kept(tmp_path: Path) -> None:
    aws, file = ScriptedAws(), tmp_path / "portal.sqlite3"
    signed: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        signed.append(str(handler.headers))
        faults.head(handler, 0)

    aws.writes("signed", answer)
    host = urlsplit(aws.url).netloc
    # An address may hold a password too.
    aws_url = f"http://canary-user:{canaries.DATABASE_PASSWORD}@{host}"
    variables = canaries.ENVIRONMENT | {"PORTAL_DATABASE_URL": f"sqlite:///{file}"}
    with running_portal(aws_url, None, **variables) as url:
        get(url, address("signed"))
        page = get(url, f"{address('signed')}call/")
    assert canaries.ACCESS_KEY in signed[0]
    assert facts(page)["Endpoint host"].split()[0] == host
    with closing(sqlite3.connect(file)) as database:
        ((kept,),) = database.execute("SELECT last_call FROM experiments_snapshot").fetchall()
    assert json.loads(kept)["host"] == host
    for text in (page.content, kept):
        assert canaries.found(canaries.SECRETS, text) == []
        assert canaries.found({"the user": "canary-user"}, text) == []
    assert "Signature" not in kept
    assert "AWS4-HMAC" not in page.content.decode()


def test_without_credentials_no_request_is_sent_and_the_panel_says_so() -> None:
    aws = ScriptedAws()
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    variables = nothing | {"AWS_EC2_METADATA_DISABLED": "true"}
    with running_portal(aws.url, None, **variables) as url:
        get(url, address("unsigned"))
        told = facts(get(url, f"{address('unsigned')}call/"))
    assert aws.calls == []
    assert told["Outcome"] == "The portal’s credentials are not accepted"
    assert told["Attempts"] == "None: no request could be sent"
    assert told["Endpoint host"] == "None was asked"
