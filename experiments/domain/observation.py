"""What this portal saw of an experiment, as opposed to what AWS recorded of it.

AWS keeps no history, so this is what the portal's own looks add up to. All times are aware and in
UTC.
"""

from dataclasses import dataclass
from datetime import datetime

from experiments.domain.answer import Answer, Json
from experiments.domain.status import Status, experiment_status


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One answer that differed from the one before it.

    ``number`` counts from 1 for each experiment. ``seen_at`` is the first look that got this
    answer; ``unchanged_at`` the last one that still got the answer before, None for the first
    observation: the change happened between the two. ``answer`` is None where AWS said that there
    is no experiment of this name (any more).
    """

    number: int
    seen_at: datetime
    unchanged_at: datetime | None = None
    answer: Answer | None = None

    @property
    def gone(self) -> bool:
        return self.answer is None

    @property
    def status(self) -> Status | None:
        """The experiment's status, None where there was no experiment."""
        return (
            None if self.answer is None else experiment_status(str(self.answer.response["Status"]))
        )

    @property
    def created(self) -> Json:
        """AWS's CreationTime as it was written, None where there is none."""
        return None if self.answer is None else self.answer.response.get("CreationTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A stretch of time over which looks, none far from the next, saw one and the same status."""

    status: Status
    since: datetime
    until: datetime
