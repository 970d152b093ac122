"""Who is guessing passwords, as django-axes is to see it."""

from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's address, after portal/middleware.py has judged what proxies say of it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_locked(request: HttpRequest) -> bool:
    """Whether this very try was refused without looking at the password."""
    return bool(getattr(request, "axes_locked_out", False))
