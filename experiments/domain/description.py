"""An answer together with what is made of it."""

from dataclasses import dataclass
from functools import cached_property

from experiments.domain import parsing
from experiments.domain.answer import Answer
from experiments.domain.experiment import Experiment


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
