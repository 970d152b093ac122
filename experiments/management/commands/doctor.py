"""Examine each source: what works, what does not, and what to do about it."""

import json
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments.aws.examination import examine
from experiments.domain import words
from experiments.domain.diagnosis import Check, Diagnosis, State
from experiments.sources import SOURCES

# Each examination has threads of its own for its calls.
AT_A_TIME = 8
# Nobody waits for a page, and making the first clients takes a slow machine a while.
ROUND_SECONDS = 10.0
WIDTH = 98
INDENT = " " * 24
# What an eye looks for stands out without colours.
STATES = {
    State.WORKS: "works",
    State.WARNS: "warning",
    State.FAILS: "FAILS",
    State.UNKNOWN: "unknown",
}


class Command(BaseCommand):
    help = (
        "Examine each source: its settings, the connection, credentials, each permission and the "
        "clock. Only reads. Ends with 1 where anything fails."
    )
    # A doctor has something to say where the checks of a start would only stop.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", metavar="NAME", help="only this one")
        parser.add_argument(
            "--json", action="store_true", help="one JSON document instead of text", dest="as_json"
        )

    def handle(self, *_args: Any, source: str | None, as_json: bool, **_options: Any) -> None:
        if source is not None and source not in SOURCES:
            raise CommandError(f"--source must be one of {', '.join(SOURCES)} (got {source!a})")
        chosen = [SOURCES[source]] if source is not None else list(SOURCES.values())
        with ThreadPoolExecutor(AT_A_TIME) as examining:
            found = examining.map(partial(examine, round_seconds=ROUND_SECONDS), chosen)
            if as_json:
                diagnoses = [_plain(diagnosis) for diagnosis in found]
                failed = any(plain["failed"] for plain in diagnoses)
                self.stdout.write(json.dumps({"sources": diagnoses}, indent=2))
            else:
                failed = False
                for diagnosis in found:
                    self.stdout.write("\n".join(_block(diagnosis)))
                    failed = failed or diagnosis.failed > 0
        if failed:
            raise SystemExit(1)


def _plain(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "source": diagnosis.source,
        "at": words.iso(diagnosis.at),
        "failed": diagnosis.failed,
        "checks": [_plain_check(check) for check in diagnosis.checks],
    }


def _plain_check(check: Check) -> dict[str, Any]:
    statements = [
        {"belongs": statement.belongs, "statement": json.loads(statement.json)}
        for statement in check.statements
    ]
    return asdict(check) | {"statements": statements}


def _block(diagnosis: Diagnosis) -> Iterator[str]:
    """The lines of one source, a blank one after them."""
    yield f"{diagnosis.source}: {_summary(diagnosis)}"
    for check in diagnosis.checks:
        yield from _wrapped(check.said, f"  {STATES[check.state]:<7}  {check.name:<11}  ")
        if check.advice:
            yield from _wrapped(check.advice, INDENT)
        for statement in check.statements:
            yield f"{INDENT}For {statement.belongs}:"
            yield textwrap.indent(statement.json, INDENT + "  ")
    yield ""


def _summary(diagnosis: Diagnosis) -> str:
    if diagnosis.failed:
        verb = "fails" if diagnosis.failed == 1 else "fail"
        return f"{diagnosis.failed} of {len(diagnosis.checks)} checks {verb}"
    return "works, with a warning" if diagnosis.warned else "works"


def _wrapped(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
