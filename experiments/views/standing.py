"""How the sources stand that the fleet is made of, and what a poll of it compares."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from experiments.aws import clients
from experiments.domain.circuit import Circuit
from experiments.domain.problem import Problem
from experiments.domain.source import Source
from experiments.domain.timeline.scale import ORIGIN
from experiments.refreshing import circuit
from experiments.store import fleet
from experiments.store.fleet import Reading
from experiments.watching import on_demand

# How often the drawing moves, in minutes: close to a planned start or end its words count minutes.
SELDOM, OFTEN = 10, 1
# How often a page asks; while a list is being read, there is something new every second.
POLL_SECONDS, READING_SECONDS = 10, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How one source stands."""

    source: Source
    region: str | None
    reading: Reading
    circuit: Circuit | None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def problem(self) -> Problem | None:
        """Why its list is not as new as it should be."""
        left_alone = self.circuit.problem if self.circuit is not None else None
        return left_alone or self.reading.problem

    @property
    def first_reading(self) -> bool:
        """Whether its list is being read for the first time."""
        return self.reading.under_way and self.reading.read_at is None and self.problem is None

    @property
    def as_of(self) -> datetime | None:
        return self.reading.read_at or (self.reading.began_at if self.reading.listed else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How all sources stand that exist to somebody."""

    states: tuple[State, ...]
    now: datetime

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states)

    @property
    def reading(self) -> bool:
        return any(state.first_reading for state in self.states)

    @property
    def poll_seconds(self) -> int:
        return READING_SECONDS if self.reading else POLL_SECONDS

    @property
    def as_of(self) -> datetime | None:
        """Since when everything that is shown may be out of date."""
        return min(filter(None, (state.as_of for state in self.states)), default=None)

    def version(self, *, like: str) -> str:
        """What a poll compares. It begins with how often the drawing moves, which a poll does not
        know before it has drawn, and takes from the version that its page has seen."""
        minutes = OFTEN if like.partition("-")[0] == str(OFTEN) else SELDOM
        said = [
            (
                state.name,
                state.reading.revision,
                str(state.problem),
                state.circuit and state.circuit.openings,
                state.first_reading and state.reading.listed,
                state.reading.read_at is None,
            )
            for state in self.states
        ]
        digest = hashlib.sha256(repr(said).encode()).hexdigest()[:12]
        return f"{minutes}-{(self.now - ORIGIN) // timedelta(minutes=minutes)}-{digest}"


def standing(visible: Mapping[str, Source], now: datetime) -> Standing:
    """How these sources stand, once a moment was given to those that are seen for the first time.

    Raises availability.Unavailable.
    """
    readings = fleet.readings(visible)
    if on_demand.look(visible.values(), readings, now):
        readings = fleet.readings(visible)
    states = tuple(
        State(
            source=source,
            region=clients.region(source),
            reading=readings[name],
            circuit=circuit.left_alone(name, now),
        )
        for name, source in visible.items()
    )
    return Standing(states=states, now=now)
