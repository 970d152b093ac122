"""One look at one experiment, as pages are made of it."""

from dataclasses import dataclass
from datetime import datetime

from experiments.aws import clients
from experiments.domain import timeline
from experiments.domain.circuit import Circuit
from experiments.domain.description import Description
from experiments.domain.experiment import Experiment
from experiments.domain.freshness import has_ended, in_transition
from experiments.domain.problem import Kind, Problem
from experiments.sources import SOURCES


@dataclass(frozen=True)
class Snapshot:
    """One look at one experiment. ``description`` is None when there is nothing to show.

    ``answered_at`` is when AWS gave it; ``failing_since`` when the problem began. ``refreshing``
    says that AWS is being asked right now, ``observed`` how many observations there are,
    ``frozen`` that this is one of them. ``circuit`` is there while the source is left alone.
    """

    source: str
    name: str
    description: Description | None = None
    answered_at: datetime | None = None
    problem: Problem | None = None
    failing_since: datetime | None = None
    sequence: int = 0
    digest: str = ""
    observed: int = 0
    withheld: bool = False
    refreshing: bool = False
    frozen: bool = False
    circuit: Circuit | None = None

    @property
    def experiment(self) -> Experiment | None:
        return None if self.description is None else self.description.experiment

    @property
    def region(self) -> str | None:
        # Where it is hidden from somebody, not even that exists.
        source = SOURCES.get(self.source) if self.asked else None
        return None if source is None else clients.region(source)

    @property
    def ended(self) -> bool:
        return self.experiment is not None and has_ended(self.experiment)

    @property
    def failed(self) -> Problem | None:
        """The problem, if it left nothing to show."""
        return self.problem if self.description is None else None

    @property
    def asked(self) -> bool:
        """Whether source and name were such that AWS could be asked at all."""
        return self.problem is None or self.problem.kind not in {
            Kind.INVALID_NAME,
            Kind.UNKNOWN_SOURCE,
        }

    @property
    def has_history(self) -> bool:
        """Whether there is something recorded that a reader may see."""
        return self.observed > 0 and not self.withheld

    @property
    def polls(self) -> bool:
        """Whether a page of this snapshot should go on asking for a newer one."""
        if self.problem is not None and not self.problem.passing:
            return False
        return not self.ended and not self.frozen

    @property
    def poll_seconds(self) -> int:
        """How often a page should ask: soon while AWS is being asked, faster while it is at work
        than at rest."""
        if self.refreshing:
            return 1
        moving = self.experiment is None or in_transition(self.experiment)
        return 3 if moving and self.problem is None else 10

    def version(self, now: datetime) -> str:
        """What a poll compares: it differs exactly when something on the page would.

        The tick is there because "now" and the time left move while AWS changes nothing.
        """
        problem = "" if self.problem is None else f"{self.problem.kind}.{self.problem.code or ''}"
        left_alone = "" if self.circuit is None else f"!{self.circuit.openings}"
        tick = None if self.experiment is None else timeline.tick(self.experiment, now)
        return f"{self.sequence}-{self.digest}{problem}{left_alone}-{'' if tick is None else tick}"


def sequence_of(version: str) -> int:
    """How far whoever saw this version was; 0 for what is no version."""
    sequence = version.partition("-")[0]
    # An integer of the database has 64 bits, and a version comes from an address.
    return int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 19 else 0
