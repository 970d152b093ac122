"""How long an answer stays fresh, by what the experiment is doing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.domain.experiment import Endpoint, Experiment, Schedule
from experiments.domain.freshness import freshness
from experiments.domain.status import ENDPOINT, EXPERIMENT, endpoint_status, experiment_status

NOW = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)


def experiment(
    word: str, *, endpoint: str = "InService", schedule: Schedule | None = None
) -> Experiment:
    return Experiment(
        arn="arn",
        name="name",
        type="ShadowMode",
        status=experiment_status(word),
        endpoint=Endpoint(name="endpoint", status=endpoint_status(endpoint)),
        schedule=schedule,
    )


def test_what_moves_is_asked_for_more_often_than_what_rests() -> None:
    moving, running, created, ended = (
        freshness(experiment(word), NOW) for word in ("Starting", "Running", "Created", "Completed")
    )
    assert moving < timedelta(seconds=10) <= running < created < timedelta(minutes=1)
    assert freshness(experiment("Running", endpoint="Updating"), NOW) == moving
    # So that a deletion is found, and the end of the clean-up sooner.
    assert ended == timedelta(hours=1)
    clearing_away = freshness(experiment("Completed", endpoint="Updating"), NOW)
    assert clearing_away == timedelta(minutes=1)


@pytest.mark.parametrize(("word", "moment"), [("Created", "start"), ("Running", "end")])
def test_a_planned_moment_is_looked_at_when_it_comes(word: str, moment: str) -> None:
    def at(distance: timedelta) -> timedelta:
        schedule = Schedule(**{moment: NOW + distance})
        return freshness(experiment(word, schedule=schedule), NOW)

    assert at(timedelta(seconds=8)) == timedelta(seconds=9)
    assert at(timedelta(seconds=-30)) < timedelta(seconds=5)
    assert at(timedelta(hours=2)) == at(timedelta(hours=-2)) >= timedelta(seconds=15)


moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(
    word=st.sampled_from([*EXPERIMENT, "Hibernating", ""]),
    endpoint=st.sampled_from([*ENDPOINT, "Thawing"]),
    start=moments,
    end=moments,
    now=st.datetimes(timezones=st.just(UTC)),
)
def test_every_answer_is_fresh_for_a_while_and_for_no_longer_than_an_hour(
    word: str, endpoint: str, start: datetime | None, end: datetime | None, now: datetime
) -> None:
    schedule = Schedule(start=start, end=end)
    span = freshness(experiment(word, endpoint=endpoint, schedule=schedule), now)
    assert timedelta(seconds=1) <= span <= timedelta(hours=1)
