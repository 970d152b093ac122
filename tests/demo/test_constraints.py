"""Inputs are refused as AWS refuses them: every kind of constraint, with AWS's words."""

import json
import urllib.error
import urllib.request
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from experiments.demo.errors import SerializationException, ValidationException
from experiments.demo.server import DemoSageMaker
from experiments.demo.validation import parse

from .builders import DAY, NOW, create_request, schedule, shadow_mode, variant


def refusal(operation: str, **members: Any) -> str:
    with pytest.raises(ValidationException) as caught:
        parse(operation, json.dumps(members, default=lambda moment: moment.timestamp()))
    return str(caught.value.message)


def create_refusal(**changes: Any) -> str:
    return refusal("CreateInferenceExperiment", **create_request(**changes))


def test_a_pattern() -> None:
    assert refusal("DescribeInferenceExperiment", Name="bad name!") == (
        "1 validation error detected: Value 'bad name!' at 'name' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"
    )


def test_a_missing_member() -> None:
    assert refusal("DescribeInferenceExperiment") == (
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_null_is_the_same_as_missing() -> None:
    assert "'name'" in refusal("DescribeInferenceExperiment", Name=None)


def test_too_long() -> None:
    message = create_refusal(Description="x" * 1025)
    assert "at 'description'" in message
    assert "Member must have length less than or equal to 1024" in message


def test_too_short() -> None:
    message = refusal("DescribeInferenceExperiment", Name="")
    assert "Member must have length greater than or equal to 1" in message


def test_a_word_outside_its_enum() -> None:
    message = refusal("ListInferenceExperiments", SortBy="Colour")
    assert message.endswith("Member must satisfy enum value set: [Name, CreationTime, Status]")


@pytest.mark.parametrize(
    ("size", "rule"), [(0, "greater than or equal to 1"), (101, "less than or equal to 100")]
)
def test_a_number_out_of_range(size: int, rule: str) -> None:
    message = refusal("ListInferenceExperiments", MaxResults=size)
    assert message.endswith(f"Member must have value {rule}")


def test_too_many_and_too_few_in_a_list() -> None:
    three = [variant("a"), variant("b"), variant("c")]
    assert "length less than or equal to 2" in create_refusal(ModelVariants=three)
    assert "length greater than or equal to 1" in create_refusal(ModelVariants=[])


def test_there_is_exactly_one_shadow_variant() -> None:
    mode = shadow_mode()
    two = mode | {"ShadowModelVariants": mode["ShadowModelVariants"] * 2}
    none: dict[str, Any] = mode | {"ShadowModelVariants": []}
    assert "at 'shadowModeConfig.shadowModelVariants'" in create_refusal(ShadowModeConfig=two)
    assert "greater than or equal to 1" in create_refusal(ShadowModeConfig=none)


def test_too_many_and_unknown_actions_in_a_map() -> None:
    message = refusal(
        "StopInferenceExperiment",
        Name="ranker",
        ModelVariantActions={"a": "Keep", "b": "Retain", "c": "Retain"},
    )
    assert "at 'modelVariantActions' failed" in message
    assert "Value 'Keep' at 'modelVariantActions.a.value'" in message


def test_a_place_deep_inside_is_named() -> None:
    odd = variant("shadow", instance="ml.abacus.large")
    assert (
        "Value 'ml.abacus.large' at 'modelVariants.2.member.infrastructureConfig."
        "realTimeInferenceConfig.instanceType'"
    ) in create_refusal(ModelVariants=[variant("prod"), odd])


def test_all_errors_are_told_at_once() -> None:
    message = refusal("ListInferenceExperiments", SortBy="Colour", MaxResults=500)
    assert message.startswith("2 validation errors detected: ")
    assert "; Value '500' at 'maxResults'" in message


def test_every_required_member_of_create_is_missed() -> None:
    message = refusal("CreateInferenceExperiment")
    for member in ("name", "type", "roleArn", "endpointName", "modelVariants", "shadowModeConfig"):
        assert f"Value null at '{member}'" in message


@pytest.mark.parametrize("name", ["a", "A-1", "a--b", "x" * 120])
def test_names_that_are_allowed(name: str) -> None:
    assert parse("DescribeInferenceExperiment", json.dumps({"Name": name})) == {"Name": name}


@pytest.mark.parametrize("name", ["-a", "a-", "a_b", "x" * 121, "é", "a\n"])
def test_names_that_are_not(name: str) -> None:
    assert "at 'name'" in refusal("DescribeInferenceExperiment", Name=name)


def test_a_description_is_one_line_in_any_script() -> None:
    text = '"quotes" <script>alert(1)</script> שלום عربي 🧪'
    assert parse("UpdateInferenceExperiment", json.dumps({"Name": "a", "Description": text}))
    for line_end in ("\n", "\r", "\u0085", "\u2028"):
        assert "at 'description'" in create_refusal(Description=f"two{line_end}lines")


def test_tags_may_use_letters_of_any_script() -> None:
    parse(
        "AddTags",
        json.dumps(
            {
                "ResourceArn": "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/a",
                "Tags": [{"Key": "équipe/Größe", "Value": "検索 ٣ a_b.c:d=e+f-g@h"}],
            }
        ),
    )
    assert "at 'tags.1.member.key'" in create_refusal(Tags=[{"Key": "a*", "Value": ""}])


@pytest.mark.parametrize(
    "body",
    [
        '{"Name": 7}',
        '{"Name": ["ranker"]}',
        '{"Name": true}',
        '{"Name": "ranker", "Schedule": "tomorrow"}',
        '{"Name": "ranker", "Schedule": {"StartTime": "tomorrow"}}',
        '{"Name": "ranker", "Schedule": {"StartTime": 1e300}}',
        '{"Name": "ranker", "Schedule": {"StartTime": NaN}}',
        '{"Name": "ranker", "ModelVariants": {}}',
        '["Name"]',
        "Name=ranker",
    ],
)
def test_a_wrong_type_is_a_serialization_error(body: str) -> None:
    with pytest.raises(SerializationException):
        parse("UpdateInferenceExperiment", body)


@pytest.mark.parametrize("number", ["1.5", "true", '"1"'])
def test_only_an_integer_is_an_integer(number: str) -> None:
    with pytest.raises(SerializationException, match="maxResults"):
        parse("ListInferenceExperiments", f'{{"MaxResults": {number}}}')


def test_times_come_as_seconds_or_as_text() -> None:
    for stamp in ("1795424400.5", '"2026-11-23T09:00:00.500Z"', '"2026-11-23T10:00:00.5+01:00"'):
        members = parse("ListInferenceExperiments", f'{{"CreationTimeAfter": {stamp}}}')
        assert members["CreationTimeAfter"].isoformat() == "2026-11-23T09:00:00.500000+00:00"


def test_unknown_members_are_ignored() -> None:
    body = '{"Name": "ranker", "Nickname": "r"}'
    assert parse("DescribeInferenceExperiment", body) == {"Name": "ranker"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ModelVariants": [variant("prod")]}, "ShadowModelVariantName shadow is not one"),
        ({"ModelVariants": [variant("prod"), variant("prod")]}, "must be unique"),
        ({"ShadowModeConfig": shadow_mode(source="nobody")}, "SourceModelVariantName nobody"),
        ({"ShadowModeConfig": shadow_mode(shadow="nobody")}, "ShadowModelVariantName nobody"),
        ({"ShadowModeConfig": shadow_mode(shadow="prod")}, "must be different variants"),
        ({"ShadowModeConfig": shadow_mode(-1)}, "between 0 and 100"),
        ({"ShadowModeConfig": shadow_mode(101)}, "less than or equal to 100"),
        ({"Schedule": schedule(2 * DAY, DAY)}, "must be after"),
        ({"Schedule": schedule(DAY, DAY)}, "must be after"),
        ({"Schedule": schedule(-2 * DAY, -DAY)}, "must be in the future"),
        ({"Schedule": schedule(DAY, 32 * DAY)}, "at most 30 days"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "Duplicate tag"),
    ],
)
def test_create_keeps_the_rules_between_members(
    client: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        client.create_inference_experiment(**create_request(**changes))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert client.list_inference_experiments()["InferenceExperiments"] == []


def test_exactly_thirty_days_are_allowed(client: Any) -> None:
    client.create_inference_experiment(**create_request(Schedule=schedule(DAY, 31 * DAY)))


def test_what_boto3_lets_through_is_refused_by_the_server(client: Any) -> None:
    with pytest.raises(ClientError, match="at 'name' failed") as caught:
        client.describe_inference_experiment(Name="bad name!")
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_client_that_checks_nothing_learns_what_is_missing(sagemaker: DemoSageMaker) -> None:
    careless: Any = botocore.session.get_session().create_client(
        "sagemaker",
        region_name="eu-west-1",
        endpoint_url=sagemaker.url,
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
        config=Config(parameter_validation=False, proxies={}),
    )
    with pytest.raises(ClientError, match="Value null at 'name'"):
        careless.describe_inference_experiment()


def test_a_body_that_is_no_json_is_refused_in_json(sagemaker: DemoSageMaker) -> None:
    request = urllib.request.Request(
        sagemaker.url,
        data=b"Name=ranker",
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "SageMaker.DescribeInferenceExperiment",
            "Authorization": (
                "AWS4-HMAC-SHA256 Credential=demo/20261123/eu-west-1/sagemaker/aws4_request, "
                "SignedHeaders=host, Signature=0"
            ),
        },
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(request)
    with caught.value as answer:
        assert answer.code == 400
        assert json.load(answer)["__type"] == "SerializationException"


def test_a_description_may_look_like_a_query(client: Any) -> None:
    text = "a=b&Action=DeleteEverything&AWSAccessKeyId=x"
    client.create_inference_experiment(**create_request(Description=text))
    answer = client.describe_inference_experiment(Name="ranker")
    assert answer["Description"] == text
    assert answer["CreationTime"] == NOW
