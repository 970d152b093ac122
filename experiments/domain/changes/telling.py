"""What every sentence is made with: the phrase of a leaf, whom it is about, and taking it."""

from experiments.domain.changes.change import Change, Part, Quoted, quoted
from experiments.domain.changes.leaves import SHADOWS, Pair, Sides
from experiments.domain.changes.phrases import ANY, PHRASES, fill, kind

# The leaves that differ and that no sentence tells of yet.
Left = dict[str, Pair]


def phrase(sides: Sides, path: str, pair: Pair) -> Change:
    known = PHRASES.get(kind(path), ANY)
    form = known.changed
    if pair.appeared or pair.vanished:
        form = known.appeared if pair.appeared else known.vanished
    sentence = fill(
        form,
        path=Quoted(path),
        name=subject(sides, path),
        before=quoted(path, pair.before),
        after=quoted(path, pair.after),
    )
    return Change(known.group, (path,), sentence, known.mild)


def subject(sides: Sides, path: str) -> Part:
    """Who a sentence is about, for leaves below a list."""
    member = sides.member(path)
    if member is None:
        return Quoted(path.rpartition("].")[0] + "]")
    place, name, _ = member
    before, after = sides.names[place]
    return "The shadow" if place == SHADOWS and before == after == [name] else Quoted(name)


def take(left: Left, paths: list[str]) -> Left:
    return {path: left.pop(path) for path in paths}
