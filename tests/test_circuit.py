"""When a source that keeps failing is left alone, and for how long, as a matter of arithmetic."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from experiments.domain import circuit
from experiments.domain.circuit import COUNTED, FIRST_PAUSE, IN_A_ROW, LONGEST_PAUSE, Circuit
from experiments.domain.problem import Kind, Problem

NOW = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)

jitters = st.floats(0.75, 1.25)
counted = st.sampled_from(sorted(COUNTED)).map(Problem)
others = st.none() | st.sampled_from(sorted(set(Kind) - COUNTED)).map(Problem)


def failing(times: int, *, jitter: float = 1.0) -> Circuit:
    """The state after so many failures, each as soon as the pause before it was over."""
    state, now = Circuit(), NOW
    for _ in range(times):
        now = max(now, state.open_until or now)
        state = circuit.after(state, Problem(Kind.UNREACHABLE), now, jitter=jitter)
    return state


def test_only_failures_of_the_whole_source_count() -> None:
    assert {Kind.THROTTLED, Kind.UNREACHABLE, Kind.EXPIRED_CREDENTIALS} == COUNTED


@given(problems=st.lists(counted, min_size=IN_A_ROW, max_size=IN_A_ROW), jitter=jitters)
def test_ten_failures_in_a_row_open_it_and_nine_do_not(
    problems: list[Problem], jitter: float
) -> None:
    state = Circuit()
    for problem in problems[:-1]:
        state = circuit.after(state, problem, NOW, jitter=jitter)
        assert not state.tripped
        assert not state.open(NOW)
    state = circuit.after(state, problems[-1], NOW, jitter=jitter)
    assert state.open(NOW)
    assert state.problem == problems[-1]
    assert state.failing_since == NOW


@given(failures=st.integers(0, 40), other=others)
def test_whatever_else_aws_says_shows_that_the_source_is_there(
    failures: int, other: Problem | None
) -> None:
    assert circuit.after(failing(failures), other, NOW) == Circuit()


@given(failures=st.integers(IN_A_ROW, 40), jitter=jitters)
def test_pauses_grow_up_to_five_minutes(failures: int, jitter: float) -> None:
    before, after = failing(failures, jitter=jitter), failing(failures + 1, jitter=jitter)
    assert before.open_until is not None
    assert after.open_until is not None
    pause = after.open_until - before.open_until
    doublings = failures + 1 - IN_A_ROW
    expected = min(LONGEST_PAUSE, FIRST_PAUSE * 2**doublings) * jitter
    assert abs(pause - expected) < timedelta(milliseconds=1)
    assert timedelta(seconds=11) < pause <= LONGEST_PAUSE * 1.25


@given(late=st.lists(counted, max_size=30))
def test_calls_that_were_under_way_when_it_opened_make_no_pause_longer(
    late: list[Problem],
) -> None:
    state = opened = failing(IN_A_ROW)
    for problem in late:
        state = circuit.after(state, problem, NOW + timedelta(seconds=1))
    assert state.open_until == opened.open_until
    assert state.openings == opened.openings


def test_it_is_open_up_to_the_end_of_its_pause() -> None:
    state = failing(IN_A_ROW)
    assert state.open_until == NOW + FIRST_PAUSE
    assert state.open(NOW + FIRST_PAUSE - timedelta(seconds=1))
    assert not state.open(NOW + FIRST_PAUSE)
    # One call is to find out whether it answers again.
    assert state.tripped
