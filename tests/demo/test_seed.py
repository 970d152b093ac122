"""The seed keeps its promises: one test for each."""

from datetime import timedelta
from typing import Any

import pytest

from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.demo.stories import LIVE

from .builders import DAY, NOW, SECOND

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def answers(seeded: DemoSageMaker) -> list[dict[str, Any]]:
    """Every experiment as Describe shows it."""
    client = seeded.client()
    pages = client.get_paginator("list_inference_experiments").paginate()
    return [
        dict(client.describe_inference_experiment(Name=summary["Name"]))
        for page in pages
        for summary in page["InferenceExperiments"]
    ]


def ran(answer: dict[str, Any]) -> timedelta | None:
    schedule = answer.get("Schedule", {})
    if set(schedule) != {"StartTime", "EndTime"}:
        return None
    length: timedelta = schedule["EndTime"] - schedule["StartTime"]
    return length


def captures(answer: dict[str, Any]) -> frozenset[str] | None:
    storage = answer.get("DataStorageConfig")
    return None if storage is None else frozenset(storage.get("ContentType", {}))


def machines(answer: dict[str, Any]) -> list[Any]:
    return [each["InfrastructureConfig"] for each in answer["ModelVariants"]]


def test_it_returns_the_names_it_made(answers: list[dict[str, Any]]) -> None:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        names = seed(demo)
    assert sorted(names) == sorted(each["Name"] for each in answers)
    assert len(names) >= 16


def test_the_clock_is_back_in_the_present(seeded: DemoSageMaker) -> None:
    assert seeded.clock.now() == NOW


def test_everything_is_in_the_region_eu_west_1(
    seeded: DemoSageMaker, answers: list[dict[str, Any]]
) -> None:
    assert all(":eu-west-1:" in each["Arn"] for each in answers)
    elsewhere = seeded.client("us-east-1").list_inference_experiments()
    assert elsewhere["InferenceExperiments"] == []


