"""Starting the portal with an environment, to see whether it does and what it says."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.support.portal import REPOSITORY, environment

NO_AWS = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Start:
    """How a start ended."""

    code: int
    output: str
    error: str


def start(variables: Mapping[str, str], *command: str) -> Start:
    """Run ``python <command>`` (by default: read the settings) with these variables."""
    done = subprocess.run(
        [sys.executable, *(command or ("-c", "import portal.settings"))],
        cwd=REPOSITORY,
        env=environment(NO_AWS, **variables),
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Start(done.returncode, done.stdout, done.stderr)


def start_all(cases: Iterable[Mapping[str, str]]) -> list[Start]:
    """``start`` for each, two at a time."""
    with ThreadPoolExecutor(2) as starters:
        return list(starters.map(start, cases))


ASK = """
import json, sys, django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
for path in sys.argv[1:]:
    response = client.get(path)
    print(json.dumps([response.status_code, response.content.decode()]))
"""


@dataclass(frozen=True)
class Page:
    """What a portal with an environment of its own answered; bytes, as responses have them."""

    status_code: int
    content: bytes


def ask(variables: Mapping[str, str], *paths: str) -> tuple[list[Page], str]:
    """The pages that a portal with these variables answers, and what it wrote to its log."""
    started = start(
        dict(variables) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, "-c", ASK, *paths
    )
    assert started.code == 0, started.error
    answers = [json.loads(line) for line in started.output.splitlines()]
    return [Page(status, content.encode()) for status, content in answers], started.error
