"""Whatever AWS may send: the page shows all of it, or says that it is no description.

    HYPOTHESIS_PROFILE=fuzz pytest tests/test_properties.py

runs hundreds of times as many examples.
"""

import itertools
import json
from typing import Any

from django.test import Client
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.examples import every_member
from tests.support.pages import fields, parse, problem
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.shapes import describe_shape, descriptions, expected, json_values

# Every example is a whole page, so the suite makes fewer than Hypothesis would by itself, which is
# a hundred; ``make fuzz`` makes many more.
EXAMPLES = settings().max_examples
if EXAMPLES == 100:
    EXAMPLES = 60

# Every example is an experiment of its own, because the portal remembers answers.
names = (f"property-{number}" for number in itertools.count())


def ask(aws: ScriptedAws, name: str, body: Any, status: int = 200) -> Any:
    aws.says(name, body, status)
    return Client().get(f"/experiments/default/{name}/")


@settings(max_examples=EXAMPLES * 3 // 2)
@given(data=st.data())
def test_every_leaf_is_found_in_its_element(scripted_aws: ScriptedAws, data: st.DataObject) -> None:
    name = next(names)
    body = data.draw(descriptions(name))
    response = ask(scripted_aws, name, body)
    assert response.status_code == 200
    page = parse(response)
    shown = fields(page)
    # Read back from JSON, where two halves of a surrogate pair have become one character.
    for path, text in expected(describe_shape(), json.loads(json.dumps(body))):
        assert set(shown.get(path, [])) == {text}, path
    assert page.select("script:not([src]), style, [style], [onerror], img") == []


@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_a_poll_shows_the_same_as_the_page(scripted_aws: ScriptedAws, data: st.DataObject) -> None:
    name = next(names)
    response = ask(scripted_aws, name, data.draw(descriptions(name)))
    poll = Client().get(f"/experiments/default/{name}/status/")
    assert poll.status_code == 200
    assert poll.content.startswith(b"<title>")
    assert fields(parse(poll)) == fields(parse(response))


def required(body: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Where the members stand that every description has, in a description that has them all."""
    variant = ["ModelVariants", 0]
    infrastructure = [*variant, "InfrastructureConfig"]
    instances = [*infrastructure, "RealTimeInferenceConfig"]
    shadow = ["ShadowModeConfig", "ShadowModelVariants", 0]
    return [
        *((member,) for member in describe_shape().required_members),
        ("EndpointMetadata", "EndpointName"),
        tuple(variant),
        *((*variant, member) for member in ("ModelName", "VariantName", "Status")),
        (*infrastructure, "InfrastructureType"),
        (*instances, "InstanceType"),
        (*instances, "InstanceCount"),
        ("DataStorageConfig", "Destination"),
        ("ShadowModeConfig", "SourceModelVariantName"),
        tuple(shadow),
        (*shadow, "ShadowModelVariantName"),
        (*shadow, "SamplingPercentage"),
    ]


@settings(max_examples=EXAMPLES)
@given(data=st.data(), value=json_values)
def test_a_required_member_of_another_type_is_not_believed(
    scripted_aws: ScriptedAws, data: st.DataObject, value: Any
) -> None:
    name = next(names)
    body = json.loads(json.dumps(description(name) | every_member()))
    *above, last = data.draw(st.sampled_from(required(body)))
    place: Any = body
    for step in above:
        place = place[step]
    assume(type(value) is not type(place[last]))
    place[last] = value
    response = ask(scripted_aws, name, body)
    assert response.status_code == 502
    assert problem(parse(response)) == "bad-response"


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_missing_required_member_is_not_believed(
    scripted_aws: ScriptedAws, data: st.DataObject
) -> None:
    name = next(names)
    body = json.loads(json.dumps(description(name) | every_member()))
    paths = [path for path in required(body) if isinstance(path[-1], str)]
    *above, last = data.draw(st.sampled_from(paths))
    place: Any = body
    for step in above:
        place = place[step]
    del place[last]
    assert ask(scripted_aws, name, body).status_code == 502


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for step, member in inner:
        found.append((*path, step))
        if isinstance(member, dict | list):
            found.extend(nodes(member, (*path, step)))
    return found


@settings(max_examples=EXAMPLES)
@given(data=st.data(), value=json_values)
def test_any_member_of_any_type_is_shown_or_refused(
    scripted_aws: ScriptedAws, data: st.DataObject, value: Any
) -> None:
    name = next(names)
    body = json.loads(json.dumps(description(name) | every_member()))
    *above, last = data.draw(st.sampled_from(nodes(body)))
    place: Any = body
    for step in above:
        place = place[step]
    place[last] = value
    response = ask(scripted_aws, name, body)
    assert (response.status_code, problem(parse(response))) in {(200, None), (502, "bad-response")}


@settings(max_examples=EXAMPLES)
@given(
    garbage=st.one_of(st.binary(max_size=200), json_values.map(lambda v: json.dumps(v).encode())),
    start=st.integers(0, 2000),
    length=st.integers(0, 100),
    status=st.sampled_from([200, 200, 200, 201, 400, 404, 418]),
)
def test_damaged_bodies_are_shown_or_refused(
    scripted_aws: ScriptedAws, garbage: bytes, start: int, length: int, status: int
) -> None:
    name = next(names)
    body = json.dumps(description(name) | every_member()).encode()
    damaged = body[:start] + garbage + body[start + length :]
    response = ask(scripted_aws, name, damaged, status)
    assert response.status_code in {200, 502}
    if status >= 400:
        assert problem(parse(response)) == "bad-response"
