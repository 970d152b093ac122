"""What every page shows of who reads it."""

from django.conf import settings
from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, object]:
    """The context processor: ``person``, where it has been found out, and how people sign in."""
    proxy = settings.PORTAL_PROXY
    return {
        "person": getattr(request, "person", None),
        "login": settings.PORTAL_LOGIN,
        # Behind a proxy, only the proxy can, if somebody has said where.
        "signs_out": settings.PORTAL_LOGIN != "off" and (proxy is None or proxy.sign_out_url),
    }
