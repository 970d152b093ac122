"""The lane of what this portal saw: statuses over time, with gaps where nobody looked.

AWS keeps no history, so the lane knows only what the portal's own looks add up to. It never
stretches the figure: what lies outside is cut off, and told below in words like all the rest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from experiments.domain import words
from experiments.domain.freshness import UNWATCHED_AFTER
from experiments.domain.observation import Sighting
from experiments.domain.status import Status
from experiments.domain.timeline.events import MINUTES, YEARS
from experiments.domain.timeline.pieces import PARTLY, SEVERAL, UNWATCHED, Piece, cut
from experiments.domain.timeline.scale import LAYOUTS, Scale
from experiments.domain.timeline.spans import Stretch

# How many entries are told below the figure, and how many the table repeats: an experiment may
# have been seen changing for weeks, and the page is sent again with every change.
TOLD = 12
LISTED = 24

NOBODY = "nobody was looking"


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch in words; without a status nobody was looking, and ``lasted`` says how long."""

    status: Status | None
    since: datetime
    until: datetime
    when: str
    lasted: str
    since_stamp: str
    until_stamp: str

    @property
    def since_iso(self) -> str:
        return words.iso(self.since)

    @property
    def until_iso(self) -> str:
        return words.iso(self.until)

    def __str__(self) -> str:
        if self.status is None:
            return f"{NOBODY}, {self.lasted}"
        return f"{self.status.word} {self.when}"


@dataclass(frozen=True, slots=True)
class Band:
    """The lane, and the same as a list and as a table."""

    pieces: tuple[Piece, ...]
    entries: tuple[Entry, ...]

    @property
    def told(self) -> tuple[Entry, ...]:
        return self.entries[-TOLD:]

    @property
    def untold(self) -> int:
        """How many statuses came before those that are told."""
        return sum(entry.status is not None for entry in self.entries[:-TOLD])

    @property
    def listed(self) -> tuple[Entry, ...]:
        return self.entries[-LISTED:]

    @property
    def unlisted(self) -> int:
        return sum(entry.status is not None for entry in self.entries[:-LISTED])

    @property
    def unexplained(self) -> bool:
        """Whether the hatching is drawn and no entry below the figure says what it means."""
        drawn = any(piece.part in {UNWATCHED, PARTLY} for piece in self.pieces)
        return drawn and all(entry.status is not None for entry in self.told)

    @property
    def crowded(self) -> str:
        """The layouts in which several changes are drawn as one piece."""
        drawn = {
            layout
            for piece in self.pieces
            if piece.part == SEVERAL
            for layout in piece.layouts.split()
        }
        return " ".join(layout for layout in LAYOUTS if layout in drawn)

    @property
    def description(self) -> str:
        """The lane for a listener."""
        before = f"{self.untold} earlier ones, then " if self.untold else ""
        return f"This portal saw: {before}{'; '.join(map(str, self.told))}."


def observe(
    sightings: tuple[Sighting, ...], scale: Scale, zone: tzinfo, *, now: datetime, ended: bool
) -> Band | None:
    """The lane of ``sightings``, which are in order of time and do not overlap."""
    if not sightings:
        return None
    stretches = _stretches(sightings)
    last = sightings[-1].until
    if not ended and now - last > UNWATCHED_AFTER:
        stretches.append(Stretch(None, last, now))
    return Band(cut(stretches, scale), _entries(stretches, scale, zone))


def _stretches(sightings: tuple[Sighting, ...]) -> list[Stretch]:
    """The sightings with what lies between them.

    A change that two looks shortly after each other saw happened somewhere between the two. The
    first status is drawn up to the second look, as a reader of the page saw it.
    """
    stretches = []
    for one, following in pairwise(sightings):
        apart = following.since - one.until
        if apart > UNWATCHED_AFTER or (one.status == following.status and apart > timedelta(0)):
            stretches += [
                Stretch(one.status, one.since, one.until),
                Stretch(None, one.until, following.since),
            ]
        else:
            stretches.append(Stretch(one.status, one.since, max(one.until, following.since)))
    final = sightings[-1]
    return [*stretches, Stretch(final.status, final.since, final.until)]


def _entries(stretches: list[Stretch], scale: Scale, zone: tzinfo) -> tuple[Entry, ...]:
    years = stretches[-1].until - stretches[0].since > YEARS
    text = words.dated if years else words.precise if scale.span < MINUTES else words.short
    whens: list[str] = []
    day = None
    for stretch in stretches:
        here = words.local(stretch.since, zone).date()
        # The day is said once, with the first status of it.
        same_day = here == day and text is words.short
        whens.append(words.minute(stretch.since, zone) if same_day else text(stretch.since, zone))
        day = day if stretch.status is None else here
    return tuple(
        Entry(
            status=stretch.status,
            since=stretch.since,
            until=stretch.until,
            when=when,
            lasted=words.duration(stretch.until - stretch.since),
            since_stamp=words.stamp(stretch.since, zone),
            until_stamp=words.stamp(stretch.until, zone),
        )
        for stretch, when in zip(stretches, whens, strict=True)
    )
