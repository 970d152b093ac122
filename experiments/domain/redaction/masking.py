"""One text with everything masked in it that is not shown."""

from collections.abc import Iterable
from dataclasses import replace

from experiments.domain.redaction.finding import Find, find
from experiments.domain.redaction.part import Part
from experiments.domain.redaction.skeleton import readings
from experiments.domain.redaction.traces import Traces

# Of several things in one place the largest gives the mask its word.
_BY_SIZE = (Part.ARNS, Part.S3, Part.KMS, Part.ROLE, Part.ACCOUNT)


def masked(
    text: str, shown: frozenset[Part], traces: Traces, own: Part | None = None
) -> tuple[str, frozenset[Part]]:
    """The text that may be shown, and the parts that it was changed for: none if it was not.

    ``own`` is the part of a member that somebody chose to show.
    """
    found_in_text = [
        replace(found, start=start, end=end)
        for skeleton in readings(text)
        for found in find(skeleton.text, shown, traces, own)
        for start, end in [skeleton.place(found.start, found.end)]
    ]
    pieces: list[str] = []
    parts: frozenset[Part] = frozenset()
    done = 0
    for found in _merged(found_in_text):
        pieces += text[done : found.start], found.mask.mask
        done = found.end
        parts |= found.parts
    return "".join([*pieces, text[done:]]), parts


def _merged(finds: Iterable[Find]) -> list[Find]:
    merged: list[Find] = []
    for found in sorted(finds, key=lambda found: (found.start, -found.end)):
        if merged and found.start < merged[-1].end:
            last = merged.pop()
            found = Find(
                last.start,
                max(last.end, found.end),
                min(last.mask, found.mask, key=_BY_SIZE.index),
                last.parts | found.parts,
            )
        merged.append(found)
    return merged
