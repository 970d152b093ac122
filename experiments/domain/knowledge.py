"""What is known of one experiment, and what one more look makes of it.

A look ends in an answer or in a problem. Here is decided what that changes: what is shown from now
on, for how long, and what is recorded of it. Nothing here asks a clock or stores anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from experiments.domain.answer import Answer
from experiments.domain.call import Call
from experiments.domain.experiment import Experiment
from experiments.domain.freshness import UNWATCHED_AFTER, freshness
from experiments.domain.observation import Observation, Sighting
from experiments.domain.problem import Kind, Problem
from experiments.domain.status import experiment_status

AFTER_A_FAILURE = timedelta(seconds=4)
LONGEST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """One experiment as the portal knows it; the answer itself is kept beside it.

    ``sequence`` grows with every change that a page would show. ``digest`` is that of the last
    good answer, empty where there is none; while ``withheld``, that answer is kept only to tell
    whether the next one differs. ``failing_since`` and ``failures`` belong to ``problem``. Until
    ``expires_at`` nobody asks AWS, until ``lease_until`` somebody is asking. ``checked_at`` is
    when a reader last had it asked at once.

    ``observed`` is the number of the last observation. ``status`` was seen without a gap from
    ``status_since`` to ``status_until``. ``modified_at`` is AWS's LastModifiedTime, ``created_at``
    its CreationTime: an experiment of another one is another experiment of the same name.
    """

    sequence: int = 0
    digest: str = ""
    answered_at: datetime | None = None
    withheld: bool = False
    problem: Problem | None = None
    failing_since: datetime | None = None
    failures: int = 0
    expires_at: datetime | None = None
    checked_at: datetime | None = None
    lease_until: datetime | None = None
    observed: int = 0
    status: str = ""
    status_since: datetime | None = None
    status_until: datetime | None = None
    modified_at: datetime | None = None
    created_at: datetime | None = None

    @property
    def shows(self) -> bool:
        """Whether there is an answer that a reader may see."""
        return bool(self.digest) and not self.withheld

    @property
    def empty(self) -> bool:
        return not self.shows and self.problem is None

    def expired(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at <= now

    def leased(self, now: datetime) -> bool:
        return self.lease_until is not None and now < self.lease_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look came to: what is known after it, what of it is to be recorded, and the call
    that was made for it, which no page's version depends on."""

    after: Knowledge
    observation: Observation | None = None
    sighting: Sighting | None = None
    call: Call | None = None


def answered(
    before: Knowledge, answer: Answer, experiment: Experiment, asked: datetime, now: datetime
) -> Look:
    """AWS described the experiment when it was ``asked``, and it is ``now`` since."""
    digest, word = answer.digest, experiment.status.word
    changed = digest != before.digest
    other = before.created_at is not None and before.created_at != experiment.created
    goes_on = before.status == word and not other and not _looked_away(before, asked)
    news = changed or before.withheld or before.problem is not None or not goes_on
    after = replace(
        before,
        sequence=before.sequence + news,
        digest=digest,
        answered_at=asked,
        withheld=False,
        problem=None,
        failing_since=None,
        failures=0,
        expires_at=now + freshness(experiment, asked),
        lease_until=None,
        observed=before.observed + changed,
        status=word,
        status_since=before.status_since if goes_on else asked,
        status_until=asked,
        modified_at=experiment.modified,
        created_at=experiment.created,
    )
    return Look(
        after=after,
        observation=_observation(before, after, answer) if changed else None,
        sighting=None if goes_on else _closed(before, asked, other=other),
    )


def failed(
    before: Knowledge, problem: Problem, asked: datetime, now: datetime, *, jitter: float = 1.0
) -> Look:
    """There was no answer; ``jitter`` is about 1 and keeps many portals from asking in step."""
    if _is_gone(before) and not problem.definite:
        # AWS has said what is so, and nothing since then.
        problem = before.problem or problem
    pause = min(LONGEST_PAUSE, AFTER_A_FAILURE * 2 ** min(before.failures, 8))
    after = replace(
        before,
        sequence=before.sequence + (problem != before.problem),
        withheld=before.withheld or problem.definite,
        problem=problem,
        failing_since=before.failing_since or asked,
        failures=before.failures + 1,
        expires_at=now + pause * jitter,
        lease_until=None,
    )
    return _gone(before, after, asked) if problem.kind is Kind.NOT_FOUND else Look(after=after)


def _is_gone(before: Knowledge) -> bool:
    """Whether AWS had it, and said that it has it no more."""
    found = before.problem is not None and before.problem.kind is Kind.NOT_FOUND
    return found and before.observed > 0 and not before.digest


def _gone(before: Knowledge, after: Knowledge, asked: datetime) -> Look:
    """AWS knows the experiment no more, which is recorded if it ever knew it."""
    if not before.digest:
        return Look(after=replace(after, withheld=False))
    after = replace(
        after,
        digest="",
        answered_at=None,
        withheld=False,
        observed=before.observed + 1,
        status="",
        status_since=None,
        status_until=None,
        modified_at=None,
        created_at=None,
    )
    return Look(
        after=after,
        observation=_observation(before, replace(after, answered_at=asked), None),
        sighting=_closed(before, asked),
    )


def _observation(before: Knowledge, after: Knowledge, answer: Answer | None) -> Observation:
    assert after.answered_at is not None
    return Observation(
        number=after.observed,
        seen_at=after.answered_at,
        unchanged_at=before.status_until,
        answer=answer,
    )


def _looked_away(before: Knowledge, asked: datetime) -> bool:
    return before.status_until is None or asked - before.status_until > UNWATCHED_AFTER


def _closed(before: Knowledge, asked: datetime, *, other: bool = False) -> Sighting | None:
    """The stretch of the status before: up to this look, or to the last one before a gap or of
    another experiment."""
    if before.status_since is None or before.status_until is None:
        return None
    until = before.status_until if other or _looked_away(before, asked) else asked
    return Sighting(status=experiment_status(before.status), since=before.status_since, until=until)
