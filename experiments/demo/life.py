"""The life of an inference experiment, as pure functions of what is remembered and of the time.

    Creating → Created → Starting → Running → Stopping → Completed or Cancelled
                  ↑↓                  ↑↓
               Updating            Updating

Nothing runs in the background: ``advance`` catches up with the clock whenever somebody asks.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .experiment import Experiment, Pace, StopOrder

LONGEST = timedelta(days=30)
# "If you don't specify this field, the experiment automatically starts immediately upon creation
# and concludes after 7 days." (CreateInferenceExperiment)
UNSCHEDULED = timedelta(days=7)

FAILURE = (
    "Failed to start the inference experiment: the shadow variant did not pass its ping health "
    "check within 900 seconds. Please check the CloudWatch logs of the endpoint."
)


def create(
    settings: Mapping[str, Any],
    *,
    arn: str,
    tags: Mapping[str, str],
    scenario: str,
    window: tuple[datetime, datetime | None],
    now: datetime,
) -> Experiment:
    start, end = window
    return Experiment(
        arn=arn,
        settings=settings,
        tags=tags,
        scenario=scenario,
        start=start,
        end=end,
        created=now,
        modified=now,
        status="Creating",
        since=now,
    )


def start(experiment: Experiment, now: datetime) -> Experiment:
    """Begin before the scheduled time. The end stays, but no run is longer than 30 days."""
    limit = now + LONGEST
    end = min(experiment.end, limit) if experiment.end else None
    return _enter(replace(experiment, start=now, end=end, modified=now), "Starting", now)


def update(experiment: Experiment, now: datetime) -> Experiment:
    """Go through Updating and back; the new settings are in ``experiment`` already."""
    back_to = experiment.status
    return _enter(replace(experiment, back_to=back_to, modified=now), "Updating", now)


def stop(experiment: Experiment, order: StopOrder, reason: str | None, now: datetime) -> Experiment:
    """Begin to stop. The schedule keeps the planned end, so that "early" can be seen."""
    ordered = replace(experiment, order=order, reason=reason, modified=now)
    return _enter(ordered, "Stopping", now)


def advance(experiment: Experiment, now: datetime, pace: Pace) -> Experiment:
    """The experiment as it stands at ``now``, after every step that has fallen due.

    LastModifiedTime stays: AWS documents it as when *you* last modified the experiment.
    """
    while (due := _next_step(experiment, pace)) is not None and due.since <= now:
        experiment = due
    return experiment


def _next_step(experiment: Experiment, pace: Pace) -> Experiment | None:
    """The experiment right after the next thing that happens by itself, or None if nothing will."""
    if experiment.scenario == f"stays-in:{experiment.status}":
        return None
    since = experiment.since
    match experiment.status:
        case "Creating":
            return _enter(experiment, "Created", since + pace.creating)
        case "Created":
            # One that is due already does not stay here for a moment that anybody could see.
            return _enter(experiment, "Starting", max(since, experiment.start))
        case "Starting" if experiment.scenario == "fails":
            failed = replace(experiment, reason=FAILURE)
            return _finish(failed, "Cancelled", since + pace.starting)
        case "Starting":
            return _enter(experiment, "Running", since + pace.starting)
        case "Running" if experiment.scenario != "never-ends":
            end = experiment.end or experiment.start + LONGEST
            return _enter(experiment, "Stopping", max(since, end))
        case "Updating":
            return _enter(experiment, experiment.back_to, since + pace.updating)
        case "Stopping":
            outcome = experiment.order.desired_state if experiment.order else "Completed"
            return _finish(experiment, outcome, since + pace.stopping)
    return None


def _enter(experiment: Experiment, status: str, moment: datetime) -> Experiment:
    return replace(experiment, status=status, since=moment)


def _finish(experiment: Experiment, outcome: str, moment: datetime) -> Experiment:
    return replace(experiment, status=outcome, since=moment, completed=moment)
