"""The last call to AWS about an experiment, read only where somebody wants to see it."""

from experiments.domain.call import Call
from experiments.refreshing import memory
from experiments.snapshots.snapshot import Snapshot
from experiments.store import rows
from experiments.store.availability import Unavailable


def last_call(snapshot: Snapshot) -> Call | None:
    """The last call that any process made about it, as far as it could be stored; None where none
    is known. Raises Unavailable while the database is away and this process did not make it."""
    key = (snapshot.source, snapshot.name)
    known = memory.get(key)
    if known.behind is not None and known.call is not None:
        return known.call
    try:
        return rows.read_call(key)
    except Unavailable:
        if known.call is None:
            raise
        return known.call
