"""What this process remembers of experiments, for as long as a second.

Reading the row for every poll would cost more than the rest of the poll. The memory is also what
pages are made of while the database is away.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from experiments.domain.call import Call
from experiments.domain.description import Description
from experiments.domain.knowledge import Knowledge
from experiments.store import rows, storage
from experiments.store.availability import Unavailable
from experiments.store.rows import Key

REMEMBERED = timedelta(seconds=1)
# Keys come from addresses that anybody may type, so their number is bounded.
MAX_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known, and the answer that belongs to it.

    ``behind`` is what the row said when something was learnt that could not be stored. ``call`` is
    the last one if this process made it; of others, the row knows.
    """

    knowledge: Knowledge = field(default_factory=Knowledge)
    description: Description | None = None
    behind: Knowledge | None = None
    call: Call | None = None


class _Entry:
    def __init__(self) -> None:
        self.known = Known()
        self.read_at: datetime | None = None
        self.reading = threading.Lock()

    def recent(self, now: datetime) -> bool:
        # Not in the future either: clocks are set back.
        return self.read_at is not None and timedelta(0) <= now - self.read_at < REMEMBERED


_entries: OrderedDict[Key, _Entry] = OrderedDict()
_lock = threading.Lock()


def get(key: Key, *, at_least: int = 0) -> Known:
    """What is known of an experiment, as of a second ago at most, and no older than the sequence
    that a reader has seen already."""
    entry = _entry(key)
    if entry.recent(datetime.now(UTC)) and entry.known.knowledge.sequence >= at_least:
        return entry.known
    # One thread reads for all; those with something in hand do not wait for it, unless their
    # reader has seen something newer.
    behind = entry.read_at is None or entry.known.knowledge.sequence < at_least
    if not entry.reading.acquire(blocking=behind):
        return entry.known
    try:
        if not entry.recent(datetime.now(UTC)) or entry.known.knowledge.sequence < at_least:
            entry.known = _newer(entry.known, _read(key, entry.known))
            entry.read_at = datetime.now(UTC)
    finally:
        entry.reading.release()
    return entry.known


def reread(key: Key) -> Known:
    """What the row says now."""
    entry = _entry(key)
    with entry.reading:
        entry.known = _newer(entry.known, _read(key, entry.known))
        entry.read_at = datetime.now(UTC)
        return entry.known


def put(
    key: Key,
    knowledge: Knowledge,
    description: Description | None,
    *,
    call: Call | None = None,
    stored: bool = True,
) -> None:
    """Remember what has just been learnt, and that the row is behind if it is not ``stored``."""
    entry = _entry(key)
    with entry.reading:
        before = entry.known
        behind = None if stored else before.behind or before.knowledge
        entry.known = Known(knowledge, description, behind, call)
        entry.read_at = datetime.now(UTC)


def forget() -> None:
    """Forget everything; the rows stay."""
    with _lock:
        _entries.clear()


def _entry(key: Key) -> _Entry:
    with _lock:
        entry = _entries.setdefault(key, _Entry())
        _entries.move_to_end(key)
        for oldest in list(islice(_entries, max(0, len(_entries) - MAX_ENTRIES))):
            del _entries[oldest]
    return entry


def _read(key: Key, before: Known) -> Known:
    try:
        row = rows.read(key)
        if row is None or not row.digest:
            return Known(row or Knowledge())
        if before.description is not None and before.knowledge.digest == row.digest:
            return Known(row, before.description)
        whole = rows.read_answer(key)
        if whole is None:
            # Nobody can read it, so the next look gets another.
            storage.discard(key)
            return Known(replace(row, digest="", expires_at=None))
    except Unavailable:
        return before
    return Known(whole[0], Description(whole[1]))


def _newer(mine: Known, row: Known) -> Known:
    """What this process could not store stays until somebody has written the row."""
    if mine.behind is None or mine is row:
        same = _looks(row.knowledge) == _looks(mine.knowledge)
        return replace(row, call=mine.call) if same else row
    return mine if _looks(row.knowledge) == _looks(mine.behind) else row


def _looks(knowledge: Knowledge) -> tuple[object, ...]:
    """What differs after every look that is stored, and after nothing else."""
    return knowledge.sequence, knowledge.answered_at, knowledge.failures
