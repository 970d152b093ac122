"""What changed between two answers, as sentences and side by side."""

import copy
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.model import ListShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.domain import words
from experiments.domain.answer import Answer, leaves
from experiments.domain.changes import Change, Group, Quoted, Row, changes, rows
from tests.support import examples, shapes

THIN = words.THIN_SPACE


def described(**members: Any) -> Answer:
    """An answer with every member, times as an answer holds them."""
    body = _wire(shapes.describe_shape(), examples.every_member())
    return Answer(body | {"Name": "ranker", "Arn": "arn:aws:sagemaker:x"} | members)


def changed(path: str, value: Any) -> Answer:
    """The same answer with another value at ``path``; ``...`` takes the member away."""
    return _with(described(), path, value)


def _with(answer: Answer, path: str, value: Any) -> Answer:
    response: Any = copy.deepcopy(answer.response)
    at = response
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        at = at[part]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return Answer(response, answer.unmodelled)


def said(*found: Change) -> list[str]:
    return ["".join(map(_written, change.sentence)) for change in found]


def _written(part: str | Quoted | datetime) -> str:
    return words.short(part, UTC) if isinstance(part, datetime) else str(part)


def told(path: str, value: Any) -> str:
    (change,) = changes(described(), changed(path, value))
    return said(change)[0]


def taken_back(path: str, value: Any) -> str:
    (change,) = changes(changed(path, value), described())
    return said(change)[0]


# Whether there is an experiment


def test_the_first_observation_names_the_status() -> None:
    (change,) = changes(None, described())
    assert said(change) == ["First seen by this portal, Running."]
    assert change.group is Group.EXISTENCE
    assert change.sentence[1] == Quoted("Running")


def test_an_experiment_may_go_and_come_back() -> None:
    assert said(*changes(described(), None)) == ["AWS no longer knows this experiment."]
    assert said(*changes(None, described(), again=True)) == [
        "An experiment of this name exists again."
    ]
    assert said(*changes(None, None)) == ["AWS knows no experiment of this name."]
    assert changes(None, None, again=True) == ()


def test_an_unchanged_answer_has_no_changes() -> None:
    assert changes(described(), described()) == ()


