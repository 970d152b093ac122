"""Who comes through a proxy, which signs people in without the portal's doing.

The proxy names somebody with every request. They count as having signed in when they come for the
first time, or again after as long as a session of the portal's own would have lasted.
"""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings

from experiments import audit
from experiments.people.models import User
from experiments.people.proxy import Claimed
from experiments.store.availability import reads, writes

_refused = audit.Quiet()


def arrived(claimed: Claimed, address: str) -> User:
    """Their row, with what the proxy says of them now. Raises availability.Unavailable."""
    label = "" if claimed.label == claimed.name else claimed.label
    now = datetime.now(UTC)
    with reads():
        # Many providers make nothing of capitals, so neither may who is disabled.
        user = User.objects.filter(username__iexact=claimed.name).order_by("pk").first()
    signs_in = user is None or user.last_login is None or now - user.last_login > _session()
    if user is not None and (user.groups, user.name) == (claimed.groups, label) and not signs_in:
        return user
    with writes():
        if user is None:
            user, _new = User.objects.get_or_create(username=claimed.name)
        user.groups, user.name = claimed.groups, label
        user.last_login = now if signs_in and user.is_active else user.last_login
        user.save(update_fields=["group_names", "name", "last_login"])
    if signs_in and user.is_active:
        audit.record(
            audit.Action.SIGNED_IN, f"{label} ({user})" if label else str(user), "", address
        )
    return user


def refused(name: str, why: str, address: str) -> None:
    """Somebody came whom the portal does not let in. An open page asks every few seconds, and each
    time would be refused anew."""
    if _refused.tells((name, why, address), time.monotonic()):
        audit.record(audit.Action.SIGN_IN_REFUSED, name, why, address)


def _session() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)
