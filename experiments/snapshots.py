"""What the portal knows of an experiment, as fresh as its status asks for.

    snapshot = snapshots.current("default", "checkout-ranker-v7")

asks AWS at most once per experiment and freshness interval. A Snapshot is always returned,
never an exception: it holds the last good answer, the problem, or both.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from experiments.aws import clients, sagemaker
from experiments.domain import parsing, timeline
from experiments.domain.answer import Answer
from experiments.domain.experiment import Experiment
from experiments.domain.freshness import freshness, has_ended, in_transition
from experiments.domain.names import is_experiment_name
from experiments.domain.problem import Kind, Problem
from experiments.domain.source import SOURCES, Source
from experiments.refreshing import RefreshingCache, Remembered


@dataclass(frozen=True)
class Description:
    """An answer with what is made of it, each made when somebody first asks."""

    answer: Answer

    @cached_property
    def experiment(self) -> Experiment:
        return parsing.parse(self.answer)

    @cached_property
    def other_fields(self) -> tuple[tuple[str, str], ...]:
        return parsing.other_fields(self.answer)

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits over everything that AWS said."""
        said = [self.answer.response, dict(self.answer.unmodelled)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Snapshot:
    """One look at one experiment. ``description`` is None when there is nothing to show.

    ``answered_at`` is when AWS gave it; ``failing_since`` when the problem began.
    """

    source: str
    name: str
    description: Description | None = None
    answered_at: datetime | None = None
    problem: Problem | None = None
    failing_since: datetime | None = None
    sequence: int = 0

    @property
    def experiment(self) -> Experiment | None:
        return None if self.description is None else self.description.experiment

    @property
    def region(self) -> str | None:
        source = SOURCES.get(self.source)
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
    def polls(self) -> bool:
        """Whether a page of this snapshot should go on asking for a newer one."""
        if self.problem is not None and not self.problem.passing:
            return False
        return not self.ended

    @property
    def poll_seconds(self) -> int:
        """How often a page should ask: faster while AWS is at work than at rest."""
        moving = self.experiment is None or in_transition(self.experiment)
        return 3 if moving and self.problem is None else 10

    def version(self, now: datetime) -> str:
        """What a poll compares: it differs exactly when something on the page would.

        The tick is there because "now" and the time left move while AWS changes nothing.
        """
        digest = "" if self.description is None else self.description.digest
        problem = "" if self.problem is None else f"{self.problem.kind}.{self.problem.code or ''}"
        tick = None if self.experiment is None else timeline.tick(self.experiment, now)
        return f"{self.sequence}-{digest}{problem}-{'' if tick is None else tick}"


def current(source: str, name: str) -> Snapshot:
    """The snapshot of an experiment, of whatever source and name somebody asked for.

    Answers within 8 s; a name that AWS would not accept is never sent to it.
    """
    if source not in SOURCES:
        return Snapshot(source, name, problem=Problem(Kind.UNKNOWN_SOURCE))
    if not is_experiment_name(name):
        return Snapshot(source, name, problem=Problem(Kind.INVALID_NAME))
    known = _descriptions.get((source, name))
    return Snapshot(
        source,
        name,
        description=known.value,
        answered_at=known.at,
        problem=known.problem,
        failing_since=known.failing_since,
        sequence=known.sequence,
    )


def listing(source: Source, next_token: str | None = None) -> Remembered[sagemaker.Page]:
    """One page of a source's experiments, with the problem where AWS gave none."""
    return _pages.get((source, next_token))


def _describe(key: tuple[str, str]) -> Description:
    source, name = key
    return Description(sagemaker.describe(SOURCES[source], name))


def _list(key: tuple[Source, str | None]) -> sagemaker.Page:
    source, next_token = key
    return sagemaker.list_summaries(source, next_token=next_token)


_descriptions = RefreshingCache(
    _describe, lambda description, now: freshness(description.experiment, now)
)
_pages = RefreshingCache(_list, lambda _page, _now: timedelta(seconds=5), threads=4, max_entries=50)
