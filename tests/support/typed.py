"""Commands as somebody types them, for the AWS CLI and for the portal's, and what they leave."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

# The shell that commands are typed in: an account, and nothing that a terminal or this machine
# would change. One attempt, for tests that wait for what fails.
SHELL = {
    "PATH": os.environ["PATH"],
    "TZ": "UTC",
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
    "AWS_PAGER": "",
    "NO_PROXY": "127.0.0.1",
}


class Ran(NamedTuple):
    """What a run left on its two streams, and its exit code."""

    stdout: bytes
    stderr: bytes
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The words after the command's name, where they are typed, and what is piped in.

    ``environment`` is over ``SHELL``; None removes a variable.
    """

    words: tuple[str, ...]
    home: Path
    environment: Mapping[str, str | None] = field(default_factory=dict)
    stdin: bytes = b""

    def variables(self) -> dict[str, str]:
        found = {**SHELL, "HOME": str(self.home), **self.environment}
        return {name: value for name, value in found.items() if value is not None}


def typed(line: str, home: Path, stdin: bytes = b"", **places: str) -> Typed:
    """A line as in a shell, ``NAME=value`` and ``!NAME`` (not there) before the options.

    ``$AWS`` in a word stands for the place of that name.
    """
    words = shlex.split(line)
    variables: dict[str, str | None] = {}
    while words and (words[0][0] == "!" or words[0].partition("=")[0].isupper()):
        name, _, value = words.pop(0).partition("=")
        variables[name.lstrip("!")] = None if name[0] == "!" else _placed(value, places)
    placed = tuple(_placed(word, places) for word in words)
    return Typed(words=placed, home=home, environment=variables, stdin=stdin)


def _placed(word: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        word = word.replace(f"${name}", place)
    return word
