"""Which experiments a watcher describes, by what the list says and by what is known already."""

from datetime import datetime, timedelta
from enum import StrEnum

from experiments.domain.experiment import Summary
from experiments.domain.freshness import AFTER_THE_END_MOVING, IN_TRANSITION
from experiments.domain.knowledge import Knowledge
from experiments.domain.status import ENDED

# Two answers may give one time with another precision.
SAME_TIME = timedelta(seconds=1)


class Reason(StrEnum):
    """Why an experiment is described."""

    NEW = "new"
    CHANGED = "changed"
    NOT_ENDED = "not ended"


def due(
    summary: Summary,
    before: Summary | None,
    known: Knowledge | None,
    listed_at: datetime,
    now: datetime,
) -> Reason | None:
    """Why this experiment is to be described, None if it is not.

    ``before`` is what the list said of it the last time, None if this is the first.
    """
    if known is None or not known.digest:
        return Reason.NEW if known is None or known.expired(now) else None
    answered_since = known.answered_at is not None and known.answered_at >= listed_at
    if not answered_since and _changed(summary, before, known):
        # After a failure there is a pause, which holds here as it does for readers.
        return Reason.CHANGED if known.problem is None or known.expired(now) else None
    if known.expired(now) and not (known.status in ENDED and at_rest(known)):
        return Reason.NOT_ENDED
    return None


def at_rest(known: Knowledge) -> bool:
    """Whether the answer was one to be kept for long."""
    return _lifetime(known) > AFTER_THE_END_MOVING


def moving(known: Knowledge) -> bool:
    """Whether AWS was at work, so that the next look should follow soon."""
    return known.problem is None and _lifetime(known) <= IN_TRANSITION + SAME_TIME


def _lifetime(known: Knowledge) -> timedelta:
    if known.expires_at is None or known.answered_at is None:
        return timedelta(0)
    return known.expires_at - known.answered_at


def _changed(summary: Summary, before: Summary | None, known: Knowledge) -> bool:
    if known.status != summary.status.word:
        return True
    if before is not None:
        return before.modified != summary.modified
    if summary.modified is None or known.modified_at is None:
        return False
    return abs(summary.modified - known.modified_at) > SAME_TIME
