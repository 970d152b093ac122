"""The same server for the real AWS CLI, version 2."""

from collections.abc import Callable
from typing import Any

import pytest

from experiments.demo.clock import Clock

from .builders import DAY, NOW, SECOND, create_request, schedule, shadow_mode
from .conftest import CliError

Aws = Callable[..., Any]
KEEP = {"prod": "Retain", "shadow": "Remove"}


def arguments(request: dict[str, Any]) -> dict[str, Any]:
    """A request of boto3 as options of the CLI."""

    def option(member: str) -> str:
        dashed = "".join(f"-{each.lower()}" if each.isupper() else each for each in member)
        return dashed.removeprefix("-")

    return {option(member): value for member, value in request.items()}


@pytest.fixture
def created(aws: Aws, client: Any) -> Aws:
    """The CLI with one experiment that waits for tomorrow."""
    client.create_inference_experiment(**create_request(Schedule=schedule(DAY, 2 * DAY)))
    return aws


def test_it_creates_describes_and_lists(aws: Aws, clock: Clock) -> None:
    request = create_request("Ranker", Description="by the CLI", Schedule=schedule(DAY, 2 * DAY))
    answer = aws("create-inference-experiment", **arguments(request))
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/ranker"
    assert answer == {"InferenceExperimentArn": arn}

    clock.step(60 * SECOND)
    described = aws("describe-inference-experiment", name="Ranker")
    assert described["Arn"] == arn
    assert described["Status"] == "Created"
    assert described["Description"] == "by the CLI"
    assert described["CreationTime"] == "2026-11-23T09:00:00+00:00"
    assert described["Schedule"]["EndTime"] == "2026-11-25T09:00:00+00:00"

    (summary,) = aws("list-inference-experiments")["InferenceExperiments"]
    assert summary["Name"] == "Ranker"


def test_it_starts_updates_stops_and_deletes(created: Aws, client: Any, clock: Clock) -> None:
    def status() -> str:
        return str(client.describe_inference_experiment(Name="ranker")["Status"])

    clock.step(60 * SECOND)
    assert created("start-inference-experiment", name="ranker")["InferenceExperimentArn"]
    assert status() == "Starting"
    clock.step(60 * SECOND)
    created("update-inference-experiment", name="ranker", shadow_mode_config=shadow_mode(70))
    assert status() == "Updating"
    clock.step(60 * SECOND)
    created("stop-inference-experiment", name="ranker", model_variant_actions=KEEP, reason="enough")
    assert status() == "Stopping"
    clock.step(60 * SECOND)
    assert status() == "Cancelled"
    created("delete-inference-experiment", name="ranker")
    assert client.list_inference_experiments()["InferenceExperiments"] == []


def test_it_pages_through_long_lists(aws: Aws, client: Any) -> None:
    for number in range(12):
        client.create_inference_experiment(**create_request(f"ranker-{number:02}"))
    answer = aws("list-inference-experiments", sort_by="Name", sort_order="Ascending")
    names = [each["Name"] for each in answer["InferenceExperiments"]]
    assert names == [f"ranker-{number:02}" for number in range(12)]


def test_it_reads_a_validation_error(aws: Aws) -> None:
    with pytest.raises(CliError, match=r"\(ValidationException\).*Value 'bad name!' at 'name'"):
        aws("describe-inference-experiment", name="bad name!")


def test_it_reads_that_a_name_is_not_found(aws: Aws) -> None:
    with pytest.raises(CliError, match=r"\(ResourceNotFound\).*Could not find"):
        aws("describe-inference-experiment", name="nobody")


def test_it_reads_that_a_name_is_in_use(created: Aws) -> None:
    with pytest.raises(CliError, match=r"\(ResourceInUse\)"):
        created("create-inference-experiment", **arguments(create_request()))


def test_it_reads_a_conflict(created: Aws) -> None:
    with pytest.raises(CliError, match=r"\(ConflictException\).*status is Creating"):
        created("start-inference-experiment", name="ranker")


def test_it_reads_the_tags(aws: Aws, client: Any) -> None:
    tags = [{"Key": "team", "Value": "search"}]
    arn = client.create_inference_experiment(**create_request(Tags=tags))
    answer = aws("list-tags", resource_arn=arn["InferenceExperimentArn"])
    assert answer == {"Tags": tags}


def test_it_reads_milliseconds(aws: Aws, client: Any, clock: Clock) -> None:
    clock.step(SECOND / 1000 * 193)
    client.create_inference_experiment(**create_request())
    answer = aws("describe-inference-experiment", name="ranker")
    assert answer["CreationTime"] == "2026-11-23T09:00:00.193000+00:00"
    assert clock.now() > NOW
