"""A link that everybody opens at once: however many they are, AWS is asked once."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.eventually import eventually, shows
from tests.support.portal import running_portal
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


@pytest.fixture
def aws() -> ScriptedAws:
    """An endpoint whose calls nobody else makes."""
    return ScriptedAws()


@pytest.fixture
def portal(aws: ScriptedAws, database_url: str) -> Iterator[str]:
    with running_portal(
        aws.url, PORTAL_DATABASE_URL=database_url, PORTAL_WORKERS=str(PROCESSES)
    ) as url:
        # Every process has made its first page, for which it reads all the templates.
        aws.describes("another")
        assert {get(url, address("another")).status_code for _ in range(24)} == {200}
        yield url


def test_a_herd_at_expiry_costs_one_call_and_nobody_waits_for_it(
    portal: str, aws: ScriptedAws
) -> None:
    aws.describes("herd", Status="Starting", Description="before")
    assert get(portal, address("herd")).status_code == 200
    describes_slowly(aws, "herd", 1.0, Status="Running", Description="after")
    time.sleep(FRESH_SECONDS + 1)
    assert aws.calls_for("herd") == 1
    visits = crowd(portal, address("herd"), VIEWERS)
    assert [visit.status_code for visit in visits] == [200] * VIEWERS
    eventually(lambda: get(portal, address("herd")), shows("after"))
    assert aws.calls_for("herd") == 2


def test_a_herd_of_first_looks_costs_one_call_and_all_of_them_get_its_answer(
    portal: str, aws: ScriptedAws
) -> None:
    describes_slowly(aws, "new", 1.0, Status="Running", Description="the answer")
    visits = crowd(portal, address("new"), VIEWERS)
    assert aws.calls_for("new") == 1
    assert [visit.status_code for visit in visits] == [200] * VIEWERS
    assert all(shows("the answer")(visit) for visit in visits)
