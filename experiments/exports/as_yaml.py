"""``--output yaml`` and ``yaml-stream``: block style, members in the order of their names."""

import json
from typing import Any

from experiments.domain.answer import Json
from experiments.exports.output import Output
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
        output.write(json.dumps(value, ensure_ascii=False) + "\n")


def write_stream(value: Json, output: Output) -> None:
    """A list of the one response there is."""
    if value != {}:
        _write([value], output)


def _write(value: Json, output: Output) -> None:
    _Document(value, Emitter(output)).write()


class _Document:
    """A list or an object. What stands in it twice is written once, with an anchor."""

    def __init__(self, value: Json, emitter: Emitter) -> None:
        self._value = value
        self._emitter = emitter
        self._anchors = {
            identity: f"id{index:03}" for index, identity in enumerate(_twice(value), 1)
        }
        self._written = set[int]()

    def write(self) -> None:
        self._write(self._value, -1)
        self._emitter.end()

    def _write(self, value: Any, indent: int, *, in_mapping: bool = False) -> None:
        emitter = self._emitter
        if not isinstance(value, list | dict):
            emitter.scalar(*of_value(value), indent=max(indent, 0) + 2)
            return
        anchor = self._anchors.get(id(value))
        if anchor is not None and id(value) in self._written:
            emitter.indicator(f"*{anchor}")
            return
        if anchor is not None:
            emitter.indicator(f"&{anchor}")
            self._written.add(id(value))
        if not value:
            emitter.indicator("{}" if isinstance(value, dict) else "[]")
        elif isinstance(value, dict):
            self._write_mapping(value, indent + 2 if indent >= 0 else 0)
        else:
            self._write_sequence(value, indent, indentless=in_mapping and not emitter.indention)

    def _write_sequence(self, values: list[Any], indent: int, *, indentless: bool) -> None:
        if not indentless:
            indent = indent + 2 if indent >= 0 else 0
        for value in values:
            self._emitter.indent(indent)
            self._emitter.indicator("-", indents=True)
            self._write(value, indent)

    def _write_mapping(self, members: dict[str, Any], indent: int) -> None:
        emitter = self._emitter
        for name, value in sorted(members.items(), key=lambda member: member[0]):
            emitter.indent(indent)
            key, plain = of_value(name)
            if emitter.is_simple_key(key):
                emitter.scalar(key, plain, indent=indent + 2, is_key=True)
                emitter.indicator(":", spaced=False)
            else:
                emitter.indicator("?", indents=True)
                emitter.scalar(key, plain, indent=indent + 2)
                emitter.indent(indent)
                emitter.indicator(":", indents=True)
            self._write(value, indent, in_mapping=True)


def _twice(value: Json) -> list[int]:
    """The identities of the lists and objects that are met again, in the order of that."""
    met, again = set[int](), dict[int, None]()

    def meet(found: Json) -> None:
        if not isinstance(found, list | dict):
            return
        if id(found) in met:
            again[id(found)] = None
            return
        met.add(id(found))
        for member in [found[name] for name in sorted(found)] if isinstance(found, dict) else found:
            meet(member)

    meet(value)
    return list(again)
