"""Reading the rows of experiments as values. Everything raises availability.Unavailable."""

import logging
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db.models import QuerySet

from experiments.domain.answer import Answer
from experiments.domain.call import Call
from experiments.domain.knowledge import Knowledge
from experiments.domain.problem import Kind, Problem
from experiments.models import Snapshot
from experiments.store.availability import reads

log = logging.getLogger(__name__)

Key = tuple[str, str]
"""Source and name."""

# The members of Knowledge that are columns by the same name; a problem is two.
COLUMNS = tuple(field.name for field in fields(Knowledge) if field.name != "problem")
_READ = (*COLUMNS, "problem", "problem_code")


def row(key: Key) -> QuerySet[Snapshot]:
    source, name = key
    return Snapshot.objects.filter(source=source, name=name)


def read(key: Key) -> Knowledge | None:
    """What the row says, without its answer; None where there is no row."""
    with reads():
        return fetch(key)


def fetch(key: Key) -> Knowledge | None:
    """The same for who has the database in hand already."""
    found = row(key).values(*_READ).first()
    return None if found is None else _knowledge(found)


def read_answer(key: Key) -> tuple[Knowledge, Answer] | None:
    """The row with its answer, which fit together; None where there is no answer."""
    with reads():
        found = row(key).values(*_READ, "answer").first()
    if found is None or not found["answer"]:
        return None
    try:
        return _knowledge(found), Answer.from_text(found["answer"])
    except ValueError:
        # Written by another hand. The next good answer takes its place.
        log.exception("%s/%s: the stored answer cannot be read", *key)
        return None


def read_call(key: Key) -> Call | None:
    """The last call about an experiment that was stored; None where none is known."""
    with reads():
        found = row(key).values_list("last_call", flat=True).first()
    try:
        return Call.from_text(found) if found else None
    except ValueError:
        # Written by another hand, or by a newer version. The next look writes its own.
        log.warning("%s/%s: the stored call cannot be read", *key)
        return None


def read_many(source: str, names: Iterable[str]) -> dict[str, Knowledge]:
    """The rows of these experiments, as far as there are any, without their answers."""
    rows = Snapshot.objects.filter(source=source, name__in=list(names))
    with reads():
        found = list(rows.values("name", *_READ))
    return {columns["name"]: _knowledge(columns) for columns in found}


def names(source: str) -> list[str]:
    """The experiments of a source that AWS had when they were last looked at."""
    rows = Snapshot.objects.filter(source=source).exclude(digest="")
    with reads():
        return list(rows.order_by("name").values_list("name", flat=True))


def _knowledge(columns: dict[str, Any]) -> Knowledge:
    known = {name: columns[name] for name in COLUMNS}
    return Knowledge(**known, problem=problem(columns["problem"], columns["problem_code"]))


def problem_columns(problem: Problem | None) -> dict[str, str]:
    """The two columns of a problem, for a row of either sort."""
    if problem is None:
        return {"problem": "", "problem_code": ""}
    return {"problem": problem.kind.value, "problem_code": problem.code or ""}


def problem(kind: str, code: str) -> Problem | None:
    """A problem from its two columns, both of which are empty where there is none."""
    # A newer version may have written a kind that this one does not know.
    known = kind in set(Kind)
    return Problem(Kind(kind) if known else Kind.UNREACHABLE, code or None) if kind else None
