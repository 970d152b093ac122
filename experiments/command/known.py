"""The names of experiments that the portal knows, for who types one."""

from collections.abc import Sequence

from experiments.command.completing import UnknownNamesError
from experiments.models import FleetEntry
from experiments.sources import SOURCES
from experiments.store.availability import Unavailable, reads


def names(source: str | None) -> Sequence[str]:
    """Of this source, or of all that are configured; the newest first.

    Raises UnknownNamesError where the database is away or was never prepared.
    """
    sources = list(SOURCES) if source is None else [source]
    rows = FleetEntry.objects.filter(source__in=sources).order_by("-created_at", "name")
    try:
        with reads():
            return list(dict.fromkeys(rows.values_list("name", flat=True)))
    except Unavailable:
        raise UnknownNamesError("No names: the portal's database cannot be read now.") from None
