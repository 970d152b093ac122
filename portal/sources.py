"""The accounts and regions to read, from the TOML file that PORTAL_SOURCES names.

Without that file there is one source, ``default``, from the standard AWS variables and files. A
mistake ends the start with one line, as in portal/env.py, that names the file's line and the key;
of the file it repeats names and single values, and nothing of a role, of an external id, or of an
address that holds more than an address should.
"""

import json
import os
import re
import ssl
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from portal import env
from portal.source_keys import CONTRADICTIONS, KEYS, UNTOLD
from portal.statements import lines

# A file of a thousand sources is smaller.
LARGEST_FILE = 1024 * 1024
_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}")
# How much of a value a refusal repeats; a path is told whole.
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class _File:
    """The file's name as it was given, and what stands in it."""

    name: str
    text: str

    def refuse(self, place: str, allowed: str, got: str, *path: str) -> NoReturn:
        """End the start over ``path``, which ``place`` puts in words."""
        line = lines(self.text).get(path)
        where = f"line {line}, {place}" if line else place
        env.refuse(f"PORTAL_SOURCES: {where} in {json.dumps(self.name)}", allowed, got)


def sources(repository: Path) -> dict[str, dict[str, Any]]:
    """The keys of each source by its name, in the file's order, and the ``lines`` they stand in."""
    budget, name = calls_per_second(), os.environ.get("PORTAL_SOURCES")
    if not name:
        return {"default": {"calls_per_second": budget}}
    file = _File(name, _text(name, repository))
    tables = _read(file)
    for source, table in tables.items():
        _judge(file, source, table, repository)
    at = lines(file.text)
    return {
        source: {
            "calls_per_second": budget,
            "lines": {key: at[place] for key in table if (place := ("sources", source, key)) in at},
        }
        | _values(table, repository)
        for source, table in tables.items()
    }


def _values(table: dict[str, Any], repository: Path) -> dict[str, Any]:
    """The keys as values that nobody changes, and that mean the same from any folder."""
    values = dict(table)
    if "groups" in table:
        values["groups"] = frozenset(table["groups"])
    if "ca_bundle" in table:
        values["ca_bundle"] = str(repository / table["ca_bundle"])
    return values


def calls_per_second() -> float:
    """How often the watcher may call a source whose table does not say."""
    value, key = os.environ.get("PORTAL_CALLS_PER_SECOND") or "1.0", KEYS["calls_per_second"]
    # float() also takes "1_0", " 1 " and digits of other scripts.
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", value) or not key.holds(float(value)):
        env.refuse("PORTAL_CALLS_PER_SECOND", key.allowed, _shown(value))
    return float(value)


def _read(file: _File) -> dict[str, dict[str, Any]]:
    document = _parse(file)
    for key in document:
        if key != "sources":
            file.refuse("every key", "in a table [sources.<name>]", _shown(key), key)
    tables = document.get("sources", {})
    if not isinstance(tables, dict):
        file.refuse("sources", "tables [sources.<name>]", _shown(tables), "sources")
    if not tables:
        _refuse_file(file.name, "a file with at least one table [sources.<name>]", "none")
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


def _parse(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        # The rest of the message may repeat what stands there.
        at = re.search(r"\(at line ([0-9]+), column [0-9]+\)$", str(error))
        # The other place that it knows is the end of the document.
        line = at[1] if at else file.text.rstrip("\n").count("\n") + 1
        _refuse_file(file.name, "a TOML file", f"broken in line {line}")
    # More digits than Python reads, and lists in lists without end.
    except (ValueError, RecursionError) as error:
        _refuse_file(file.name, "a TOML file", f"broken, {type(error).__name__}")


def _judge(file: _File, name: str, table: Any, repository: Path) -> None:
    path = ("sources", name)
    if not _NAME.fullmatch(name):
        allowed = "1 to 40 of a-z and 0-9, with single hyphens between them"
        file.refuse("the name of a source", allowed, _shown(name), *path)
    if not isinstance(table, dict):
        file.refuse(f"sources.{name}", f"a table [sources.{name}]", _shown(table), *path)
    for key, value in table.items():
        place = f"sources.{name}.{key}"
        if key not in KEYS:
            allowed = "one of " + ", ".join(KEYS)
            file.refuse(f"each key of sources.{name}", allowed, _shown(key), *path, key)
        if not KEYS[key].holds(value):
            got = "something else" if key in UNTOLD else _shown(value)
            file.refuse(place, KEYS[key].allowed, got, *path, key)
    for key, other, value, condition in CONTRADICTIONS:
        if key in table and table.get(other) is value:
            place = f"sources.{name}.{key}"
            file.refuse(place, f"left out {condition}", "a value", *path, key)
    if "ca_bundle" in table:
        _judge_certificates(file, name, table["ca_bundle"], repository)


def _judge_certificates(file: _File, name: str, bundle: str, repository: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(repository / bundle)
    except OSError as error:
        key = "ca_bundle"
        got = f"{_shown(bundle)}: {type(error).__name__}"
        file.refuse(f"sources.{name}.{key}", KEYS[key].allowed, got, "sources", name, key)


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
