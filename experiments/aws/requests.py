"""A CreateInferenceExperiment request that would run the same test again.

It is what botocore's model of the request and the description have in common, so a member that a
later botocore knows of both comes along. What cannot be the same, and what the description does
not say, is told beside it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from botocore.model import ListShape, Shape, StructureShape

from experiments.aws import model
from experiments.domain import words
from experiments.domain.answer import Answer, Json
from experiments.domain.experiment import Schedule
from experiments.domain.names import MAX_LENGTH
from experiments.domain.parsing import parse

OPERATION = "CreateInferenceExperiment"
# The longest that AWS lets an experiment run.
LONGEST = timedelta(days=30)
# Between copying a request and sending it.
SOON = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_AGAIN = re.compile(r"-again-[0-9]{8}-[0-9]{4}\Z")
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "integer": int,
    "timestamp": str,
    "string": str,
}


@dataclass(frozen=True, slots=True)
class Note:
    """What differs from the test that was, or is missing: the member and a sentence or two."""

    member: str
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """The members of a request, as ``--cli-input-json`` takes them, and what to know of them.

    It is ``complete`` unless something is missing that AWS asks for.
    """

    members: dict[str, Json]
    notes: tuple[Note, ...]
    complete: bool

    @property
    def text(self) -> str:
        return json.dumps(self.members, indent=2, ensure_ascii=False) + "\n"


def again(answer: Answer, now: datetime) -> Request:
    """The request for the test of this description. ``now`` is a time in UTC.

    The name and, where the old one has begun, the schedule are new.
    """
    shape, experiment = model.input_shape(OPERATION), parse(answer)
    found = answer.response | {"EndpointName": experiment.endpoint.name}
    name = free_name(experiment.name, now)
    schedule, told = _schedule(experiment.schedule, now)
    members = cast("dict[str, Json]", _common(shape, found)) | {"Name": name, "Schedule": schedule}
    if not schedule:
        del members["Schedule"]
    # In the order of the model, which is that of AWS's documentation.
    members = {member: members[member] for member in shape.members if member in members}
    broken = tuple(_broken(shape, members))
    notes = (
        Note("Name", "A new one, since AWS refuses one that is taken. Change it as you like."),
        Note("Schedule", told),
        *broken,
        Note("Tags", "A description has none. Add those that the new experiment needs."),
        *_unmodelled(answer),
    )
    return Request(members, notes, complete=not broken)


def free_name(name: str, now: datetime) -> str:
    """A name that nobody has yet, unless within the same minute: ``ranker-again-20261123-1402``."""
    end = f"-again-{now:%Y%m%d-%H%M}"
    begin = _AGAIN.sub("", name)[: MAX_LENGTH - len(end)].rstrip("-")
    return begin + end


def _schedule(planned: Schedule | None, now: datetime) -> tuple[dict[str, Json], str]:
    """The members of the new Schedule, and what to say of it."""
    start = None if planned is None else planned.start
    end = None if planned is None else planned.end
    if start is not None and end is not None and end > start:
        lasts = min(end - start, LONGEST)
        if start > now + SOON:
            return _times(start, start + lasts), "As planned, since it still lies ahead."
        until = (now + lasts).replace(second=0, microsecond=0) + MINUTE
        if lasts == LONGEST:
            # Without the minute on top, so that it stays within what AWS allows.
            until -= MINUTE
        return _times(None, until), (
            "The old one is over, has begun or is about to. Without StartTime it begins when AWS "
            f"takes the request; EndTime is {words.duration(lasts)} from now, as was planned."
        )
    if start is not None and end is None:
        if start > now + SOON:
            return _times(start, None), "As planned, since it still lies ahead."
        soon = (now + SOON).replace(second=0, microsecond=0)
        return _times(soon, None), (
            "The old one has begun or is about to, and names no end. This begins an hour from now; "
            "move StartTime if you send the request later."
        )
    if start is None and end is not None and now + SOON < end <= now + LONGEST:
        return _times(None, end), "As planned: it begins when AWS takes the request."
    return {}, (
        "There is none to take over. AWS then begins at once and ends the test after 7 days."
    )


def _times(start: datetime | None, end: datetime | None) -> dict[str, Json]:
    times = {"StartTime": start, "EndTime": end}
    return {member: words.iso(at) for member, at in times.items() if at is not None}


def _common(shape: Shape, value: Any) -> Json:
    """What of a value the request has members for."""
    if isinstance(shape, StructureShape):
        return {
            name: _common(member, value[name])
            for name, member in shape.members.items()
            if _fits(member, value.get(name), required=name in shape.required_members)
        }
    if isinstance(shape, ListShape):
        return [_common(shape.member, item) for item in value if _fits(shape.member, item)]
    return cast("Json", value)


def _fits(shape: Shape, value: object, *, required: bool = True) -> bool:
    """Whether a value is of the member's JSON type, and not one that says as little as none."""
    expected = _JSON_TYPES.get(shape.type_name, object)
    if not isinstance(value, expected) or isinstance(value, bool):
        return False
    # An optional list that AWS describes as empty cannot be sent as one.
    return required or value != []


def _broken(shape: Shape, value: Any, path: str = "") -> Iterator[Note]:
    """What AWS would refuse for its length, its size or its absence."""
    smallest, largest = shape.metadata.get("min"), shape.metadata.get("max")
    is_number = shape.type_name == "integer"
    size = value if is_number else len(value)
    unit = "" if is_number else " members" if isinstance(value, list) else " characters"
    if smallest is not None and size < smallest:
        yield Note(path, f"AWS takes {smallest}{unit} at least, and here are {size}.")
    if largest is not None and size > largest:
        yield Note(path, f"AWS takes {largest}{unit} at most, and here are {size}.")
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            inner = f"{path}.{name}" if path else name
            if name in value:
                yield from _broken(member, value[name], inner)
            elif name in shape.required_members:
                yield Note(inner, "The description has none, and AWS asks for it. Add it.")
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from _broken(shape.member, item, f"{path}[{index}]")


def _unmodelled(answer: Answer) -> Iterator[Note]:
    for path in list(answer.unmodelled)[:1]:
        more = len(answer.unmodelled) - 1
        also = f", nor {more} more like it" if more else ""
        yield Note(
            path, f"AWS said this too. The portal does not know it, so it is left out{also}."
        )
