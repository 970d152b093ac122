"""The budget of a source, whatever the calls do."""

from hypothesis import given
from hypothesis import strategies as st

from experiments.watching.pace import Pace

SLACK = 1e-6
rates = st.floats(0.01, 100)
spans = st.floats(0, 30)
# How long each call takes, and how long nobody asks for anything after it.
lives = st.lists(st.tuples(spans, spans), min_size=1, max_size=40)


def starts(pace: Pace, calls: list[tuple[float, float]]) -> list[float]:
    """When each of ``calls`` begins, if each waits for its turn."""
    now, begun = 0.0, []
    for takes, rests in calls:
        now += pace.left(now)
        pace.called(now)
        begun.append(now)
        now += takes + rests
    return begun


@given(rates, lives)
def test_no_window_holds_more_calls_than_its_budget(
    rate: float, calls: list[tuple[float, float]]
) -> None:
    begun = starts(Pace(rate), calls)
    for first, start in enumerate(begun):
        for last in range(first + 1, len(begun)):
            assert last - first <= (begun[last] - start) * rate * (1 + SLACK) + SLACK


@given(rates, lives)
def test_who_has_waited_long_enough_waits_no_longer(
    rate: float, calls: list[tuple[float, float]]
) -> None:
    pace = Pace(rate)
    begun = starts(pace, calls)
    assert pace.left(begun[-1] + 1 / rate + SLACK) == 0
    assert pace.left(begun[-1]) <= 1 / rate * (1 + SLACK)


def test_the_first_call_waits_for_nothing() -> None:
    assert Pace(0.01).left(-1e9) == 0


@given(rates, st.lists(st.tuples(spans, st.booleans()), min_size=1, max_size=40))
def test_a_call_that_nobody_waited_for_is_paid_for_by_the_next(
    rate: float, calls: list[tuple[float, bool]]
) -> None:
    """A retry follows its call whenever botocore likes; the next call makes up for it."""
    pace, now, made = Pace(rate), 0.0, []
    for takes, retried in calls:
        now += pace.left(now)
        pace.called(now)
        made.append(now)
        now += takes
        if retried:
            pace.called(now)
            made.append(now)
    for first, start in enumerate(made):
        for last in range(first + 1, len(made)):
            # One retry at the end of the window is not yet paid for.
            assert last - first - 1 <= (made[last] - start) * rate * (1 + SLACK) + SLACK
