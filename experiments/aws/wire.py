"""What stands in AWS's raw JSON, held against botocore's model of the response.

botocore answers ``{}`` to a page of HTML, drops members that its model lacks and believes any
JSON type, so none of that can be judged by looking at what it returns.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from experiments.domain.answer import Json, leaves

# A page shows every leaf, and has 8 s to do so. A full page of the list has some 1,500.
MOST_LEAVES = 10_000
# AWS nests six deep. Whatever walks an answer does so by recursion, whose limit Python moves from
# version to version; json.loads itself allows far more than the rest of the code.
DEEPEST = 200
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "string": str,
    "integer": int,
    "timestamp": (int, float, str),
}
# PostgreSQL refuses NUL and UTF-8 refuses lone surrogates; both become the replacement character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class MalformedBodyError(ValueError):
    """The body is not what the model says this operation returns; the message names the member."""


def load(body: bytes) -> dict[str, Any]:
    """The body as a JSON object, every string storable. Raises MalformedBodyError."""
    try:
        document = plain(json.loads(body.decode("utf-8")))
        endless = next(islice(leaves(document), MOST_LEAVES, None), None)
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError("not JSON") from error
    if not isinstance(document, dict):
        raise MalformedBodyError("not a JSON object")
    if endless is not None:
        raise MalformedBodyError("more members than any answer has")
    return document


def clean(text: str) -> str:
    return _UNSTORABLE.sub("�", text)


def require(shape: Shape, value: object, path: str = "") -> None:
    """Raise MalformedBodyError unless every required member is there, with its JSON type.

    Lengths, patterns and enumerations are not looked at: AWS may widen them any day. An optional
    member of an unexpected type is left alone, but the members that its own structure requires
    are looked at as soon as it is there.
    """
    _require_type(shape, value, path)
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in shape.members.items():
            found = value.get(name)
            known_container = isinstance(found, dict | list) and _has_type(member, found)
            if name in shape.required_members or known_container:
                require(member, found, f"{path}.{name}" if path else name)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(shape.member, StructureShape):
                require(shape.member, item, f"{path}[{index}]")


def _require_type(shape: Shape, value: object, path: str) -> None:
    if not _has_type(shape, value):
        raise MalformedBodyError(f"{path or 'the body'} is missing or no {shape.type_name}")


def _has_type(shape: Shape, value: object) -> bool:
    # bool is an int to Python, but not to JSON.
    expected = _JSON_TYPES.get(shape.type_name, object)
    return isinstance(value, expected) and not isinstance(value, bool)


def unmodelled(shape: Shape, value: object, path: str | None = None) -> Iterator[tuple[str, Json]]:
    """Field path and value of every leaf whose member botocore's model does not have."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in value.items():
            inner = name if path is None else f"{path}.{name}"
            if name in shape.members:
                yield from unmodelled(shape.members[name], member, inner)
            else:
                yield from leaves(member, inner)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from unmodelled(shape.member, item, f"{path}[{index}]")


def plain(value: Any, depth: int = 0) -> Json:
    """A parsed response as JSON values: times as ``isoformat()`` in UTC, strings storable."""
    if depth > DEEPEST:
        raise MalformedBodyError("nested deeper than any answer is")
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case str():
            return clean(value)
        case dict():
            return {clean(name): plain(member, depth + 1) for name, member in value.items()}
        case list():
            return [plain(item, depth + 1) for item in value]
        case None | bool() | int() | float():
            return value
        case _:
            raise MalformedBodyError(f"a {type(value).__name__} in a response")
