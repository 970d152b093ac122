"""One experiment as the fleet shows it: what is said of it, and whether somebody should look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.domain import parsing
from experiments.domain.answer import Answer
from experiments.domain.experiment import Experiment, Schedule, Summary
from experiments.domain.fleet import attention
from experiments.domain.fleet.attention import ALWAYS, Kind
from experiments.domain.fleet.entry import LONGEST_NAME, LONGEST_TEXT, Entry
from experiments.domain.fleet.overlaps import overlaps
from experiments.domain.status import EXPERIMENT, experiment_status
from experiments.store import catalogue
from tests.support import examples
from tests.support.fleet import forget, listed, stored
from tests.support.scripted_aws import description

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CAPTURE = {"DataStorageConfig": {"Destination": "s3://bucket/here"}}
TRAFFIC = {
    "ModelVariants": [examples.variant("production"), examples.variant("shadow")],
    "ShadowModeConfig": examples.shadow_mode("production", shadow=35),
}

statuses = st.sampled_from([*EXPERIMENT, "Hibernating", ""])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
long_texts = texts.map(lambda text: text * 200)
moments = st.none() | st.one_of(
    st.sampled_from([EARLIEST, LATEST, NOW]),
    st.datetimes(timezones=st.just(UTC)),
)
names = st.from_regex(r"[a-zA-Z0-9](-?[a-zA-Z0-9]){0,20}", fullmatch=True)
summaries = st.builds(
    Summary,
    name=names,
    status=statuses.map(experiment_status),
    type=texts,
    status_reason=st.none() | texts,
    schedule=st.none() | st.builds(Schedule, start=moments, end=moments),
    description=st.none() | long_texts,
    created=moments,
    completed=moments,
    modified=moments,
)


def experiment(**members: Any) -> Experiment:
    """A Running experiment with which nothing is wrong, with these ``members`` over it."""
    return parsing.parse(Answer(description("one", **(CAPTURE | TRAFFIC | members))))


def described(**members: Any) -> Entry:
    return Entry.of("default", experiment(**members), NOW)


def window(start: datetime | None, end: datetime | None) -> dict[str, Any]:
    ends = {"StartTime": start, "EndTime": end}
    return {"Schedule": {name: at.isoformat() for name, at in ends.items() if at is not None}}


def kinds(entry: Entry) -> list[str]:
    return [trouble.kind.value for trouble in entry.troubles]


def test_a_description_tells_more_than_a_list() -> None:
    told = described(Description="v7 against v6", **window(NOW, NOW + HOUR))
    assert (told.described, told.account, told.endpoint) == (True, "123456789012", "ranker")
    assert (told.production_model, told.shadow_model) == ("model-of-production", "model-of-shadow")
    assert told.sampling == 35
    summary = listed("one", description="v7 against v6", start=NOW, end=NOW + HOUR)
    only_listed = Entry.listed("default", summary)
    assert not only_listed.described
    assert (only_listed.endpoint, only_listed.sampling) == ("", None)
    assert only_listed.summary() == told.summary() == summary


def test_a_later_list_changes_what_it_tells_and_keeps_what_a_description_knows() -> None:
    before = described(EndpointMetadata={"EndpointName": "ranker", "EndpointStatus": "Failed"})
    summary = listed("one", "Cancelled", status_reason="It cost too much", completed=NOW)
    after = before.listed_again(Entry.listed("default", summary))
    assert (after.status, after.reason, after.completed_at) == (
        "Cancelled",
        "It cost too much",
        NOW,
    )
    assert (after.endpoint, after.shadow_model, after.sampling) == ("ranker", "model-of-shadow", 35)
    assert kinds(after) == ["cancelled", "endpoint"]
    again = after.listed_again(Entry.listed("default", listed("one", "Completed")))
    assert kinds(again) == ["endpoint"], "the reason is of a status that is no more"


def test_nothing_is_wrong_with_most_experiments() -> None:
    assert described(**window(NOW - HOUR, NOW + HOUR)).troubles == ()
    assert described().attention_at is None


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"Status": "Cancelled", "StatusReason": "No budget"}, [("cancelled", "No budget")]),
        ({"Status": "Completed", "StatusReason": "As planned"}, []),
        ({"Status": "Cancelled"}, []),
        ({"EndpointMetadata": {"EndpointName": "e", "EndpointStatus": "Failed"}}, ["endpoint"]),
        (
            {"EndpointMetadata": {"EndpointName": "e", "EndpointStatus": "Updating"}},
            [("endpoint", "Its endpoint is Updating")],
        ),
        ({"EndpointMetadata": {"EndpointName": "e", "EndpointStatus": "InService"}}, []),
        (
            {
                "EndpointMetadata": {
                    "EndpointName": "e",
                    "EndpointStatus": "InService",
                    "FailureReason": "canary",
                }
            },
            [("endpoint", "Its endpoint’s last update failed")],
        ),
        ({"EndpointMetadata": {"EndpointName": "e", "EndpointStatus": "Tomorrow"}}, []),
        (
            {
                "ModelVariants": [
                    examples.variant("production"),
                    examples.variant("shadow", Status="Updating"),
                ]
            },
            [("variants", "Shadow is Updating")],
        ),
        ({"ModelVariants": [examples.variant("production")]}, ["traffic"]),
        ({"DataStorageConfig": None}, [("capture", "Data capture is off")]),
        ({"DataStorageConfig": None, "Status": "Completed"}, []),
        ({"ModelVariants": [], "Status": "Created"}, []),
    ],
)
def test_it_says_what_somebody_should_look_at(
    members: dict[str, Any], found: list[str | tuple[str, str]]
) -> None:
    entry = described(**members)
    told = {(trouble.kind.value, trouble.words) for trouble in entry.troubles}
    expected = {one for one in found if isinstance(one, tuple)}
    assert expected <= told
    assert sorted(kinds(entry)) == sorted(one if isinstance(one, str) else one[0] for one in found)
    assert entry.attention_at == (ALWAYS if found else None)


def test_one_trouble_of_a_kind_is_enough() -> None:
    shadows = {f"shadow-{number}": 1 for number in range(5)}
    variants = [examples.variant(name, Status="Updating") for name in ("production", *shadows)]
    mode = examples.shadow_mode("production", **shadows)
    told = described(ModelVariants=variants, ShadowModeConfig=mode)
    assert kinds(told).count("variants") == 1


def test_time_makes_an_experiment_overdue_or_late() -> None:
    for status, start, end, kind in (
        ("Running", NOW - HOUR, NOW, Kind.OVERDUE),
        ("Created", NOW, NOW + HOUR, Kind.LATE),
    ):
        entry = described(Status=status, **window(start, end))
        assert entry.troubles == (), "what depends on the time is not stored"
        for at, needs in ((NOW, False), (NOW + 5 * MINUTE, False), (NOW + 6 * MINUTE, True)):
            told = attention.by_now(status, start, end, at)
            assert [trouble.kind for trouble in told] == ([kind] if needs else [])
            assert (entry.attention_at is not None and entry.attention_at <= at) is needs


@given(statuses, moments, moments)
def test_the_schedule_makes_trouble_from_the_moment_on_that_is_stored(
    status: str, start: datetime | None, end: datetime | None
) -> None:
    """A count of the database and the words beside a name never tell two stories."""
    due = attention.due(status, start, end)
    entry = Entry(source="s", name="one", status=status, start_at=start, end_at=end).judged()
    assert entry.attention_at == due
    for now in (NOW, due, due and due - timedelta(microseconds=1)):
        if now is not None:
            told = attention.by_now(status, start, end, now)
            assert bool(told) is (due is not None and due <= now)


def test_what_ended_or_waits_for_no_time_is_never_overdue() -> None:
    for status in ("Creating", "Starting", "Stopping", "Completed", "Cancelled", "Hibernating"):
        assert attention.by_now(status, NOW - HOUR, NOW - HOUR, NOW) == ()
    assert attention.due("Running", NOW, None) is None
    assert attention.due("Running", NOW, LATEST) is None


def test_a_status_of_tomorrow_is_shown_as_it_is() -> None:
    entry = Entry.listed("default", listed("one", "Hibernating"))
    assert (entry.status, entry.state.known, entry.troubles) == ("Hibernating", False, ())


def test_texts_that_no_aws_has_made_are_cut_so_that_a_database_takes_them() -> None:
    endless = "x" * 100_000
    told = described(
        Status=endless,
        Description=endless,
        StatusReason=endless,
        EndpointMetadata={"EndpointName": endless, "EndpointStatus": endless},
    )
    assert len(told.status) == len(told.endpoint) == len(told.endpoint_status) == LONGEST_NAME
    assert len(told.description) == len(told.reason) == LONGEST_TEXT


def test_a_percentage_that_is_none_is_not_known() -> None:
    for number, expected in ((0, 0), (100, 100), (101, None), (-1, None), (10**30, None)):
        mode = examples.shadow_mode("production", shadow=number)
        assert described(ShadowModeConfig=mode).sampling == expected


def test_two_that_share_an_endpoint_at_one_time_overlap() -> None:
    def one(name: str, status: str, start: datetime, end: datetime | None, **more: Any) -> Entry:
        found = described(Status=status, **window(start, end))
        return replace(found, name=name, **more)

    mine = one("mine", "Running", NOW - HOUR, NOW + HOUR)
    next_one = one("next", "Created", NOW + HOUR, NOW + 2 * HOUR)
    early = one("early", "Created", NOW + HOUR / 2, NOW + 2 * HOUR)
    forever = one("forever", "Running", NOW, None)
    stopped = one("stopped", "Cancelled", NOW - HOUR, NOW + HOUR, completed_at=NOW - HOUR)
    elsewhere = one("elsewhere", "Running", NOW - HOUR, NOW + HOUR, source="another")
    others = [mine, next_one, early, forever, stopped, elsewhere]
    (found,) = overlaps([mine], others, NOW).values()
    assert {overlap.name: (overlap.since, overlap.until) for overlap in found} == {
        "early": (NOW + HOUR / 2, NOW + HOUR),
        "forever": (NOW, NOW + HOUR),
    }
    # It has run over, into what comes next.
    (found,) = overlaps([mine], [next_one], NOW + 90 * MINUTE).values()
    assert found[0].until == NOW + 90 * MINUTE


@given(st.lists(summaries, max_size=4), moments)
def test_no_times_raise(found: list[Summary], now: datetime | None) -> None:
    at = now or NOW
    entries = [replace(Entry.listed("s", one), endpoint="e") for one in found]
    overlaps(entries, entries, at)
    for entry in entries:
        attention.by_now(entry.status, entry.start_at, entry.end_at, at)


@given(summary=summaries, at=st.datetimes(timezones=st.just(UTC)))
def test_whatever_a_list_says_can_be_stored_and_read_back(summary: Summary, at: datetime) -> None:
    forget()
    catalogue.note("any", [summary], at, listed=1)
    assert stored("any") == {summary.name: Entry.listed("any", summary)}


@given(summary=summaries, status=statuses, reason=texts, model=long_texts, end=moments)
def test_whatever_a_description_says_can_be_stored_and_read_back(
    summary: Summary,
    status: str,
    reason: str,
    model: str,
    end: datetime | None,
) -> None:
    forget()
    told = experiment(Status=status, StatusReason=reason, ModelVariants=[], **window(NOW, end))
    entry = replace(Entry.of("any", told, NOW), shadow_model=model[:LONGEST_NAME])
    catalogue.enter(entry, NOW)
    assert stored("any") == {"one": entry}
