"""Pages of ListInferenceExperiments, remembered in this process for some seconds."""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from experiments.aws import sagemaker
from experiments.domain.problem import Kind, Problem, ProblemError
from experiments.refreshing import circuit
from experiments.refreshing.asking import FIRST_LOOK_SECONDS, Asking
from experiments.sources import SOURCES

log = logging.getLogger(__name__)

Key = tuple[str, str | None]
"""Source and NextToken."""

FRESH = timedelta(seconds=5)
# A list does not keep itself up to date, so a healthy AWS gets the time to do it.
PATIENCE_SECONDS = 1.0
MAX_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """The last good page with its time, and the problem since then, if any."""

    page: sagemaker.Page | None = None
    answered_at: datetime | None = None
    problem: Problem | None = None
    failing_since: datetime | None = None
    expires_at: datetime | None = None

    @property
    def empty(self) -> bool:
        return self.page is None and self.problem is None


def listing(source: str, next_token: str | None = None) -> Listing:
    """One page of a source's experiments, the newest first. Never raises."""
    key, now = (source, next_token), datetime.now(UTC)
    known = _known(key)
    if known.expires_at is None or known.expires_at <= now:
        if circuit.state(source, now).open(now):
            problem = circuit.state(source, now).problem
            return known if known.problem else replace(known, problem=problem)
        question, new = _asking.start(key, first=known.page is None)
        if question is not None and (new or known.empty):
            _asking.wait(question, FIRST_LOOK_SECONDS if known.empty else PATIENCE_SECONDS)
        known = _known(key)
    return replace(known, problem=Problem(Kind.UNREACHABLE)) if known.empty else known


def _known(key: Key) -> Listing:
    with _lock:
        return _entries.get(key, Listing())


def _ask(key: Key) -> None:
    source, next_token = key
    before, asked = _known(key), datetime.now(UTC).replace(microsecond=0)
    if not circuit.admit(source, asked):
        return
    try:
        page = sagemaker.list_summaries(SOURCES[source], next_token=next_token)
        after, problem = Listing(page, answered_at=asked), None
    except ProblemError as error:
        problem = error.problem
        log.warning("%s: the list: %s (%s)", source, problem.kind, problem.code or "no code")
        # A definite answer makes everything older untrue.
        after = replace(
            Listing() if problem.definite else before,
            problem=problem,
            failing_since=before.failing_since or asked,
        )
    circuit.note(source, problem)
    with _lock:
        _entries[key] = replace(after, expires_at=datetime.now(UTC) + FRESH)
        _entries.move_to_end(key)
        while len(_entries) > MAX_ENTRIES:
            _entries.popitem(last=False)


_entries: OrderedDict[Key, Listing] = OrderedDict()
_lock = threading.Lock()
_asking = Asking(_ask, threads=4)
