"""Create, Describe, Start, Update, Stop and Delete as boto3 sees them."""

from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from experiments.demo.clock import Clock
from experiments.demo.server import DemoSageMaker

from .builders import DAY, NOW, ROLE, SECOND, create_request, schedule, shadow_mode, variant

KEEP = {"prod": "Retain", "shadow": "Remove"}
PROMOTE = {"prod": "Remove", "shadow": "Promote"}
# Long enough for any passing status.
SETTLE = 20 * SECOND


def described(client: Any, name: str = "ranker") -> dict[str, Any]:
    answer: dict[str, Any] = client.describe_inference_experiment(Name=name)
    del answer["ResponseMetadata"]
    return answer


def status(client: Any, name: str = "ranker") -> str:
    return str(described(client, name)["Status"])


@pytest.fixture
def running(client: Any, clock: Clock) -> Any:
    client.create_inference_experiment(**create_request())
    clock.step(DAY)
    return client


@pytest.fixture
def waiting(client: Any, clock: Clock) -> Any:
    """Created, and due to start in ten days."""
    client.create_inference_experiment(**create_request(Schedule=schedule(10 * DAY, 20 * DAY)))
    clock.step(DAY)
    return client


def test_create_answers_with_an_arn_in_lower_case(client: Any) -> None:
    answer = client.create_inference_experiment(**create_request("Checkout-Ranker"))
    assert answer["InferenceExperimentArn"] == (
        "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/checkout-ranker"
    )


def test_describe_gives_everything_back_and_nothing_more(client: Any) -> None:
    storage = {
        "Destination": "s3://bucket/prefix",
        "KmsKey": "alias/capture",
        "ContentType": {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]},
    }
    client.create_inference_experiment(
        **create_request(
            Description="why",
            KmsKey="alias/volume",
            DataStorageConfig=storage,
            Schedule=schedule(DAY, 2 * DAY),
            Tags=[{"Key": "team", "Value": "search"}],
        )
    )
    assert described(client) == {
        "Arn": "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/ranker",
        "Name": "ranker",
        "Type": "ShadowMode",
        "Schedule": schedule(DAY, 2 * DAY),
        "Status": "Creating",
        "Description": "why",
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "RoleArn": ROLE,
        "EndpointMetadata": {
            "EndpointName": "ranking",
            "EndpointConfigName": "ranking-config",
            "EndpointStatus": "InService",
        },
        "ModelVariants": [
            {**variant("prod"), "Status": "InService"},
            {**variant("shadow"), "Status": "Creating"},
        ],
        "DataStorageConfig": storage,
        "ShadowModeConfig": shadow_mode(30),
        "KmsKey": "alias/volume",
    }


def test_what_was_never_set_is_absent(client: Any) -> None:
    client.create_inference_experiment(**create_request())
    absent = {
        "StatusReason",
        "Description",
        "CompletionTime",
        "DataStorageConfig",
        "KmsKey",
        "Tags",
    }
    assert absent.isdisjoint(described(client))


def test_every_member_of_the_answer_is_set_sooner_or_later(client: Any, clock: Clock) -> None:
    client.create_inference_experiment(
        **create_request(
            Description="why",
            KmsKey="alias/volume",
            DataStorageConfig={"Destination": "s3://bucket"},
        )
    )
    clock.step(DAY)
    client.stop_inference_experiment(Name="ranker", ModelVariantActions=KEEP, Reason="enough")
    clock.step(DAY)
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("DescribeInferenceExperiment").output_shape
    assert shape is not None
    assert set(described(client)) == set(shape.members)


def test_without_a_schedule_it_starts_at_once_and_lasts_seven_days(running: Any) -> None:
    answer = described(running)
    assert answer["Schedule"] == schedule(timedelta(0), 7 * DAY)
    assert answer["Status"] == "Running"


def test_a_schedule_may_name_its_start_only(client: Any) -> None:
    client.create_inference_experiment(**create_request(Schedule={"StartTime": NOW + DAY}))
    assert described(client)["Schedule"] == {"StartTime": NOW + DAY}


def test_a_schedule_may_name_its_end_only(client: Any) -> None:
    client.create_inference_experiment(**create_request(Schedule={"EndTime": NOW + DAY}))
    assert described(client)["Schedule"] == schedule(timedelta(0), DAY)


def test_a_name_is_taken_whatever_its_case(client: Any) -> None:
    client.create_inference_experiment(**create_request("ranker"))
    for name in ("ranker", "Ranker"):
        with pytest.raises(client.exceptions.ResourceInUse, match="already exists"):
            client.create_inference_experiment(**create_request(name))


def test_an_account_has_a_limit(clock: Clock) -> None:
    with DemoSageMaker(clock=clock, limit=1) as demo:
        client = demo.client()
        client.create_inference_experiment(**create_request("first"))
        with pytest.raises(client.exceptions.ResourceLimitExceeded, match="limit of 1"):
            client.create_inference_experiment(**create_request("second"))


