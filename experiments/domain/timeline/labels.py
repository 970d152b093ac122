"""The words under the axis: as full as each layout has room for, and never one over another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from experiments.domain import words
from experiments.domain.timeline.calendar import DAY, Step
from experiments.domain.timeline.scale import LAYOUTS, text_width

WEEK = timedelta(days=7)
INDENT = 5
GAP = 6
# A label may lean this far into the panel's own padding.
OVERHANG = 12


@dataclass(frozen=True, slots=True)
class Label:
    """One text; ``layouts`` names the layouts of the stylesheet that show it, as classes."""

    text: str
    layouts: str


@dataclass(frozen=True, slots=True)
class Span:
    """What a label takes of one layout, in pixels."""

    start: float
    end: float

    def touches(self, other: "Span") -> bool:
        return self.start < other.end + GAP and other.start < self.end + GAP


def name(
    moments: Sequence[datetime],
    places: Sequence[float],
    *,
    zone: tzinfo,
    step: Step,
    now_at: float | None,
) -> tuple[tuple[Label, ...], ...]:
    """For each tick the labels it has, one per layout at most."""
    forms = _forms(moments, zone, step)
    texts: list[dict[str, list[str]]] = [{} for _ in moments]
    for layout, width in LAYOUTS.items():
        whole = (form for form in forms if len(_apart(_spans(form, places, width))) == len(form))
        form = next(whole, forms[-1])
        spans = _spans(form, places, width)
        for index in _apart(spans, first=_days(form)):
            if spans[index].end <= width + OVERHANG and not _struck(spans[index], now_at, width):
                texts[index].setdefault(form[index], []).append(layout)
    return tuple(
        tuple(Label(text, " ".join(layouts)) for text, layouts in named.items()) for named in texts
    )


def name_origin(
    start: datetime, places: Sequence[float], *, zone: tzinfo, step: Step, now_at: float | None
) -> tuple[Label, ...]:
    """The day on which the figure begins, where it fits before the first tick.

    Hours alone would not say of which day they are.
    """
    if step.months or step.length >= WEEK:
        return ()
    text = words.weekday(start, zone) if step.length >= DAY else words.day(start, zone)
    span = Span(0, INDENT + text_width(text))
    layouts = [
        layout
        for layout, width in LAYOUTS.items()
        if not any(place / 100 * width < span.end + GAP for place in places)
        and not _struck(span, now_at, width)
    ]
    return (Label(text, " ".join(layouts)),) if layouts else ()


def _forms(moments: Sequence[datetime], zone: tzinfo, step: Step) -> list[list[str]]:
    """Every way to name the ticks, the fullest first; the last is thinned out where it must be."""
    if step.months:
        text = words.year if step.months >= 12 else words.month
        return [[text(moment, zone) for moment in moments]]
    days = [words.day(moment, zone) for moment in moments]
    if step.length < DAY:
        hours = [words.minute(moment, zone) for moment in moments]
        return [
            [day if hour == "00:00" else hour for day, hour in zip(days, hours, strict=True)],
        ]
    full = [words.weekday(moment, zone) for moment in moments]
    if step.length >= WEEK:
        return [full, days]
    months = [day.split()[1] for day in days]
    # Within a month the number of the day says enough.
    numbers = [
        day if month != before else day.split()[0]
        for day, month, before in zip(days, months, ["", *months], strict=False)
    ]
    return [full, days, numbers]


def _spans(form: list[str], places: Sequence[float], width: int) -> list[Span]:
    starts = [place / 100 * width for place in places]
    return [
        Span(start, start + INDENT + text_width(text))
        for start, text in zip(starts, form, strict=True)
    ]


def _apart(spans: list[Span], *, first: frozenset[int] = frozenset()) -> list[int]:
    """Which spans can stand side by side, served from left to right, those in ``first`` before."""
    kept: list[int] = []
    for index in sorted(range(len(spans)), key=lambda index: (index not in first, index)):
        if not any(spans[index].touches(spans[other]) for other in kept):
            kept.append(index)
    return sorted(kept)


def _days(form: list[str]) -> frozenset[int]:
    """The labels that name a month: without them the hours and numbers beside say nothing."""
    return frozenset(
        index for index, text in enumerate(form) if any(letter.isalpha() for letter in text)
    )


def _struck(span: Span, now_at: float | None, width: int) -> bool:
    """Whether the line of now would run through the label."""
    return now_at is not None and span.start <= now_at / 100 * width <= span.end + GAP
