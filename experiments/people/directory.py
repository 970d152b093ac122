"""The people that the portal knows, as operators see and change them.

Everything raises availability.Unavailable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from experiments import audit
from experiments.domain.person import Person, Role, role
from experiments.people import changes, identity
from experiments.people.models import User
from experiments.store.availability import reads, writes


class LastOperator(Exception):  # noqa: N818, an outcome and no mistake
    """Nobody could undo this, since no other operator would be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody as the page of people shows them."""

    pk: int
    username: str
    name: str
    active: bool
    own_role: str
    role: Role | None
    groups: tuple[str, ...]
    joined_at: datetime
    signed_in_at: datetime | None
    has_password: bool


def page(*, limit: int, after: str = "", search: str = "") -> tuple[Entry, ...]:
    rows = User.objects.order_by("username")
    if after:
        rows = rows.filter(username__gt=after)
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(name__icontains=search))
    with reads():
        return tuple(map(_entry, rows[:limit]))


def get(pk: int) -> Entry | None:
    with reads():
        user = User.objects.filter(pk=pk).first()
    return None if user is None else _entry(user)


def add(
    username: str, password: str, own_role: str, groups: Iterable[str], by: Person | str
) -> User:
    """Somebody who signs in with a password. Raises ValidationError with words for a form."""
    user = User(username=User.normalize_username(username), role=own_role)
    user.groups = frozenset(groups)
    validate_password(password, user)
    user.set_password(password)
    user.clean_fields(exclude=["last_login"])
    taken = ValidationError("There is somebody of this name already; capitals make no other one.")
    with reads():
        if User.objects.filter(username__iexact=user.username).exists():
            raise taken
    try:
        with writes(), transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise taken from None
    audit.record(audit.Action.PERSON_ADDED, by, f"{username}, {own_role or 'role by groups'}")
    return user


def change(
    pk: int, *, own_role: str, groups: Iterable[str] | None, active: bool, by: Person
) -> None:
    """Another role, other groups (None leaves them), or no way in. Whoever is disabled is out of
    every session. Raises LastOperator and User.DoesNotExist."""
    with writes(), transaction.atomic():
        # Two operators that demote each other do so one after the other.
        changes.happened()
        user = User.objects.select_for_update().get(pk=pk)
        was = user.role, user.groups, user.is_active
        user.role, user.is_active = own_role, active
        if groups is not None:
            user.groups = frozenset(groups)
        user.save(update_fields=["role", "group_names", "is_active"])
        if not active:
            user.end_sessions()
        if not _operator_left() and settings.PORTAL_LOGIN == "password":
            raise LastOperator
    identity.forget()
    if was != (user.role, user.groups, user.is_active):
        said = f"{user.username}: {user.role or 'role by groups'}, groups {sorted(user.groups)}"
        audit.record(
            audit.Action.PERSON_CHANGED, by, said if active else f"{user.username}: disabled"
        )


def set_password(pk: int, password: str, by: Person) -> None:
    """Another password, which ends all of their sessions. Raises ValidationError."""
    with writes(), transaction.atomic():
        user = User.objects.select_for_update().get(pk=pk)
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    identity.changed()
    audit.record(audit.Action.PASSWORD_CHANGED, by, f"of {user.username}")


def end_sessions(pk: int, by: Person) -> None:
    with writes():
        user = User.objects.get(pk=pk)
        user.end_sessions()
    identity.changed()
    audit.record(audit.Action.SESSIONS_ENDED, by, f"of {user.username}")


def _operator_left() -> bool:
    people = (user.person() for user in User.objects.filter(is_active=True))
    return any(person is not None and person.operates for person in people)


def _entry(user: User) -> Entry:
    return Entry(
        pk=user.pk,
        username=user.username,
        name=user.name,
        active=user.is_active,
        own_role=user.role,
        role=role(user.role, user.groups, settings.PORTAL_ROLES),
        groups=tuple(sorted(user.groups)),
        joined_at=user.joined_at,
        signed_in_at=user.last_login,
        has_password=user.has_usable_password(),
    )
