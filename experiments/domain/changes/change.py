"""What a change is: a sentence in parts, so that a page can write each part its own way."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from experiments.domain.answer import Json
from experiments.domain.parsing import text


@dataclass(frozen=True, slots=True)
class Quoted:
    """Somebody's or AWS's text, to be shown verbatim and apart from the words around it."""

    text: str

    def __str__(self) -> str:
        return self.text


Part: TypeAlias = str | Quoted | datetime


class Group(StrEnum):
    """What a change is about, in the order in which changes are told."""

    EXISTENCE = "existence"
    STATUS = "status"
    ENDPOINT = "endpoint"
    VARIANTS = "variants"
    SAMPLING = "sampling"
    SCHEDULE = "schedule"
    CAPTURE = "capture"
    DESCRIPTION = "description"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One change in words; ``paths`` are the leaves that it tells of, variants by their names.

    A ``mild`` one means nothing for the test: an order, a time that AWS keeps for itself.
    """

    group: Group
    paths: tuple[str, ...]
    sentence: tuple[Part, ...]
    mild: bool = False


# Timestamps are ISO strings in an answer; only these are known to be times.
TIMES = frozenset(
    {
        "CreationTime",
        "CompletionTime",
        "LastModifiedTime",
        "Schedule.StartTime",
        "Schedule.EndTime",
    }
)


def quoted(path: str, value: Json) -> Quoted | datetime:
    """A value as part of a sentence: a time where ``path`` is known to hold one."""
    return (time(value) if path in TIMES else None) or Quoted(text(value))


def time(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (OverflowError, ValueError):
        return None
