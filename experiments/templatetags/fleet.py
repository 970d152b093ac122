"""What the table of the fleet writes: its addresses, its sort links, and who shares an endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from experiments.domain import words
from experiments.domain.fleet.overlaps import NEVER, Overlap
from experiments.domain.fleet.sections import Section
from experiments.domain.fleet.selection import A_PAGE, Selection
from experiments.store.fleet import Found
from experiments.templatetags.portal import icon, verbatim

register = template.Library()

# An endpoint of a hundred experiments is a table of its own, and no line of this one.
MOST_NAMED = 2


@register.simple_tag
def fleet_address(selection: Selection, **changes: Any) -> str:
    """The address of another view of the fleet: with this ``status``, ``sort``, ``page``, ``q`` or
    ``source``, and otherwise as ``selection`` has it."""
    return _address(replace(selection, **{"page": 1, **changes}))


@register.simple_tag
def whole_address(selection: Selection) -> str:
    """The address of this view with the portal's host, for somebody else."""
    return f"{settings.URL.origin}{_address(selection)}"


@register.simple_tag
def sort_link(selection: Selection, column: str, label: str) -> SafeString:
    """What sorts by a column, or turns it around where it is the one; an arrow says which way."""
    address = _address(selection.sorted_by(column))
    if selection.column != column:
        return format_html('<a href="{}">{}</a>', address, label)
    arrow = icon("descending" if selection.descending else "ascending")
    return format_html('<a href="{}" aria-current="true">{}{}</a>', address, label, arrow)


@register.simple_tag
def sorted_way(selection: Selection, *columns: str) -> str:
    """The value of aria-sort for a header of these columns."""
    if selection.column not in columns:
        return "none"
    return "descending" if selection.descending else "ascending"


@register.simple_tag(takes_context=True)
def sharing(context: Context, overlaps: tuple[Overlap, ...]) -> SafeString:
    """Which experiments have the endpoint at the same time, and until when."""
    zone, now = context["zone"], context["now"]
    told = [_shared(overlap, zone, now) for overlap in overlaps[:MOST_NAMED]]
    over = all(overlap.until <= now for overlap in overlaps)
    more = len(overlaps) - len(told)
    return format_html(
        '<p class="st why-not {}" data-overlap="{}">{}<span>{} with {}{}</span></p>',
        "calm-st" if over else "t-warn",
        len(overlaps),
        icon("overlap"),
        "Shared its endpoint" if over else "Shares its endpoint",
        format_html_join(", ", "{}", ((one,) for one in told)),
        f", and {more} more" if more else "",
    )


@register.simple_tag
def failing(states: Sequence[Any]) -> list[Any]:
    """Those of a Standing's states that have a problem."""
    return [state for state in states if state.problem is not None]


@register.simple_tag
def paging(found: Found) -> dict[str, int]:
    """Which rows the page shows, and its neighbours, which may not be there."""
    before = (found.page - 1) * A_PAGE
    return {
        "first": before + 1,
        "last": before + len(found.entries),
        "earlier": found.page - 1,
        "later": found.page + 1,
    }


@register.filter
def size_of(section: Section, sizes: Mapping[Section, int]) -> int:
    return sizes[section]


@register.filter
def thousands(number: int) -> str:
    """ "4 300" with a thin space."""
    return f"{number:,}".replace(",", words.THIN_SPACE)


def _shared(overlap: Overlap, zone: tzinfo, now: datetime) -> SafeString:
    begin = f" from {words.short(overlap.since, zone)}" if overlap.since > now else ""
    end = "" if overlap.until == NEVER else f" until {words.short(overlap.until, zone)}"
    return format_html("<bdi>{}</bdi>{}{}", verbatim(overlap.name), begin, end)


def _address(selection: Selection) -> str:
    return f"{reverse('experiments:index')}{selection.query}"
