"""The request that runs the same test again: SageMaker takes it, and describes the same test."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.aws import wire
from experiments.aws.requests import Request, again, free_name
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.domain.answer import Answer
from experiments.domain.names import is_experiment_name
from tests.demo.builders import create_request
from tests.support.examples import every_member
from tests.support.scripted_aws import description
from tests.support.shapes import descriptions

NOW = datetime(2026, 11, 23, 14, 2, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What AWS decides, and what cannot be the same twice.
OTHERWISE = {
    "Arn",
    "CompletionTime",
    "CreationTime",
    "EndpointMetadata",
    "LastModifiedTime",
    "Name",
    "Schedule",
    "Status",
    "StatusReason",
}


@pytest.fixture(scope="module")
def seeded() -> Iterator[tuple[DemoSageMaker, tuple[str, ...]]]:
    with DemoSageMaker() as demo:
        yield demo, seed(demo)


def described(demo: DemoSageMaker, name: str) -> dict[str, Any]:
    response = dict(demo.client().describe_inference_experiment(Name=name))
    del response["ResponseMetadata"]
    return cast("dict[str, Any]", wire.plain(response))


def same(response: dict[str, Any]) -> dict[str, Any]:
    """What of a description has to be the same."""
    kept = {member: value for member, value in response.items() if member not in OTHERWISE}
    variants = kept["ModelVariants"]
    kept["ModelVariants"] = [{k: v for k, v in each.items() if k != "Status"} for each in variants]
    return kept | {"EndpointName": response["EndpointMetadata"]["EndpointName"]}


def test_sagemaker_takes_it_for_every_experiment_of_the_demo(
    seeded: tuple[DemoSageMaker, tuple[str, ...]],
) -> None:
    demo, names = seeded
    for name in names:
        first = described(demo, name)
        request = again(Answer(first), datetime.now(UTC))
        assert request.complete, name
        demo.client().create_inference_experiment(**cast("Any", request.members))
        second = described(demo, str(request.members["Name"]))
        assert same(second) == same(first), name
        assert ("Schedule" in second) == ("Schedule" in first) or "no-schedule" not in name


def planned(start: datetime | None, end: datetime | None) -> Request:
    times = {"StartTime": start, "EndTime": end}
    schedule = {member: at.isoformat() for member, at in times.items() if at is not None}
    members = cast("dict[str, Any]", wire.plain(every_member()))
    body = description("ranker", **members | {"Schedule": schedule})
    return again(Answer(body), NOW)


def told(request: Request) -> dict[str, str]:
    return {note.member: note.text for note in request.notes}


def test_a_schedule_ahead_is_kept() -> None:
    request = planned(NOW + DAY, NOW + 3 * DAY)
    assert request.members["Schedule"] == {
        "StartTime": "2026-11-24T14:02:30Z",
        "EndTime": "2026-11-26T14:02:30Z",
    }
    assert told(request)["Schedule"].startswith("As planned")


def test_a_schedule_of_the_past_is_as_long_from_now_on() -> None:
    request = planned(NOW - 9 * DAY, NOW - 2 * DAY)
    assert request.members["Schedule"] == {"EndTime": "2026-11-30T14:03:00Z"}
    assert "7 d from now" in told(request)["Schedule"]


def test_one_that_has_begun_is_as_long_as_it_was_planned() -> None:
    request = planned(NOW - DAY, NOW + 13 * DAY)
    assert request.members["Schedule"] == {"EndTime": "2026-12-07T14:03:00Z"}


def test_no_experiment_is_longer_than_aws_allows() -> None:
    request = planned(NOW - 90 * DAY, NOW)
    end = datetime.fromisoformat(cast("Any", request.members["Schedule"])["EndTime"])
    assert NOW + 30 * DAY - timedelta(minutes=1) < end <= NOW + 30 * DAY


def test_one_without_end_begins_soon() -> None:
    request = planned(NOW - DAY, None)
    assert request.members["Schedule"] == {"StartTime": "2026-11-23T15:02:00Z"}


@pytest.mark.parametrize("times", [(None, None), (NOW, NOW - DAY), (None, NOW - DAY)])
def test_without_a_usable_schedule_there_is_none(
    times: tuple[datetime | None, datetime | None],
) -> None:
    request = planned(*times)
    assert "Schedule" not in request.members
    assert "after 7 days" in told(request)["Schedule"]


def test_names_are_new_valid_and_do_not_grow() -> None:
    assert free_name("ranker", NOW) == "ranker-again-20261123-1402"
    assert free_name("ranker-again-20250101-0000", NOW) == "ranker-again-20261123-1402"
    for name in ("a" * 120, "a" + "-" * 118 + "b", "a" * 97 + "-" * 22 + "b"):
        assert is_experiment_name(free_name(name, NOW))


def test_what_a_description_lacks_is_said() -> None:
    request = again(Answer(description("bare")), NOW)
    assert not request.complete
    notes = told(request)
    assert "Add it" in notes["RoleArn"]
    assert "Add it" in notes["ShadowModeConfig"]
    assert notes["ModelVariants"] == "AWS takes 1 members at least, and here are 0."
    assert "has none" in notes["Tags"]
    assert "RoleArn" not in request.members


def test_what_the_portal_does_not_know_is_left_out_and_said() -> None:
    answer = Answer(description("new"), {"Brand.New": 1, "Brand.Other": 2})
    assert "1 more" in told(again(answer, NOW))["Brand.New"]


def test_what_aws_would_refuse_is_said() -> None:
    members = cast("dict[str, Any]", wire.plain(every_member()))
    members["ShadowModeConfig"]["ShadowModelVariants"] *= 2
    members["ShadowModeConfig"]["ShadowModelVariants"][0]["SamplingPercentage"] = 101
    members["DataStorageConfig"]["ContentType"]["CsvContentTypes"] = []
    request = again(Answer(description("wide", **members)), NOW)
    notes = told(request)
    assert "1 members at most" in notes["ShadowModeConfig.ShadowModelVariants"]
    path = "ShadowModeConfig.ShadowModelVariants[0].SamplingPercentage"
    assert notes[path] == "AWS takes 100 at most, and here are 101."
    storage = cast("Any", request.members["DataStorageConfig"])
    assert storage["ContentType"] == {"JsonContentTypes": ["application/json"]}


@given(st.data())
def test_every_believable_description_makes_one(data: st.DataObject) -> None:
    body = data.draw(descriptions("odd-one"))
    request = again(Answer(cast("Any", wire.plain(body))), NOW)
    assert is_experiment_name(str(request.members["Name"]))
    assert request.text.endswith("}\n")


def test_it_can_be_sent_as_it_is_where_nothing_is_missing() -> None:
    with DemoSageMaker() as demo:
        demo.client().create_inference_experiment(**create_request("as-it-is"))
        answer = Answer(described(demo, "as-it-is"))
        demo.client().create_inference_experiment(
            **cast("Any", again(answer, datetime.now(UTC)).members)
        )
