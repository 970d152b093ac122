"""What an examination of a source found, and what an operator can do about it.

``examination`` of the door to AWS brings the findings; everything here follows from them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from experiments.domain.iam import Statement


class State(StrEnum):
    """How one check ended."""

    WORKS = "works"
    WARNS = "warns"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question with its answer: what was found, what to do next, what to paste where."""

    name: str
    state: State
    said: str
    advice: str = ""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All checks of one source, made at ``at``."""

    source: str
    at: datetime
    checks: tuple[Check, ...] = field(default=())

    @property
    def failed(self) -> int:
        return self._count(State.FAILS)

    @property
    def warned(self) -> int:
        return self._count(State.WARNS)

    @property
    def unknown(self) -> int:
        return self._count(State.UNKNOWN)

    def _count(self, state: State) -> int:
        return sum(check.state is state for check in self.checks)