# What changes


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("Status", "Stopping", "Status went from Running to Stopping."),
        (
            "StatusReason",
            "Enough.",
            "AWS gives another reason: Enough. (before: The operator asked for a longer look.)",
        ),
        (
            "StatusReason",
            ...,
            "AWS no longer gives a reason (it was: The operator asked for a longer look.)",
        ),
        (
            "EndpointMetadata.EndpointStatus",
            "Updating",
            "The endpoint went from InService to Updating.",
        ),
        (
            "EndpointMetadata.EndpointConfigName",
            "other",
            "The endpoint's configuration changed from checkout-ranker-prod-v7 to other.",
        ),
        ("ModelVariants.1.Status", "Creating", "shadow went from InService to Creating."),
        (
            "ModelVariants.1.ModelName",
            "m8",
            "shadow: the model changed from model-of-shadow to m8.",
        ),
        (
            "ModelVariants.1.InfrastructureConfig.RealTimeInferenceConfig.InstanceCount",
            1,
            "shadow runs on 1 instance instead of 3.",
        ),
        (
            "ModelVariants.1.InfrastructureConfig.RealTimeInferenceConfig.InstanceType",
            "ml.p4",
            "shadow runs on ml.p4 instead of ml.g5.2xlarge.",
        ),
        (
            "ModelVariants.1.InfrastructureConfig.RealTimeInferenceConfig",
            {"InstanceType": "ml.p4", "InstanceCount": 2},
            "shadow runs on 2 × ml.p4 instead of 3 × ml.g5.2xlarge.",
        ),
        (
            "ShadowModeConfig.ShadowModelVariants.0.SamplingPercentage",
            30,
            f"The shadow gets 30{THIN}% of the requests instead of 35{THIN}%.",
        ),
        (
            "ShadowModeConfig.SourceModelVariantName",
            "shadow",
            "Callers are answered by shadow instead of production.",
        ),
        (
            "Schedule.EndTime",
            "2026-11-28T18:00:00.500000+00:00",
            "The planned end moved from 26 Nov 18:00 to 28 Nov 18:00, 2 d later.",
        ),
        (
            "Schedule.StartTime",
            "2026-11-19T17:00:00+00:00",
            "The planned start moved from 19 Nov 18:00 to 19 Nov 17:00, 1 h earlier.",
        ),
        (
            "DataStorageConfig.Destination",
            "s3://b",
            "Captured data goes to s3://b instead of s3://checkout-capture/v7.",
        ),
        (
            "DataStorageConfig.ContentType.CsvContentTypes",
            ["text/csv", "text/tsv"],
            (
                "Bodies of text/tsv are now stored as CSV text. "
                "Bodies of application/csv are no longer stored as CSV text."
            ),
        ),
        (
            "DataStorageConfig.ContentType.CsvContentTypes",
            ["application/csv", "text/csv"],
            "The content types stored as CSV text are listed in another way.",
        ),
        (
            "Description",
            "Longer",
            "The description was changed from Ranker v7 against v6 on all of checkout to Longer.",
        ),
        (
            "RoleArn",
            "arn:b",
            "RoleArn changed from arn:aws:iam::123456789012:role/sagemaker-shadow to arn:b.",
        ),
        ("Brand", "new", "Brand appeared: new"),
        ("KmsKey", ..., f"KmsKey is no longer given (was {examples.KMS.replace('1b2c', '9f8e')})."),
        (
            "LastModifiedTime",
            "2026-11-22T00:00:00+00:00",
            "AWS's time of the last modification moved to 22 Nov 00:00.",
        ),
    ],
)
def test_one_change_is_one_sentence(path: str, value: Any, sentence: str) -> None:
    assert told(path, value) == sentence


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("StatusReason", "AWS gives a reason: The operator asked for a longer look."),
        (
            "EndpointMetadata.FailureReason",
            (
                "AWS gives a reason for a failure of the endpoint: "
                "The last update did not pass its health check."
            ),
        ),
        ("Schedule.EndTime", "The planned end was set to 26 Nov 18:00."),
        ("Description", "A description was given: Ranker v7 against v6 on all of checkout"),
        ("CompletionTime", "AWS gives the time of the end: 26 Nov 18:01."),
    ],
)
def test_what_was_missing_appears(path: str, sentence: str) -> None:
    assert taken_back(path, ...) == sentence


def test_capture_is_switched_on_and_off() -> None:
    off, on = (
        changed("DataStorageConfig", ...),
        described(DataStorageConfig={"Destination": "s3://b"}),
    )
    assert said(*changes(off, on)) == ["Data capture was switched on, to s3://b."]
    assert said(*changes(on, off)) == ["Data capture was switched off (it went to s3://b)."]


def test_words_of_aws_stand_apart_from_ours() -> None:
    (change,) = changes(described(), changed("Status", "Stopping"))
    assert change.sentence == (
        *("Status went from ", Quoted("Running"), " to ", Quoted("Stopping"), "."),
    )
    assert (change.group, change.paths, change.mild) == (Group.STATUS, ("Status",), False)


def test_times_stay_times_for_the_zone_of_the_reader() -> None:
    (change,) = changes(described(), changed("Schedule.EndTime", "2026-11-28T19:00:00+01:00"))
    assert change.sentence[3] == datetime(2026, 11, 28, 18, tzinfo=UTC)


def test_a_time_that_is_none_is_quoted() -> None:
    assert told("Schedule.EndTime", "soon").endswith(" to soon.")
    assert told("Schedule.EndTime", "2026-11-28T18:00:00").endswith(" to 2026-11-28T18:00:00.")


def test_the_gravest_is_told_first() -> None:
    after = _with(changed("Description", "Other"), "Status", "Stopping")
    assert [change.group for change in changes(described(), after)] == [
        *(Group.STATUS, Group.DESCRIPTION),
    ]


def test_the_time_of_modification_alone_is_mild() -> None:
    later = "2026-11-22T00:00:00+00:00"
    (alone,) = changes(described(), changed("LastModifiedTime", later))
    assert alone.mild
    (beside,) = changes(
        described(), _with(changed("Status", "Stopping"), "LastModifiedTime", later)
    )
    assert said(beside) == ["Status went from Running to Stopping."]
    assert beside.paths == ("Status", "LastModifiedTime")


