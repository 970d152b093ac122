"""A source that keeps failing is left alone for a while; experiments that fail are not it."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from experiments import models
from tests.support.eventually import eventually, has_problem
from tests.support.later import later
from tests.support.pages import fields, parse, words
from tests.support.portal import running_portal
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import get

FAILURES = 10


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def some_name() -> str:
    return f"breaker-{secrets.token_hex(6)}"


def look(name: str) -> Any:
    return Client().get(address(name))


def fail(aws: ScriptedAws, times: int, code: str = "ExpiredTokenException") -> None:
    """Let so many first looks fail, each because of the whole source."""
    names = [some_name() for _ in range(times)]
    for name in names:
        aws.fails(name, code, 500 if code == "InternalFailure" else 400)
    # As many as there are threads to ask; botocore's second try takes a while.
    with ThreadPoolExecutor(8) as lookers:
        assert {page.status_code for page in lookers.map(look, names)} == {503}


def is_left_alone(aws: ScriptedAws) -> bool:
    """Whether a first look at an experiment that exists does without AWS."""
    name = some_name()
    aws.describes(name)
    found = look(name).status_code == 200
    assert aws.calls_for(name) == found
    return not found


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ExpiredTokenException", "expired-credentials"),
        ("ThrottlingException", "throttled"),
        ("InternalFailure", "unreachable"),
    ],
)
def test_after_ten_failures_in_a_row_nobody_asks_and_a_first_look_says_why(
    scripted_aws: ScriptedAws, code: str, kind: str
) -> None:
    fail(scripted_aws, FAILURES, code)
    unseen = some_name()
    scripted_aws.describes(unseen)
    page = assert_problem_page(look(unseen), kind)
    assert "leaves AWS in default alone until" in words(page.select_one("[data-circuit=open]"))
    assert scripted_aws.calls_for(unseen) == 0


def test_nine_are_not_enough_and_a_good_answer_starts_over(scripted_aws: ScriptedAws) -> None:
    fail(scripted_aws, FAILURES - 1)
    assert not is_left_alone(scripted_aws)
    assert b"data-circuit" not in look(some_name()).content
    fail(scripted_aws, FAILURES - 1)
    assert not is_left_alone(scripted_aws)
    fail(scripted_aws, FAILURES)
    assert is_left_alone(scripted_aws)


OF_ONE_EXPERIMENT: dict[str, Callable[[ScriptedAws, str], object]] = {
    "not-found": lambda aws, name: aws.fails(name, "ResourceNotFound"),
    "access-denied": lambda aws, name: aws.fails(name, "AccessDeniedException"),
    "bad-response": lambda aws, name: aws.says(name, b"<!doctype html>"),
    "wrong-name": lambda aws, name: aws.describes(name, Name="somebody-else"),
}


@pytest.mark.parametrize("case", OF_ONE_EXPERIMENT)
def test_what_is_wrong_with_one_experiment_says_nothing_of_the_source(
    scripted_aws: ScriptedAws, case: str
) -> None:
    for _ in range(FAILURES + 2):
        name = some_name()
        OF_ONE_EXPERIMENT[case](scripted_aws, name)
        assert look(name).status_code != 200
    assert not is_left_alone(scripted_aws)


def test_a_page_that_was_seen_shows_the_older_answer_and_that_the_source_is_left_alone(
    scripted_aws: ScriptedAws,
) -> None:
    seen = some_name()
    scripted_aws.describes(seen, Description="the older answer")
    look(seen)
    with later(minutes=1):
        scripted_aws.fails(seen, "ExpiredTokenException")
        eventually(lambda: look(seen), has_problem("expired-credentials"))
        fail(scripted_aws, FAILURES)
    calls = scripted_aws.calls_for(seen)
    with later(minutes=1, seconds=10):
        page = look(seen)
        assert (page.status_code, scripted_aws.calls_for(seen)) == (200, calls)
        assert fields(parse(page))["Description"] == ["the older answer"]
        banner = parse(page).select_one("[data-problem] [data-circuit=open]")
        assert "leaves AWS in default alone until" in words(banner)


def test_once_the_pause_is_over_one_call_finds_out_and_the_others_wait(
    scripted_aws: ScriptedAws,
) -> None:
    fail(scripted_aws, FAILURES)
    with later(seconds=10):
        assert is_left_alone(scripted_aws)
    names = [some_name() for _ in range(8)]
    for name in names:
        scripted_aws.fails(name, "ExpiredTokenException")
    with later(seconds=20), ThreadPoolExecutor(8) as lookers:
        assert {page.status_code for page in lookers.map(look, names)} == {503}
        assert sum(map(scripted_aws.calls_for, names)) == 1


def test_pauses_grow_from_one_failed_try_to_the_next(scripted_aws: ScriptedAws) -> None:
    fail(scripted_aws, FAILURES)
    pauses = []
    for minutes in (1, 2, 4):
        with later(minutes=minutes):
            fail(scripted_aws, 1)
            state = models.SourceState.objects.get(source="default")
            assert state.open_until is not None
            pauses.append((state.open_until - datetime.now(UTC)).total_seconds())
    # Twice as long each time, give or take a quarter.
    assert 22 < pauses[0] < 38
    assert 45 < pauses[1] < 75
    assert 90 < pauses[2] < 150


def test_a_good_answer_after_the_pause_ends_it(scripted_aws: ScriptedAws) -> None:
    fail(scripted_aws, FAILURES)
    assert is_left_alone(scripted_aws)
    with later(seconds=20):
        assert not is_left_alone(scripted_aws)
        assert not is_left_alone(scripted_aws)
        fail(scripted_aws, FAILURES - 1)
        assert not is_left_alone(scripted_aws)


def test_all_processes_leave_it_alone(database_url: str) -> None:
    aws = ScriptedAws()
    one, another = (
        running_portal(aws.url, PORTAL_DATABASE_URL=database_url, PORTAL_WORKERS="1")
        for _ in range(2)
    )
    names = [some_name() for _ in range(FAILURES)]
    for name in names:
        aws.fails(name, "ExpiredTokenException")
    aws.describes("unseen")
    with one as first, another as second:
        for name in names:
            assert get(first, address(name)).status_code == 503
        assert has_problem("expired-credentials")(get(second, address("unseen")))
        assert aws.calls_for("unseen") == 0
