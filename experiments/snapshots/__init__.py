"""What the portal knows of an experiment, as fresh as its status asks for.

    snapshot = snapshots.current("default", "checkout-ranker-v7")

asks AWS at most once per experiment and freshness interval, however many readers, threads and
processes there are. A Snapshot is always returned, never an exception: it holds the last good
answer, the problem, or both.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from experiments.domain.description import Description
from experiments.domain.names import is_experiment_name
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit, memory
from experiments.refreshing.asking import FIRST_LOOK_SECONDS, Asking, Question
from experiments.refreshing.memory import Known
from experiments.refreshing.refresh import refresh
from experiments.snapshots.snapshot import Snapshot, sequence_of
from experiments.sources import SOURCES
from experiments.store import storage
from experiments.store.availability import Unavailable
from experiments.store.rows import Key
from experiments.store.storage import BETWEEN_CHECKS

__all__ = ["Snapshot", "check", "current", "everywhere", "unknown"]

# How often a first look sees whether another process has its answer.
OFTEN_SECONDS = 0.1


def current(source: str, name: str, *, seen: str = "") -> Snapshot:
    """The snapshot of an experiment, of whatever source and name somebody asked for.

    Who has something to show never waits for AWS: ``seen`` is the version that a poll's page shows
    already. Who has nothing waits, and is answered within 8 s. A name that AWS would not accept is
    never sent to it.
    """
    refused = _refused(source, name)
    if refused is not None:
        return refused
    key, now = (source, name), datetime.now(UTC)
    # A page is as new as the row, since its reader may have just asked for it; a poll comes again.
    known = memory.get(key, at_least=sequence_of(seen)) if seen else memory.reread(key)
    waits = known.knowledge.empty or not (known.knowledge.shows or seen)
    refreshing = _refresh_if_due(key, known, now, FIRST_LOOK_SECONDS if waits else 0.0)
    return _snapshot(key, memory.get(key) if waits else known, now, refreshing=refreshing)


def unknown(source: str, name: str) -> Snapshot:
    """What there is of an experiment in a source that does not exist, or not to whoever asks."""
    return Snapshot(source, name, problem=Problem(Kind.UNKNOWN_SOURCE))


def everywhere(keys: Iterable[Key], *, seconds: float) -> dict[Key, Snapshot]:
    """The snapshots of several experiments, all of them asked about at the same time where nothing
    is known yet; answered within about so many ``seconds``."""
    until, asked = time.monotonic() + seconds, {}
    for key in keys:
        if _refused(*key) is None:
            asked[key] = _first_question(key)
    for question in asked.values():
        if question is not None:
            _asking.wait(question, max(0.0, until - time.monotonic()))
    now = datetime.now(UTC)
    return {key: _snapshot(key, memory.get(key), now, refreshing=False) for key in asked}


def _first_question(key: Key) -> Question | None:
    now, known = datetime.now(UTC), memory.reread(key).knowledge
    if not known.expired(now) or known.shows or circuit.state(key[0], now).open(now):
        return None
    question, _new = _asking.start(key, first=True)
    return question


def check(source: str, name: str) -> tuple[Snapshot, bool]:
    """The snapshot after asking AWS at once, which a reader may do every 5 s per experiment, and
    whether AWS was asked."""
    refused = _refused(source, name)
    if refused is not None:
        return refused, False
    key, now, refreshing = (source, name), datetime.now(UTC), False
    if not circuit.state(source, now).open(now):
        _forced.add(key)
        question, _new = _asking.start(key, first=False)
        if question is not None:
            _asking.wait(question, FIRST_LOOK_SECONDS)
            refreshing = not question.ended.is_set()
        _forced.discard(key)
    known = memory.reread(key)
    checked_at = known.knowledge.checked_at
    asked = checked_at is not None and checked_at >= now
    return _snapshot(key, known, now, refreshing=refreshing), asked


def _refused(source: str, name: str) -> Snapshot | None:
    if source not in SOURCES:
        return unknown(source, name)
    if not is_experiment_name(name):
        return Snapshot(source, name, problem=Problem(Kind.INVALID_NAME))
    return None


def _refresh_if_due(key: Key, known: Known, now: datetime, seconds: float) -> bool:
    """Whether AWS is being asked, after waiting for ``seconds`` at most that it has been."""
    if not known.knowledge.expired(now):
        return False
    if known.knowledge.leased(now) and not seconds:
        return True
    if circuit.state(key[0], now).open(now):
        return False
    question, _new = _asking.start(key, first=not known.knowledge.shows)
    if question is not None and seconds:
        _asking.wait(question, seconds)
    return question is not None and not question.ended.is_set()


def _snapshot(key: Key, known: Known, now: datetime, *, refreshing: bool) -> Snapshot:
    source, name = key
    knowledge = known.knowledge
    shown = known.description if knowledge.shows else None
    problem, since = knowledge.problem, knowledge.failing_since
    if problem is None and shown is None:
        # Nobody could be asked: the source is left alone, or too many are waiting already.
        state = circuit.state(source, now)
        problem, since = state.problem or Problem(Kind.UNREACHABLE), state.failing_since
    return Snapshot(
        source,
        name,
        description=shown,
        answered_at=knowledge.answered_at if shown else None,
        problem=problem,
        failing_since=since,
        sequence=knowledge.sequence,
        digest=knowledge.digest if shown else "",
        observed=knowledge.observed,
        withheld=knowledge.withheld,
        refreshing=refreshing,
        circuit=circuit.left_alone(source, now) if problem is not None else None,
    )


def _ask(key: Key) -> None:
    """Refresh, and remember; or see what another process that asks already finds out."""
    if key in _forced:
        _force(key)
    elif memory.get(key).behind is not None:
        # The row says that nobody need ask yet, but it does not know what is known here.
        _let_row_expire(key)
    refreshed = refresh(key)
    if refreshed is None:
        _await_others(key)
        return
    known, answer = refreshed.look.after, refreshed.answer
    if answer is not None:
        description: Description | None = Description(answer)
    else:
        description = memory.get(key).description if known.digest else None
    if not refreshed.stored and refreshed.look.observation is not None:
        # It is recorded once it can be.
        known = replace(known, observed=known.observed - 1)
    call = refreshed.look.call
    memory.put(key, known, description, call=call, stored=refreshed.stored)


def _force(key: Key) -> None:
    """Let what is known count as expired, unless somebody had that done a moment ago."""
    now = datetime.now(UTC)
    try:
        storage.force(key, now)
    except Unavailable:
        known = memory.get(key)
        checked_at = known.knowledge.checked_at
        if checked_at is None or checked_at <= now - BETWEEN_CHECKS:
            forced = replace(known.knowledge, expires_at=now, checked_at=now)
            memory.put(key, forced, known.description, call=known.call, stored=False)


def _let_row_expire(key: Key) -> None:
    with suppress(Unavailable):
        storage.expire(key, datetime.now(UTC))


def _await_others(key: Key) -> None:
    known = memory.reread(key).knowledge
    until = time.monotonic() + FIRST_LOOK_SECONDS
    # Whoever has something to show does not wait for them.
    while known.empty and known.leased(datetime.now(UTC)) and time.monotonic() < until:
        time.sleep(OFTEN_SECONDS)
        known = memory.reread(key).knowledge


_asking = Asking(_ask)
# What a reader wants to have asked at once.
_forced: set[Key] = set()
