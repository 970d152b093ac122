"""ListInferenceExperiments: filters, order, and pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.demo.clock import Clock
from experiments.demo.server import DemoSageMaker

from .builders import DAY, NOW, create_request

MINUTE = timedelta(minutes=1)
NAMES = tuple(
    f"{team}-{kind}-{number}"
    for number in range(4)
    for team in ("ads", "Search", "fraud")
    for kind in ("ranker", "gate")
)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of twenty-four experiments, one made every minute, the last one stopped."""
    clock = Clock(NOW, speed=0)
    with DemoSageMaker(clock=clock) as demo:
        client = demo.client()
        for name in NAMES:
            scenario = "stays-in:Creating" if name.startswith("fraud") else ""
            client.create_inference_experiment(
                **create_request(name, scenario, Description=f"about {name}")
            )
            clock.step(MINUTE)
        client.stop_inference_experiment(
            Name="Search-gate-3",
            ModelVariantActions={"prod": "Retain", "shadow": "Remove"},
            Reason="enough",
        )
        clock.step(MINUTE)
        yield client


def names(client: Any, **request: Any) -> list[str]:
    answer = client.list_inference_experiments(**{"MaxResults": 100, **request})
    assert "NextToken" not in answer
    return [each["Name"] for each in answer["InferenceExperiments"]]


def test_the_newest_come_first_unless_told_otherwise(client: Any) -> None:
    assert names(client) == list(reversed(NAMES))
    assert names(client, SortOrder="Ascending") == list(NAMES)


def test_it_sorts_by_name(client: Any) -> None:
    assert names(client, SortBy="Name", SortOrder="Ascending") == sorted(NAMES)
    assert names(client, SortBy="Name", SortOrder="Descending") == sorted(NAMES, reverse=True)


def test_it_sorts_by_status(client: Any) -> None:
    answer = client.list_inference_experiments(
        SortBy="Status", SortOrder="Ascending", MaxResults=100
    )
    statuses = [each["Status"] for each in answer["InferenceExperiments"]]
    assert statuses == ["Cancelled"] + ["Creating"] * 8 + ["Running"] * 15


def test_it_filters_by_a_part_of_the_name(client: Any) -> None:
    assert set(names(client, NameContains="-gate-")) == {n for n in NAMES if "-gate-" in n}
    assert names(client, NameContains="nothing") == []


def test_it_filters_by_status_and_type(client: Any) -> None:
    assert names(client, StatusEquals="Cancelled") == ["Search-gate-3"]
    assert names(client, StatusEquals="Updating") == []
    assert len(names(client, StatusEquals="Creating", Type="ShadowMode")) == 8


def test_it_filters_by_creation_time_on_both_sides(client: Any) -> None:
    third = NOW + 2 * MINUTE
    assert names(client, CreationTimeBefore=third, SortOrder="Ascending") == list(NAMES[:2])
    assert names(client, CreationTimeAfter=third, SortOrder="Ascending") == list(NAMES[3:])
    assert names(client, CreationTimeAfter=NOW + DAY) == []


def test_it_filters_by_the_time_of_the_last_modification(client: Any) -> None:
    stopped = NOW + len(NAMES) * MINUTE
    assert names(client, LastModifiedTimeAfter=stopped - MINUTE) == ["Search-gate-3"]
    assert "Search-gate-3" not in names(client, LastModifiedTimeBefore=stopped)


def test_a_summary_has_the_members_that_aws_gives(client: Any) -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.shape_for("InferenceExperimentSummary")
    answer = client.list_inference_experiments(NameContains="Search-gate-3")
    (summary,) = answer["InferenceExperiments"]
    assert set(summary) == set(shape.members)  # type: ignore[attr-defined]  # a structure
    assert summary["StatusReason"] == "enough"


def test_a_page_has_ten_experiments_unless_told_otherwise(client: Any) -> None:
    answer = client.list_inference_experiments()
    assert len(answer["InferenceExperiments"]) == 10
    assert answer["NextToken"]


def test_the_last_page_has_no_token(client: Any) -> None:
    answer = client.list_inference_experiments(MaxResults=len(NAMES))
    assert "NextToken" not in answer


@pytest.mark.parametrize("token", ["made-up", "e30=", "NQ==", "é", "WyJhIl0="])
def test_a_token_that_no_list_gave_is_refused(client: Any, token: str) -> None:
    with pytest.raises(ClientError, match="NextToken") as caught:
        client.list_inference_experiments(NextToken=token)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_token_does_not_carry_over_to_another_order(client: Any) -> None:
    token = client.list_inference_experiments(SortBy="Name")["NextToken"]
    with pytest.raises(ClientError, match="another order"):
        client.list_inference_experiments(SortBy="Status", NextToken=token)


def test_a_creation_between_two_pages_repeats_and_loses_nothing(client: Any) -> None:
    first = client.list_inference_experiments(MaxResults=12)
    client.create_inference_experiment(**create_request("late"))
    rest = client.list_inference_experiments(MaxResults=100, NextToken=first["NextToken"])
    seen = [each["Name"] for each in first["InferenceExperiments"] + rest["InferenceExperiments"]]
    assert seen == list(reversed(NAMES))


@given(
    contains=st.none() | st.sampled_from(["-", "a", "rank", "gate-1", "Search", "x9", "A" * 63]),
    by=st.sampled_from(["Name", "CreationTime", "Status"]),
    order=st.sampled_from(["Ascending", "Descending"]),
    size=st.integers(1, 30),
)
@settings(max_examples=50, deadline=None)
def test_the_pages_together_are_the_whole_list(
    client: Any, contains: str | None, by: str, order: str, size: int
) -> None:
    request = {"SortBy": by, "SortOrder": order}
    if contains is not None:
        request["NameContains"] = contains
    pages = client.get_paginator("list_inference_experiments").paginate(
        **request, PaginationConfig={"PageSize": size}
    )
    sizes, seen = [], []
    for page in pages:
        sizes.append(len(page["InferenceExperiments"]))
        seen += [each["Name"] for each in page["InferenceExperiments"]]
    assert seen == names(client, **request)
    assert all(each == size for each in sizes[:-1])
