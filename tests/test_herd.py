"""A link that everybody opens at once: however many they are, AWS is asked once."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.eventually import eventually, shows
from tests.support.portal import running_portal
from tests.support.postgresql import ThrowawayPostgresql, empty_database
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.visits import crowd, get

VIEWERS = 500
PROCESSES = 4
# While an experiment is Starting, its answer is fresh for three.
FRESH_SECONDS = 3.0


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def describes_slowly(aws: ScriptedAws, name: str, seconds: float, **members: str) -> None:
    body = json.dumps(description(name, **members)).encode()

    def write(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-amz-json-1.1")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    aws.writes(name, write)


@dataclass(frozen=True)
class Served:
    """A portal, the AWS that nobody else asks, and when the answer that it has grows old."""

    url: str
    aws: ScriptedAws
    expires: float


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            database = f"sqlite:///{tmp_path_factory.mktemp('herd') / 'portal.sqlite3'}"
        else:
            server: ThrowawayPostgresql = request.getfixturevalue("postgresql_server")
            database = stack.enter_context(empty_database(server.url))
        aws = ScriptedAws()
        url = stack.enter_context(
            running_portal(aws.url, PORTAL_DATABASE_URL=database, PORTAL_WORKERS=str(PROCESSES))
        )
        # Every process has made its first page, for which it reads all the templates.
        aws.describes("another")
        assert {get(url, address("another")).status_code for _ in range(24)} == {200}
        # It grows old while the first herd is there.
        aws.describes("herd", Status="Starting", Description="before")
        assert get(url, address("herd")).status_code == 200
        yield Served(url, aws, time.monotonic() + FRESH_SECONDS)


def test_a_herd_of_first_looks_costs_one_call_and_all_of_them_get_its_answer(
    portal: Served,
) -> None:
    describes_slowly(portal.aws, "new", 1.0, Status="Running", Description="the answer")
    visits = crowd(portal.url, address("new"), VIEWERS)
    assert portal.aws.calls_for("new") == 1
    assert [visit.status_code for visit in visits] == [200] * VIEWERS
    assert all(shows("the answer")(visit) for visit in visits)


def test_a_herd_at_expiry_costs_one_call_and_nobody_waits_for_it(portal: Served) -> None:
    describes_slowly(portal.aws, "herd", 1.0, Status="Running", Description="after")
    time.sleep(max(0.0, portal.expires + 0.5 - time.monotonic()))
    assert portal.aws.calls_for("herd") == 1
    visits = crowd(portal.url, address("herd"), VIEWERS)
    assert [visit.status_code for visit in visits] == [200] * VIEWERS
    eventually(lambda: get(portal.url, address("herd")), shows("after"))
    assert portal.aws.calls_for("herd") == 2
