"""What a watcher describes, by what the list says and by what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.domain import parsing
from experiments.domain.answer import Answer
from experiments.domain.due import (
    AT_ONCE,
    Mark,
    Reason,
    at_rest,
    changed,
    due,
    due_unlisted,
    mark,
    moving,
)
from experiments.domain.experiment import Summary
from experiments.domain.knowledge import Knowledge, answered, failed
from experiments.domain.problem import Kind, Problem
from experiments.domain.status import ENDED, experiment_status
from tests.support.scripted_aws import description

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MODIFIED = NOW - timedelta(days=1)
WORDS = ("Creating", "Created", "Running", "Starting", "Stopping", "Completed", "Cancelled", "New")

words = st.sampled_from(WORDS)
times = st.none() | st.integers(-100, 100).map(lambda seconds: MODIFIED + seconds * SECOND)
nows = st.integers(0, 10_000).map(lambda seconds: NOW + seconds * SECOND)
summaries = st.builds(
    lambda word, modified: Summary(name="one", status=experiment_status(word), modified=modified),
    words,
    times,
)
marks: st.SearchStrategy[Mark | None] = st.none() | st.tuples(words, times)


def known(
    word: str = "Running", modified: datetime | None = MODIFIED, before: Knowledge | None = None
) -> Knowledge:
    """What one look at NOW comes to."""
    seconds = None if modified is None else modified.isoformat()
    answer = Answer(description("one", Status=word, LastModifiedTime=seconds))
    return answered(before or Knowledge(), answer, parsing.parse(answer), NOW, NOW).after


def listed(word: str = "Running", modified: datetime | None = MODIFIED) -> Summary:
    return Summary(name="one", status=experiment_status(word), modified=modified)


knowledges = st.builds(known, words, times)


def test_what_nobody_has_looked_at_is_new() -> None:
    assert due(listed(), None, None, NOW, NOW) is Reason.NEW


@given(words, times, nows)
def test_what_the_list_tells_as_the_last_answer_did_is_never_changed(
    word: str, modified: datetime | None, now: datetime
) -> None:
    summary = listed(word, modified)
    assert due(summary, None, known(word, modified), now, now) is not Reason.CHANGED
    assert due(summary, mark(summary), known(word, modified), now, now) is not Reason.CHANGED


@given(words, times, nows)
def test_an_ended_experiment_that_is_at_rest_is_left_in_peace(
    word: str, modified: datetime | None, now: datetime
) -> None:
    if word in ENDED:
        assert due(listed(word, modified), None, known(word, modified), now, now) is None


@given(words, nows)
def test_what_has_not_ended_is_described_again_when_its_freshness_is_over(
    word: str, now: datetime
) -> None:
    expected = Reason.EXPIRED if known(word).expired(now) and word not in ENDED else None
    assert due(listed(word), None, known(word), now, now) is expected


@given(summaries, marks, knowledges, nows)
def test_a_list_that_says_the_same_again_is_no_news(
    summary: Summary, before: Mark | None, found: Knowledge, now: datetime
) -> None:
    """Else a list that lags behind for good would be asked about in every round."""
    assert not changed(summary, mark(summary), found, now)


@given(summaries, marks, knowledges)
def test_an_answer_that_is_younger_than_the_list_knows_better(
    summary: Summary, before: Mark | None, found: Knowledge
) -> None:
    assert due(summary, before, found, NOW - SECOND, NOW) is None


@given(summaries, marks, knowledges, nows, st.integers(1, 20))
def test_after_a_failure_there_is_a_pause_for_watchers_too(
    summary: Summary, before: Mark | None, found: Knowledge, now: datetime, failures: int
) -> None:
    for _ in range(failures):
        found = failed(found, Problem(Kind.THROTTLED), NOW, NOW).after
    if not found.expired(now):
        assert due(summary, before, found, now, now) is None
    assert due_unlisted(found, whole=True, looked=False, began=now, now=NOW) is None


@pytest.mark.parametrize(
    "summary",
    [
        listed("Completed"),
        listed(modified=MODIFIED + timedelta(minutes=1)),
        listed(modified=MODIFIED - timedelta(minutes=1)),
    ],
)
def test_another_status_or_time_is_described_at_once(summary: Summary) -> None:
    later = NOW + 5 * SECOND
    for before in (None, mark(listed())):
        assert due(summary, before, known(), later, later) is Reason.CHANGED
    assert Reason.CHANGED in AT_ONCE


def test_one_moment_written_with_two_precisions_is_no_change() -> None:
    later, odd = NOW + 5 * SECOND, MODIFIED + timedelta(milliseconds=250)
    assert due(listed(modified=odd), None, known(), later, later) is None


def test_a_change_of_an_ended_experiment_is_described_after_a_failure_too() -> None:
    later = NOW + timedelta(minutes=10)
    found = failed(known("Completed"), Problem(Kind.THROTTLED), NOW, NOW).after
    summary = listed("Completed", MODIFIED + timedelta(minutes=1))
    assert due(summary, mark(listed("Completed")), found, later, later) is Reason.CHANGED


def test_what_was_gone_and_is_listed_again_is_new() -> None:
    gone = failed(known(), Problem(Kind.NOT_FOUND), NOW, NOW).after
    assert due(listed(), None, gone, NOW, NOW + SECOND) is None, "the pause after a failure"
    later = NOW + timedelta(minutes=1)
    assert due(listed(), None, gone, later, later) is Reason.NEW


@given(knowledges, nows)
def test_what_vanished_is_looked_at_once_and_then_when_it_has_expired(
    found: Knowledge, now: datetime
) -> None:
    began = NOW + SECOND
    assert due_unlisted(found, whole=True, looked=False, began=began, now=now) is Reason.VANISHED
    again = due_unlisted(found, whole=True, looked=True, began=began, now=now)
    assert again is (Reason.EXPIRED if found.expired(now) else None)


@given(knowledges, nows)
def test_without_a_list_only_what_has_not_ended_is_looked_at(
    found: Knowledge, now: datetime
) -> None:
    reason = due_unlisted(found, whole=False, looked=False, began=now, now=now)
    ended = found.status in ENDED
    assert reason is (Reason.EXPIRED if found.expired(now) and not ended else None)


@given(knowledges)
def test_what_was_found_while_the_list_was_read_is_not_missing_from_it(found: Knowledge) -> None:
    began = NOW - SECOND
    assert due_unlisted(found, whole=True, looked=False, began=began, now=NOW) is None


def test_what_is_gone_already_is_not_looked_for() -> None:
    gone = failed(known(), Problem(Kind.NOT_FOUND), NOW, NOW).after
    for found in (None, Knowledge(), gone):
        later = NOW + timedelta(days=1)
        assert due_unlisted(found, whole=True, looked=False, began=later, now=later) is None


@given(words)
def test_what_moves_is_not_at_rest(word: str) -> None:
    assert not (moving(known(word)) and at_rest(known(word)))
    assert moving(known("Starting"))
    assert not moving(known("Running"))
    assert not moving(replace(known("Starting"), problem=Problem(Kind.THROTTLED)))
