"""The rows of a selection, filtered and in order, before anybody reads them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy

from experiments.domain.fleet.sections import COMING, Section
from experiments.domain.fleet.selection import ENDED_WITHIN, ENDING_WITHIN, Preset, Selection
from experiments.domain.status import ENDED
from experiments.models import FleetEntry

Rows = QuerySet[FleetEntry]
_COLUMNS = {
    "name": "folded_name",
    "status": "status",
    "source": "source",
    "type": "type",
    "endpoint": "endpoint",
    "model": "production_model",
    "sampling": "sampling",
    "start": "start_at",
    "end": "end_at",
    "modified": "modified_at",
}
# Texts that a list does not know.
_MAY_BE_EMPTY = frozenset({"type", "endpoint", "production_model"})
_TIES = ("folded_name", "name", "source")


def selected(sources: Collection[str], selection: Selection, now: datetime) -> Rows:
    rows = searched(sources, selection)
    if selection.preset is not None:
        return rows.filter(of_preset(selection.preset, now))
    return rows.filter(status=selection.status) if selection.status else rows


def searched(sources: Collection[str], selection: Selection) -> Rows:
    # What an address says goes to the database only where it is the name of one of the sources.
    asked = [source for source in sources if selection.source in {"", source}]
    rows = FleetEntry.objects.filter(source__in=asked)
    for word in selection.words:
        rows = rows.filter(haystack__contains=word)
    return rows


def of_preset(preset: Preset, now: datetime) -> Q:
    match preset:
        case Preset.ATTENTION:
            return Q(attention_at__lte=now)
        case Preset.ENDING:
            return ~Q(status__in=ENDED) & Q(end_at__gt=now, end_at__lte=now + ENDING_WITHIN)
        case Preset.RECENT:
            return Q(status__in=ENDED, completed_at__gt=now - ENDED_WITHIN)


def in_section(rows: Rows, one: Section, now: datetime) -> Rows:
    needs = of_preset(Preset.ATTENTION, now)
    if one is Section.ATTENTION:
        # What is over troubles nobody any more.
        over = Case(When(status__in=ENDED, then=1), default=0)
        return rows.filter(needs).order_by(over, *_last("-modified_at"), *_TIES)
    rest = rows.filter(Q(attention_at=None) | Q(attention_at__gt=now))
    match one:
        case Section.ACTIVE:
            active = rest.exclude(status__in=[*ENDED, *COMING])
            return active.order_by(*_last("end_at"), *_TIES)
        case Section.COMING:
            return rest.filter(status__in=COMING).order_by(*_last("start_at"), *_TIES)
        case _:
            ended = rest.filter(status__in=ENDED)
            return ended.order_by(*_last("-completed_at"), *_TIES)


def in_order(rows: Rows, selection: Selection) -> Rows:
    column = _COLUMNS[selection.column]
    return rows.order_by(*_last(f"-{column}" if selection.descending else column), *_TIES)


def _last(column: str) -> Iterator[OrderBy]:
    """By this column, what has nothing in it last."""
    name = column.removeprefix("-")
    if FleetEntry._meta.get_field(name).null:
        yield F(name).desc(nulls_last=True) if column != name else F(name).asc(nulls_last=True)
        return
    # A text that is not known is an empty one.
    if name in _MAY_BE_EMPTY:
        yield Case(When(**{name: ""}, then=1), default=0).asc()
    yield F(name).desc() if column != name else F(name).asc()
