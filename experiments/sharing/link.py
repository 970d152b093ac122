"""A share link as a value, and what its maker may choose."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from experiments.domain.description import Description
from experiments.domain.observation import Observation, Sighting
from experiments.domain.redaction import Part

TOKEN_BYTES = 32
SHORTEST, USUAL, LONGEST = timedelta(hours=1), timedelta(days=7), timedelta(days=90)


class Kind(StrEnum):
    """Whether a link follows its experiment or shows it as it was."""

    LIVE = "live"
    FROZEN = "frozen"


class Audience(StrEnum):
    """For whom a link opens."""

    ANYONE = "anyone"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A link that somebody wants made. ``form`` tells one sending of a form from the next."""

    source: str
    name: str
    form: str
    kind: Kind = Kind.LIVE
    audience: Audience = Audience.ANYONE
    lasts: timedelta = USUAL
    shown: frozenset[Part] = frozenset()
    preview: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Still:
    """What a frozen link shows: one observation, drawn for the time at which it was so."""

    observation: Observation
    at: datetime
    sightings: tuple[Sighting, ...] = ()

    @cached_property
    def description(self) -> Description | None:
        answer = self.observation.answer
        return None if answer is None else Description(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that has been made. ``still`` is read only where it is opened. It is ``held`` while
    its maker may not see the experiment, which nobody then does through it."""

    pk: int
    source: str
    name: str
    kind: Kind
    audience: Audience
    shown: frozenset[Part]
    preview: bool
    note: str
    made_at: datetime
    expires_at: datetime
    made_by: str = ""
    maker: int | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    frozen_at: datetime | None = None
    opened: int = 0
    opened_at: datetime | None = None
    held: bool = False
    still: Still | None = None

    @property
    def frozen(self) -> bool:
        return self.kind is Kind.FROZEN

    def alive(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at and not self.held

    def state(self, now: datetime) -> str:
        """One of "open", "expired", "revoked" and "held"."""
        if self.revoked_at is not None:
            return "revoked"
        if now >= self.expires_at:
            return "expired"
        return "held" if self.held else "open"


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of a token. It is random, so nobody finds it from this."""
    return hashlib.sha256(token.encode()).hexdigest()
