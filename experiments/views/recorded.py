"""What was recorded of an experiment, as the page of its present shows it."""

from typing import Any

from experiments import history
from experiments.snapshots import Snapshot

# What stands on the page itself; the rest is on a page of its own.
LATEST = 8


def recorded(snapshot: Snapshot) -> dict[str, Any]:
    """The last observations. Raises database.Unavailable."""
    return {"history": history.page(snapshot.source, snapshot.name, limit=LATEST)}
