"""Where somebody lands after signing in: on the page that they came for, and on no other host."""

import unicodedata

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 4_000


def landing(request: HttpRequest, wanted: str) -> str:
    """``wanted`` if it is a path on this host, else the first page."""
    # Browsers drop tabs and line feeds, and take a backslash for a slash.
    plain = not any(unicodedata.category(letter)[0] == "C" for letter in wanted)
    path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    if path and plain and here and len(wanted) <= LONGEST:
        return wanted
    return reverse("experiments:index")
