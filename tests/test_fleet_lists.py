"""What AWS may answer when its list is read: odd members hide nobody, and no list is no answer."""

import json
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from experiments.refreshing import memory
from experiments.watching import on_demand
from tests.support.fleet import entry, fill, forget, looks_in, shown
from tests.support.later import later
from tests.support.pages import parse, words
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.watcher import summary


@pytest.fixture(autouse=True)
def aws(scripted_aws: ScriptedAws) -> Iterator[ScriptedAws]:
    """Nobody has been seen yet, and nothing is listed."""
    forget()
    memory.forget()
    scripted_aws.calls.clear()
    listings = dict(scripted_aws.listings)
    yield scripted_aws
    on_demand.stop()
    forget()
    scripted_aws.listings = listings


def look(client: Client) -> BeautifulSoup:
    """The first page of somebody, which waits for the list."""
    response = client.get("/")
    assert response.status_code == 200
    return parse(response)


def test_the_list_is_asked_for_in_an_order_that_does_not_throttle(
    client: Client, aws: ScriptedAws
) -> None:
    aws.lists(summary("one", "Completed"))
    look(client)
    ((operation, asked),) = aws.calls
    assert operation == "ListInferenceExperiments"
    assert (asked["SortBy"], asked["SortOrder"]) == ("CreationTime", "Descending")
    # AWS's own list loops until it throttles when asked by that time.
    assert "LastModifiedTimeAfter" not in asked


def test_status_and_schedule_stand_in_words(client: Client, aws: ScriptedAws) -> None:
    aws.lists(summary("odd", "Hibernating", Description="v7 against v6"))
    page = look(client)
    (row,) = page.select("[data-experiment]")
    assert row["data-status"] == "Hibernating"
    assert "No schedule" in words(row)
    # Of what nobody has described yet, nothing is made up.
    assert "not read yet" in words(row)


@pytest.mark.parametrize("name", ["", "a/b", "..", "<b>x</b>", "with space", "\u202e", "x\r\ny"])
def test_what_has_no_name_of_an_experiment_hides_nobody(
    client: Client, aws: ScriptedAws, name: str
) -> None:
    aws.lists(summary(name, "Completed", Description=name), summary("sound", "Completed"))
    page = look(client)
    assert shown(page) == ["default/sound"]
    assert [b for b in page.select("table b") if words(b) == "x"] == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", "throttled"),
        ("AccessDeniedException", "access-denied"),
        ("ExpiredTokenException", "expired-credentials"),
        ("ValidationException", "bad-response"),
    ],
)
def test_a_list_has_the_same_problems(
    client: Client, aws: ScriptedAws, code: str, kind: str
) -> None:
    message = json.dumps({"__type": code, "message": "canary"})
    aws.listings[None] = Answer(message.encode(), 400)
    page = look(client)
    (told,) = page.select("[data-problem]")
    assert (told["data-problem"], told["data-source"]) == (kind, "default")
    assert "canary" not in str(page)


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
def test_what_is_no_list_is_not_believed(client: Client, aws: ScriptedAws, body: bytes) -> None:
    fill(entry("known"))
    aws.listings[None] = Answer(body)
    with later(minutes=1):
        looks_in(client)
        page = look(client)
    assert shown(page) == ["default/known"]
    (told,) = page.select("[data-problem]")
    assert told["data-problem"] == "bad-response"


@pytest.mark.parametrize("body", [b"{}", b'{"InferenceExperiments":7}', b'{"NextToken":{"a":1}}'])
def test_a_list_of_another_form_is_no_fault_of_the_portal(
    client: Client, aws: ScriptedAws, body: bytes
) -> None:
    aws.listings[None] = Answer(body)
    assert shown(look(client)) == []


def test_a_name_that_comes_twice_is_one_experiment(client: Client, aws: ScriptedAws) -> None:
    aws.lists(summary("one", "Completed"), summary("one", "Cancelled"), summary("two", "Completed"))
    assert shown(look(client)) == ["default/one", "default/two"]
