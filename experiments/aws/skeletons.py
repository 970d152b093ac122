"""What ``aws sagemaker describe-inference-experiment --generate-cli-skeleton`` prints: forms to
fill in for ``--cli-input-json`` and ``--cli-input-yaml``, and a sample of the answer.

They are made from botocore's model, so a later botocore brings its members along.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from typing import Any, cast

from botocore.model import ListShape, Shape, StringShape, StructureShape
from botocore.utils import ArgumentGenerator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from experiments.aws import model
from experiments.domain.answer import Json

OPERATION = "DescribeInferenceExperiment"
# As the AWS CLI ends a sentence: also within an abbreviation.
_SENTENCE_ENDS = re.compile("[.:]+")
_BREAKS = str.maketrans("\n\u2028", "  ")


@cache
def input_json() -> str:
    """``--generate-cli-skeleton input``, with the newline at its end."""
    return json.dumps(_input(), indent=4) + "\n"


@cache
def input_yaml() -> str:
    """``--generate-cli-skeleton yaml-input``: every member with what the documentation says."""
    text = StringIO()
    YAML().dump(_commented(model.input_shape(OPERATION), _input()), text)
    return text.getvalue()


def output() -> dict[str, Json]:
    """``--generate-cli-skeleton output``: a response in which every member says its own name.

    Times are as the AWS CLI prints them, which is without a zone. A new value at each call, which
    may be changed.
    """
    shape = model.output_shape(OPERATION)
    made = ArgumentGenerator(use_member_names=True).generate_skeleton(shape)
    return cast("dict[str, Json]", _plain(made))


def _input() -> dict[str, Any]:
    made = ArgumentGenerator().generate_skeleton(model.input_shape(OPERATION))
    return cast("dict[str, Any]", _plain(made))


def _plain(value: Any) -> Json:
    match value:
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case _:
            return cast("Json", value)


def _commented(shape: Shape, value: Any) -> Any:
    """The value for ruamel.yaml to write, each member of a structure with its comment."""
    if isinstance(shape, StructureShape):
        members = CommentedMap()
        for name, member in value.items():
            inner = shape.members[name]
            members[name] = _commented(inner, member)
            comment = _comment(inner, required=name in shape.required_members)
            if comment:
                members.yaml_add_eol_comment(f"# {comment}", name)
        return members
    if isinstance(shape, ListShape):
        return [_commented(shape.member, item) for item in value]
    return value


def _comment(shape: Shape, *, required: bool) -> str:
    enum = shape.enum if isinstance(shape, StringShape) else []
    said = (
        "[REQUIRED]" if required else "",
        _first_sentence(shape.documentation),
        f"Valid values are: {', '.join(enum)}." if enum else "",
    )
    return " ".join(filter(None, said))


def _first_sentence(documentation: str) -> str:
    reader = _Text()
    reader.feed(documentation)
    reader.close()
    sentence = _SENTENCE_ENDS.split("".join(reader.pieces), maxsplit=1)[0]
    return f"{sentence}.".translate(_BREAKS) if sentence else ""


class _Text(HTMLParser):
    """What AWS's documentation says, without its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