def test_members_that_botocore_does_not_know_are_told_by_their_path() -> None:
    before = Answer(described().response, {"ModelVariants[1].Brand": 1})
    after = Answer(described().response, {"ModelVariants[1].Brand": True})
    (change,) = changes(before, after)
    assert said(change) == ["ModelVariants[shadow].Brand changed from 1 to true."]


# Variants are who they are called


def test_variants_are_matched_by_name() -> None:
    turned = described().response["ModelVariants"]
    assert isinstance(turned, list)
    (change,) = changes(described(), described(ModelVariants=turned[::-1]))
    assert said(change) == ["AWS lists the variants in another order."]
    assert change.mild


def test_a_variant_comes_and_goes() -> None:
    both = described().response["ModelVariants"]
    assert isinstance(both, list)
    more = described(ModelVariants=[examples.variant("new", Status="Creating"), *both])
    (came,) = changes(described(), more)
    assert said(came) == [
        "The variant new was added: the model model-of-new on 2 × ml.m5.xlarge, Creating."
    ]
    assert len(came.paths) == 6
    assert said(*changes(more, described())) == [
        "The variant new was removed (it was the model model-of-new on 2 × ml.m5.xlarge)."
    ]


def test_a_second_shadow_is_called_by_its_name() -> None:
    one = described()
    two = described(ShadowModeConfig=examples.shadow_mode("production", shadow=35, other=5))
    more = described(ShadowModeConfig=examples.shadow_mode("production", shadow=35, other=6))
    assert said(*changes(one, two)) == [f"other gets 5{THIN}% of the requests."]
    assert said(*changes(two, one)) == [f"other no longer gets requests (it got 5{THIN}%)."]
    assert said(*changes(two, more)) == [
        f"other gets 6{THIN}% of the requests instead of 5{THIN}%."
    ]


def test_variants_whose_names_say_nothing_are_matched_by_place() -> None:
    twins = [examples.variant("a"), examples.variant("a")]
    after = [examples.variant("a"), examples.variant("a", Status="Updating")]
    (change,) = changes(described(ModelVariants=twins), described(ModelVariants=after))
    assert said(change) == ["ModelVariants[1] went from InService to Updating."]


def test_a_list_that_empties_says_so() -> None:
    found = said(*changes(described(), described(ModelVariants=[])))
    assert found[0].startswith("The variant production was removed")
    assert found[-1] == "ModelVariants is empty now."


# Side by side


def row(found: tuple[Row, ...], path: str) -> Row:
    return next(one for one in found if one.path == path)


def test_rows_that_differ_come_first() -> None:
    after = _with(changed("Description", "Other"), "KmsKey", ...)
    found = rows(described(), after)
    assert [one.path for one in found if one.changed] == ["Description", "KmsKey"]
    assert [one.changed for one in found[:3]] == [True, True, False]
    assert (row(found, "KmsKey").label, row(found, "KmsKey").after) == ("Volume KMS key", None)


def test_rows_otherwise_follow_the_answer() -> None:
    found = rows(described(), described())
    assert [one.path for one in found[:3]] == ["Type", "Schedule.StartTime", "Schedule.EndTime"]
    assert not any(one.changed for one in found)


def test_rows_of_variants_are_aligned_by_name() -> None:
    turned = described().response["ModelVariants"]
    assert isinstance(turned, list)
    found = rows(described(), described(ModelVariants=turned[::-1]))
    assert row(found, "ModelVariants[shadow].ModelName") == Row(
        "ModelVariants[shadow].ModelName",
        "shadow: model",
        "model-of-shadow",
        "model-of-shadow",
        changed=False,
    )


def test_rows_hold_times_as_times_and_the_rest_as_text() -> None:
    found = rows(described(), described())
    assert row(found, "CompletionTime").before == datetime(2026, 11, 26, 18, 1, tzinfo=UTC)
    count = "InfrastructureConfig.RealTimeInferenceConfig.InstanceCount"
    assert row(found, f"ModelVariants[shadow].{count}").before == "3"


