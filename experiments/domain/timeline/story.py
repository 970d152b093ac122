"""The schedule in words: the headline of the panel, its window, and the drawing for a listener."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from experiments.domain import words
from experiments.domain.timeline.moments import GRACE, Kind, Moments

NO_END = "AWS gives no planned end"
BACKWARDS = "The planned end is not after the start."


@dataclass(frozen=True, slots=True)
class Headline:
    """One phrase, of which ``strong`` is the value; ``late`` where a planned time is long over."""

    before: str = ""
    strong: str = ""
    after: str = ""
    late: bool = False

    def __str__(self) -> str:
        return f"{self.before}{self.strong}{self.after}"


def headline(moments: Moments) -> Headline:
    start, end, now = moments.start, moments.end, moments.now
    if moments.kind is Kind.NONE:
        return Headline(before="No schedule")
    if moments.kind is Kind.BACKWARDS:
        return Headline(before=BACKWARDS)
    if moments.ended:
        return _ended(moments)
    if moments.kind is Kind.FUTURE and start:
        return Headline("starts in ", words.remaining(start - now))
    if moments.kind is Kind.LATE and start:
        return Headline(
            "", words.duration(now - start), " past its planned start", now - start > GRACE
        )
    if end is None:
        return Headline(before=NO_END)
    if moments.kind is Kind.OVERDUE:
        return Headline("", words.duration(now - end), " past its planned end", now - end > GRACE)
    of = f" left of {words.duration(moments.window)}" if moments.window else " left"
    return Headline("", words.remaining(end - now), of)


def _ended(moments: Moments) -> Headline:
    start, stop = moments.start, moments.stop
    verb = "stopped" if moments.cancelled else "ended"
    if stop is None:
        return Headline(before=f"{verb}, AWS gives no time")
    if start is None:
        end = moments.end
        if end is None or moments.kind is Kind.ENDED:
            return Headline(before=verb)
        return Headline(f"{verb} ", words.duration(end - stop), " before its planned end")
    if moments.ran is None:
        if stop == start:
            return Headline(before=f"{verb} as it was to start")
        return Headline(f"{verb} ", words.duration(start - stop), " before its planned start")
    ran = words.duration(moments.ran)
    if moments.kind is Kind.ENDED_EARLY and moments.window:
        return Headline("stopped after ", ran, f" of {words.duration(moments.window)}")
    if moments.overran:
        return Headline("ran ", ran, f", {words.duration(moments.overran)} longer than planned")
    return Headline("ran ", ran)


def span_words(moments: Moments) -> str:
    """The second line of the lane's name."""
    if moments.window:
        return f"{words.duration(moments.window)} window"
    if moments.start is None and moments.end is None:
        return "none"
    if moments.end is None:
        return "no end"
    return "no start" if moments.start is None else "no window"


def window(moments: Moments, zone: tzinfo, *, years: bool) -> str:
    """ "19 Nov 18:00 to 26 Nov 18:00 UTC"; the zone is named twice where it changes between."""
    start, end = moments.start, moments.end
    text = words.dated if years else words.short
    if start and end:
        here, there = words.zone_name(start, zone), words.zone_name(end, zone)
        first = text(start, zone) if here == there else f"{text(start, zone)} {here}"
        same_day = words.local(start, zone).date() == words.local(end, zone).date()
        last = words.minute(end, zone) if same_day and end > start else text(end, zone)
        return f"{first} to {last} {there}"
    if start:
        return f"from {text(start, zone)} {words.zone_name(start, zone)}"
    if end:
        return f"until {text(end, zone)} {words.zone_name(end, zone)}"
    return ""


def description(
    moments: Moments, said: str, events: list[tuple[str, datetime]], zone: tzinfo
) -> str:
    """What the drawing shows, as sentences."""
    sentences = [said.rstrip("."), f"Now {words.stamp(moments.now, zone)}"]
    sentences += [f"{label} {words.stamp(moment, zone)}" for label, moment in events]
    return "".join(f"{sentence[:1].upper()}{sentence[1:]}. " for sentence in sentences).strip()
