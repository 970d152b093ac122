"""An answer together with what is made of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from experiments.domain import parsing
from experiments.domain.answer import Answer
from experiments.domain.experiment import Experiment
from experiments.domain.redaction import Part, redact


@dataclass(frozen=True)
class Description:
    """An answer with what is made of it, each made when somebody first asks."""

    answer: Answer
    hidden: frozenset[str] = frozenset()

    @cached_property
    def experiment(self) -> Experiment:
        return parsing.parse(self.answer)

    def redacted(self, shown: frozenset[Part]) -> Self:
        """The same without what is hidden where ``shown`` is shown; its paths are in ``hidden``."""
        if shown not in self._redacted:
            redacted = redact(self.answer, shown)
            self._redacted[shown] = type(self)(redacted.answer, redacted.hidden)
        return self._redacted[shown]

    @cached_property
    def _redacted(self) -> dict[frozenset[Part], Self]:
        return {}

    @cached_property
    def other_fields(self) -> tuple[tuple[str, str], ...]:
        return parsing.other_fields(self.answer)