def test_unknown_members_are_labelled_by_their_path() -> None:
    found = rows(described(), changed("Brand", {"Colour": "blue"}))
    assert found[0] == Row("Brand.Colour", "Brand.Colour", None, "blue", changed=True)


# Whatever the history holds


def _wire(shape: Shape | None, value: Any) -> Any:
    """A raw body as an answer holds it."""
    if isinstance(value, dict) and isinstance(shape, StructureShape):
        return {name: _wire(shape.members.get(name), inner) for name, inner in value.items()}
    if isinstance(value, list) and isinstance(shape, ListShape):
        return [_wire(shape.member, item) for item in value]
    if shape is not None and shape.type_name == "timestamp":
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)).isoformat()
    return value


unmodelled = st.dictionaries(
    st.sampled_from(["Brand", "Brand.Colour", "ModelVariants[0].Brand", "Schedule.New", "New[1]"]),
    st.none() | st.booleans() | shapes.integers | shapes.texts,
    max_size=3,
)
answers = st.builds(
    lambda body, more: Answer(_wire(shapes.describe_shape(), body), more),
    shapes.descriptions("ranker"),
    unmodelled,
)
paths = st.sampled_from(
    [
        *("Status", "Schedule", "Schedule.EndTime", "LastModifiedTime", "RoleArn", "Description"),
        *("ModelVariants", "ModelVariants.0", "ModelVariants.0.VariantName", "DataStorageConfig"),
        *("ModelVariants.1.InfrastructureConfig", "ShadowModeConfig.ShadowModelVariants"),
        *("EndpointMetadata", "EndpointMetadata.EndpointStatus", "ModelVariants.1.VariantName"),
        "ShadowModeConfig.ShadowModelVariants.0.SamplingPercentage",
    ]
)


@st.composite
def altered(draw: st.DrawFn) -> Answer:
    """An ordinary answer with anything at all in a few of its places."""
    found = described()
    for path in draw(st.lists(paths, max_size=3)):
        try:
            found = _with(found, path, draw(st.just(...) | shapes.json_values))
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    variants = found.response.get("ModelVariants")
    if isinstance(variants, list) and draw(st.booleans()):
        found = Answer(found.response | {"ModelVariants": draw(st.permutations(variants))})
    return Answer(found.response, draw(unmodelled))


anything = answers | altered()


def count_of_leaves(answer: Answer) -> int:
    found = dict(leaves(answer.response))
    emptied = [
        path
        for path, value in found.items()
        if value in ([], {})
        and any(one.startswith((path + ".", path + "[")) for one in answer.unmodelled)
    ]
    return len((found.keys() | answer.unmodelled.keys()) - set(emptied))


@settings(max_examples=400, deadline=None)
@given(before=anything, after=anything)
def test_each_leaf_that_differs_is_told_exactly_once(before: Answer, after: Answer) -> None:
    table = rows(before, after)
    assert len({one.path for one in table}) == len(table)
    assert sum(one.before is not None for one in table) == count_of_leaves(before)
    assert sum(one.after is not None for one in table) == count_of_leaves(after)
    found = changes(before, after)
    orders = {"ModelVariants", "ShadowModeConfig.ShadowModelVariants"}
    covered = Counter(
        path
        for change in found
        for path in change.paths
        if not (change.mild and change.paths[0] in orders and "another order" in said(change)[0])
        or path == "LastModifiedTime"
    )
    assert covered == Counter(one.path for one in table if one.changed)
    assert all(change.sentence and all(part != "" for part in change.sentence) for change in found)
    assert all(change.paths for change in found)


@settings(max_examples=200, deadline=None)
@given(answer=anything)
def test_equal_answers_have_no_changes(answer: Answer) -> None:
    assert changes(answer, copy.deepcopy(answer)) == ()
    assert not any(one.changed for one in rows(answer, copy.deepcopy(answer)))
    assert len(changes(None, answer)) == len(changes(answer, None)) == 1


@settings(max_examples=100, deadline=None)
@given(before=altered(), after=altered())
def test_surprising_types_are_told_and_never_raise(before: Answer, after: Answer) -> None:
    assert all(said(*changes(before, after)))
    assert all(one.label for one in rows(before, after) if one.path)
