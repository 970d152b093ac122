"""What a frozen link shows of an experiment. Everything raises availability.Unavailable."""

from datetime import datetime

from experiments import history
from experiments.domain.observation import Observation
from experiments.sharing.link import Still


def as_observed(source: str, name: str, number: int) -> Still | None:
    """An observation as it was when it was first seen; None where there is none to show."""
    seen = history.observation(source, name, number)
    return None if seen is None else _still(source, name, seen, seen.seen_at)


def as_last_seen(
    source: str, name: str, *, digest: str, answered_at: datetime | None, number: int | None
) -> Still | None:
    """The last observation with an answer (or that of ``number``, which somebody has been promised)
    as of the last time that AWS said so: ``answered_at`` where it still says so, which is where the
    present answer has the same ``digest``."""
    if number is None:
        # The last one may be that AWS knew it no more.
        latest = history.page(source, name, limit=2).observations
        seen = next((each for each in latest if each.answer is not None), None)
    else:
        seen = history.observation(source, name, number)
    if seen is None or seen.answer is None:
        return None
    if answered_at is not None and seen.answer.digest == digest:
        return _still(source, name, seen, answered_at)
    following = history.observation(source, name, seen.number + 1)
    until = None if following is None else following.unchanged_at
    return _still(source, name, seen, max(seen.seen_at, until or seen.seen_at))


def _still(source: str, name: str, seen: Observation, at: datetime) -> Still | None:
    if seen.answer is None:
        return None
    return Still(observation=seen, at=at, sightings=history.sightings(source, name, until=at))
