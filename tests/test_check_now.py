"""The button "Check now": AWS is asked at once, whatever is known, and not more often than that."""

import time
from typing import Any

import pytest
from django.test import Client

from tests.support import faults
from tests.support.eventually import has_problem
from tests.support.later import later
from tests.support.pages import fields, parse, problem
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def check(client: Client, name: str, **headers: str) -> Any:
    return client.post(f"{address(name)}check/", headers=headers)


def description(page: Any) -> str:
    return fields(parse(page))["Description"][0]


def test_it_asks_at_once_and_leads_back_to_the_page(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("check", Status="Completed", Description="before")
    assert description(client.get(address("check"))) == "before"
    scripted_aws.describes("check", Status="Completed", Description="after")
    assert description(client.get(address("check"))) == "before"
    checked = check(client, "check")
    assert (checked.status_code, checked["Location"]) == (303, address("check"))
    assert description(client.get(address("check"))) == "after"
    assert scripted_aws.calls_for("check") == 2


def test_a_second_press_within_five_seconds_asks_nobody(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("pressed-twice")
    client.get(address("pressed-twice"))
    for _ in range(3):
        assert check(client, "pressed-twice").status_code == 303
    with later(seconds=4):
        check(client, "pressed-twice")
    assert scripted_aws.calls_for("pressed-twice") == 2
    with later(seconds=6):
        check(client, "pressed-twice")
    assert scripted_aws.calls_for("pressed-twice") == 3


def test_it_asks_for_one_experiment_alone(client: Client, scripted_aws: ScriptedAws) -> None:
    for name in ("check-me", "not-me"):
        scripted_aws.describes(name)
        client.get(address(name))
    check(client, "check-me")
    client.get(address("not-me"))
    assert scripted_aws.calls_for("check-me") == 2
    assert scripted_aws.calls_for("not-me") == 1
    # Nor does one experiment's press keep another's from being asked for.
    check(client, "not-me")
    assert scripted_aws.calls_for("not-me") == 2


def test_without_having_looked_before_it_is_a_first_look(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("check-first")
    assert check(client, "check-first").status_code == 303
    assert client.get(address("check-first")).status_code == 200
    assert scripted_aws.calls_for("check-first") == 1


def test_on_the_page_the_region_is_swapped(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("check-swap", Description="before")
    client.get(address("check-swap"))
    scripted_aws.describes("check-swap", Description="after")
    fragment = check(client, "check-swap", HX_Request="true")
    assert fragment.status_code == 200
    assert fragment.content.startswith(b"<title>")
    assert b"<!doctype" not in fragment.content.lower()
    assert description(fragment) == "after"
    assert "portal:asof" in fragment["HX-Trigger"]
    region = parse(fragment).select_one("#experiment")
    assert region is not None
    assert client.get(str(region["hx-get"])).status_code == 204


def test_it_needs_the_token_of_the_page(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("check-token")
    client = Client(enforce_csrf_checks=True)
    page = parse(client.get(address("check-token")))
    assert check(client, "check-token").status_code == 403
    assert scripted_aws.calls_for("check-token") == 1
    token = page.select_one("#check [name=csrfmiddlewaretoken]")
    assert token is not None
    form = page.select_one("#check")
    assert form is not None
    pressed = client.post(str(form["action"]), {"csrfmiddlewaretoken": str(token["value"])})
    assert pressed.status_code == 303
    assert scripted_aws.calls_for("check-token") == 2


def test_its_address_asks_nothing_of_aws_when_it_is_only_opened(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("check-get")
    client.get(address("check-get"))
    assert client.get(f"{address('check-get')}check/").status_code == 200
    for method in (client.put, client.delete):
        assert method(f"{address('check-get')}check/").status_code == 405
    assert scripted_aws.calls_for("check-get") == 1


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/experiments/nowhere/name/check/", "unknown-source"),
        ("/experiments/default/-bad-/check/", "invalid-name"),
        ("/experiments/default/%00/check/", "invalid-name"),
        (f"/experiments/default/{'a' * 121}/check/", "invalid-name"),
    ],
)
def test_what_could_not_be_asked_for_is_a_problem_and_no_call(
    client: Client, scripted_aws: ScriptedAws, path: str, kind: str
) -> None:
    calls = len(scripted_aws.calls)
    assert_problem_page(client.post(path), kind)
    assert len(scripted_aws.calls) == calls


def test_what_is_gone_or_denied_is_found_at_once(client: Client, scripted_aws: ScriptedAws) -> None:
    for code, kind in (("ResourceNotFound", "not-found"), ("AccessDenied", "access-denied")):
        name = f"check-{kind}"
        scripted_aws.describes(name)
        client.get(address(name))
        scripted_aws.fails(name, code)
        assert problem(parse(check(client, name, HX_Request="true"))) == kind
        assert_problem_page(client.get(address(name)), kind)


def test_while_aws_hangs_it_answers_in_time_with_the_older_data(
    client: Client, scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    scripted_aws.describes("check-hangs", Description="the older answer")
    client.get(address("check-hangs"))
    scripted_aws.writes("check-hangs", faults.hang)
    began = time.monotonic()
    fragment = check(client, "check-hangs", HX_Request="true")
    assert time.monotonic() - began < 8
    assert fragment.status_code == 200
    assert description(fragment) == "the older answer"


def test_a_source_that_is_left_alone_is_not_asked(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("check-alone", Description="the older answer")
    client.get(address("check-alone"))
    for number in range(10):
        scripted_aws.fails(f"check-alone-{number}", "ExpiredTokenException")
        client.get(address(f"check-alone-{number}"))
    fragment = check(client, "check-alone", HX_Request="true")
    assert description(fragment) == "the older answer"
    assert has_problem(None)(fragment)
    assert scripted_aws.calls_for("check-alone") == 1
