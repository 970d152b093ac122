"""Which source holds an experiment that somebody asks for: by what the portal knows, then by what
AWS says. Nothing of what was asked for chooses anything but among the sources that there are."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from experiments import snapshots
from experiments.aws import clients, places
from experiments.domain.fleet.entry import Entry
from experiments.domain.names import account_of, account_of_role
from experiments.domain.pasted import Understood
from experiments.domain.problem import Problem
from experiments.domain.source import Source
from experiments.refreshing.asking import BRIEFLY_SECONDS, FIRST_LOOK_SECONDS
from experiments.snapshots import Snapshot
from experiments.store import fleet, lookup
from experiments.store.availability import Unavailable
from experiments.store.fleet import Reading
from experiments.watching import on_demand

Place = tuple[str, str]
"""Source and name."""

# A name that nobody knows is asked for in so many sources at once.
MOST_ASKED = 12
MOST_NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``places`` that have it, what AWS said of the others, ``strangers`` that have one of the name
    in another account, ``unasked`` sources, and experiments of a name that is ``near``."""

    places: tuple[Place, ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    near: tuple[Entry, ...] = ()

    @property
    def nowhere(self) -> bool:
        """Whether no source fits at all."""
        return not (self.places or self.problems or self.strangers or self.unasked)


def matching(said: Understood, visible: Mapping[str, Source]) -> dict[str, Source]:
    """The sources that may hold it, by all that the text says of account and region."""
    accounts = _accounts(visible, _readings(visible)) if said.account else {}
    return {
        name: source
        for name, source in visible.items()
        if (not said.source or said.source == name)
        and (not said.region or said.region == clients.region(source))
        and said.profile in {"", name, places.profile(source)}
        and (not said.partition or said.partition == places.partition(source))
        # Of a source whose account nobody has seen yet, nothing is known to the contrary.
        and (not said.account or accounts.get(name, "") in {"", said.account})
    }


def find(said: Understood, sources: Mapping[str, Source]) -> Found:
    """Where the experiment is, among these sources. Answers within 8 s."""
    known = _known(said, sources)
    asked = _to_ask(known, sources)
    looks = snapshots.everywhere(
        [
            *(place for place in known.places if place[0] in known.unsure),
            *((name, said.name) for name in asked[:MOST_ASKED]),
        ],
        # Who has one to show already does not wait long for others that there may be.
        seconds=BRIEFLY_SECONDS if known.places else FIRST_LOOK_SECONDS,
    )
    there = _there(looks, only=len(sources) == 1 and not known.unsure and not known.places)
    fits = [one for one in there if one[0] not in known.unsure or _is_of(looks[one], said)]
    sure = [place for place in known.places if place[0] not in known.unsure]
    places = tuple(dict.fromkeys([*sure, *fits]))
    return Found(
        places=places,
        problems={
            place[0]: look.problem
            for place, look in looks.items()
            if look.problem and place not in there
        },
        strangers=tuple(place[0] for place in there if place not in fits),
        unasked=tuple(asked[MOST_ASKED:]),
        near=() if places else _near(said.name, sources),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the fleet knows: ``places`` of this name, sources whose list nobody has read to its end
    (``unread``), and those of which it is not known whether they read the account that was asked
    for (``unsure``)."""

    places: tuple[Place, ...]
    unread: frozenset[str]
    unsure: frozenset[str]


def _known(said: Understood, sources: Mapping[str, Source]) -> _Known:
    readings = _readings(sources)
    accounts = _accounts(sources, readings)
    unsure = frozenset(name for name in sources if said.account and not accounts[name])
    unread = frozenset(name for name in sources if _is_unread(readings.get(name)))
    try:
        if unread and said.folded and readings:
            # An ARN does not tell capitals, which only a list does.
            on_demand.look([sources[name] for name in unread], readings, datetime.now(UTC))
        found = tuple(lookup.named(tuple(sources), said.name, folded=said.folded))
    except Unavailable:
        return _Known(places=(), unread=frozenset(sources), unsure=unsure)
    return _Known(places=found, unread=unread, unsure=unsure)


def _to_ask(known: _Known, sources: Mapping[str, Source]) -> list[str]:
    """All where nobody knows it; else those that may have it too, since nobody has read them."""
    held = {source for source, _ in known.places}
    asked = known.unread if known.places else sources
    return [name for name in sources if name in asked and name not in held]


def _there(looks: Mapping[Place, Snapshot], *, only: bool) -> list[Place]:
    """Those that have a page. Of the ``only`` source, whatever AWS may say but that there is none,
    the experiment's page says it and goes on."""
    # What was deleted has a page as well, of what was recorded.
    there = [place for place, look in looks.items() if look.description or look.has_history]
    if only:
        there += [place for place, look in looks.items() if look.problem and look.problem.passing]
    return there


def _is_of(look: Snapshot, said: Understood) -> bool:
    """Whether AWS says that this experiment is of the account that was asked for."""
    experiment = look.experiment
    return experiment is not None and account_of(experiment.arn or "") == said.account


def _near(name: str, sources: Mapping[str, Source]) -> tuple[Entry, ...]:
    """Those whose names hold this one, capitals apart."""
    with suppress(Unavailable):
        return tuple(lookup.suggestions(tuple(sources), [name.lower()], MOST_NEAR))
    return ()


def _readings(sources: Mapping[str, Source]) -> dict[str, Reading]:
    """How far each list has been read; nothing while the database is away."""
    with suppress(Unavailable):
        return fleet.readings(sources)
    return {}


def _is_unread(reading: Reading | None) -> bool:
    return reading is None or reading.read_at is None


def _accounts(sources: Mapping[str, Source], readings: Mapping[str, Reading]) -> dict[str, str]:
    """The account of each source, as far as its role or AWS has told it."""
    told = {name: readings[name].account if name in readings else "" for name in sources}
    return {
        name: account_of_role(source.role_arn or "") or told[name]
        for name, source in sources.items()
    }
