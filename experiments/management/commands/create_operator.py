"""Make the first operator, who then adds everybody else on the page of people."""

import getpass
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments.domain.person import Role
from experiments.people import directory
from experiments.store.availability import Unavailable


class Command(BaseCommand):
    help = (
        "Add an operator who signs in with a password (PORTAL_LOGIN=password). The password is "
        "asked for twice in a terminal, and read as one line of the standard input elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what they sign in with")

    def handle(self, *_args: Any, name: str, **_options: Any) -> None:
        if settings.PORTAL_LOGIN != "password":
            raise CommandError(
                "PORTAL_LOGIN must be password to sign in with one "
                f'(got "{settings.PORTAL_LOGIN}"; there, PORTAL_OPERATORS names groups)'
            )
        try:
            directory.add(name, _password(), Role.OPERATOR.word, (), "the command line")
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        except Unavailable:
            raise CommandError(
                "The database cannot be used. Has the portal been started once, and does "
                "PORTAL_DATABASE_URL name the same one?"
            ) from None
        self.stdout.write(f"{name} can sign in as an operator at {settings.URL.origin}/sign-in/")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, again = getpass.getpass("Password: "), getpass.getpass("The same again: ")
    if first != again:
        raise CommandError("The two are not the same.")
    return first
