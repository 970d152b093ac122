"""One refresh of one experiment: take the lease, ask AWS, store what that came to.

All threads of all processes come through here, the watchers included, so the lease makes that one
call for all of them.
"""

import logging
import random
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from experiments.aws import sagemaker
from experiments.domain import knowledge
from experiments.domain.answer import Answer
from experiments.domain.call import Call, FailedCallError
from experiments.domain.description import Description
from experiments.domain.fleet.entry import Entry
from experiments.domain.knowledge import Knowledge, Look
from experiments.domain.problem import Kind, Problem
from experiments.refreshing import circuit, memory
from experiments.sources import SOURCES
from experiments.store import catalogue, storage
from experiments.store.availability import Unavailable
from experiments.store.rows import Key

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look came to, with AWS's answer if there was one, and whether it could be stored."""

    look: Look
    answer: Answer | None
    stored: bool


def refresh(key: Key) -> Refreshed | None:
    """Ask AWS about an experiment; None where that was not this caller's to do.

    Takes as long as AWS does, ``deadline.CALL_SECONDS`` at most.
    """
    holder: str | None = secrets.token_hex(8)
    try:
        before = storage.take_lease(key, str(holder), datetime.now(UTC))
    except Unavailable:
        # Each process then asks for itself, and only it knows the answer.
        holder, before = None, memory.get(key).knowledge
    if before is None:
        return None
    if not circuit.admit(key[0], datetime.now(UTC)):
        _give_back(key, holder)
        return None
    look, answer, problem = _look(key, _as_learnt(key, before))
    circuit.note(key[0], problem)
    if holder is None:
        return Refreshed(look, answer, stored=False)
    try:
        if not storage.save(key, holder, look):
            # The lease had run out, and somebody else has asked since.
            return None
    except Unavailable:
        return Refreshed(look, answer, stored=False)
    _enter(key, look, answer)
    return Refreshed(look, answer, stored=True)


def _enter(key: Key, look: Look, answer: Answer | None) -> None:
    """Let the fleet show what this look came to."""
    known = look.after
    try:
        if answer is not None and known.answered_at is not None:
            experiment = Description(answer).experiment
            catalogue.enter(Entry.of(key[0], experiment, known.answered_at), known.answered_at)
        elif known.problem is not None and known.problem.kind is Kind.NOT_FOUND:
            catalogue.strike(key)
        elif known.withheld:
            catalogue.blank(key)
    except Unavailable:
        # The next reading of the list makes up for it.
        log.warning("%s/%s: the fleet does not show the last look yet", *key)


def _as_learnt(key: Key, before: Knowledge) -> Knowledge:
    """The row, without what a definite answer that could not be stored has made untrue."""
    known = memory.get(key)
    if known.behind is None or known.knowledge.shows:
        return before
    return replace(before, withheld=True, problem=known.knowledge.problem)


def _look(key: Key, before: Knowledge) -> tuple[Look, Answer | None, Problem | None]:
    source, name = key
    asked = datetime.now(UTC).replace(microsecond=0)
    call: Call | None = None
    try:
        described = sagemaker.describe(SOURCES[source], name)
        answer, call = described.answer, described.call
        experiment = Description(answer).experiment
        look = knowledge.answered(before, answer, experiment, asked, datetime.now(UTC))
        return replace(look, call=call), answer, None
    except FailedCallError as error:
        problem, call = error.problem, error.call
        # The same thing again is no news to whoever reads the log.
        level = logging.DEBUG if problem == before.problem else logging.WARNING
        code = problem.code or "no code"
        log.log(level, "%s/%s: %s (%s)", source, name, problem.kind, code)
    except Exception:
        # A fault of the portal's own must not take the older answer away.
        log.exception("%s/%s: the answer could not be read", source, name)
        problem = Problem(Kind.BAD_RESPONSE)
        call = None if call is None else replace(call, problem=problem)
    jitter = random.uniform(0.75, 1.25)
    look = knowledge.failed(before, problem, asked, datetime.now(UTC), jitter=jitter)
    return replace(look, call=call), None, problem


def _give_back(key: Key, holder: str | None) -> None:
    if holder is None:
        return
    try:
        storage.give_back(key, holder)
    except Unavailable:
        # It runs out by itself.
        log.warning("%s/%s: the lease could not be given back", *key)
