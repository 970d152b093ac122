"""Commands typed for the portal's command and for the AWS CLI at once, and where they may differ.

Each replacement here stands in docs/options.md with its reason.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from experiments.command.errors import PROGRAM, USAGE
from tests.programs import aws_cli
from tests.support import command, command_places
from tests.support.aws_cli import Resident
from tests.support.scripted_aws import ScriptedAws
from tests.support.typed import Ran, Typed, typed

# How the AWS CLI is called, and how it may be asked for help.
_AWS_USAGE = (
    "aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
    "To see help text, you can run:\n\n"
    "  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n"
)
# Its first parser, which reads --profile and --debug before the others, has a usage of its own.
_AWS_FIRST_USAGE = "aws [-h] [--profile PROFILE] [--debug]\n"
# The place in OpenSSL's binding that a version of Python names.
_TLS_PLACE = re.compile(rb"\(_ssl\.c:\d+\)")
# The place in urllib3, which is not where the AWS CLI's is, and the address of its manual.
_WARNING = re.compile(
    rb"\S+urllib3/connectionpool\.py:\d+: (InsecureRequestWarning: .*) See: \S+\n"
)


class Both(NamedTuple):
    """What one line left, of the command and, where it is there, of the AWS CLI."""

    ours: Ran
    theirs: Ran | None


class Shell:
    """Types lines at a home with files and profiles; ``places`` are what words may stand for."""

    def __init__(
        self, home: Path, aws: ScriptedAws, places: Mapping[str, str], cli: Resident | None
    ) -> None:
        self.home = home
        self.aws = aws
        self.places = places
        self._cli = cli

    def typed(self, line: str, stdin: bytes = b"") -> Typed:
        return typed(line, self.home, stdin, **self.places)

    def both(self, line: str, stdin: bytes = b"") -> Both:
        asked = self.typed(line, stdin)
        theirs = self._cli.run(asked)[0] if self._cli else None
        return Both(command.run(asked), theirs)

    def run(self, line: str, stdin: bytes = b"") -> Ran:
        """What the command leaves, which is what the AWS CLI leaves."""
        ours, theirs = self.both(line, stdin)
        if theirs is not None:
            assert in_its_words(ours) == in_its_words(theirs)
        return ours


@contextmanager
def shell(home: Path) -> Iterator[Shell]:
    """A shell, with the AWS CLI beside it where there is one."""
    aws = command_places.told()
    with command_places.places(home, aws) as places:
        if aws_cli() is None:
            yield Shell(home, aws, places, None)
            return
        with Resident() as cli:
            yield Shell(home, aws, places, cli)


def in_its_words(ran: Ran) -> Ran:
    """With what must differ replaced."""
    said = ran.stderr.replace(_AWS_FIRST_USAGE.encode(), _AWS_USAGE.encode())
    said = said.replace(USAGE.encode(), _AWS_USAGE.encode())
    said = said.replace(f"{PROGRAM}: error:".encode(), b"aws: error:")
    said = _TLS_PLACE.sub(b"(_ssl.c)", said)
    said = _WARNING.sub(rb"\1\n", said)
    return ran._replace(stderr=said)
