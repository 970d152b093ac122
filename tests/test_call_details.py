"""How AWS was last asked about an experiment: told to whoever may see it, and nothing more."""

import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from experiments.models import Snapshot
from tests.support import canaries, faults
from tests.support.calls import ID, OTHER_ID, address, facts, says
from tests.support.eventually import eventually
from tests.support.later import early_in_a_minute, later
from tests.support.pages import datetimes, parse, problem, words
from tests.support.scripted_aws import ScriptedAws, description

PANEL = {"HX-Request": "true"}


def looked_at(client: Client, name: str) -> dict[str, str]:
    """The call of a first look at an experiment."""
    client.get(address(name))
    return facts(client.get(f"{address(name)}call/"))


def test_an_answered_call_is_told(client: Client, scripted_aws: ScriptedAws) -> None:
    says(scripted_aws, "call-fine")
    client.get(address("call-fine"))
    page = client.get(f"{address('call-fine')}call/")
    told = facts(page)
    assert page.status_code == 200
    assert told["Outcome"] == "AWS answered"
    assert told["Operation"] == "DescribeInferenceExperiment"
    assert told["Endpoint host"].split()[0] == urlsplit(scripted_aws.url).netloc
    assert told["Request id"].split()[0] == ID
    assert told["Attempts"] == "1"
    assert told["HTTP status"] == "200"
    assert told["Retry mode"].startswith("standard at most 2 attempts in all")
    assert told["Duration"].endswith(" ms")
    assert len(datetimes(parse(page))) >= 1
    assert parse(page).select_one(f'button[data-copy="{ID}"]') is not None
    # Looking at a call is not a reason for another one.
    assert scripted_aws.calls_for("call-fine") == 1


@pytest.mark.parametrize(
    ("code", "status", "outcome", "attempts"),
    [
        ("AccessDeniedException", 400, "AWS refuses the portal", "1"),
        ("ResourceNotFound", 400, "No such experiment", "1"),
        ("ThrottlingException", 400, "AWS asks to slow down", "2"),
        ("InternalFailure", 500, "AWS cannot be reached", "2"),
        ("ExpiredTokenException", 403, "The portal’s credentials are not accepted", "1"),
    ],
)
def test_a_failed_call_is_told_with_its_request_id(
    client: Client, scripted_aws: ScriptedAws, code: str, status: int, outcome: str, attempts: str
) -> None:
    name = f"call-{code.lower()}"
    body = {"__type": code, "message": canaries.ROLE_ARN}
    says(scripted_aws, name, ID, body, status)
    shown = client.get(address(name))
    page = client.get(f"{address(name)}call/")
    told = facts(page)
    assert told["Outcome"] == f"{outcome} {code}"
    assert told["Request id"].split()[0] == ID
    assert told["HTTP status"] == str(status)
    assert told["Attempts"].split()[0] == attempts
    # The page of the call says what the page of the experiment says, and stands where it does.
    assert page.status_code == shown.status_code
    assert problem(parse(page)) == problem(parse(shown))
    assert canaries.ROLE not in page.content.decode()
    assert parse(shown).select_one("#call a[href$='/call/']") is not None


