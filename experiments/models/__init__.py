"""What the portal keeps, beside the people it knows (experiments/people/models.py)."""

from experiments.models.auditing import AuditEvent
from experiments.models.fleet import FleetEntry, SourceReading
from experiments.models.sharing import ShareLink
from experiments.models.snapshots import Observation, Sighting, Snapshot, SourceState

__all__ = [
    "AuditEvent",
    "FleetEntry",
    "Observation",
    "ShareLink",
    "Sighting",
    "Snapshot",
    "SourceReading",
    "SourceState",
]
