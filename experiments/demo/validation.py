"""Inputs checked as AWS checks them, by walking botocore's own model of the service.

``parse`` turns the body of a call into its members, or raises what AWS would answer: all broken
constraints in one ValidationException, a wrong JSON type as a SerializationException. boto3 and the
CLI check little before they send, so nearly everything arrives here.
"""

import functools
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from .errors import SerializationException, ValidationException

# AWS's patterns are Java's, which knows classes that Python lacks and whose dot stops at every
# line terminator, not at "\n" alone.
_JAVA = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    ".*": "[^\n\r\u0085\u2028\u2029]*",
}
_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "timestamp": (int, float, str),
}


@functools.cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


def parse(operation: str, body: str) -> dict[str, Any]:
    """The members of a call as Python values: times become aware datetimes in UTC.

    Members that the model does not know are left out, as AWS ignores them.
    """
    try:
        document = json.loads(body or "{}")
    except ValueError as error:
        raise SerializationException("The request body is not valid JSON") from error
    shape = _model().operation_model(operation).input_shape
    assert shape is not None, "every operation of this service takes an input"
    value = _decode(shape, document, "")
    broken = list(_violations(shape, value, ""))
    if broken:
        noun = "error" if len(broken) == 1 else "errors"
        raise ValidationException(f"{len(broken)} validation {noun} detected: {'; '.join(broken)}")
    return cast(dict[str, Any], value)


def _decode(shape: Shape, value: Any, path: str) -> Any:
    # The exact type, because a boolean is an integer to Python, but not to JSON.
    if type(value) not in _JSON_TYPES[shape.type_name]:
        raise SerializationException(
            f"{type(value).__name__} at '{path or 'the request'}' can not be converted to "
            f"{shape.type_name}"
        )
    if isinstance(shape, StructureShape):
        return {
            name: _decode(member, value[name], _join(path, name))
            for name, member in shape.members.items()
            # A null says the same as an absent member.
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [_decode(shape.member, item, path) for item in value]
    if isinstance(shape, MapShape):
        return {key: _decode(shape.value, item, path) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return _moment(value, path)
    return value


def _moment(value: float | str, path: str) -> datetime:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SerializationException(f"{value!r} at '{path}' is not a timestamp") from error


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    yield from (
        f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {rule}"
        for rule in _broken_rules(shape, value)
    )
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield (
                    f"Value null at '{_join(path, name)}' failed to satisfy constraint: "
                    "Member must not be null"
                )
        for name, item in value.items():
            yield from _violations(shape.members[name], item, _join(path, name))
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{path}.key")
            yield from _violations(shape.value, item, f"{path}.{key}.value")


def _broken_rules(shape: Shape, value: Any) -> Iterator[str]:
    limits: dict[str, Any] = shape.metadata
    measure = value if shape.type_name == "integer" else len(value) if _sized(value) else None
    what = "value" if shape.type_name == "integer" else "length"
    if measure is not None and measure < limits.get("min", measure):
        yield f"Member must have {what} greater than or equal to {limits['min']}"
    if measure is not None and measure > limits.get("max", measure):
        yield f"Member must have {what} less than or equal to {limits['max']}"
    if "enum" in limits and value not in limits["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
    if "pattern" in limits and not _compiled(limits["pattern"]).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"


def _sized(value: Any) -> bool:
    return isinstance(value, str | list | dict)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _join(path: str, name: str) -> str:
    # AWS writes the members in its messages in lower camel case.
    lowered = name[:1].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
