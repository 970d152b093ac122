"""What had been seen when a link was frozen, as text: pruning and later looks change none of it."""

import json
from collections.abc import Iterable
from datetime import datetime

from experiments.domain.observation import Sighting
from experiments.domain.status import experiment_status


def to_text(sightings: Iterable[Sighting]) -> str:
    return json.dumps(
        [[seen.status.word, seen.since.isoformat(), seen.until.isoformat()] for seen in sightings]
    )


def from_text(text: str) -> tuple[Sighting, ...]:
    rows = json.loads(text) if text else []
    return tuple(
        Sighting(
            status=experiment_status(word),
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until),
        )
        for word, since, until in rows
    )
