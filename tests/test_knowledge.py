"""What one more look makes of what is known, over any sequence of looks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from experiments.domain import knowledge
from experiments.domain.answer import Answer
from experiments.domain.freshness import UNWATCHED_AFTER
from experiments.domain.knowledge import Knowledge, Look
from experiments.domain.observation import Observation, Sighting
from experiments.domain.parsing import parse
from experiments.domain.problem import Kind, Problem
from tests.support.scripted_aws import description

BEGAN = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)
ONE_MINUTE = timedelta(minutes=1)

Said = tuple[str, str] | Problem
"""A status and a description, or what went wrong instead."""

answers = st.tuples(
    st.sampled_from(["Created", "Running", "Completed"]), st.sampled_from(["", "a", "b"])
)
problems = st.builds(
    Problem,
    st.sampled_from(
        [
            Kind.NOT_FOUND,
            Kind.ACCESS_DENIED,
            Kind.THROTTLED,
            Kind.UNREACHABLE,
            Kind.BAD_RESPONSE,
            Kind.EXPIRED_CREDENTIALS,
        ]
    ),
)
# Within the five minutes after which a status may have come and gone, at their end, and beyond.
pauses = st.sampled_from([1, 60, 299, 300, 301, 3_600]).map(lambda n: timedelta(seconds=n))
histories = st.lists(st.tuples(pauses, answers | problems), max_size=25)


@dataclass(frozen=True)
class Looked:
    """One look: when, what was said, what was known before, and what it came to."""

    at: datetime
    said: Said
    before: Knowledge
    look: Look


def answer(status: str, words: str) -> Answer:
    return Answer(description("name", Status=status, Description=words))


def look(before: Knowledge, said: Said, at: datetime) -> Look:
    if isinstance(said, Problem):
        return knowledge.failed(before, said, at, at)
    found = answer(*said)
    return knowledge.answered(before, found, parse(found), at, at)


def replay(history: list[tuple[timedelta, Said]]) -> list[Looked]:
    known, now, looks = Knowledge(), BEGAN, []
    for pause, said in history:
        now += pause
        came_to = look(known, said, now)
        looks.append(Looked(now, said, known, came_to))
        known = came_to.after
    return looks


def seen(*history: tuple[timedelta, Said]) -> Knowledge:
    return replay(list(history))[-1].look.after


def observations(looks: list[Looked]) -> list[Observation]:
    return [made for looked in looks if (made := looked.look.observation) is not None]


def sightings(looks: list[Looked]) -> list[Sighting]:
    return [made for looked in looks if (made := looked.look.sighting) is not None]


@given(history=histories)
def test_the_sequence_grows_exactly_with_what_a_page_would_show(
    history: list[tuple[timedelta, Said]],
) -> None:
    for looked in replay(history):
        before, after = looked.before, looked.look.after
        assert after.sequence in {before.sequence, before.sequence + 1}
        if (after.digest, after.withheld, after.problem) != (
            before.digest,
            before.withheld,
            before.problem,
        ):
            assert after.sequence > before.sequence
        if looked.look.observation is not None or looked.look.sighting is not None:
            assert after.sequence > before.sequence


@given(history=histories)
def test_every_change_is_observed_once_and_numbered(
    history: list[tuple[timedelta, Said]],
) -> None:
    looks = replay(history)
    made = observations(looks)
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert not looks or looks[-1].look.after.observed == len(made)
    # Neighbours differ, and the first is no deletion.
    said = [None if one.answer is None else one.answer.digest for one in made]
    assert all(one != next_one for one, next_one in pairwise(said))
    assert said[:1] != [None]
    # Times go forward, and a change lies between two looks.
    moments = [one.seen_at for one in made]
    assert moments == sorted(moments)
    assert all(one.unchanged_at is None or one.unchanged_at < one.seen_at for one in made)


@given(history=histories)
def test_what_is_known_is_the_last_answer_and_nothing_that_was_not_answered(
    history: list[tuple[timedelta, Said]],
) -> None:
    last: Answer | None = None
    for looked in replay(history):
        after = looked.look.after
        if not isinstance(looked.said, Problem):
            last = answer(*looked.said)
            assert after.answered_at == looked.at
            assert after.shows
            assert after.problem is None
        elif looked.said.kind is Kind.NOT_FOUND:
            last = None
        else:
            assert looked.look.observation is None
        assert after.digest == ("" if last is None else last.digest)
        assert after.lease_until is None
        assert after.expires_at is not None
        assert after.expires_at > looked.at


@given(history=histories)
def test_a_definite_answer_hides_what_is_older_until_the_next_good_one(
    history: list[tuple[timedelta, Said]],
) -> None:
    hidden = False
    for looked in replay(history):
        said = looked.said
        hidden = isinstance(said, Problem) and (hidden or said.definite)
        assert not (hidden and looked.look.after.shows)


@given(history=histories)
def test_stretches_are_ordered_apart_and_only_of_what_was_seen(
    history: list[tuple[timedelta, Said]],
) -> None:
    looks = replay(history)
    made = sightings(looks)
    last = looks[-1].look.after if looks else Knowledge()
    spans = [(one.since, one.until, one.status.word) for one in made]
    if last.status_since is not None and last.status_until is not None:
        spans.append((last.status_since, last.status_until, last.status))
    assert all(since <= until for since, until, _ in spans)
    for (_, until, word), (since, _, next_word) in pairwise(spans):
        assert until <= since
        # One status goes on as one stretch, unless nobody looked or there was none between.
        assert word != next_word or since > until
    # Each look that saw a status lies in a stretch of it.
    for looked in looks:
        if not isinstance(looked.said, Problem):
            assert any(
                since <= looked.at <= until and word == looked.said[0]
                for since, until, word in spans
            )


@given(pause=st.integers(1, 1_000).map(lambda n: timedelta(seconds=n)))
def test_a_stretch_is_torn_where_nobody_looked_for_more_than_five_minutes(
    pause: timedelta,
) -> None:
    looks = replay([(ONE_MINUTE, ("Running", "")), (pause, ("Running", ""))])
    torn = pause > UNWATCHED_AFTER
    assert len(sightings(looks)) == torn
    assert (looks[-1].look.after.status_since == looks[-1].at) == torn


def test_a_change_of_status_closes_the_stretch_at_the_look_that_found_it() -> None:
    looks = replay([(ONE_MINUTE, ("Created", "")), (ONE_MINUTE, ("Running", ""))])
    [closed] = sightings(looks)
    assert closed.status.word == "Created"
    assert (closed.since, closed.until) == (BEGAN + ONE_MINUTE, BEGAN + 2 * ONE_MINUTE)


def test_after_a_denial_the_same_answer_is_no_change() -> None:
    known = seen((ONE_MINUTE, ("Running", "a")))
    denied = look(known, Problem(Kind.ACCESS_DENIED), BEGAN + 2 * ONE_MINUTE).after
    unreachable = look(denied, Problem(Kind.UNREACHABLE), BEGAN + 3 * ONE_MINUTE).after
    assert not denied.shows
    assert not unreachable.shows
    back = look(unreachable, ("Running", "a"), BEGAN + 4 * ONE_MINUTE)
    assert back.observation is None
    assert back.after.shows
    assert back.after.observed == 1


@given(failures=st.integers(1, 12), jitter=st.floats(0.75, 1.25))
def test_pauses_after_failures_grow_up_to_a_minute(failures: int, jitter: float) -> None:
    known = replace(Knowledge(), failures=failures - 1)
    after = knowledge.failed(known, Problem(Kind.THROTTLED), BEGAN, BEGAN, jitter=jitter).after
    assert after.expires_at is not None
    expected = min(timedelta(minutes=1), timedelta(seconds=4) * 2 ** (failures - 1)) * jitter
    assert abs(after.expires_at - BEGAN - expected) < timedelta(milliseconds=1)
    assert after.failures == failures


@given(history=histories)
def test_only_a_denial_withholds_what_was_recorded(
    history: list[tuple[timedelta, Said]],
) -> None:
    denied = False
    for looked in replay(history):
        if not isinstance(looked.said, Problem) or looked.said.kind is Kind.NOT_FOUND:
            denied = False
        elif looked.said.kind is Kind.ACCESS_DENIED:
            denied = True
        assert looked.look.after.withheld == denied
