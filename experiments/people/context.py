"""What every page shows of who reads it."""

from django.conf import settings
from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, object]:
    """The context processor: ``person``, where it has been found out, and how people sign in."""
    return {"person": getattr(request, "person", None), "login": settings.PORTAL_LOGIN}
