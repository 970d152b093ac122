"""The circuit breaker of a source, shared by all processes through its row.

While the database is away, each process goes by what it has seen itself.
"""

import logging
import random
import threading
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from experiments import models
from experiments.domain import circuit
from experiments.domain.circuit import Circuit
from experiments.domain.problem import Problem
from experiments.store.availability import Unavailable, reads, writes
from experiments.store.rows import problem, problem_columns

log = logging.getLogger(__name__)

REMEMBERED = timedelta(seconds=1)
# The one call that finds out whether the source answers again has this long to do so.
PROBE = timedelta(seconds=10)

_COLUMNS = tuple(field.name for field in fields(Circuit) if field.name != "problem")
_remembered: dict[str, tuple[datetime, Circuit]] = {}
_lock = threading.Lock()


def state(source: str, now: datetime) -> Circuit:
    """How the source has been answering, as of a second ago at most."""
    read_at, known = _remembered.get(source, (None, Circuit()))
    if read_at is not None and timedelta(0) <= now - read_at < REMEMBERED:
        return known
    with suppress(Unavailable):
        known = _read(source)
    _remembered[source] = now, known
    return known


def left_alone(source: str, now: datetime) -> Circuit | None:
    """The state of a source that nobody may ask at the moment, None of any other."""
    known = state(source, now)
    return known if known.open(now) else None


def admit(source: str, now: datetime) -> bool:
    """Whether a call may be made. Once a pause is over, one caller may, and the others wait."""
    try:
        known = _read(source)
    except Unavailable:
        known = _remembered.get(source, (now, Circuit()))[1]
        return not known.open(now)
    if not known.tripped:
        return True
    if known.open(now):
        return False
    rows = models.SourceState.objects.filter(source=source)
    # Nobody has had the turn since it was read.
    rows = rows.filter(open_until=known.open_until, probed_until=known.probed_until)
    try:
        with writes():
            return bool(rows.update(probed_until=now + PROBE))
    except Unavailable:
        return True


def note(source: str, problem: Problem | None) -> None:
    """Count a call that has ended in ``problem`` or in an answer (None)."""
    now = datetime.now(UTC)
    try:
        before, after = _counted(source, problem, now)
    except Unavailable:
        with _lock:
            before = _remembered.get(source, (now, Circuit()))[1]
            after = circuit.after(before, problem, now, jitter=_jitter())
    _remembered[source] = now, after
    if after.open(now) and not before.open(now):
        pause = round((after.open_until - now).total_seconds()) if after.open_until else 0
        log.error(
            "Source %s: %d failures in a row, the last: %s. It is left alone for %d s",
            source,
            after.failures,
            problem.kind if problem else "",
            pause,
        )
    elif before.tripped and not after.tripped:
        log.warning("Source %s answers again", source)


def forget() -> None:
    """Forget what this process has seen; the rows stay."""
    _remembered.clear()


def _counted(source: str, problem: Problem | None, now: datetime) -> tuple[Circuit, Circuit]:
    before = _read(source)
    counts = problem is not None and problem.kind in circuit.COUNTED
    if not counts and before == Circuit():
        return before, before
    with writes(), transaction.atomic():
        row, _ = models.SourceState.objects.select_for_update().get_or_create(source=source)
        # The state of a moment ago may have been counted on by another process since.
        before = _circuit(
            {name: getattr(row, name) for name in (*_COLUMNS, "problem", "problem_code")}
        )
        after = circuit.after(before, problem, now, jitter=_jitter())
        columns = {name: getattr(after, name) for name in _COLUMNS}
        models.SourceState.objects.filter(pk=row.pk).update(
            **columns, **problem_columns(after.problem)
        )
    return before, after


def _read(source: str) -> Circuit:
    rows = models.SourceState.objects.filter(source=source)
    with reads():
        row = rows.values(*_COLUMNS, "problem", "problem_code").first()
    return Circuit() if row is None else _circuit(row)


def _circuit(row: dict[str, Any]) -> Circuit:
    return Circuit(
        problem=problem(row["problem"], row["problem_code"]),
        **{name: row[name] for name in _COLUMNS},
    )


def _jitter() -> float:
    return random.uniform(0.75, 1.25)
