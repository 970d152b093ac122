"""What a reader prefers: the zone that times are written in, and light or dark.

Both are cookies that the page's own script sets, so that the server writes every time in one
zone, the axis of a drawing included, and no page flashes in the wrong colours.
"""

from datetime import UTC, tzinfo
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

THEMES = ("light", "dark", "auto")
# A __Host- cookie cannot be planted by a neighbouring host, but browsers want https for it.
PREFIX = "__Host-portal-" if settings.SESSION_COOKIE_SECURE else "portal-"


def preferences(request: HttpRequest) -> dict[str, object]:
    """The context processor: ``zone`` for every stamp, ``theme`` for the page."""
    theme = request.COOKIES.get(f"{PREFIX}theme", "auto")
    return {
        "zone": zone(request),
        "local_time": zone(request) is not UTC,
        "theme": theme if theme in THEMES else "auto",
        "cookie_prefix": PREFIX,
    }


def zone(request: HttpRequest) -> tzinfo:
    """The reader's own zone if they chose local time, else UTC."""
    return _zone(unquote(request.COOKIES.get(f"{PREFIX}zone", "")))


@lru_cache(maxsize=600)
def _zone(name: str) -> tzinfo:
    # ZoneInfo refuses names that would leave its folder; a cookie may still hold anything.
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, LookupError):
        return UTC