def test_a_retry_is_counted_and_the_last_answer_is_told(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    def fail_once(handler: BaseHTTPRequestHandler) -> None:
        failed = scripted_aws.calls_for("call-again") == 1
        status, request_id = (503, OTHER_ID) if failed else (200, ID)
        body = b"{}" if failed else json.dumps(description("call-again")).encode()
        handler.send_response(status)
        handler.send_header("x-amzn-RequestId", request_id)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    scripted_aws.writes("call-again", fail_once)
    told = looked_at(client, "call-again")
    assert told["Attempts"] == "2 the first one failed and was repeated"
    assert (told["HTTP status"], told["Request id"].split()[0]) == ("200", ID)


def test_a_lost_connection_brings_neither_status_nor_id_of_an_earlier_call(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    says(scripted_aws, "call-lost")
    looked_at(client, "call-lost")
    scripted_aws.writes("call-lost", faults.reset)
    client.post(f"{address('call-lost')}check/")
    told = facts(client.get(f"{address('call-lost')}call/"))
    assert told["Outcome"] == "AWS cannot be reached"
    assert told["HTTP status"].startswith("None")
    assert told["Request id"].startswith("None")
    assert told["Attempts"].split()[0] == "2"


def test_a_call_without_an_answer_in_time_tells_how_long_it_took(
    client: Client, scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    scripted_aws.writes("call-hangs", faults.drip_feed)
    client.get(address("call-hangs"))
    told = eventually(lambda: facts(client.get(f"{address('call-hangs')}call/")), bool)
    assert told["Duration"].startswith(("6.5", "6.6", "6.7"))
    assert told["Attempts"] == "1"
    assert told["HTTP status"].startswith("None")


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "x" * 65, "id with words", "id;drop", "ünlike", "../../etc", ""],
)
def test_a_request_id_that_does_not_look_like_one_is_not_shown(
    client: Client, scripted_aws: ScriptedAws, hostile: str
) -> None:
    name = f"call-odd-{len(hostile)}"
    headers = {"x-amzn-RequestId": hostile, "X-Secret": canaries.SESSION_TOKEN}
    scripted_aws.says(name, description(name), 200, **headers)
    page = (client.get(address(name)), client.get(f"{address(name)}call/"))[1]
    assert facts(page)["Request id"] == "The answer had none that looks like AWS’s"
    assert parse(page).select_one("[data-call] [data-copy]") is None
    kept = Snapshot.objects.get(name=name).last_call
    for text in (page.content.decode(), kept):
        assert canaries.SESSION_TOKEN not in text
        assert not hostile or hostile not in text


def test_the_panel_is_fetched_and_says_nothing_where_nothing_is_new(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    says(scripted_aws, "call-panel")
    page = client.get(address("call-panel"))
    # Outside of what is polled, and not there before somebody asks for it.
    assert parse(page).select_one("#experiment #call") is None
    assert ID not in page.content.decode()
    panel = client.get(f"{address('call-panel')}call/", headers=PANEL)
    assert b"<html" not in panel.content
    shown = parse(panel).select_one("[data-call]")
    assert shown is not None
    again = f"{address('call-panel')}call/?seen={shown['data-call']}"
    assert client.get(again, headers=PANEL).status_code == 204
    client.post(f"{address('call-panel')}check/")
    assert client.get(again, headers=PANEL).status_code == 200


def test_the_panel_of_a_page_whose_experiment_failed_is_no_failure(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.fails("call-denied", "AccessDeniedException")
    client.get(address("call-denied"))
    panel = client.get(f"{address('call-denied')}call/", headers=PANEL)
    assert panel.status_code == 200
    assert facts(panel)["Outcome"] == "AWS refuses the portal AccessDeniedException"


def test_another_call_with_the_same_answer_changes_nothing_of_the_page(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    def answer(request_id: str) -> None:
        body = description("call-same", Status="Starting")
        says(scripted_aws, "call-same", request_id, body)

    with early_in_a_minute():
        answer(ID)
        region = parse(client.get(address("call-same"))).select_one("#experiment")
        assert region is not None
        answer(OTHER_ID)
        with later(seconds=5):
            poll = str(region["hx-get"])
            assert client.get(poll).status_code == 204
            eventually(lambda: scripted_aws.calls_for("call-same"), lambda calls: calls == 2)
            told = eventually(
                lambda: facts(client.get(f"{address('call-same')}call/"))["Request id"],
                lambda told: told.startswith(OTHER_ID),
            )
            assert told
            assert client.get(poll).status_code == 204


def test_only_the_panel_reads_the_call(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("call-queries", Status="Completed")
    client.get(address("call-queries"))
    with CaptureQueriesContext(connection) as queries:
        client.get(address("call-queries"))
        client.get(f"{address('call-queries')}status/?seen=x")
    assert len(queries) > 0
    assert not any("last_call" in query["sql"] for query in queries)


def test_names_that_nobody_was_asked_about_have_no_call(client: Client) -> None:
    for path, kind in (
        ("/experiments/default/no_name!/call/", "invalid-name"),
        ("/experiments/nowhere/any/call/", "unknown-source"),
    ):
        page = client.get(path)
        assert (page.status_code, problem(parse(page))) == (404, kind)
        assert facts(page) == {}
        assert words(parse(client.get(path, headers=PANEL))) == "AWS was not asked."


@pytest.mark.parametrize(
    "text", ["{}", "[]", "not json", '{"at": 1, "problem": null}', '{"at": "x", "problem": 1}']
)
def test_a_stored_call_that_cannot_be_read_is_unknown(
    client: Client, scripted_aws: ScriptedAws, text: str
) -> None:
    scripted_aws.describes("call-damaged")
    client.get(address("call-damaged"))
    Snapshot.objects.filter(name="call-damaged").update(last_call=text)
    page = client.get(f"{address('call-damaged')}call/")
    assert page.status_code == 200
    assert facts(page) == {}
    assert "No call is known yet" in page.content.decode()
