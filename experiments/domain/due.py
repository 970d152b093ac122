"""Which experiments a watcher describes, by what the list says and by what is known already."""

from datetime import datetime, timedelta
from enum import StrEnum

from experiments.domain.experiment import Summary
from experiments.domain.freshness import AFTER_THE_END_MOVING, IN_TRANSITION
from experiments.domain.knowledge import Knowledge
from experiments.domain.status import ENDED

# Two answers may give one time with another precision.
SAME_TIME = timedelta(seconds=1)

Mark = tuple[str, datetime | None]
"""What of a summary tells that something has changed: the status and LastModifiedTime."""


class Reason(StrEnum):
    """Why an experiment is described."""

    NEW = "new"
    CHANGED = "changed"
    VANISHED = "vanished"
    EXPIRED = "expired"


# What is known is then out of date, however fresh it is.
AT_ONCE = frozenset({Reason.CHANGED, Reason.VANISHED})


def mark(summary: Summary) -> Mark:
    return summary.status.word, summary.modified


def due(
    summary: Summary,
    before: Mark | None,
    known: Knowledge | None,
    listed_at: datetime,
    now: datetime,
) -> Reason | None:
    """Why this member of a list is to be described, None if it is not.

    ``before`` is its mark when it was last looked at, None if this watcher has not yet done so.
    """
    # What had ended before anybody looked has no hurry: a list tells how it ended.
    new = None if summary.status.word in ENDED else Reason.NEW
    if known is None:
        return new
    if _paused(known, now):
        return None
    if not known.digest:
        return new if known.expired(now) else None
    if changed(summary, before, known, listed_at):
        return Reason.CHANGED
    if known.expired(now) and not (known.status in ENDED and at_rest(known)):
        return Reason.EXPIRED
    return None


def due_unlisted(
    known: Knowledge | None, *, whole: bool, looked: bool, began: datetime, now: datetime
) -> Reason | None:
    """Why an experiment that is not in the list is to be described, None if it is not.

    The list was read from ``began`` on and is ``whole``, or it says nothing of what is missing.
    ``looked`` if AWS has been asked since the experiment is missing, and knew it all the same.
    """
    if known is None or not known.digest or _paused(known, now):
        return None
    # One that is known only since then may have been too new for the list.
    old = known.answered_at is None or known.answered_at < began
    if whole and not looked and old:
        return Reason.VANISHED
    if known.expired(now) and (whole or known.status not in ENDED):
        return Reason.EXPIRED
    return None


def due_undescribed(known: Knowledge | None, now: datetime) -> Reason | None:
    """Why an experiment that only a list has told of is to be described, None if it is not."""
    if known is None:
        return Reason.NEW
    return Reason.NEW if not known.digest and known.expired(now) else None


def changed(summary: Summary, before: Mark | None, known: Knowledge, listed_at: datetime) -> bool:
    """Whether the list tells of something that the last answer does not."""
    if known.answered_at is not None and known.answered_at >= listed_at:
        return False
    same_status = known.status == summary.status.word
    times_known = summary.modified is not None and known.modified_at is not None
    same_time = times_known and _close(summary.modified, known.modified_at)
    if same_status and same_time:
        return False
    if before is not None:
        # The two may differ for good; it was looked at when the list began to say so.
        return before != mark(summary)
    return not same_status or times_known


def at_rest(known: Knowledge) -> bool:
    """Whether the answer was one to be kept for long."""
    return _lifetime(known) > AFTER_THE_END_MOVING


def moving(known: Knowledge) -> bool:
    """Whether AWS was at work, so that the next look should follow soon."""
    return known.problem is None and _lifetime(known) <= IN_TRANSITION + SAME_TIME


def _paused(known: Knowledge, now: datetime) -> bool:
    """After a failure there is a pause, which holds for watchers as it does for readers."""
    return known.problem is not None and not known.expired(now)


def _close(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= SAME_TIME


def _lifetime(known: Knowledge) -> timedelta:
    if known.expires_at is None or known.answered_at is None:
        return timedelta(0)
    return known.expires_at - known.answered_at
