"""What a query gives, with everything that the Raw tab says of it."""

import shlex
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from experiments.domain.answer import Json
from experiments.domain.copying.commands import aws_cli
from experiments.domain.copying.place import Place, public
from experiments.exports import Format, Marked, export_marked
from experiments.exports.paths import Path, appended
from experiments.snapshots import Snapshot
from experiments.sources import SOURCES
from experiments.templatetags.portal import verbatim
from experiments.views.raw_listing import listing

# Every value's link holds the whole query.
MOST_IN_LINKS = 300_000


def result(
    snapshot: Snapshot, response: dict[str, Json], form: Format, query: str
) -> dict[str, Any]:
    """The context of ``experiments/raw_result.html``. Raises ExportError."""
    made = export_marked(response, form, query or None)
    address = reverse("experiments:raw", args=[snapshot.source, snapshot.name, form.name])
    asked = urlencode({"query": query}) if query else ""
    return {
        "listing": _listing(made, form, query),
        "plain": made.pieces is None,
        "text": made.text,
        "lines": made.text.count("\n"),
        "empty": _empty(made),
        "export_url": f"{address}?{asked}" if asked else address,
        "download_url": f"{address}?{asked + '&' if asked else ''}download",
        "command": _command(snapshot, form, query),
    }


def _listing(made: Marked, form: Format, query: str) -> SafeString:
    if made.pieces is None:
        return format_html("<bdi>{}</bdi>", verbatim(made.text))

    def address(path: Path) -> str:
        return "?" + urlencode({"format": form.name, "query": appended(query, path)})

    linked = len(made.pieces) * len(query) <= MOST_IN_LINKS
    return listing(made.pieces, address if linked else None)


def _empty(made: Marked) -> str:
    """In words, what is easily taken for a failure: a result that is nothing."""
    printed = "" if made.text else " Of that, this format prints nothing."
    if made.value is None:
        return f"The result is null: there is nothing at this place.{printed}"
    if made.value == "":
        return f"The result is an empty text.{printed}"
    if made.value == [] and isinstance(made.value, list):
        return f"The result is an empty list.{printed}"
    if made.value == {}:
        return f"The result is an object without members.{printed}"
    return "" if made.text else "Of this result, the format prints nothing."


def _command(snapshot: Snapshot, form: Format, query: str) -> str:
    endpoint_url = public(SOURCES[snapshot.source].endpoint_url)
    place = Place(name=snapshot.name, region=snapshot.region, endpoint_url=endpoint_url)
    options = ["--output", form.name, *(("--query", query) if query else ())]
    return f"{aws_cli(place)} {shlex.join(options)}"
