"""What makes an experiment one that somebody should look at, and from when on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from experiments.domain import agreement
from experiments.domain.experiment import Experiment
from experiments.domain.freshness import has_ended
from experiments.domain.timeline.moments import GRACE

# Since when what time does not change needs attention.
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    CANCELLED = "cancelled"
    ENDPOINT = "endpoint"
    VARIANTS = "variants"
    TRAFFIC = "traffic"
    CAPTURE = "capture"
    OVERDUE = "overdue"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason to look, in words that stand beside the experiment's name."""

    kind: Kind
    words: str

    @property
    def listed(self) -> bool:
        """Whether a list tells it as well as a description."""
        return self.kind is Kind.CANCELLED


def troubles(experiment: Experiment, now: datetime) -> tuple[Trouble, ...]:
    """What a description tells, apart from what depends on the time."""
    found = [
        Trouble(Kind(finding.about), _short(finding.about, experiment, finding.title))
        for finding in agreement.judge(experiment, now).findings
        if finding.about != "schedule"
    ]
    if experiment.data_capture is None and not has_ended(experiment):
        found.append(Trouble(Kind.CAPTURE, "Data capture is off"))
    # One of a kind is enough to make somebody look.
    return tuple({trouble.kind: trouble for trouble in reversed(found)}.values())[::-1]


def listed(status: str, reason: str) -> tuple[Trouble, ...]:
    """What a list tells: an experiment that was cancelled, with AWS's or somebody's reason."""
    if status == "Cancelled" and reason:
        return (Trouble(Kind.CANCELLED, reason),)
    return ()


def due(status: str, start: datetime | None, end: datetime | None) -> datetime | None:
    """When a planned time will be so long over that somebody should look."""
    moment = {"Running": end, "Created": start}.get(status)
    try:
        return None if moment is None else moment + GRACE + timedelta(microseconds=1)
    except OverflowError:
        return None


def by_now(
    status: str, start: datetime | None, end: datetime | None, now: datetime
) -> tuple[Trouble, ...]:
    """What the schedule tells at this time: one trouble, or none."""
    moment = due(status, start, end)
    if moment is None or moment > now:
        return ()
    if status == "Running":
        return (Trouble(Kind.OVERDUE, "Past its planned end"),)
    return (Trouble(Kind.LATE, "Past its planned start"),)


def _short(about: str, experiment: Experiment, title: str) -> str:
    """A finding's title where its row already says what the experiment's own status is."""
    endpoint = experiment.endpoint
    if about == "endpoint" and endpoint.status is not None:
        if endpoint.status.word == "InService":
            return "Its endpoint’s last update failed"
        return f"Its endpoint is {endpoint.status.word}"
    title = title.removeprefix("The experiment is Running, but ")
    return f"{title[:1].upper()}{title[1:]}"
