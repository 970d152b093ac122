"""What the times of an experiment say together, before anything is drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from experiments.domain.experiment import Experiment, Summary
from experiments.domain.status import ENDED

# Words under which the experiment has not begun, whatever its planned start says.
WAITING = frozenset({"Creating", "Created", "Starting"})

# AWS starts and ends experiments some minutes after the planned time.
GRACE = timedelta(minutes=5)
# An experiment that ends by itself is closed down a little before or after its planned end.
ON_TIME = timedelta(minutes=1)
LONGER_THAN_PLANNED = 20


class Kind(StrEnum):
    """How the plan and the present stand to each other."""

    FUTURE = "future"
    LATE = "late"
    RUNNING = "running"
    OVERDUE = "overdue"
    ENDED_EARLY = "ended-early"
    ENDED = "ended"
    BACKWARDS = "backwards"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Moments:
    """The times of one experiment; ``stop`` counts only once the experiment has ended."""

    kind: Kind
    now: datetime
    created: datetime | None
    start: datetime | None
    end: datetime | None
    modified: datetime | None
    completed: datetime | None
    ended: bool
    begun: bool
    cancelled: bool

    @property
    def stop(self) -> datetime | None:
        return self.completed if self.ended else None

    @property
    def window(self) -> timedelta | None:
        """How long it is planned to run, where that makes sense."""
        if self.start is None or self.end is None or self.end <= self.start:
            return None
        return self.end - self.start

    @property
    def ran(self) -> timedelta | None:
        if self.start is None or self.stop is None or self.stop <= self.start:
            return None
        return self.stop - self.start

    @property
    def overran(self) -> timedelta | None:
        """How much longer than planned it ran, where that is more than closing down takes."""
        if self.window is None or self.ran is None:
            return None
        over = self.ran - self.window
        return over if over > max(ON_TIME, self.window / LONGER_THAN_PLANNED) else None

    @property
    def open_end(self) -> bool:
        return self.start is not None and self.end is None and not self.ended

    @property
    def known(self) -> tuple[datetime, ...]:
        """Every time but now."""
        moments = (self.created, self.start, self.end, self.modified, self.completed)
        return tuple(moment for moment in moments if moment is not None)


def read(experiment: Experiment | Summary, now: datetime) -> Moments:
    schedule = experiment.schedule
    start = schedule.start if schedule else None
    end = schedule.end if schedule else None
    word = experiment.status.word
    ended = word in ENDED
    stopped_first = (
        ended
        and start is not None
        and experiment.completed is not None
        and experiment.completed <= start
    )
    begun = start is not None and start <= now and word not in WAITING and not stopped_first
    return Moments(
        kind=_kind(start, end, experiment.completed, now, ended=ended, waiting=word in WAITING),
        now=now,
        created=experiment.created,
        start=start,
        end=end,
        modified=experiment.modified,
        completed=experiment.completed,
        ended=ended,
        begun=begun,
        cancelled=word == "Cancelled",
    )


def _kind(
    start: datetime | None,
    end: datetime | None,
    completed: datetime | None,
    now: datetime,
    *,
    ended: bool,
    waiting: bool,
) -> Kind:
    if start is None and end is None:
        return Kind.NONE
    if start is not None and end is not None and end <= start:
        return Kind.BACKWARDS
    if ended:
        early = completed is not None and end is not None and completed < end - ON_TIME
        return Kind.ENDED_EARLY if early else Kind.ENDED
    if start is not None and start > now:
        return Kind.FUTURE
    if waiting and start is not None:
        return Kind.LATE
    if end is not None and end <= now:
        return Kind.OVERDUE
    return Kind.RUNNING
