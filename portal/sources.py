"""The accounts and regions to read, from the TOML file that PORTAL_SOURCES names.

Without that file there is one source, ``default``, from the standard AWS variables and files. A
mistake ends the start with one line, as in portal/env.py; of the file it repeats names and single
values, and nothing of an address that holds more than an address should.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from portal import env

# A file of a thousand sources is smaller.
LARGEST_FILE = 1024 * 1024
_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}")
# How much of a value a refusal repeats; a path is told whole.
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key of a source may be, in words and as a test."""

    allowed: str
    holds: Callable[[Any], bool]


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() == value != ""


def _is_address(value: Any) -> bool:
    if not _is_word(value) or " " in value:
        return False
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not re.search("[@?#]", value)


def _is_between(low: float, high: float) -> Callable[[Any], bool]:
    # A boolean is a number to Python, and "nan" is none to anybody else.
    return lambda value: type(value) in {int, float} and low <= value <= high


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_word, value))


_SECONDS = _Key("a number of seconds from 0 (never times out) to 3600", _is_between(0, 3600))
KEYS = {
    "region": _Key('a region such as "eu-west-1"', _is_word),
    "profile": _Key("the name of a profile of ~/.aws/config or ~/.aws/credentials", _is_word),
    "endpoint_url": _Key('an address such as "https://…", without user and query', _is_address),
    "connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,
    "calls_per_second": _Key("a number from 0.01 to 100", _is_between(0.01, 100)),
    "groups": _Key("a list of at least one name of a group", _is_words),
}
# Told apart from what is misspelled.
LATER_KEYS = ("role_arn", "external_id", "verify_ssl", "ca_bundle", "sign_requests")


def sources(repository: Path) -> dict[str, dict[str, Any]]:
    """The keys of each source by its name, in the file's order."""
    budget, file = calls_per_second(), os.environ.get("PORTAL_SOURCES")
    tables = _read(file, repository) if file else {"default": {}}
    return {name: {"calls_per_second": budget} | _values(table) for name, table in tables.items()}


def _values(table: dict[str, Any]) -> dict[str, Any]:
    """The keys as values that nobody changes."""
    return {key: frozenset(value) if key == "groups" else value for key, value in table.items()}


def calls_per_second() -> float:
    """How often the watcher may call a source whose table does not say."""
    value, key = os.environ.get("PORTAL_CALLS_PER_SECOND") or "1.0", KEYS["calls_per_second"]
    # float() also takes "1_0", " 1 " and digits of other scripts.
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", value) or not key.holds(float(value)):
        env.refuse("PORTAL_CALLS_PER_SECOND", key.allowed, _shown(value))
    return float(value)


def _read(file: str, repository: Path) -> dict[str, dict[str, Any]]:
    document = _parse(file, _text(file, repository))
    for key in document:
        if key != "sources":
            _refuse("every key", file, "in a table [sources.<name>]", _shown(key))
    tables = document.get("sources", {})
    if not isinstance(tables, dict):
        _refuse("sources", file, "tables [sources.<name>]", _shown(tables))
    if not tables:
        _refuse_file(file, "a file with at least one table [sources.<name>]", "none")
    for name, table in tables.items():
        _judge(file, name, table)
    return tables


def _text(file: str, repository: Path) -> str:
    try:
        with (repository / file).open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
        text = content.decode()
    # Bytes that are no text are a ValueError, and so is a null character in the file's name.
    except (OSError, ValueError) as error:
        _refuse_file(file, "a readable text file", type(error).__name__)
    if len(content) > LARGEST_FILE:
        _refuse_file(file, "a file of at most 1 MiB", "a larger one")
    return text


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The rest of the message may repeat what stands there.
        at = re.search(r"\(at line ([0-9]+), column [0-9]+\)$", str(error))
        # The other place that it knows is the end of the document.
        line = at[1] if at else text.rstrip("\n").count("\n") + 1
        _refuse_file(file, "a TOML file", f"broken in line {line}")
    # More digits than Python reads, and lists in lists without end.
    except (ValueError, RecursionError) as error:
        _refuse_file(file, "a TOML file", f"broken, {type(error).__name__}")


def _judge(file: str, name: str, table: Any) -> None:
    if not _NAME.fullmatch(name):
        allowed = "1 to 40 of a-z and 0-9, with single hyphens between them"
        _refuse("the name of a source", file, allowed, _shown(name))
    if not isinstance(table, dict):
        _refuse(f"sources.{name}", file, f"a table [sources.{name}]", _shown(table))
    for key, value in table.items():
        place = f"sources.{name}.{key}"
        if key in LATER_KEYS:
            # Nor is an external id repeated, which is half a secret.
            _refuse(place, file, "left out: this version does not have it yet", "a value")
        if key not in KEYS:
            _refuse(f"each key of sources.{name}", file, "one of " + ", ".join(KEYS), _shown(key))
        if not KEYS[key].holds(value):
            _refuse(place, file, KEYS[key].allowed, _shown(value))


def _refuse(place: str, file: str, allowed: str, got: str) -> NoReturn:
    env.refuse(f"PORTAL_SOURCES: {place} in {json.dumps(file)}", allowed, got)


def _refuse_file(file: str, allowed: str, why: str) -> NoReturn:
    env.refuse("PORTAL_SOURCES", allowed, f"{json.dumps(file)}: {why}")


def _shown(value: Any) -> str:
    """A value on one line, whatever it holds, and not at any length."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # Python refuses to write a number of thousands of digits, which TOML can hold.
        return "a very large number" if abs(value) > 1e15 else str(value)
    if isinstance(value, str):
        if "://" in value and re.search("[@?#]", value):
            return "an address with more than that"
        rest = "…" if len(value) > _SHOWN_CHARACTERS else ""
        return json.dumps(value[:_SHOWN_CHARACTERS] + rest)
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else "a date or a time"
