"""The names of experiments that the portal knows, for who types one."""

from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from experiments.command.completing import UnknownNamesError
from experiments.models import FleetEntry
from experiments.sources import SOURCES
from experiments.store.availability import Unavailable, reads


def names(source: str | None) -> Sequence[str]:
    """Of this source, or of all that are configured; the newest first.

    Raises UnknownNamesError where the database is away or was never prepared.
    """
    if not _is_there():
        raise UnknownNamesError("No names: PORTAL_DATABASE_URL leads to no database.")
    sources = list(SOURCES) if source is None else [source]
    rows = FleetEntry.objects.filter(source__in=sources).order_by("-created_at", "name")
    try:
        with reads():
            return list(dict.fromkeys(rows.values_list("name", flat=True)))
    except Unavailable:
        raise UnknownNamesError("No names: the portal's database cannot be read now.") from None


def _is_there() -> bool:
    """Looking must not make one: SQLite writes the file that it does not find."""
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).is_file()
    # Django's own stand-in where there is none.
    return connection.vendor != "unknown"