def test_nothing_can_be_done_with_a_name_that_is_not_there(client: Any) -> None:
    gone = client.exceptions.ResourceNotFound
    with pytest.raises(gone, match="Could not find"):
        client.describe_inference_experiment(Name="nobody")
    with pytest.raises(gone):
        client.start_inference_experiment(Name="nobody")
    with pytest.raises(gone):
        client.update_inference_experiment(Name="nobody")
    with pytest.raises(gone):
        client.stop_inference_experiment(Name="nobody", ModelVariantActions=KEEP)
    with pytest.raises(gone):
        client.delete_inference_experiment(Name="nobody")


def test_errors_arrive_as_status_400(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.describe_inference_experiment(Name="nobody")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_start_begins_an_experiment_that_waits(waiting: Any, clock: Clock) -> None:
    answer = waiting.start_inference_experiment(Name="ranker")
    assert answer["InferenceExperimentArn"].endswith("/ranker")
    assert described(waiting)["Schedule"] == schedule(DAY, 20 * DAY)
    assert status(waiting) == "Starting"
    clock.step(SETTLE)
    assert status(waiting) == "Running"


def test_start_conflicts_with_every_status_but_created(client: Any, clock: Clock) -> None:
    for word in ("Creating", "Starting", "Running", "Stopping"):
        client.create_inference_experiment(**create_request(f"a-{word}", f"stays-in:{word}"))
    client.create_inference_experiment(**create_request("a-Completed"))
    client.create_inference_experiment(**create_request("a-Cancelled", "fails"))
    clock.step(8 * DAY)
    for word in ("Creating", "Starting", "Running", "Stopping", "Completed", "Cancelled"):
        # A running experiment reaches its end, unless it is one of those that stay.
        assert status(client, f"a-{word}") == word
        with pytest.raises(client.exceptions.ConflictException, match=word):
            client.start_inference_experiment(Name=f"a-{word}")


def test_update_and_stop_conflict_unless_created_or_running(client: Any, clock: Clock) -> None:
    for word in ("Creating", "Starting", "Stopping"):
        client.create_inference_experiment(**create_request(f"a-{word}", f"stays-in:{word}"))
    client.create_inference_experiment(**create_request("a-Completed"))
    client.create_inference_experiment(**create_request("a-Cancelled", "fails"))
    clock.step(8 * DAY)
    for word in ("Creating", "Starting", "Stopping", "Completed", "Cancelled"):
        with pytest.raises(client.exceptions.ConflictException, match=word):
            client.update_inference_experiment(Name=f"a-{word}", Description="new")
        with pytest.raises(client.exceptions.ConflictException, match=word):
            client.stop_inference_experiment(Name=f"a-{word}", ModelVariantActions=KEEP)


def test_a_second_update_conflicts_while_the_first_is_under_way(running: Any) -> None:
    running.update_inference_experiment(Name="ranker", Description="one")
    with pytest.raises(running.exceptions.ConflictException, match="Updating"):
        running.update_inference_experiment(Name="ranker", Description="two")


def test_delete_conflicts_while_sagemaker_holds_the_endpoint(client: Any, clock: Clock) -> None:
    for word in ("Creating", "Starting", "Running", "Stopping"):
        client.create_inference_experiment(**create_request(f"a-{word}", f"stays-in:{word}"))
    clock.step(8 * DAY)
    for word in ("Creating", "Starting", "Running", "Stopping"):
        with pytest.raises(client.exceptions.ConflictException, match=word):
            client.delete_inference_experiment(Name=f"a-{word}")


def test_delete_removes_the_record_and_frees_the_name(running: Any, clock: Clock) -> None:
    clock.step(8 * DAY)
    assert status(running) == "Completed"
    running.delete_inference_experiment(Name="ranker")
    with pytest.raises(running.exceptions.ResourceNotFound):
        described(running)
    running.create_inference_experiment(**create_request())
    assert status(running) == "Creating"


def test_delete_takes_one_that_never_started(waiting: Any) -> None:
    waiting.delete_inference_experiment(Name="ranker")
    assert waiting.list_inference_experiments()["InferenceExperiments"] == []


def test_a_running_experiment_takes_a_description_an_end_and_a_percentage(
    running: Any, clock: Clock
) -> None:
    running.update_inference_experiment(
        Name="ranker",
        Description="longer",
        Schedule={"EndTime": NOW + 14 * DAY},
        ShadowModeConfig=shadow_mode(60),
    )
    answer = described(running)
    assert answer["Status"] == "Updating"
    assert answer["LastModifiedTime"] == NOW + DAY
    assert answer["Description"] == "longer"
    assert answer["Schedule"] == schedule(timedelta(0), 14 * DAY)
    assert answer["ShadowModeConfig"] == shadow_mode(60)
    clock.step(SETTLE)
    assert status(running) == "Running"


def test_sending_a_running_experiment_what_it_has_already_is_no_change(running: Any) -> None:
    running.update_inference_experiment(
        Name="ranker",
        ModelVariants=[variant("shadow")],
        Schedule=schedule(timedelta(0), 9 * DAY),
    )
    assert status(running) == "Updating"


@pytest.mark.parametrize(
    "members",
    [
        {"Schedule": {"StartTime": NOW + 2 * DAY}},
        {"ModelVariants": [variant("shadow", count=5)]},
        {"DataStorageConfig": {"Destination": "s3://bucket"}},
        {"ShadowModeConfig": shadow_mode(shadow="other"), "ModelVariants": [variant("other")]},
    ],
    ids=["start", "infrastructure", "capture", "another shadow"],
)
def test_a_running_experiment_takes_nothing_else(running: Any, members: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="Running") as caught:
        running.update_inference_experiment(Name="ranker", **members)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert status(running) == "Running"


def test_a_waiting_experiment_takes_another_shadow_a_schedule_and_capture(
    waiting: Any, clock: Clock
) -> None:
    waiting.update_inference_experiment(
        Name="ranker",
        ModelVariants=[variant("challenger", instance="ml.c5.large", count=2)],
        ShadowModeConfig=shadow_mode(5, shadow="challenger"),
        Schedule=schedule(5 * DAY, 6 * DAY),
        DataStorageConfig={"Destination": "s3://bucket"},
    )
    assert status(waiting) == "Updating"
    clock.step(SETTLE)
    answer = described(waiting)
    assert answer["Status"] == "Created"
    assert answer["Schedule"] == schedule(5 * DAY, 6 * DAY)
    assert [each["VariantName"] for each in answer["ModelVariants"]] == ["prod", "challenger"]
    assert answer["DataStorageConfig"] == {"Destination": "s3://bucket"}


def test_a_waiting_experiment_keeps_its_production_variant(waiting: Any) -> None:
    with pytest.raises(ClientError, match="production variant cannot be updated"):
        waiting.update_inference_experiment(Name="ranker", ModelVariants=[variant("prod", count=9)])


def test_stop_is_cancelled_with_the_reason_unless_told_otherwise(
    running: Any, clock: Clock
) -> None:
    running.stop_inference_experiment(Name="ranker", ModelVariantActions=KEEP, Reason="too slow")
    assert status(running) == "Stopping"
    clock.step(SETTLE)
    answer = described(running)
    assert answer["Status"] == "Cancelled"
    assert answer["StatusReason"] == "too slow"
    assert answer["CompletionTime"] == NOW + DAY + 15 * SECOND


def test_stop_can_promote_the_shadow_on_other_machines(running: Any, clock: Clock) -> None:
    bigger = variant("shadow", instance="ml.c5.xlarge", count=4)
    running.stop_inference_experiment(
        Name="ranker",
        ModelVariantActions=PROMOTE,
        DesiredModelVariants=[bigger],
        DesiredState="Completed",
    )
    assert described(running)["ModelVariants"][1] == {**variant("shadow"), "Status": "Updating"}
    clock.step(SETTLE)
    answer = described(running)
    assert answer["Status"] == "Completed"
    assert "StatusReason" not in answer
    assert answer["ModelVariants"] == [
        {**variant("prod"), "Status": "Deleted"},
        {**bigger, "Status": "InService"},
    ]


def test_stop_takes_one_that_never_started(waiting: Any, clock: Clock) -> None:
    waiting.stop_inference_experiment(Name="ranker", ModelVariantActions=KEEP)
    clock.step(SETTLE)
    assert status(waiting) == "Cancelled"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"ModelVariantActions": {"prod": "Retain"}}, "must name each"),
        ({"ModelVariantActions": {"prod": "Retain", "nobody": "Remove"}}, "must name each"),
        ({"ModelVariantActions": {"prod": "Promote", "shadow": "Remove"}}, "Only the shadow"),
        ({"ModelVariantActions": {"prod": "Remove", "shadow": "Remove"}}, "must stay"),
        (
            {"ModelVariantActions": KEEP, "DesiredModelVariants": [variant("shadow")]},
            "does not stay",
        ),
    ],
)
def test_stop_refuses_what_makes_no_sense(
    running: Any, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        running.stop_inference_experiment(Name="ranker", **members)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert status(running) == "Running"


def test_an_ended_experiment_changes_only_in_its_tags(running: Any, clock: Clock) -> None:
    clock.step(8 * DAY)
    before = described(running)
    running.add_tags(ResourceArn=before["Arn"], Tags=[{"Key": "kept", "Value": "yes"}])
    assert described(running) == before


def test_the_no_schedule_scenario_hides_the_schedule(client: Any) -> None:
    client.create_inference_experiment(**create_request(scenario="no-schedule"))
    assert "Schedule" not in described(client)
    assert "Schedule" not in client.list_inference_experiments()["InferenceExperiments"][0]


def test_a_scenario_that_does_not_exist_is_refused_with_the_choices(client: Any) -> None:
    with pytest.raises(ClientError, match="must be one of endpoint-rolls-back") as caught:
        client.create_inference_experiment(**create_request(scenario="explodes"))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
