"""What is said of variants: who came and went, on which instances they run, in which order."""

from collections.abc import Iterator

from experiments.domain.answer import Json
from experiments.domain.changes.change import Change, Group, Part, Quoted, quoted
from experiments.domain.changes.leaves import NAMED, SHADOWS, VARIANTS, Sides
from experiments.domain.changes.phrases import INSTANCES, PHRASES, fill, kind
from experiments.domain.changes.telling import Left, phrase, subject, take


def comings(sides: Sides, left: Left) -> Iterator[Change]:
    """Variants that only one side has."""
    before, after = sides.names.get(VARIANTS, ([], []))
    for name in [*before, *after]:
        if name in before and name in after:
            continue
        taken = take(left, [path for path in left if _is_known(path, f"{VARIANTS}[{name}].")])
        added = name in after
        values = {
            path.removeprefix(f"{VARIANTS}[{name}]."): pair.after if added else pair.before
            for path, pair in taken.items()
        }
        form = "The variant {name} was " + ("added" if added else "removed")
        if {"ModelName", INSTANCES + "InstanceCount", INSTANCES + "InstanceType"} <= values.keys():
            form += ": " if added else " (it was "
            form += "the model {model} on {count} × {type}"
            form += ", {status}" if added and "Status" in values else "" if added else ")"
        parts = {
            "name": Quoted(name),
            "model": _quoted(values, "ModelName"),
            "count": _quoted(values, INSTANCES + "InstanceCount"),
            "type": _quoted(values, INSTANCES + "InstanceType"),
            "status": _quoted(values, "Status"),
        }
        yield Change(Group.VARIANTS, tuple(taken), fill(form + ".", **parts))


def shadows(sides: Sides, left: Left) -> Iterator[Change]:
    """Shadow variants that only one side has: the share tells of the name too."""
    before, after = sides.names.get(SHADOWS, ([], []))
    for name in [*before, *after]:
        share, own = (
            f"{SHADOWS}[{name}].{member}" for member in ("SamplingPercentage", NAMED[SHADOWS])
        )
        if share in left and own in left:
            told = phrase(sides, share, left[share])
            yield Change(told.group, tuple(take(left, [share, own])), told.sentence)


def instances(sides: Sides, left: Left) -> Iterator[Change]:
    for path in [path for path in left if path.endswith(INSTANCES + "InstanceCount")]:
        kin = path.removesuffix("InstanceCount") + "InstanceType"
        count, type_ = left[path], left.get(kin)
        if sides.member(path) is None or not (_is_count(count.before) and _is_count(count.after)):
            continue
        values: dict[str, Part] = {
            "name": subject(sides, path),
            "before": str(count.before),
            "after": str(count.after),
        }
        if type_ is not None and not type_.appeared and not type_.vanished:
            form = "{name} runs on {after} × {new} instead of {before} × {old}."
            values |= {"new": quoted(kin, type_.after), "old": quoted(kin, type_.before)}
            yield Change(Group.VARIANTS, tuple(take(left, [path, kin])), fill(form, **values))
        else:
            noun = "instance" if count.after == 1 else "instances"
            form = f"{{name}} runs on {{after}} {noun} instead of {{before}}."
            yield Change(Group.VARIANTS, tuple(take(left, [path])), fill(form, **values))


def order(sides: Sides, left: Left) -> Iterator[Change]:
    for place, group, noun in (
        (VARIANTS, Group.VARIANTS, "variants"),
        (SHADOWS, Group.SAMPLING, "shadow variants"),
    ):
        before, after = sides.names.get(place, ([], []))
        both = set(before) & set(after)
        if [name for name in before if name in both] != [name for name in after if name in both]:
            yield Change(group, (place,), (f"AWS lists the {noun} in another order.",), mild=True)


def _is_known(path: str, prefix: str) -> bool:
    named = kind(path) in PHRASES or path.endswith(f"].{NAMED[VARIANTS]}")
    return named and path.startswith(prefix)


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _quoted(values: dict[str, Json], path: str) -> Part:
    return quoted(path, values.get(path))
