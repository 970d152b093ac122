"""How single values are written: verbatim text, times, status words, icons, copy buttons."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from experiments.domain import words
from experiments.domain.changes import Part, Quoted
from experiments.domain.status import Status

register = template.Library()

# From here on, somebody's text is a sentence in a sentence.
LONG = 32
# AWS's own limit for such texts is half of it.
LONGEST = 2_000


@register.filter
def verbatim(value: object) -> SafeString:
    """``value`` as text that a browser reads back unchanged.

    HTML turns a carriage return into a line feed unless it is written as a reference, and knows
    no NUL, which only an address can still bring here.
    """
    text = str(value)
    if "\r" not in text and "\0" not in text:
        return escape(text)
    parts = text.replace("\0", "�").split("\r")
    return format_html_join(SafeString("&#13;"), "{}", ((part,) for part in parts))


@register.simple_tag
def icon(name: str, classes: str = "ic") -> SafeString:
    """One shape of the sprite; decoration, since a word always stands beside it."""
    return _drawn(name, classes)


@lru_cache(maxsize=256)
def _drawn(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def stamp(context: Context, moment: datetime) -> SafeString:
    """A whole time with its zone: "19 Nov 2026 18:00:00 UTC"."""
    return _time(moment, words.stamp(moment, _zone(context)))


@register.simple_tag(takes_context=True)
def clock(context: Context, moment: datetime) -> SafeString:
    """A time of day with its zone: "14:02:10 UTC"."""
    return _time(moment, words.clock(moment, _zone(context)))


@register.simple_tag(takes_context=True)
def brief(context: Context, moment: datetime) -> SafeString:
    """A time where the zone is plain: "19 Nov 18:00"."""
    return _time(moment, words.short(moment, _zone(context)))


@register.simple_tag(takes_context=True)
def sentence(context: Context, parts: Sequence[Part]) -> SafeString:
    """A sentence whose parts are words, somebody's own text, and times."""
    zone = _zone(context)
    dates = [words.dated(part, zone) for part in parts if isinstance(part, datetime)]
    # Two times that read alike are told to the second.
    write = words.dated if len(set(dates)) == len(dates) else words.stamp
    return format_html_join("", "{}", ((_part(part, write, zone),) for part in parts))


def _part(part: Part, write: Callable[[datetime, tzinfo], str], zone: tzinfo) -> str:
    match part:
        case Quoted(text=""):
            return SafeString('<span class="qq">an empty text</span>')
        case Quoted():
            classes = "said long" if len(part.text) > LONG else "said"
            return format_html('<bdi class="{}">{}</bdi>', classes, verbatim(_clamped(part.text)))
        case datetime():
            return _time(part, write(part, zone))
        case _:
            return part


def _clamped(text: str) -> str:
    """As much as a sentence can hold; the comparison has the whole."""
    left = len(text) - LONGEST
    return text if left <= 0 else f"{text[:LONGEST]}… and {left:,} characters more"


@register.inclusion_tag("experiments/_status.html")
def status(value: Status, path: str, shape: str = "st") -> dict[str, Any]:
    """A status word with its icon and tone, as ``shape`` (a class of panels.css)."""
    return {"status": value, "path": path, "shape": shape}


@register.inclusion_tag("experiments/_copy.html")
def copy(value: object, label: str) -> dict[str, Any]:
    """A button that copies ``value``; ``label`` names the thing to screen readers."""
    return {"value": value, "label": label}


@register.inclusion_tag("experiments/_member.html", takes_context=True)
def member(
    context: Context, label: str, path: str, value: str | None, missing: str = ""
) -> dict[str, Any]:
    """A row of a description list: one member as text with its copy button.

    What a share link hides was there, which is not the same as missing.
    """
    hidden: frozenset[str] = context.get("hidden") or frozenset()
    return {
        "label": label,
        "path": path,
        "value": value,
        "missing": missing,
        "is_hidden": path in hidden,
    }


@register.inclusion_tag("experiments/_moment.html", takes_context=True)
def moment(
    context: Context, label: str, path: str, value: datetime | None, missing: str = ""
) -> dict[str, Any]:
    """A row of a description list: one time with its distance from now and its copy button."""
    now, zone = context["now"], _zone(context)
    distance = words.relative(value, now) if value else ""
    return {
        "label": label,
        "path": path,
        "value": value,
        "missing": missing,
        "zone": zone,
        "distance": distance,
        "iso": words.iso(value) if value else "",
    }


def _zone(context: Context) -> tzinfo:
    zone: tzinfo = context["zone"]
    return zone


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', words.iso(moment), text)
