"""Marks with labels on one row or more, so that no label lies over another."""

from dataclasses import dataclass

# From the middle of a mark to its label, between two labels, and half of a mark.
INDENT = 11
GAP = 10
MARK = 7


@dataclass(frozen=True, slots=True)
class Box:
    """What a mark with its label takes of a row, in pixels."""

    start: float
    end: float


def arrange(
    places: list[float], widths: list[float], now_at: float | None, plot: int
) -> list[tuple[int, bool]]:
    """The row of each mark and the side of its label on ``plot`` pixels."""
    xs = [place / 100 * plot for place in places]
    line = None if now_at is None else now_at / 100 * plot
    flips = [_flips(x, needed, plot, line) for x, needed in zip(xs, widths, strict=True)]
    boxes = [
        box_at(x, needed, flipped=flipped)
        for x, needed, flipped in zip(xs, widths, flips, strict=True)
    ]
    return list(zip(_levels(boxes, flips), flips, strict=True))


def _flips(x: float, needed: float, width: int, line: float | None) -> bool:
    """To the left past the right edge, or where the line of now would run through the label."""
    if x + needed > width:
        return True
    struck = line is not None and x + MARK < line < x + needed + GAP
    return struck and x - needed > 0


def box_at(x: float, needed: float, *, flipped: bool) -> Box:
    return Box(x - needed, x + MARK) if flipped else Box(x - MARK, x + needed)


def _levels(boxes: list[Box], flips: list[bool]) -> list[int]:
    """The first row in which each box is clear of the others.

    Labels on the right are placed from the right, those on the left from the left: then the line
    down to a lower mark passes beside the labels above it and not through them.
    """
    flipped = [index for index, flip in enumerate(flips) if flip]
    upright = [index for index, flip in enumerate(flips) if not flip]
    rows: list[list[Box]] = []
    levels = [0] * len(boxes)
    for index in [*flipped, *reversed(upright)]:
        level = next(
            (level for level, row in enumerate(rows) if _clear(boxes[index], row)), len(rows)
        )
        if level == len(rows):
            rows.append([])
        rows[level].append(boxes[index])
        levels[index] = level
    return levels


def _clear(box: Box, row: list[Box]) -> bool:
    return all(box.start >= other.end + GAP or other.start >= box.end + GAP for other in row)
