"""What lists and descriptions make of the fleet's rows, and how a page learns of it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments import models
from experiments.domain.answer import Answer
from experiments.domain.experiment import Summary
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.selection import Selection
from experiments.domain.problem import Kind, Problem
from experiments.store import catalogue, fleet
from tests.support.fleet import entry, forget, listed, revision, stored
from tests.support.scripted_aws import ScriptedAws, description

SECOND = timedelta(seconds=1)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
HERE = "default"


@pytest.fixture(autouse=True)
def _empty(scripted_aws: ScriptedAws) -> Iterator[None]:
    forget()
    yield
    forget()


def note(*summaries: Summary, at: datetime = AT, source: str = HERE) -> None:
    catalogue.note(source, summaries, at, listed=len(summaries))


class Growth:
    """How often the revision has grown since it was last asked for."""

    def __init__(self) -> None:
        self._before = revision(HERE)

    def __call__(self) -> int:
        before, self._before = self._before, revision(HERE)
        return self._before - before


def snapshot(name: str, *, body: str | None = None, **columns: object) -> None:
    """An experiment that was described before there was a fleet."""
    text = Answer(description(name)).to_text() if body is None else body
    usual: dict[str, object] = {"answer": text, "digest": "x", "answered_at": AT}
    models.Snapshot.objects.create(source=HERE, name=name, **(usual | columns))


def test_what_a_list_tells_is_entered() -> None:
    catalogue.begin(HERE, AT)
    one = listed("One", start=AT, end=AT + SECOND, description="v7", created=AT, modified=AT)
    note(one, listed("two", "Cancelled", status_reason="No budget", completed=AT))
    assert stored() == {
        "One": Entry.listed(HERE, one),
        "two": Entry.listed(
            HERE, listed("two", "Cancelled", status_reason="No budget", completed=AT)
        ),
    }
    assert [trouble.words for trouble in stored()["two"].troubles] == ["No budget"]
    row = models.FleetEntry.objects.get(name="One")
    assert (row.folded_name, row.seen_at) == ("one", AT)


def test_times_at_both_ends_of_the_calendar_are_entered() -> None:
    for name, moment in (("first", datetime.min), ("last", datetime.max)):
        at = moment.replace(tzinfo=UTC)
        summary = listed(name, start=at, end=at, created=at, modified=at, completed=at)
        note(summary)
        assert stored()[name] == Entry.listed(HERE, summary)


def test_a_list_after_a_description_changes_the_status_and_keeps_the_endpoint() -> None:
    catalogue.enter(entry("one", endpoint="ranker", sampling=35), AT)
    note(listed("one", "Completed", completed=AT), at=AT + SECOND)
    told = stored()["one"]
    assert (told.status, told.completed_at) == ("Completed", AT)
    assert (told.described, told.endpoint, told.sampling) == (True, "ranker", 35)


def test_a_description_after_a_list_wins_over_it() -> None:
    described = entry("one", "Completed", endpoint="ranker")
    catalogue.enter(described, AT)
    grew = Growth()
    note(listed("one", "Running"), at=AT - SECOND)
    assert stored() == {"one": described}
    assert grew() == 0


def test_a_description_takes_the_place_of_what_a_list_told() -> None:
    note(listed("one", "Created", description="old"))
    described = entry("one", "Running", description="new", production_model="v6")
    catalogue.enter(described, AT + SECOND)
    assert stored() == {"one": described}


def test_the_revision_grows_with_every_change_and_with_nothing_else() -> None:
    catalogue.begin(HERE, AT)
    grew = Growth()
    note(listed("one"), listed("two"))
    assert grew() == 1, "a page of the list at a time"
    note(listed("one"), listed("two"), at=AT + SECOND)
    assert grew() == 0
    note(listed("one"), listed("two", "Stopping"), at=AT + SECOND)
    assert grew() == 1
    catalogue.enter(entry("one"), AT + SECOND)
    assert grew() == 1
    catalogue.enter(entry("one"), AT + 2 * SECOND)
    assert grew() == 0
    catalogue.enter(entry("one", endpoint_status="Updating"), AT + 3 * SECOND)
    assert grew() == 1
    for finding in ("strike", "blank"):
        getattr(catalogue, finding)((HERE, "nobody"))
        assert grew() == 0
    catalogue.begin(HERE, AT)
    catalogue.finish(HERE, {"one", "two"}, AT, AT)
    catalogue.fail(HERE, Problem(Kind.THROTTLED), AT)
    catalogue.adopt(HERE, read_before=False)
    assert grew() == 0
    catalogue.strike((HERE, "two"))
    assert grew() == 1
    catalogue.blank((HERE, "one"))
    assert grew() == 1


def test_what_aws_does_not_know_any_more_is_struck_out() -> None:
    catalogue.enter(entry("one"), AT)
    catalogue.enter(entry("one", source="another"), AT)
    catalogue.strike((HERE, "one"))
    assert (list(stored()), list(stored("another"))) == ([], ["one"])


def test_what_aws_no_longer_describes_is_what_the_list_says_of_it() -> None:
    summary = listed("one", "Cancelled", status_reason="No budget", description="v7", end=AT)
    described = replace(
        entry("one", "Cancelled", reason="No budget", description="v7", end_at=AT),
        endpoint_status="Failed",
        account="123456789012",
        production_model="secret",
        shadow_model="secret",
        sampling=7,
    )
    catalogue.enter(described, AT)
    catalogue.blank((HERE, "one"))
    assert stored() == {"one": Entry.listed(HERE, summary)}
    # Nor does a search find it by what is not to be seen.
    assert fleet.find([HERE], Selection(q="secret"), AT).total == 0


def test_a_reading_tells_how_far_it_is() -> None:
    assert not fleet.readings([HERE])[HERE].under_way
    assert catalogue.begin(HERE, AT) is False, "it has never been whole"
    catalogue.note(HERE, [listed("one"), listed("two")], AT, listed=2)
    reading = fleet.readings([HERE])[HERE]
    assert (reading.under_way, reading.listed, reading.read_at) == (True, 2, None)
    catalogue.finish(HERE, {"one", "two"}, AT, AT + SECOND)
    reading = fleet.readings([HERE])[HERE]
    assert (reading.under_way, reading.total, reading.read_at) == (False, 2, AT + SECOND)
    assert catalogue.begin(HERE, AT + 2 * SECOND) is True
    reading = fleet.readings([HERE])[HERE]
    assert (reading.under_way, reading.listed, reading.total) == (True, 0, 2)


def test_what_a_whole_list_does_not_hold_and_nobody_described_is_gone() -> None:
    catalogue.begin(HERE, AT)
    note(listed("kept"), listed("gone"), listed("gone-too"))
    catalogue.enter(entry("described"), AT)
    note(listed("elsewhere"), source="another")
    began = AT + SECOND
    note(listed("kept"), at=began)
    # Somebody looked at it while the list was being read.
    note(listed("new"), at=began)
    grew = Growth()
    catalogue.finish(HERE, {"kept"}, began, began + SECOND)
    assert sorted(stored()) == ["described", "kept", "new"]
    assert list(stored("another")) == ["elsewhere"]
    assert grew() == 1


def test_more_than_a_database_takes_at_once_can_be_gone() -> None:
    catalogue.begin(HERE, AT)
    for page in range(6):
        note(*(listed(f"gone-{page}-{number}") for number in range(100)))
    catalogue.finish(HERE, set(), AT + SECOND, AT + SECOND)
    assert stored() == {}


def test_a_list_that_failed_leaves_what_was_known_and_says_why() -> None:
    catalogue.begin(HERE, AT)
    note(listed("one"))
    catalogue.fail(HERE, Problem(Kind.THROTTLED, "ThrottlingException"), AT + SECOND)
    reading = fleet.readings([HERE])[HERE]
    assert reading.problem == Problem(Kind.THROTTLED, "ThrottlingException")
    assert (reading.failed_at, reading.under_way) == (AT + SECOND, False)
    assert list(stored()) == ["one"]
    catalogue.begin(HERE, AT + 2 * SECOND)
    assert fleet.readings([HERE])[HERE].problem is not None, "until a reading has been whole"
    catalogue.finish(HERE, {"one"}, AT, AT + 3 * SECOND)
    assert fleet.readings([HERE])[HERE].problem is None


def test_where_the_list_is_denied_what_it_told_is_not_for_this_portal() -> None:
    catalogue.begin(HERE, AT)
    note(listed("only-listed"))
    note(listed("elsewhere"), source="another")
    catalogue.enter(entry("described"), AT)
    grew = Growth()
    catalogue.fail(HERE, Problem(Kind.ACCESS_DENIED), AT + SECOND)
    assert list(stored()) == ["described"]
    assert list(stored("another")) == ["elsewhere"]
    assert grew() == 1


def test_what_was_described_before_there_was_a_fleet_is_adopted() -> None:
    snapshot("seen-before")
    snapshot("gone", digest="", answer="")
    snapshot("denied", withheld=True)
    snapshot("by-another-hand", body="{")
    note(listed("seen-before", "Created"), at=AT - SECOND)
    catalogue.enter(entry("known", endpoint="kept"), AT + SECOND)
    snapshot("known")
    catalogue.adopt(HERE, read_before=False)
    assert sorted(stored()) == ["known", "seen-before"]
    told = stored()["seen-before"]
    assert (told.described, told.endpoint, told.account) == (True, "ranker", "123456789012")
    assert stored()["known"].endpoint == "kept"


def test_once_the_list_was_read_only_what_nobody_described_is_adopted() -> None:
    snapshot("listed-only")
    snapshot("described")
    snapshot("not-listed")
    note(listed("listed-only", "Created"), at=AT - SECOND)
    catalogue.enter(entry("described", endpoint="kept"), AT + SECOND)
    catalogue.adopt(HERE, read_before=True)
    assert sorted(stored()) == ["described", "listed-only"]
    assert stored()["listed-only"].described
    assert stored()["described"].endpoint == "kept"


def test_an_answer_that_nobody_can_read_is_no_news_in_every_round() -> None:
    snapshot("by-another-hand", body="{")
    grew = Growth()
    catalogue.adopt(HERE, read_before=False)
    catalogue.adopt(HERE, read_before=False)
    assert grew() == 0


def test_troubles_that_this_version_does_not_know_are_passed_over() -> None:
    catalogue.enter(entry("one", "Cancelled", reason="No budget"), AT)
    newer = '[["tomorrow", "Something new"], ["cancelled", "No budget"]]'
    models.FleetEntry.objects.update(troubles=newer)
    assert [trouble.words for trouble in stored()["one"].troubles] == ["No budget"]


def test_the_account_of_a_source_is_that_of_the_last_arn() -> None:
    note(listed("one"))
    catalogue.enter(entry("one", account="123456789012"), AT)
    catalogue.enter(entry("one", account=""), AT + SECOND)
    assert fleet.readings([HERE])[HERE].account == "123456789012"


keys = st.tuples(st.sampled_from(["prod", "lab"]), st.sampled_from(["one", "One", "two"]))
steps = st.tuples(
    st.sampled_from(["note", "enter", "strike", "blank", "finish", "fail"]),
    keys,
    st.sampled_from(["Running", "Completed"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=12))
def test_one_name_in_two_sources_is_two_experiments(
    taken: list[tuple[str, tuple[str, str], str]],
) -> None:
    """Whatever happens in one source, the other one stays as it was."""
    forget()
    for source in ("prod", "lab"):
        catalogue.begin(source, AT)
    before: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for number, (step, (source, name), status) in enumerate(taken, start=1):
        at = AT + number * SECOND
        other = "lab" if source == "prod" else "prod"
        revisions = revision(other)
        match step:
            case "note":
                note(listed(name, status), at=at, source=source)
            case "enter":
                catalogue.enter(entry(name, status, source, endpoint=source), at)
            case "strike" | "blank":
                getattr(catalogue, step)((source, name))
            case "finish":
                catalogue.finish(source, {name}, at, at)
            case _:
                catalogue.fail(source, Problem(Kind.ACCESS_DENIED), at)
        assert stored(other) == before[other]
        assert revision(other) == revisions
        before[source] = stored(source)
        assert all(one.source == source for one in before[source].values())
        if step == "enter":
            assert before[source][name].endpoint == source
    forget()
