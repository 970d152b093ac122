"""How long an answer stays true enough, by what the experiment is doing."""

from datetime import datetime, timedelta

from experiments.domain.experiment import Experiment
from experiments.domain.status import ENDED

IN_TRANSITION = timedelta(seconds=3)
RUNNING = timedelta(seconds=15)
CREATED = timedelta(seconds=30)
# Pages of an ended experiment do not poll, so this is about loading one again: its variants are
# still being cleared away, or it may have been deleted.
AFTER_THE_END_MOVING = timedelta(minutes=1)
AFTER_THE_END = timedelta(hours=1)
# Between two looks that are further apart, a status could have come and gone unseen.
UNWATCHED_AFTER = timedelta(minutes=5)
# A planned start or end that has just passed makes a change likely, though AWS may be late.
AROUND_A_BOUNDARY = timedelta(minutes=2)


def has_ended(experiment: Experiment) -> bool:
    return experiment.status.word in ENDED


def in_transition(experiment: Experiment) -> bool:
    """True while AWS is at work on the experiment, on its endpoint or on a variant."""
    statuses = [experiment.status, *(variant.status for variant in experiment.variants)]
    if experiment.endpoint.status is not None:
        statuses.append(experiment.endpoint.status)
    return not all(status.settled for status in statuses)


def freshness(experiment: Experiment, now: datetime) -> timedelta:
    """How long after it arrived this answer may be shown without asking again."""
    if has_ended(experiment):
        return AFTER_THE_END_MOVING if in_transition(experiment) else AFTER_THE_END
    if in_transition(experiment):
        return IN_TRANSITION
    boundary = _next_boundary(experiment)
    usual = RUNNING if experiment.status.word == "Running" else CREATED
    if boundary is None:
        return usual
    if timedelta(0) <= now - boundary <= AROUND_A_BOUNDARY:
        return IN_TRANSITION
    # One second past the boundary, so that AWS has had its turn.
    until = boundary - now + timedelta(seconds=1)
    return min(usual, max(until, IN_TRANSITION)) if boundary > now else usual


def _next_boundary(experiment: Experiment) -> datetime | None:
    """The planned moment at which the status should change by itself."""
    if experiment.schedule is None:
        return None
    started = experiment.status.word != "Created"
    return experiment.schedule.end if started else experiment.schedule.start
