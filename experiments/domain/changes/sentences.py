"""From the leaves that differ to sentences. Each leaf is taken by the first that tells of it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from experiments.domain import words
from experiments.domain.changes import variants
from experiments.domain.changes.change import Change, Group, Part, Quoted, quoted, time
from experiments.domain.changes.leaves import Sides
from experiments.domain.changes.phrases import PHRASES, fill
from experiments.domain.changes.telling import Left, phrase, take

MODIFIED = "LastModifiedTime"
CONTENT_TYPES = {
    "DataStorageConfig.ContentType.CsvContentTypes": "CSV text",
    "DataStorageConfig.ContentType.JsonContentTypes": "JSON text",
}


def tell(sides: Sides) -> tuple[Change, ...]:
    left = {path: pair for path, pair in sides.pairs.items() if pair.differs}
    modified = left.pop(MODIFIED, None)
    found = [change for teller in TELLERS for change in teller(sides, left)]
    if modified is not None and not found:
        return (phrase(sides, MODIFIED, modified),)
    ordered = sorted(found, key=lambda change: list(Group).index(change.group))
    if modified is not None:
        # Every change moves this time, so it is part of the first one.
        first = ordered[0]
        ordered[0] = Change(first.group, (*first.paths, MODIFIED), first.sentence, first.mild)
    return tuple(ordered)


def _schedule(sides: Sides, left: Left) -> Iterator[Change]:
    for path in [path for path in left if path.startswith("Schedule.")]:
        before, after = time(left[path].before), time(left[path].after)
        if path not in PHRASES or before is None or after is None or before == after:
            continue
        told = phrase(sides, path, left[path])
        distance = words.duration(after - before)
        way = f", {distance} {'later' if after > before else 'earlier'}."
        yield Change(told.group, tuple(take(left, [path])), (*told.sentence[:-1], way))


def _content_types(sides: Sides, left: Left) -> Iterator[Change]:
    for place, stored in CONTENT_TYPES.items():
        items = re.compile(re.escape(place) + r"\[\d+\]")
        taken = take(left, [path for path in left if items.fullmatch(path)])
        if not taken:
            continue
        pairs = [pair for path, pair in sides.pairs.items() if items.fullmatch(path)]
        before = {quoted(place, pair.before) for pair in pairs if not pair.appeared}
        after = {quoted(place, pair.after) for pair in pairs if not pair.vanished}
        sentence: list[Part] = []
        for some, verb in ((after - before, "now"), (before - after, "no longer")):
            if some:
                sentence += [" " if sentence else "", "Bodies of ", *_listed(some)]
                sentence.append(f" are {verb} stored as {stored}.")
        mild = not sentence
        if mild:
            sentence = [f"The content types stored as {stored} are listed in another way."]
        spoken = tuple(part for part in sentence if part != "")
        yield Change(Group.CAPTURE, tuple(taken), spoken, mild)


def _others(sides: Sides, left: Left) -> Iterator[Change]:
    for path, pair in left.items():
        inner = (f"{path}.", f"{path}[")
        value = pair.before if pair.vanished else pair.after
        emptied = pair.appeared or pair.vanished
        if value in ([], {}) and emptied and any(other.startswith(inner) for other in sides.pairs):
            form = "{path} is no longer empty." if pair.vanished else "{path} is empty now."
            yield Change(Group.OTHER, (path,), fill(form, path=Quoted(path)), mild=True)
        else:
            yield phrase(sides, path, pair)


TELLERS: tuple[Callable[[Sides, Left], Iterator[Change]], ...] = (
    variants.comings,
    variants.shadows,
    variants.instances,
    _schedule,
    _content_types,
    variants.order,
    _others,
)


def _listed(values: set[Quoted | datetime]) -> Iterator[Part]:
    for index, value in enumerate(sorted(values, key=str)):
        if index:
            yield ", "
        yield value