def test_nobody_has_made_anything_in_the_future(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        assert answer["CreationTime"] <= answer["LastModifiedTime"] <= NOW
        assert answer.get("CompletionTime", NOW) <= NOW


def test_all_eight_statuses_are_there(answers: list[dict[str, Any]]) -> None:
    assert {each["Status"] for each in answers} == {
        "Creating",
        "Created",
        "Updating",
        "Starting",
        "Running",
        "Stopping",
        "Completed",
        "Cancelled",
    }


def test_one_failed_with_an_error_text(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Cancelled" and "Failed to start" in each["StatusReason"]
        for each in answers
    )


def test_one_was_cancelled_early_for_a_reason_of_its_team(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Cancelled"
        and "we keep v8" in each["StatusReason"]
        and each["CompletionTime"] < each["Schedule"]["EndTime"]
        for each in answers
    )


def test_one_was_completed_early_and_its_shadow_promoted(answers: list[dict[str, Any]]) -> None:
    def promoted(answer: dict[str, Any]) -> bool:
        statuses = [each["Status"] for each in answer["ModelVariants"]]
        return (
            answer["Status"] == "Completed"
            and statuses == ["Deleted", "InService"]
            and answer["CompletionTime"] < answer["Schedule"]["EndTime"]
            and bool(answer["StatusReason"])
        )

    assert any(map(promoted, answers))


def test_one_ended_as_it_was_scheduled(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Completed"
        and "StatusReason" not in each
        and each["CompletionTime"] >= each["Schedule"]["EndTime"]
        for each in answers
    )


def test_one_runs_while_its_endpoint_rolls_back(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Running"
        and each["EndpointMetadata"]["EndpointStatus"] == "RollingBack"
        and each["EndpointMetadata"]["FailureReason"]
        for each in answers
    )


@pytest.mark.parametrize(
    "content_types",
    [
        {"CsvContentTypes"},
        {"JsonContentTypes"},
        {"CsvContentTypes", "JsonContentTypes"},
        set(),
        None,
    ],
    ids=["csv", "json", "both", "neither", "off"],
)
def test_data_capture_comes_in_every_shape(
    answers: list[dict[str, Any]], content_types: set[str] | None
) -> None:
    wanted = None if content_types is None else frozenset(content_types)
    assert wanted in [captures(each) for each in answers]


def test_there_are_keys_for_volumes_and_for_capture(answers: list[dict[str, Any]]) -> None:
    assert any("KmsKey" in each for each in answers)
    assert any("KmsKey" in each.get("DataStorageConfig", {}) for each in answers)
    assert any("KmsKey" not in each for each in answers)


def test_one_is_scheduled_for_the_future(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Created" and each["Schedule"]["StartTime"] > NOW + DAY
        for each in answers
    )


def test_one_is_nearly_over(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Running"
        and ran(each)
        and ran(each) > DAY  # type: ignore[operator]  # the line above
        and each["Schedule"]["EndTime"] == NOW + 20 * MINUTE
        for each in answers
    )


def test_one_is_overdue(answers: list[dict[str, Any]]) -> None:
    assert any(
        each["Status"] == "Running" and ran(each) and each["Schedule"]["EndTime"] < NOW
        for each in answers
    )


def test_one_has_no_schedule_and_one_no_end(answers: list[dict[str, Any]]) -> None:
    assert any("Schedule" not in each for each in answers)
    assert any(set(each.get("Schedule", {})) == {"StartTime"} for each in answers)


def test_windows_last_from_one_hour_to_thirty_days(answers: list[dict[str, Any]]) -> None:
    lengths = [ran(each) for each in answers]
    assert HOUR in lengths
    assert 30 * DAY in lengths


def test_one_description_has_quotes_markup_and_many_scripts(
    answers: list[dict[str, Any]],
) -> None:
    (text,) = (each["Description"] for each in answers if "<script>" in each.get("Description", ""))
    assert 500 < len(text) <= 1024
    for part in ('"', "'", "<script>alert(1)</script>", "&", "عربي", "עברית", "🧪"):
        assert part in text


def test_one_has_no_description(answers: list[dict[str, Any]]) -> None:
    assert any("Description" not in each for each in answers)


def test_one_name_has_120_characters(answers: list[dict[str, Any]]) -> None:
    assert 120 in [len(each["Name"]) for each in answers]


def test_variants_are_alike_in_one_and_differ_in_another(answers: list[dict[str, Any]]) -> None:
    alike = [each for each in answers if machines(each)[0] == machines(each)[1]]
    assert any(len({each["ModelName"] for each in one["ModelVariants"]}) == 1 for one in alike)
    assert len(alike) < len(answers)


def test_sampling_goes_from_nothing_to_everything(answers: list[dict[str, Any]]) -> None:
    percentages = {
        each["ShadowModeConfig"]["ShadowModelVariants"][0]["SamplingPercentage"] for each in answers
    }
    assert percentages >= {0, 1, 30, 50, 100}


def test_one_lives_a_whole_life_in_about_three_minutes() -> None:
    clock = Clock(NOW, speed=0)
    with DemoSageMaker(clock=clock) as demo:
        assert seed(demo)[-1] == LIVE.name == "live-demo-three-minutes"
        client = demo.client()
        seen: list[tuple[int, str]] = []
        # Right before each change, and right after it.
        for second in (0, 7, 8, 29, 30, 41, 42, 154, 155, 169, 170):
            clock.step(NOW + second * SECOND - clock.now())
            status = client.describe_inference_experiment(Name=LIVE.name)["Status"]
            if not seen or seen[-1][1] != status:
                seen.append((second, status))
    assert seen == [
        (0, "Creating"),
        (8, "Created"),
        (30, "Starting"),
        (42, "Running"),
        (155, "Stopping"),
        (170, "Completed"),
    ]


def test_the_others_stay_as_they_are_while_a_newcomer_looks_around() -> None:
    clock = Clock(NOW, speed=0)
    with DemoSageMaker(clock=clock) as demo:
        names = [name for name in seed(demo) if name != LIVE.name]
        client = demo.client()

        def statuses() -> list[str]:
            return [client.describe_inference_experiment(Name=name)["Status"] for name in names]

        before = statuses()
        clock.step(15 * MINUTE)
        assert statuses() == before
