"""When a source that keeps failing is left alone, and for how long.

Only failures of the whole source count: an experiment that does not exist, that the portal's role
may not see, or that has an answer nobody understands says nothing of the others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from experiments.domain.problem import Kind, Problem

IN_A_ROW = 10
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=5)
COUNTED = frozenset({Kind.THROTTLED, Kind.UNREACHABLE, Kind.EXPIRED_CREDENTIALS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """How a source has been answering. ``failures`` are those in a row, ``problem`` the last.

    It is left alone until ``open_until``. After that, one call finds out whether it answers again,
    for which it has until ``probed_until``.
    """

    failures: int = 0
    problem: Problem | None = None
    failing_since: datetime | None = None
    open_until: datetime | None = None
    probed_until: datetime | None = None
    openings: int = 0

    @property
    def tripped(self) -> bool:
        """Whether it is left alone, or asked once to see whether it answers again."""
        return self.failures >= IN_A_ROW

    def open(self, now: datetime) -> bool:
        """Whether nobody else may ask."""
        return self.tripped and (_ahead(self.open_until, now) or _ahead(self.probed_until, now))


def after(
    before: Circuit, problem: Problem | None, now: datetime, *, jitter: float = 1.0
) -> Circuit:
    """The state after one more call, which ended in ``problem`` or in an answer (None)."""
    if problem is None or problem.kind not in COUNTED:
        return Circuit()
    counted = replace(
        before,
        failures=before.failures + 1,
        problem=problem,
        failing_since=before.failing_since or now,
    )
    # Calls that were under way when it opened do not make the pause longer.
    if not counted.tripped or _ahead(before.open_until, now):
        return counted
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(before.openings, 8))
    return replace(
        counted,
        openings=before.openings + 1,
        open_until=now + pause * jitter,
        probed_until=None,
    )


def _ahead(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now < moment
