"""Two answers side by side, leaf by leaf."""

from dataclasses import dataclass
from datetime import datetime

from experiments.domain.answer import Answer, Json
from experiments.domain.changes.change import TIMES, time
from experiments.domain.changes.leaves import Sides, align
from experiments.domain.changes.phrases import LABELS, kind
from experiments.domain.parsing import text


@dataclass(frozen=True, slots=True)
class Row:
    """One leaf of either answer; ``None`` where an answer does not have it."""

    path: str
    label: str
    before: str | datetime | None
    after: str | datetime | None
    changed: bool


def rows(before: Answer, after: Answer) -> tuple[Row, ...]:
    """The leaves that differ, then the others, each in the order of the answers."""
    sides = align(before, after)
    found = [
        Row(
            path=path,
            label=_label(sides, path),
            before=None if pair.appeared else _shown(path, pair.before),
            after=None if pair.vanished else _shown(path, pair.after),
            changed=pair.differs,
        )
        for path, pair in sides.pairs.items()
    ]
    return tuple(sorted(found, key=lambda row: not row.changed))


def _label(sides: Sides, path: str) -> str:
    label = LABELS.get(kind(path), path)
    member = sides.member(path)
    return label if member is None or label == path else f"{member[1]}: {label}"


def _shown(path: str, value: Json) -> str | datetime:
    return (time(value) if path in TIMES else None) or text(value)
