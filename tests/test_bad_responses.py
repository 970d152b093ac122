"""Answers that are no description of the experiment that was asked for."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.support.eventually import eventually, has_problem
from tests.support.later import later
from tests.support.pages import fields, parse
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws, description


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


NO_DESCRIPTIONS: dict[str, Callable[[str], Any]] = {
    "html": lambda _: b"<!doctype html><title>Sign in</title>",
    "empty": lambda _: b"",
    "truncated": lambda name: json.dumps(description(name)).encode()[:-20],
    "no-object": lambda name: [description(name)],
    "null": lambda _: None,
    "empty-object": lambda _: {},
    "latin-1": lambda name: json.dumps(description(name)).encode() + b"\xe9",
    "another-name": lambda _: description("somebody-else"),
    "another-case": lambda name: description(name) | {"Name": name.upper()},
    "another-region": lambda name: description(
        name, Arn=f"arn:aws:sagemaker:us-east-1:123456789012:inference-experiment/{name}"
    ),
    "arn-of-something-else": lambda name: description(
        name, Arn="arn:aws:sagemaker:eu-west-1:123456789012:endpoint/evil"
    ),
    "arn-of-another": lambda name: description(
        name, Arn="arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/somebody-else"
    ),
    "number-as-name": lambda name: description(name, Type=7),
    "string-as-list": lambda name: description(name, ModelVariants="none"),
    "null-variant": lambda name: description(name, ModelVariants=[None]),
    "huge-time": lambda name: description(name, CreationTime=1e300),
    "no-time": lambda name: description(name, CreationTime="yesterday"),
    "huge": lambda name: description(name, Description="x" * 5_000_000),
    "deep": lambda _: b'{"Deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "many-digits": lambda _: b'{"Big":' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("case", NO_DESCRIPTIONS)
def test_what_is_no_description_is_not_believed(
    client: Client, scripted_aws: ScriptedAws, case: str
) -> None:
    name = f"no-description-{case}"
    scripted_aws.says(name, NO_DESCRIPTIONS[case](name))
    assert_problem_page(client.get(address(name)), "bad-response")


def test_a_bad_answer_takes_nothing_away(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("kept", Description="the last good answer")
    client.get(address("kept"))
    scripted_aws.says("kept", b"<!doctype html>")
    with later(minutes=1):
        response = eventually(lambda: client.get(address("kept")), has_problem("bad-response"))
    assert response.status_code == 200
    assert fields(parse(response))["Description"] == ["the last good answer"]


@pytest.mark.parametrize("depth", [50, 200, 300, 600, 950, 980, 5_000])
@pytest.mark.parametrize("member", ["Description", "BrandNew"])
def test_depth_is_shown_up_to_two_hundred_and_refused_beyond(
    client: Client, scripted_aws: ScriptedAws, member: str, depth: int
) -> None:
    name = f"depth-{member}-{depth}"
    deep = b"[" * depth + b"1" + b"]" * depth
    opened = json.dumps(description(name)).encode().removesuffix(b"}")
    scripted_aws.says(name, opened + b',"%s":%s}' % (member.encode(), deep))
    response = client.get(address(name))
    assert response.status_code == (200 if depth < 200 else 502)
    if response.status_code == 200:
        assert fields(parse(response))[member + "[0]" * depth] == ["1"]


@pytest.mark.parametrize("number", [9_000, 1_300_000])
def test_many_unknown_members_are_shown_or_refused_in_time(
    client: Client, scripted_aws: ScriptedAws, number: int
) -> None:
    scripted_aws.describes(f"many-{number}", BrandNew=[0] * number)
    began = time.monotonic()
    assert client.get(address(f"many-{number}")).status_code == (200 if number < 10_000 else 502)
    assert time.monotonic() - began < 8
