"""The leaves of an answer under paths that two answers share.

Variants are matched by name: AWS may list them in another order, and the second variant is not the
first one changed. So their paths say ``ModelVariants[shadow-1].Status``. Where names cannot tell
the members of a list apart, the paths keep AWS's numbers.
"""

import json
import re
from dataclasses import dataclass

from experiments.domain.answer import Answer, Json, leaves

# The lists whose members have names, and what the names are called.
VARIANTS = "ModelVariants"
SHADOWS = "ShadowModeConfig.ShadowModelVariants"
NAMED = {VARIANTS: "VariantName", SHADOWS: "ShadowModelVariantName"}
# A name with a character that paths are made of would make two paths look alike.
_PLAIN = re.compile(r"[^\[\].]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """One leaf in both answers; what ``appeared`` had no before, what ``vanished`` has no after."""

    before: Json
    after: Json
    appeared: bool = False
    vanished: bool = False

    @property
    def differs(self) -> bool:
        # Python thinks that 1 and True are equal; JSON does not.
        changed = json.dumps(self.before) != json.dumps(self.after)
        return self.appeared or self.vanished or changed


@dataclass(frozen=True, slots=True)
class Sides:
    """Every leaf of either answer, in their order, and the names of both sides by their list."""

    pairs: dict[str, Pair]
    names: dict[str, tuple[list[str], list[str]]]

    def member(self, path: str) -> tuple[str, str, str] | None:
        """Of a leaf in a list whose members have names: the list, the name, and what follows."""
        for place in self.names:
            found = re.match(re.escape(place) + r"\[([^\]]*)\]\.?", path)
            if found:
                return place, found[1], path[found.end() :]
        return None


def align(before: Answer, after: Answer) -> Sides:
    names = {}
    for place in NAMED:
        first, second = _names(before, place), _names(after, place)
        if first is not None and second is not None:
            names[place] = (first, second)
    one = _leaves(before, {place: first for place, (first, _) in names.items()})
    other = _leaves(after, {place: second for place, (_, second) in names.items()})
    return Sides(
        {
            path: Pair(one.get(path), other.get(path), path not in one, path not in other)
            for path in _merged([*one], [*other])
        },
        names,
    )


def _leaves(answer: Answer, names: dict[str, list[str]]) -> dict[str, Json]:
    # A structure whose members are all unknown to botocore is one that boto3 returns empty.
    emptied = {
        path[: end.start()] for path in answer.unmodelled for end in re.finditer(r"[.\[]", path)
    }
    known = {
        path: value
        for path, value in leaves(answer.response)
        if not (path in emptied and isinstance(value, dict | list))
    }
    return {_named(path, names): value for path, value in {**known, **answer.unmodelled}.items()}


def _named(path: str, names: dict[str, list[str]]) -> str:
    for place, found in names.items():
        numbered = re.match(re.escape(place) + r"\[(\d+)\]", path)
        if numbered and int(numbered[1]) < len(found):
            return f"{place}[{found[int(numbered[1])]}]{path[numbered.end() :]}"
    return path


def _names(answer: Answer, place: str) -> list[str] | None:
    """The names of a list's members, or None if they cannot tell the members apart."""
    value: Json = answer.response
    for member in place.split("."):
        value = value.get(member) if isinstance(value, dict) else None
    items = value if isinstance(value, list) else []
    names = [item.get(NAMED[place]) if isinstance(item, dict) else None for item in items]
    plain = [name for name in names if isinstance(name, str) and _PLAIN.fullmatch(name)]
    return plain if len(plain) == len(set(plain)) == len(items) else None


def _merged(before: list[str], after: list[str]) -> list[str]:
    """The paths of both in the order of ``after``; what is gone stands where it stood."""
    present = set(after)
    following: dict[str | None, list[str]] = {}
    last: str | None = None
    for path in before:
        if path in present:
            last = path
        else:
            following.setdefault(last, []).append(path)
    merged = following.get(None, [])
    for path in after:
        merged += [path, *following.get(path, [])]
    return merged
