"""Each problem of docs/interface.md: its status code, its words, and what it must not tell."""

from typing import Any

import pytest
from django.test import Client

from tests.support.eventually import eventually, has_problem
from tests.support.later import later
from tests.support.pages import fields, parse, problem, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

DEFINITE = {"not-found", "access-denied"}

# What AWS's messages hold, and no page of the portal may.
CANARY = "User: arn:aws:iam::123456789012:role/canary-role is AKIACANARY01 on canary-resource"

CODES = [
    ("ResourceNotFound", 400, "not-found"),
    ("ResourceNotFoundException", 404, "not-found"),
    ("AccessDeniedException", 400, "access-denied"),
    ("AccessDenied", 403, "access-denied"),
    ("ThrottlingException", 400, "throttled"),
    ("Throttling", 400, "throttled"),
    ("TooManyRequestsException", 429, "throttled"),
    ("TooManyRequests", 400, "throttled"),
    ("RequestLimitExceeded", 503, "throttled"),
    ("SomethingElse", 429, "throttled"),
    ("ExpiredTokenException", 400, "expired-credentials"),
    ("ExpiredToken", 403, "expired-credentials"),
    ("UnrecognizedClientException", 400, "expired-credentials"),
    ("InvalidSignatureException", 403, "expired-credentials"),
    ("InvalidClientTokenId", 403, "expired-credentials"),
    ("InternalFailure", 500, "unreachable"),
    ("ServiceUnavailable", 503, "unreachable"),
    ("SomethingElse", 502, "unreachable"),
    ("ValidationException", 400, "bad-response"),
    ("SomethingElse", 418, "bad-response"),
]


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def look_until(client: Client, name: str, kind: str) -> Any:
    return eventually(lambda: client.get(address(name)), has_problem(kind))


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_each_code_of_aws_has_its_problem(
    client: Client, scripted_aws: ScriptedAws, code: str, status: int, kind: str
) -> None:
    name = f"code-{CODES.index((code, status, kind))}"
    scripted_aws.fails(name, code, status, CANARY)
    page = assert_problem_page(client.get(address(name)), kind)
    assert "canary" not in str(page).lower()
    # The code is told where it is one of a closed list.
    assert (code in str(page)) == (code != "SomethingElse")
    assert scripted_aws.calls_for(name) <= 2


@pytest.mark.parametrize(("code", "status", "kind"), CODES[::2])
def test_a_poll_answers_200_or_204_whatever_is_wrong(
    client: Client, scripted_aws: ScriptedAws, code: str, status: int, kind: str
) -> None:
    name = f"poll-{code}-{status}"
    scripted_aws.fails(name, code, status, CANARY)
    poll = client.get(f"{address(name)}status/?seen=0")
    assert poll.status_code == 200
    assert poll.content.startswith(b"<title>")
    assert b"canary" not in poll.content.lower()
    page = parse(poll)
    assert problem(page) == kind
    region = page.select_one("#experiment")
    assert region is not None
    # There is nothing to wait for where the answer is definite.
    assert ("hx-trigger" in region.attrs) == (kind != "not-found")
    if "hx-get" in region.attrs:
        again = client.get(str(region["hx-get"]))
        assert (again.status_code, again.content) == (204, b"")


@pytest.mark.parametrize(
    ("code", "status", "kind"), [row for row in CODES if row[2] not in DEFINITE][::2]
)
def test_with_something_older_to_show_the_page_shows_it(
    client: Client, scripted_aws: ScriptedAws, code: str, status: int, kind: str
) -> None:
    name = f"older-{code}-{status}"
    scripted_aws.describes(name, Description="the older answer")
    first = parse(client.get(address(name)))
    scripted_aws.fails(name, code, status, CANARY)
    with later(minutes=1):
        response = look_until(client, name, kind)
    assert response.status_code == 200
    page = parse(response)
    assert fields(page)["Description"] == ["the older answer"]
    assert words(page.select_one("#as-of")) == words(first.select_one("#as-of"))
    banner = page.select_one("[data-problem]")
    assert "This is what AWS said at" in words(banner)
    assert "since" in words(banner)
    assert "canary" not in str(page).lower()
    region = page.select_one("#experiment")
    assert region is not None
    assert "hx-trigger" in region.attrs


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ResourceNotFound", "not-found"), ("AccessDeniedException", "access-denied")],
)
def test_a_definite_answer_takes_the_older_one_away(
    client: Client, scripted_aws: ScriptedAws, code: str, kind: str
) -> None:
    name = f"definite-{code}"
    scripted_aws.describes(name, Description="the older answer")
    version = str(parse(client.get(address(name))).select_one("#experiment")["hx-get"])  # type: ignore[index]
    scripted_aws.fails(name, code, 400, CANARY)
    with later(minutes=1):
        assert_problem_page(look_until(client, name, kind), kind)
        poll = client.get(version)
        assert poll.status_code == 200
        assert b"the older answer" not in poll.content
    # Nor does it come back when AWS can then not be reached. That it is gone stays known.
    scripted_aws.fails(name, "InternalFailure", 500)
    then = "not-found" if kind == "not-found" else "unreachable"
    with later(minutes=3):
        assert b"the older answer" not in look_until(client, name, then).content


def test_access_denied_names_the_action_that_is_missing(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.fails("which-action", "AccessDeniedException", 400, CANARY)
    page = assert_problem_page(client.get(address("which-action")), "access-denied")
    assert "canary" not in str(page).lower()
    assert "sagemaker:DescribeInferenceExperiment" in words(page.select_one("[data-problem]"))


def test_the_page_recovers_by_itself(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.fails("recovers", "ThrottlingException")
    region = parse(client.get(address("recovers"))).select_one("#experiment")
    assert region is not None
    scripted_aws.describes("recovers")
    with later(minutes=2):
        poll = eventually(
            lambda: client.get(str(region["hx-get"])), lambda poll: poll.status_code == 200
        )
    page = parse(poll)
    assert problem(page) is None
    assert fields(page)["Status"] == ["Running", "Running"]
