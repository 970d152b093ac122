"""The people that this portal knows: those whom it gave a password, and those whom an identity
provider or a proxy has named."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F
from django.utils.crypto import salted_hmac

from experiments.domain.person import ROLES, Person, role

NAME_LENGTH = 150


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: str) -> "User":
        """Somebody new; without a password, nobody can sign in with one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Changes(models.Model):
    """One row, whose number grows when anybody's sessions, role or password change."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.number} changes"


class User(AbstractBaseUser):
    """Somebody who has signed in or may do so.

    ``role`` is their own, empty where only their groups give them one. ``group_names`` holds a
    group per line. ``sessions_ended`` counts how often all of their sessions were ended.
    """

    username = models.CharField(
        max_length=NAME_LENGTH, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    role = models.CharField(
        max_length=16, blank=True, choices=[(word, word.capitalize()) for word in ROLES]
    )
    group_names = models.TextField(blank=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(filter(None, self.group_names.split("\n")))

    @groups.setter
    def groups(self, names: Iterable[str]) -> None:
        self.group_names = "\n".join(sorted(set(names)))

    def get_session_auth_hash(self) -> str:
        """What every session of theirs must agree with: another password or an end of all sessions
        makes it another one, which holds in all processes at once."""
        return salted_hmac(
            "people.User.session", f"{self.password}/{self.sessions_ended}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        # The portal has one signing key.
        return iter(())

    def person(self) -> Person | None:
        """Who they are to the portal; None where they are disabled or nothing gives them a role."""
        given = role(self.role, self.groups, settings.PORTAL_ROLES) if self.is_active else None
        if given is None:
            return None
        return Person(
            name=self.username, label=self.name, role=given, groups=self.groups, pk=self.pk
        )

    def end_sessions(self) -> None:
        type(self).objects.filter(pk=self.pk).update(sessions_ended=F("sessions_ended") + 1)
        self.refresh_from_db(fields=["sessions_ended"])
