"""``--output yaml`` and ``yaml-stream``: block style, members in the order of their names."""

import json
from typing import Any

from experiments.domain.answer import Json
from experiments.exports.output import Kind, Output, check, kind_of
from experiments.exports.paths import Path
from experiments.exports.yaml_emitter import Emitter
from experiments.exports.yaml_scalars import of_value


def write(value: Json, output: Output) -> None:
    # As in JSON, of an operation that answers nothing.
    if value == {}:
        return
    if isinstance(value, list | dict):
        _write(value, output)
    else:
        # So that no document ends with "...", the AWS CLI writes single scalars as JSON.
        output.write(json.dumps(value, ensure_ascii=False), kind_of(value))
        output.write("\n")


def write_stream(value: Json, output: Output) -> None:
    """A list of the one response there is."""
    if value != {}:
        # So that a value's path is the same as in the other formats.
        _Document([value], Emitter(output), listed=True).write()


def _write(value: Json, output: Output) -> None:
    _Document(value, Emitter(output)).write()


class _Document:
    """A list or an object. What stands in it twice is written once, with an anchor.

    ``listed`` says that it is a list of one, which paths do not count.
    """

    def __init__(self, value: Json, emitter: Emitter, *, listed: bool = False) -> None:
        self._value = value
        self._emitter = emitter
        self._listed = listed
        self._anchors = {
            identity: f"id{index:03}" for index, identity in enumerate(_twice(value), 1)
        }
        self._written = set[int]()

    def write(self) -> None:
        self._write(self._value, -1, None)
        self._emitter.end()

    def _write(
        self, value: Any, indent: int, path: Path | None, *, in_mapping: bool = False
    ) -> None:
        emitter = self._emitter
        if not isinstance(value, list | dict):
            emitter.scalar(*of_value(value), kind_of(value), path, indent=max(indent, 0) + 2)
            return
        anchor = self._anchors.get(id(value))
        if anchor is not None and id(value) in self._written:
            emitter.indicator(f"*{anchor}", path)
            return
        if anchor is not None:
            emitter.indicator(f"&{anchor}", path)
            self._written.add(id(value))
        if not value:
            emitter.indicator("{}" if isinstance(value, dict) else "[]", path)
        elif isinstance(value, dict):
            self._write_mapping(value, indent + 2 if indent >= 0 else 0, path)
        else:
            indentless = in_mapping and not emitter.indention
            self._write_sequence(value, indent, path, indentless=indentless)

    def _write_sequence(
        self, values: list[Any], indent: int, path: Path | None, *, indentless: bool
    ) -> None:
        unlisted = self._listed and indent < 0
        if not indentless:
            indent = indent + 2 if indent >= 0 else 0
        for index, value in enumerate(values):
            here = None if unlisted else Path(path, index)
            self._emitter.indent(indent)
            self._emitter.indicator("-", here, indents=True)
            self._write(value, indent, here)

    def _write_mapping(self, members: dict[str, Any], indent: int, path: Path | None) -> None:
        emitter = self._emitter
        for name, value in sorted(members.items(), key=lambda member: member[0]):
            here = Path(path, name)
            emitter.indent(indent)
            key, plain = of_value(name)
            if emitter.is_simple_key(key):
                emitter.scalar(key, plain, Kind.KEY, here, indent=indent + 2, breaks=False)
                emitter.indicator(":", here, spaced=False)
            else:
                emitter.indicator("?", here, indents=True)
                emitter.scalar(key, plain, Kind.KEY, here, indent=indent + 2)
                emitter.indent(indent)
                emitter.indicator(":", here, indents=True)
            self._write(value, indent, here, in_mapping=True)


def _twice(value: Json) -> list[int]:
    """The identities of the lists and objects that are met again, in the order of that.

    Raises UnprintableError for a text that UTF-8 cannot write: libyaml fails before it writes.
    """
    met, again = set[int](), dict[int, None]()

    def meet(found: Json) -> None:
        if isinstance(found, str):
            check(found)
        if not isinstance(found, list | dict):
            return
        if id(found) in met:
            again[id(found)] = None
            return
        met.add(id(found))
        if isinstance(found, dict):
            for name in sorted(found):
                check(name)
                meet(found[name])
        else:
            for member in found:
                meet(member)

    meet(value)
    return list(again)
