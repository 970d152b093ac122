"""The life cycle as pure functions, on moments that the test names."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from experiments.demo import deployment, life
from experiments.demo.experiment import Experiment, Pace, StopOrder

from .builders import DAY, NOW, SECOND, create_request

PACE = Pace()
KEEP = {"prod": "Retain", "shadow": "Remove"}
PROMOTE = {"prod": "Remove", "shadow": "Promote"}


def born(start: timedelta = DAY, end: timedelta | None = 8 * DAY, scenario: str = "") -> Experiment:
    return life.create(
        create_request(),
        arn="arn",
        tags={},
        scenario=scenario,
        window=(NOW + start, None if end is None else NOW + end),
        now=NOW,
    )


def at(experiment: Experiment, moment: datetime) -> Experiment:
    return life.advance(experiment, moment, PACE)


def running(scenario: str = "") -> Experiment:
    return at(born(start=timedelta(0), end=7 * DAY, scenario=scenario), NOW + DAY)


def created() -> Experiment:
    return at(born(), NOW + DAY / 2)


def statuses(experiment: Experiment, until: datetime) -> Iterator[str]:
    """The statuses seen by somebody who looks every second."""
    moment, seen = NOW, ""
    while moment <= until:
        status = at(experiment, moment).status
        if status != seen:
            yield status
        moment, seen = moment + SECOND, status


def shown(experiment: Experiment) -> dict[str, str]:
    return {each["VariantName"]: each["Status"] for each in deployment.variants(experiment)}


def test_a_scheduled_experiment_passes_through_every_status_in_order() -> None:
    experiment = born(start=60 * SECOND, end=120 * SECOND)
    assert list(statuses(experiment, NOW + 180 * SECOND)) == [
        "Creating",
        "Created",
        "Starting",
        "Running",
        "Stopping",
        "Completed",
    ]


def test_an_experiment_due_at_once_is_never_created_and_waiting() -> None:
    experiment = born(start=timedelta(0), end=120 * SECOND)
    assert list(statuses(experiment, NOW + 60 * SECOND)) == ["Creating", "Starting", "Running"]


def test_looking_once_after_weeks_gives_what_looking_every_second_gives() -> None:
    experiment = born(start=60 * SECOND, end=120 * SECOND)
    step_by_step = experiment
    for second in range(400):
        step_by_step = at(step_by_step, NOW + second * SECOND)
    assert step_by_step == at(experiment, NOW + 30 * DAY)


def test_it_completes_after_the_end_and_the_time_that_stopping_takes() -> None:
    ended = at(born(), NOW + 9 * DAY)
    assert ended.status == "Completed"
    assert ended.completed == NOW + 8 * DAY + PACE.stopping
    assert ended.reason is None


def test_it_is_running_until_the_very_end_and_stopping_from_there() -> None:
    end = NOW + 8 * DAY
    assert at(born(), end - SECOND / 1000).status == "Running"
    assert at(born(), end).status == "Stopping"


def test_without_an_end_it_stops_after_the_longest_run_there_is() -> None:
    experiment = born(start=timedelta(0), end=None)
    assert at(experiment, NOW + 29 * DAY).status == "Running"
    assert at(experiment, NOW + 31 * DAY).status == "Completed"


def test_a_window_shorter_than_the_start_takes_still_runs_and_ends() -> None:
    experiment = born(start=timedelta(0), end=5 * SECOND)
    assert "Running" not in list(statuses(experiment, NOW + SECOND))
    ended = at(experiment, NOW + 60 * SECOND)
    assert ended.status == "Completed"
    assert ended.completed == NOW + PACE.creating + PACE.starting + PACE.stopping


def test_start_begins_before_the_schedule_does() -> None:
    now = NOW + DAY / 2
    started = life.start(created(), now)
    assert started.status == "Starting"
    assert started.start == now
    assert started.end == NOW + 8 * DAY
    assert at(started, now + PACE.starting).status == "Running"


def test_start_clips_the_end_to_thirty_days() -> None:
    waiting = at(born(start=20 * DAY, end=50 * DAY), NOW + DAY)
    assert life.start(waiting, NOW + DAY).end == NOW + 31 * DAY


def test_start_leaves_an_open_end_open() -> None:
    waiting = at(born(start=20 * DAY, end=None), NOW + DAY)
    assert life.start(waiting, NOW + DAY).end is None


@pytest.mark.parametrize("before", [created(), running()], ids=lambda each: each.status)
def test_an_update_returns_to_where_it_came_from(before: Experiment) -> None:
    now = NOW + DAY / 2 if before.status == "Created" else NOW + DAY
    updating = life.update(before, now)
    assert updating.status == "Updating"
    assert updating.modified == now
    assert at(updating, now + PACE.updating).status == before.status


def test_an_update_across_the_start_time_starts_late() -> None:
    updating = life.update(created(), NOW + DAY - SECOND)
    assert at(updating, NOW + DAY).status == "Updating"
    assert at(updating, NOW + DAY + PACE.updating).status == "Starting"


@pytest.mark.parametrize("outcome", ["Completed", "Cancelled"])
def test_a_stop_ends_as_it_was_told_to(outcome: str) -> None:
    order = StopOrder(actions=KEEP, desired_state=outcome)
    stopping = life.stop(running(), order, "enough", NOW + 2 * DAY)
    assert stopping.status == "Stopping"
    ended = at(stopping, NOW + 2 * DAY + PACE.stopping)
    assert ended.status == outcome
    assert ended.reason == "enough"
    assert ended.completed == NOW + 2 * DAY + PACE.stopping


def test_an_early_end_leaves_the_planned_end_to_be_seen() -> None:
    order = StopOrder(actions=KEEP, desired_state="Cancelled")
    ended = at(life.stop(running(), order, None, NOW + 2 * DAY), NOW + 3 * DAY)
    assert ended.end == NOW + 7 * DAY


def test_what_happens_by_itself_does_not_count_as_a_modification() -> None:
    assert at(born(), NOW + 9 * DAY).modified == NOW


def test_a_failure_is_cancelled_with_an_error_text() -> None:
    experiment = born(start=timedelta(0), scenario="fails")
    assert list(statuses(experiment, NOW + 60 * SECOND)) == ["Creating", "Starting", "Cancelled"]
    failed = at(experiment, NOW + DAY)
    assert failed.reason == life.FAILURE
    assert deployment.endpoint(failed)["EndpointStatus"] == "InService"
    assert deployment.endpoint(failed)["FailureReason"]


def test_one_that_never_ends_is_running_years_later() -> None:
    assert at(running("never-ends"), NOW + 900 * DAY).status == "Running"


def test_one_that_never_ends_can_be_stopped() -> None:
    order = StopOrder(actions=KEEP, desired_state="Cancelled")
    stopping = life.stop(running("never-ends"), order, None, NOW + 90 * DAY)
    assert at(stopping, NOW + 91 * DAY).status == "Cancelled"


@pytest.mark.parametrize("status", ["Creating", "Created", "Starting", "Running", "Stopping"])
def test_one_told_to_stay_in_a_status_gets_there_and_stays(status: str) -> None:
    experiment = born(scenario=f"stays-in:{status}")
    assert at(experiment, NOW + 900 * DAY).status == status


def test_one_told_to_stay_updating_does_so_after_an_update() -> None:
    before = running("stays-in:Updating")
    assert before.status == "Running"
    assert at(life.update(before, NOW + 2 * DAY), NOW + 900 * DAY).status == "Updating"


def test_the_production_variant_serves_before_and_during_the_experiment() -> None:
    assert shown(born()) == {"prod": "InService", "shadow": "Creating"}
    assert shown(created()) == {"prod": "InService", "shadow": "Creating"}
    assert shown(at(born(), NOW + DAY)) == {"prod": "InService", "shadow": "Creating"}
    assert shown(running()) == {"prod": "InService", "shadow": "InService"}


def test_the_shadow_variant_is_updated_with_a_running_experiment_only() -> None:
    assert shown(life.update(running(), NOW + DAY))["shadow"] == "Updating"
    assert shown(life.update(created(), NOW + DAY / 2))["shadow"] == "Creating"


def test_at_the_scheduled_end_the_shadow_goes_and_production_stays() -> None:
    assert shown(at(born(), NOW + 8 * DAY)) == {"prod": "InService", "shadow": "Deleting"}
    assert shown(at(born(), NOW + 9 * DAY)) == {"prod": "InService", "shadow": "Deleted"}


def test_a_promoted_shadow_stays_and_the_removed_production_goes() -> None:
    order = StopOrder(actions=PROMOTE, desired_state="Completed")
    stopping = life.stop(running(), order, None, NOW + 2 * DAY)
    assert shown(stopping) == {"prod": "Deleting", "shadow": "Updating"}
    assert shown(at(stopping, NOW + 3 * DAY)) == {"prod": "Deleted", "shadow": "InService"}


def test_a_retained_shadow_stays_in_service() -> None:
    order = StopOrder(actions={"prod": "Retain", "shadow": "Retain"}, desired_state="Completed")
    ended = at(life.stop(running(), order, None, NOW + 2 * DAY), NOW + 3 * DAY)
    assert shown(ended) == {"prod": "InService", "shadow": "InService"}


def test_the_endpoint_is_updating_while_variants_come_and_go() -> None:
    def endpoint(experiment: Experiment) -> str:
        return deployment.endpoint(experiment)["EndpointStatus"]

    assert endpoint(born()) == "InService"
    assert endpoint(created()) == "InService"
    assert endpoint(at(born(), NOW + DAY)) == "Updating"
    assert endpoint(running()) == "InService"
    assert endpoint(life.update(running(), NOW + DAY)) == "Updating"
    assert endpoint(life.update(created(), NOW + DAY / 2)) == "InService"
    assert endpoint(at(born(), NOW + 8 * DAY)) == "Updating"
    assert endpoint(at(born(), NOW + 9 * DAY)) == "InService"


def test_a_rolling_back_endpoint_says_why_while_the_experiment_runs() -> None:
    metadata = deployment.endpoint(running("endpoint-rolls-back"))
    assert metadata["EndpointStatus"] == "RollingBack"
    assert metadata["FailureReason"] == deployment.ROLLBACK
    ended = at(running("endpoint-rolls-back"), NOW + 9 * DAY)
    assert deployment.endpoint(ended)["EndpointStatus"] == "InService"
    assert "FailureReason" not in deployment.endpoint(ended)


def test_the_longest_endpoint_name_still_gives_a_valid_configuration_name() -> None:
    experiment = life.create(
        create_request(EndpointName="e" * 63),
        arn="arn",
        tags={},
        scenario="",
        window=(NOW, None),
        now=NOW,
    )
    assert len(deployment.endpoint(experiment)["EndpointConfigName"]) == 63
