"""What AWS answered to one DescribeInferenceExperiment call, as plain JSON values and as text."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Answer:
    """One believed answer.

    ``response`` is what boto3 returned, members in the model's order, every timestamp as
    ``isoformat()`` in UTC. ``unmodelled`` holds what the installed botocore's model lacks and
    boto3 therefore dropped: field path (``ModelVariants[0].Brand``) to leaf value.
    """

    response: dict[str, Json]
    unmodelled: Mapping[str, Json] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits over everything that AWS said, in whatever order."""
        said = [self.response, dict(self.unmodelled)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def to_text(self) -> str:
        """For storing; ASCII, so that every database takes it."""
        return json.dumps({"response": self.response, "unmodelled": dict(self.unmodelled)})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What ``to_text`` wrote, be it by an older version. Raises ValueError on anything else."""
        document = json.loads(text)
        match document:
            case {"response": {"Name": _, "Status": _, **_rest}, "unmodelled": {**_unknown}}:
                return cls(document["response"], document["unmodelled"])
            case _:
                raise ValueError("not the text of an answer")


def leaves(value: Json, path: str | None = None) -> Iterator[tuple[str, Json]]:
    """Every scalar and every empty container below ``value``, with its field path.

    Paths are written as the AWS CLI's ``--query`` would address them:
    ``ModelVariants[0].InfrastructureConfig.InfrastructureType``.
    """
    if isinstance(value, dict) and value:
        for name, member in value.items():
            # None stands for the document itself: "" is a member's name like any other.
            yield from leaves(member, name if path is None else f"{path}.{name}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{path or ''}[{index}]")
    elif path is not None:
        yield path, value
