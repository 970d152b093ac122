"""The plain list at /, and the box that opens an experiment by name."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.support.later import later
from tests.support.pages import parse, problem, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import Answer, ScriptedAws

NOW = datetime.now(UTC)


def summary(name: str, **members: Any) -> dict[str, Any]:
    """The smallest summary that ListInferenceExperiments returns."""
    return {
        "Name": name,
        "Type": "ShadowMode",
        "Status": "Running",
        "CreationTime": NOW.timestamp(),
        "LastModifiedTime": NOW.timestamp(),
    } | members


def look(client: Client, page: str) -> BeautifulSoup:
    """A page of the list by its token, since each is remembered for some seconds."""
    response = client.get("/", {"page": page})
    assert response.status_code == 200
    return parse(response)


def test_the_first_page_leads_to_the_experiments(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.lists(summary("checkout-v7"), summary("search-v2", Status="Completed"))
    with later(hours=1):
        page = parse(client.get("/"))
    scripted_aws.lists()
    links = {words(link): link["href"] for link in page.select("table a")}
    assert links == {
        "checkout-v7": "/experiments/default/checkout-v7/",
        "search-v2": "/experiments/default/search-v2/",
    }
    asked = [arguments for name, arguments in scripted_aws.calls if name.startswith("List")][-1]
    assert (asked["SortBy"], asked["SortOrder"]) == ("CreationTime", "Descending")
    # AWS's own list loops until it throttles when asked by that time.
    assert "LastModifiedTimeAfter" not in asked


def test_status_and_schedule_stand_in_words(client: Client, scripted_aws: ScriptedAws) -> None:
    window = {
        "StartTime": (NOW - timedelta(days=3)).timestamp(),
        "EndTime": (NOW + timedelta(days=4)).timestamp(),
    }
    scripted_aws.lists(
        summary("planned", Schedule=window, Description="v7 against v6"),
        summary("odd", Status="Hibernating"),
        page="in-words",
    )
    planned, odd = (words(row) for row in look(client, "in-words").select("tbody tr"))
    assert "Running" in planned
    assert "4 d left of 7 d" in planned
    assert "v7 against v6" in planned
    assert "Hibernating" in odd
    assert "No schedule" in odd


def test_older_ones_are_a_page_away(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.lists(summary("newer"), next_token="a+b/c=&d", page="middle")
    scripted_aws.lists(summary("older"), page="a+b/c=&d")
    page = look(client, "middle")
    onward = next(link for link in page.select("main a") if words(link) == "Older ones")
    page = parse(client.get("/" + str(onward["href"])))
    assert "older" in words(page.select_one("table"))
    assert [words(link) for link in page.select("nav[aria-label=Pages] a")] == ["The newest"]


def test_an_empty_list_says_so(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.lists(page="empty")
    assert "No more experiments" in words(look(client, "empty").select_one("main"))


@pytest.mark.parametrize("name", ["", "a/b", "..", "<b>x</b>", "with space", "\u202e", "x\r\ny"])
def test_a_summary_of_any_name_is_listed(
    client: Client, scripted_aws: ScriptedAws, name: str
) -> None:
    token = f"odd-name-{name.encode().hex()}"
    scripted_aws.lists(summary(name, Description=name), summary("sound"), page=token)
    page = look(client, token)
    assert len(page.select("tbody tr")) == 2
    assert page.select("table b") == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", "throttled"),
        ("AccessDeniedException", "access-denied"),
        ("ExpiredTokenException", "expired-credentials"),
    ],
)
def test_a_list_has_the_same_problems(
    client: Client, scripted_aws: ScriptedAws, code: str, kind: str
) -> None:
    message = json.dumps({"__type": code, "message": "canary"})
    scripted_aws.listings[code] = Answer(message.encode(), 400)
    response = client.get("/", {"page": code})
    page = assert_problem_page(response, kind)
    assert "canary" not in str(page)
    if kind == "access-denied":
        assert "sagemaker:ListInferenceExperiments" in words(page.select_one("[data-problem]"))


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html>",
        b"[]",
        b'{"InferenceExperiments":[null]}',
        b'{"InferenceExperiments":[{"Name":1}]}',
        b'{"InferenceExperiments":[{}]}',
    ],
)
def test_what_is_no_list_is_not_believed(
    client: Client, scripted_aws: ScriptedAws, body: bytes
) -> None:
    token = body.hex()
    scripted_aws.listings[token] = Answer(body)
    assert_problem_page(client.get("/", {"page": token}), "bad-response")


@pytest.mark.parametrize("body", [b"{}", b'{"InferenceExperiments":7}', b'{"NextToken":{"a":1}}'])
def test_a_list_of_another_form_is_no_fault_of_the_portal(
    client: Client, scripted_aws: ScriptedAws, body: bytes
) -> None:
    token = body.hex()
    scripted_aws.listings[token] = Answer(body)
    assert client.get("/", {"page": token}).status_code in {200, 502}


def test_an_older_list_is_shown_while_aws_does_not_answer(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.lists(summary("still-there"), page="stale")
    look(client, "stale")
    scripted_aws.listings["stale"] = Answer(b'{"__type":"ExpiredTokenException"}', 400)
    with later(minutes=1):
        page = look(client, "stale")
    assert problem(page) == "expired-credentials"
    assert "still-there" in words(page.select_one("table"))


def test_a_token_that_aws_never_made_is_not_sent(client: Client, scripted_aws: ScriptedAws) -> None:
    before = len(scripted_aws.calls)
    response = client.get("/", {"page": "x" * 9000})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert len(scripted_aws.calls) == before


def test_a_page_that_aws_no_longer_knows_leads_to_the_first(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.listings["expired"] = Answer(b'{"__type":"ValidationException"}', 400)
    assert client.get("/", {"page": "expired"})["Location"] == "/"


@pytest.mark.parametrize("asked", ["checkout-ranker-v7", "  checkout-ranker-v7\n"])
def test_a_name_is_opened(client: Client, scripted_aws: ScriptedAws, asked: str) -> None:
    response = client.get("/open/", {"q": asked})
    assert response.status_code == 302
    assert response["Location"] == "/experiments/default/checkout-ranker-v7/"


@pytest.mark.parametrize("asked", ["//evil.example.org", "a b", "<script>", "\x00", "x" * 5000])
def test_what_is_no_name_gets_its_answer_right_there(
    client: Client, scripted_aws: ScriptedAws, asked: str
) -> None:
    before = len(scripted_aws.calls)
    assert_problem_page(client.get("/open/", {"q": asked}), "invalid-name")
    assert len(scripted_aws.calls) == before


def test_an_empty_box_leads_to_the_list(client: Client) -> None:
    assert client.get("/open/")["Location"] == "/"
    assert client.get("/open/", {"q": " "})["Location"] == "/"
