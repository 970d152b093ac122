"""Responses made from botocore's own model of DescribeInferenceExperiment.

Everything that AWS may change without asking is changed here: any optional member is missing, any
enumeration holds an unseen word, and members that the model lacks stand on every level.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, Shape, StringShape, StructureShape
from hypothesis import strategies as st

from tests.support.scripted_aws import ACCOUNT, REGION

AN_ARN = re.compile(r"arn:aws[a-z\-]*:sagemaker:.*:inference-experiment/.*", re.DOTALL)
YEAR_10000 = 253_402_300_800

ODD_TEXTS = [
    "",
    " ",
    "\r\n\r",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "\u202egnp.exe",
    "👩\u200d👩\u200d👧",
    "a\x00b\ud800c",
    "&lt;&#13;&amp;",
    "None",
    "x" * 20_000,
]
texts = st.one_of(
    st.sampled_from(ODD_TEXTS),
    # Lone surrogates included, which JSON can carry and UTF-8 cannot.
    st.text(st.characters(), max_size=40),
    st.text("<>&\"'\r\n\t\x00\x0b\x1b ab", max_size=20),
)
integers = st.one_of(st.integers(-1, 101), st.integers(-(10**40), 10**40))
seconds = st.one_of(
    st.integers(0, YEAR_10000 - 1),
    st.floats(0, YEAR_10000 - 1, allow_nan=False),
    st.integers(1_600_000_000_000, 2_000_000_000_000).map(lambda milliseconds: milliseconds / 1000),
)
# A dot or a bracket in a name would make two paths look alike.
unseen_names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=".[]\x00"), max_size=12
).map(lambda text: f"New{text}")
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), integers, st.floats(-1e9, 1e9), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(unseen_names, inner, max_size=3)
    ),
    max_leaves=6,
)


@cache
def describe_shape() -> StructureShape:
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("DescribeInferenceExperiment").output_shape
    assert isinstance(shape, StructureShape)
    return shape


def descriptions(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Believable answers to a question for ``name``."""
    arns = st.one_of(
        st.just(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:inference-experiment/{name.lower()}"),
        texts.filter(lambda text: AN_ARN.fullmatch(text) is None),
    )
    return st.builds(lambda body, arn: body | {"Name": name, "Arn": arn}, _answers(), arns)


def expected(shape: Shape | None, value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf of a document with the text that stands for it, a time as ``isoformat()``."""
    if isinstance(value, dict) and value:
        members = shape.members if isinstance(shape, StructureShape) else {}
        for member, found in value.items():
            if not (found is None and member in members):
                inner = f"{path}.{member}" if path else member
                yield from expected(members.get(member), found, inner)
    elif isinstance(value, list) and value:
        item_shape = shape.member if isinstance(shape, ListShape) else None
        for index, item in enumerate(value):
            yield from expected(item_shape, item, f"{path}[{index}]")
    elif shape is not None and shape.type_name == "timestamp":
        yield path, datetime.fromtimestamp(value, UTC).isoformat()
    elif isinstance(value, str):
        yield path, re.sub("[\x00\ud800-\udfff]", "\ufffd", value)
    else:
        yield path, json.dumps(value)


@cache
def _answers() -> st.SearchStrategy[dict[str, Any]]:
    return _values(describe_shape())


def _values(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, StructureShape):
        return _structures(shape)
    if isinstance(shape, ListShape):
        return st.lists(_values(shape.member), max_size=3)
    if isinstance(shape, StringShape) and shape.enum:
        return st.one_of(st.sampled_from(shape.enum), texts)
    return {"string": texts, "integer": integers, "timestamp": seconds}[shape.type_name]


def _structures(shape: StructureShape) -> st.SearchStrategy[dict[str, Any]]:
    members = {member: _values(inner) for member, inner in shape.members.items()}
    known = st.fixed_dictionaries(
        {member: members[member] for member in shape.required_members},
        optional={m: values for m, values in members.items() if m not in shape.required_members},
    )
    unseen = st.one_of(st.just({}), st.dictionaries(unseen_names, json_values, max_size=2))
    return st.builds(lambda found, more: more | found, known, unseen)
