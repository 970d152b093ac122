"""Tags: not part of Describe, but of their own three operations."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .builders import create_request


@pytest.fixture
def arn(client: Any) -> str:
    tags = [{"Key": "team", "Value": "search"}]
    answer = client.create_inference_experiment(**create_request("Ranker", Tags=tags))
    return str(answer["InferenceExperimentArn"])


def test_tags_of_create_are_listed(client: Any, arn: str) -> None:
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "search"}]


def test_tags_are_added_replaced_and_removed(client: Any, arn: str) -> None:
    added = [{"Key": "team", "Value": "ads"}, {"Key": "cost", "Value": "42"}]
    assert client.add_tags(ResourceArn=arn, Tags=added)["Tags"] == added
    client.delete_tags(ResourceArn=arn, TagKeys=["team", "never-there"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "cost", "Value": "42"}]


def test_no_more_than_fifty_tags(client: Any, arn: str) -> None:
    fifty = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    with pytest.raises(ClientError, match="at most 50 tags"):
        client.add_tags(ResourceArn=arn, Tags=fifty)


def test_tags_of_an_unknown_experiment_are_not_found(client: Any, arn: str) -> None:
    with pytest.raises(ClientError, match="Could not find") as caught:
        client.list_tags(ResourceArn=f"{arn}-2")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"


def test_tags_of_other_resources_are_still_motos(client: Any) -> None:
    model = client.create_model(
        ModelName="tagged",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/demo",
        Tags=[{"Key": "kind", "Value": "model"}],
    )
    arn = model["ModelArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "kind", "Value": "model"}]
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "more", "Value": "yes"}])
    client.delete_tags(ResourceArn=arn, TagKeys=["kind"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "more", "Value": "yes"}]
    client.delete_model(ModelName="tagged")
