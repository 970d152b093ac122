"""What the portal remembers of an experiment, how long, and how few calls that takes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from django.test import Client

from tests.support import faults
from tests.support.eventually import eventually, has_problem
from tests.support.later import later
from tests.support.pages import fields, parse, problem
from tests.support.scripted_aws import ScriptedAws


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def poll_address(page: Any) -> str:
    region = parse(page).select_one("#experiment")
    assert region is not None
    return str(region["hx-get"])


def status(page: Any) -> str:
    return fields(parse(page))["Status"][0]


def test_many_lookers_cost_one_call(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("herd")
    begin = threading.Barrier(8)

    def look(_: int) -> int:
        begin.wait()
        return Client().get(address("herd")).status_code

    with ThreadPoolExecutor(8) as lookers:
        assert set(lookers.map(look, range(8))) == {200}
        assert scripted_aws.calls_for("herd") == 1
        with later(minutes=1):
            assert set(lookers.map(look, range(8))) == {200}
            eventually(lambda: scripted_aws.calls_for("herd"), lambda calls: calls == 2)
            # Once that is stored, as whenever they look.
            assert set(lookers.map(look, range(8))) == {200}
    assert scripted_aws.calls_for("herd") == 2


def test_an_answer_is_asked_for_again_once_it_is_no_longer_fresh(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("aging", Status="Running")
    client.get(address("aging"))
    with later(seconds=10):
        client.get(address("aging"))
    assert scripted_aws.calls_for("aging") == 1
    with later(seconds=20):
        client.get(address("aging"))
        eventually(lambda: scripted_aws.calls_for("aging"), lambda calls: calls == 2)


def test_while_aws_hangs_a_page_that_was_seen_is_there_at_once(
    scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    scripted_aws.describes("seen", Description="the older answer")
    Client().get(address("seen"))
    scripted_aws.writes("seen", faults.hang)

    def look(_: int) -> tuple[float, list[str]]:
        began = time.monotonic()
        page = Client().get(address("seen"))
        return time.monotonic() - began, fields(parse(page))["Description"]

    with later(minutes=1), ThreadPoolExecutor(4) as lookers:
        looks = list(lookers.map(look, range(8)))
    assert [shown for _, shown in looks] == [["the older answer"]] * 8
    # Nobody waited for AWS, not even the one whose look had it asked.
    assert max(seconds for seconds, _ in looks) < 0.9


def test_a_slow_answer_arrives_with_a_later_look(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("slow", Status="Starting")
    client.get(address("slow"))
    answered = threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        answered.wait(10)
        body = b"{}"
        faults.head(handler, len(body))
        handler.wfile.write(body)

    scripted_aws.writes("slow", slowly)
    with later(minutes=1):
        assert status(client.get(address("slow"))) == "Starting"
        answered.set()
        eventually(lambda: client.get(address("slow")), has_problem("bad-response"))


def test_while_aws_is_asked_a_page_looks_again_soon(
    client: Client, scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    scripted_aws.describes("soon")
    client.get(address("soon"))
    scripted_aws.writes("soon", faults.hang)
    with later(minutes=1):
        region = parse(client.get(address("soon"))).select_one("#experiment")
    assert region is not None
    assert region["data-poll-seconds"] == "1"


def test_a_poll_is_empty_until_something_changes(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("polls", Status="Completed")
    seen = poll_address(client.get(address("polls")))
    unchanged = client.get(seen)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert "portal:asof" in unchanged["HX-Trigger"]
    scripted_aws.describes("polls", Status="Completed", Description="now with words")
    with later(hours=2):
        changed = eventually(lambda: client.get(seen), lambda poll: poll.status_code == 200)
        assert fields(parse(changed))["Description"] == ["now with words"]
        assert client.get(poll_address(changed)).status_code == 204


def test_a_poll_tells_that_now_has_moved(client: Client, scripted_aws: ScriptedAws) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    window = {
        "StartTime": start.timestamp(),
        "EndTime": (start + timedelta(hours=4)).timestamp(),
    }
    scripted_aws.describes("ticks", Schedule=window)
    seen = poll_address(client.get(address("ticks")))
    # A two-hundredth of four hours is more than a minute.
    with later(seconds=75):
        assert client.get(seen).status_code == 200


def test_a_problem_comes_and_goes_on_a_poll(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("comes-and-goes")
    first = poll_address(client.get(address("comes-and-goes")))
    scripted_aws.fails("comes-and-goes", "ExpiredTokenException")
    with later(minutes=1):
        worse = eventually(lambda: client.get(first), has_problem("expired-credentials"))
        assert client.get(poll_address(worse)).status_code == 204
    scripted_aws.describes("comes-and-goes")
    with later(minutes=3):
        again = poll_address(worse)
        better = eventually(
            lambda: client.get(again),
            lambda poll: poll.status_code == 200 and has_problem(None)(poll),
        )
        assert status(better) == "Running"


def test_a_failing_aws_is_asked_less_and_less(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.fails("backs-off", "ExpiredTokenException")
    for second in range(0, 120, 2):
        with later(seconds=second):
            client.get(address("backs-off"))
    assert 4 <= scripted_aws.calls_for("backs-off") <= 9


def test_a_deleted_experiment_is_found_out(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("deleted", Status="Completed")
    seen = poll_address(client.get(address("deleted")))
    scripted_aws.fails("deleted", "ResourceNotFound")
    with later(hours=2):
        eventually(lambda: client.get(address("deleted")), lambda page: page.status_code == 404)
        gone = client.get(seen)
        assert (gone.status_code, problem(parse(gone))) == (200, "not-found")
