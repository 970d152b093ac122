"""One form in which an experiment can be taken somewhere else."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What somebody wants of it, in the order in which it is offered."""

    LEAD = "Lead somebody there"
    ASK = "Ask again"
    TELL = "Tell others"
    REPEAT = "Run it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A text to copy. ``name`` is what it is called in a sentence, ``hint`` what it is good for.

    Where it has several lines, a menu shows its hint in place of it. ``notes`` are sentences for
    whoever uses it, each perhaps about one member.
    """

    key: str
    group: Group
    name: str
    text: str
    hint: str
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The name at the beginning of a line; programs are written as they write themselves."""
        return self.name[0].upper() + self.name[1:] if self.group is Group.LEAD else self.name

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())
