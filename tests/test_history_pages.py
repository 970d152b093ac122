"""The pages of what the portal recorded: the list, one page as it looked, and two side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from experiments import history, models
from experiments.refreshing import memory
from experiments.store.availability import Unavailable
from tests.support.eventually import eventually
from tests.support.examples import every_member, infrastructure
from tests.support.later import later
from tests.support.pages import fields, parse, problem, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def look(name: str, **span: float) -> Any:
    """Have AWS asked, so much later than now, and see the page of that."""
    with later(**span):
        Client().post(f"{address(name)}check/")
        return Client().get(address(name))


def lives(aws: ScriptedAws, name: str, *answers: dict[str, Any]) -> Any:
    """Let the portal see these answers an hour apart; the page of the last."""
    page = None
    for hour, answer in enumerate(answers):
        aws.describes(name, **answer)
        page = look(name, hours=hour)
    return page


def is_deleted(aws: ScriptedAws, name: str, hour: int) -> Any:
    aws.fails(name, "ResourceNotFound")
    return look(name, hours=hour)


def records_many(aws: ScriptedAws, name: str, number: int) -> None:
    """Let there be so many observations, without as many looks."""
    lives(aws, name, {"Description": "1"})
    row = models.Snapshot.objects.get(name=name)
    text = models.Observation.objects.get(snapshot=row).answer
    models.Observation.objects.bulk_create(
        models.Observation(
            snapshot=row,
            number=each,
            seen_at=datetime(2026, 1, 1, 0, each % 60, tzinfo=UTC),
            answer=text.replace('"Description": "1"', f'"Description": "{each}"'),
        )
        for each in range(2, number + 1)
    )
    models.Snapshot.objects.filter(pk=row.pk).update(observed=number, sequence=row.sequence + 1)
    memory.forget()


def get(path: str, hours: float = 0) -> Any:
    with later(hours=hours):
        return Client().get(path)


def listed(page: Any) -> list[str]:
    return [words(item) for item in parse(page).select(".seen-list > li")]


# The panel


def test_the_first_observation_says_so(scripted_aws: ScriptedAws) -> None:
    page = lives(scripted_aws, "panel-first", {})
    (only,) = listed(page)
    assert "First seen by this portal" in only
    assert "Running" in only
    assert "Observed by this portal" in words(parse(page).select_one("#history"))
    assert parse(page).select_one("#history .seen-more") is None
    assert parse(page).select_one(".tabs a[href='#history']") is not None


def test_a_changed_status_is_told_by_icons_and_words(scripted_aws: ScriptedAws) -> None:
    page = lives(scripted_aws, "panel-status", {}, {"Status": "Completed"})
    newest = parse(page).select(".seen-list > li")[0]
    assert [words(word) for word in newest.select(".moved bdi")] == ["Running", "Completed"]
    icons = [use["href"] for use in newest.select(".moved .st use")]
    assert [str(icon).split("#")[1] for icon in icons] == ["running", "completed"]
    # It is drawn, and so not said once more.
    assert "Status went" not in words(newest)


def test_other_changes_are_told_in_sentences(scripted_aws: ScriptedAws) -> None:
    page = lives(scripted_aws, "panel-words", {"Description": "a"}, {"Description": "b"})
    assert "description" in listed(page)[0].lower()
    assert "b" in [words(said) for said in parse(page).select(".seen-list .told bdi")]


def test_a_change_that_nobody_saw_happen_says_how_long_that_was(
    scripted_aws: ScriptedAws,
) -> None:
    scripted_aws.describes("panel-gap")
    look("panel-gap")
    scripted_aws.describes("panel-gap", Description="new")
    assert "some time in the 3 h" in listed(look("panel-gap", hours=3, minutes=20))[0]
    scripted_aws.describes("panel-gap", Description="newer")
    assert "some time" not in listed(look("panel-gap", hours=3, minutes=20, seconds=40))[0]


def test_the_panel_has_the_last_eight_and_the_way_to_all(scripted_aws: ScriptedAws) -> None:
    records_many(scripted_aws, "panel-many", 37)
    page = get(address("panel-many"))
    assert len(listed(page)) == 8
    links = {words(link): str(link["href"]) for link in parse(page).select(".seen-more a")}
    assert links == {
        "All 37 observations": "/experiments/default/panel-many/history/",
        "Compare two": "/experiments/default/panel-many/history/#choose",
    }


def test_a_page_whose_history_cannot_be_read_is_live_all_the_same(
    scripted_aws: ScriptedAws,
) -> None:
    lives(scripted_aws, "panel-away", {})
    with history_away():
        # A minute later, when the region is rendered anew.
        page = get(address("panel-away"), hours=0.02)
    assert page.status_code == 200
    assert problem(parse(page)) is None
    said = words(parse(page).select_one("#history"))
    assert "The history cannot be read right now; the page above is live." in said


# The list


def test_the_list_goes_back_and_forth_by_25(scripted_aws: ScriptedAws) -> None:
    records_many(scripted_aws, "list-many", 60)
    first = parse(get(f"{address('list-many')}history/"))
    assert len(first.select(".seen-list > li")) == 25
    assert pages(first) == {"Older ones": "36"}
    second = parse(get(f"{address('list-many')}history/?before=36"))
    assert next(str(item["id"]) for item in second.select(".seen-list > li")) == "seen-35"
    assert pages(second) == {"Newer ones": "", "Older ones": "11"}
    third = parse(get(f"{address('list-many')}history/?before=11"))
    assert [str(item["id"]) for item in third.select(".seen-list > li")][-1] == "seen-1"
    assert pages(third) == {"Newer ones": "36"}


def pages(page: Any) -> dict[str, str]:
    """The buttons that lead to other pages of the list, with the number that they ask before."""
    buttons = page.select("button[name=before]")
    return {words(button): str(button["value"]) for button in buttons}


def test_what_is_chosen_on_one_page_stays_chosen_on_the_next(scripted_aws: ScriptedAws) -> None:
    records_many(scripted_aws, "list-carry", 40)
    address_of_list = f"{address('list-carry')}history/"
    page = parse(get(f"{address_of_list}?older=39&newer=30&before=16"))
    assert chosen_in(page) == {"older": "39", "newer": "30"}
    assert "Newer: observation 30, chosen on another page" in words(page.select_one("#choose"))
    odd = parse(get(f"{address_of_list}?older=41&newer=x&before=16"))
    assert chosen_in(odd) == {"older": "14", "newer": "15"}


def chosen_in(page: Any) -> dict[str, str]:
    return {str(each["name"]): str(each["value"]) for each in page.select("#choose [checked]")}


def test_another_experiment_of_the_same_name_is_told_apart(scripted_aws: ScriptedAws) -> None:
    first = {"Status": "Completed", "CreationTime": 1_790_000_000}
    # The second look is an hour after the first.
    created = datetime.now(UTC).timestamp() + 1_800
    page = lives(scripted_aws, "same-name", first, {"Status": "Creating", "CreationTime": created})
    assert "Another experiment of this name" in listed(page)[0]
    # What was seen of the first is no part of the life of the second.
    assert "Completed" not in words(parse(page).select_one("#schedule"))


def test_times_that_read_alike_are_told_to_the_second(scripted_aws: ScriptedAws) -> None:
    ends = ({"Schedule": {"EndTime": 1_798_999_200 + more}} for more in (0, 20, 31_536_020))
    lives(scripted_aws, "alike", *ends)
    told = listed(get(address("alike")))
    assert "from 3 Jan 2027 18:00 to 3 Jan 2028 18:00" in told[0]
    assert "from 3 Jan 2027 18:00:00 UTC to 3 Jan 2027 18:00:20 UTC" in told[1]


def test_a_text_that_became_empty_is_called_so(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "emptied", {"Description": "words"}, {"Description": ""})
    assert "from words to an empty text" in listed(get(address("emptied")))[0]


def test_a_text_without_end_is_cut_in_a_sentence(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "endless", {"Description": "a" * 9_000}, {"Description": "b"})
    told = listed(get(address("endless")))[0]
    assert "a" * 2_000 in told
    assert "a" * 2_001 not in told
    assert "7,000 characters more" in told


def test_the_last_two_are_chosen_to_be_compared(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "list-choose", *({"Description": each} for each in "abc"))
    page = parse(get(f"{address('list-choose')}history/"))
    form = page.select_one("form[action$='/compare/']")
    assert form is not None
    chosen = {str(each["name"]): str(each["value"]) for each in form.select("[checked]")}
    assert chosen == {"older": "2", "newer": "3"}
    labels = [words(label) for label in form.select("label")]
    assert labels[:2] == ["Older: observation 3", "Newer: observation 3"]


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999", "²"])
def test_no_address_of_a_list_is_a_fault(scripted_aws: ScriptedAws, before: str) -> None:
    lives(scripted_aws, "list-odd", {})
    with later():
        page = Client().get(f"{address('list-odd')}history/", {"before": before}, follow=True)
    assert page.status_code == 200
    assert len(listed(page)) == 1


def test_what_is_no_longer_kept_is_said(scripted_aws: ScriptedAws) -> None:
    records_many(scripted_aws, "list-pruned", 12)
    models.Observation.objects.filter(snapshot__name="list-pruned", number__lt=10).delete()
    page = get(f"{address('list-pruned')}history/")
    assert "The oldest that is kept" in listed(page)[-1]
    assert "Observations 10 to 12" in words(parse(page))
    assert get(f"{address('list-pruned')}history/9/").status_code == 404


# One observation


def test_an_observation_is_the_page_as_it_looked(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "then", every_member(), {"Status": "Completed", "Description": "later"})
    page = get(f"{address('then')}history/1/", hours=1)
    assert page.status_code == 200
    shown = fields(parse(page))
    assert shown["Status"][0] == "Running"
    assert shown["Description"] == ["Ranker v7 against v6 on all of checkout"]
    region = parse(page).select_one("#experiment")
    assert region is not None
    assert [name for name in region.attrs if name.startswith("hx-")] == []
    for absent in ("#pause", "#check", "#history", ".acts a[rel]", "script[src*=polling]"):
        assert parse(page).select_one(absent) is None, absent
    said = words(parse(page).select_one(".frost"))
    assert "As this portal saw it at" in said
    assert "observation 1 of 2" in said
    title = parse(page).title
    assert title is not None
    assert "Observation 1" in title.get_text()
    assert "as seen" in words(parse(page).select_one("h1"))


def test_an_observation_leads_to_those_beside_it(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "beside", *({"Description": each} for each in "abcd"))
    links = {
        words(link): str(link["href"]).removeprefix(address("beside"))
        for link in parse(get(f"{address('beside')}history/2/")).select(".frost a")
    }
    assert links == {
        "Earlier": "history/1/",
        "Later": "history/3/",
        "Compare with the next": "compare/?older=2&newer=3",
        "Compare with the latest": "compare/?older=2&newer=4",
        "Back to the present": "",
    }
    first = words(parse(get(f"{address('beside')}history/1/")).select_one(".frost"))
    assert "Earlier" not in first
    last = words(parse(get(f"{address('beside')}history/4/")).select_one(".frost"))
    assert "Later" not in last


@pytest.mark.parametrize("number", ["0", "3", "x", "-1", "²", "1.0", "9" * 18, "9" * 5_000])
def test_an_unknown_number_is_not_found_and_told_what_there_is(
    scripted_aws: ScriptedAws, number: str
) -> None:
    lives(scripted_aws, "numbers", {"Description": "a"}, {"Description": "b"})
    for path in (f"history/{number}/", f"compare/?older=1&newer={number}"):
        page = get(address("numbers") + path, hours=1)
        assert page.status_code == 404
        assert "observations 1 to 2" in words(parse(page))
        assert fields(parse(page)) == {}


# Two observations


def test_two_are_laid_side_by_side_changed_ones_first(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "two", {"Description": "a"}, {"Status": "Completed", "Description": "b"})
    page = parse(get(f"{address('two')}compare/?older=1&newer=2"))
    changed, unchanged = page.select("table.beside")
    found = [[words(cell) for cell in row.select("td div")] for row in changed.select("tbody tr")]
    assert ["Running", "Completed"] in found
    assert ["a", "b"] in found
    assert all("changed" in words(row.th) for row in changed.select("tbody tr") if row.th)
    assert "Name" in words(unchanged)
    assert unchanged.find_parent("details") is not None
    assert "open" not in page.select("#d-unchanged")[0].attrs
    heads = [str(link["href"]) for link in changed.select("thead a")]
    assert heads == [f"{address('two')}history/1/", f"{address('two')}history/2/"]
    assert "went from Running to Completed" in words(page.select_one(".told"))


def test_two_in_the_wrong_order_are_put_right(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "swapped", {"Description": "a"}, {"Description": "b"})
    answer = get(f"{address('swapped')}compare/?older=2&newer=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"{address('swapped')}compare/?older=1&newer=2"


def test_one_with_itself_and_none_at_all_are_answered(scripted_aws: ScriptedAws) -> None:
    lives(scripted_aws, "itself", {"Description": "a"}, {"Description": "b"})
    same = get(f"{address('itself')}compare/?older=1&newer=1")
    assert same.status_code == 200
    assert "one and the same observation" in words(parse(same))
    none = get(f"{address('itself')}compare/")
    assert none.status_code == 404
    assert "Two observations are needed" in words(parse(none))


# Gone


def test_a_tombstone_keeps_all_of_it(scripted_aws: ScriptedAws) -> None:
    name = "tombstone"
    lives(scripted_aws, name, {}, {"Status": "Completed"})
    for hour in (2, 3):
        page = is_deleted(scripted_aws, name, hour)
        assert_problem_page(page, "not-found")
        grave = words(parse(page).select_one(".state"))
        assert f"{name} is gone from AWS" in grave
        assert "deleted" in grave
        assert "Completed" in grave
        assert len(parse(page).select(".state time")) == 2
        region = parse(page).select_one("#experiment")
        assert region is not None
        assert region["data-status"] == ""
        assert "hx-trigger" not in region.attrs
        links = [str(link["href"]) for link in parse(page).select(".state a")]
        assert links == [f"{address(name)}history/2/", f"{address(name)}copy/", "/"]
        assert "AWS no longer knew this experiment" in listed(page)[0]
        assert len(listed(page)) == 3


def test_the_pages_of_what_is_gone_stay(scripted_aws: ScriptedAws) -> None:
    name = "gone-pages"
    lives(scripted_aws, name, {"Description": "as it was"})
    is_deleted(scripted_aws, name, 1)
    assert len(listed(get(f"{address(name)}history/", hours=1))) == 2
    kept = get(f"{address(name)}history/1/", hours=1)
    assert kept.status_code == 200
    assert fields(parse(kept))["Description"] == ["as it was"]
    gone = get(f"{address(name)}history/2/", hours=1)
    assert gone.status_code == 200
    assert "was gone" in words(parse(gone).h1)
    assert fields(parse(gone)) == {}
    beside = get(f"{address(name)}compare/?older=1&newer=2", hours=1)
    assert beside.status_code == 200
    assert "AWS no longer knew this experiment" in words(parse(beside))
    assert parse(beside).select("table") == []


def test_one_that_comes_back_is_told_as_such(scripted_aws: ScriptedAws) -> None:
    name = "comes-back"
    lives(scripted_aws, name, {})
    is_deleted(scripted_aws, name, 1)
    scripted_aws.describes(name)
    page = look(name, hours=2)
    assert "Another experiment of this name" in listed(page)[0]
    scripted_aws.fails(name, "ResourceNotFound")
    look(name, hours=3)
    scripted_aws.fails(name, "InternalFailure", status=500)
    # AWS has said what is so, and nothing else since.
    page = look(name, hours=4)
    assert (page.status_code, problem(parse(page))) == (404, "not-found")
    assert get(f"{address(name)}history/1/", hours=4).status_code == 200


# Who may see it

PATHS = ("history/", "history/1/", "compare/?older=1&newer=2")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_recorded_is_shown_where_aws_denies(scripted_aws: ScriptedAws, path: str) -> None:
    name = f"denied-{PATHS.index(path)}"
    lives(scripted_aws, name, {"Description": "a secret"}, {"Description": "another secret"})
    scripted_aws.fails(name, "AccessDeniedException")
    assert "secret" not in look(name, hours=2).content.decode()
    page = get(address(name) + path, hours=2)
    assert_problem_page(page, "access-denied")
    # What comes after the denial tells nothing of who may see it.
    scripted_aws.fails(name, "InternalFailure", status=500)
    look(name, hours=3)
    page = get(address(name) + path, hours=3)
    assert_problem_page(page, "unreachable")
    assert "secret" not in page.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_address_has_its_problem(path: str) -> None:
    source = Client().get(f"/experiments/elsewhere/any/{path}")
    assert_problem_page(source, "unknown-source")
    name = Client().get(f"/experiments/default/no_name!/{path}")
    assert_problem_page(name, "invalid-name")
    unseen = Client().get(f"/experiments/default/never-was/{path}")
    assert_problem_page(unseen, "not-found")


@pytest.mark.parametrize("path", PATHS)
def test_a_database_that_is_away_is_told_calmly(scripted_aws: ScriptedAws, path: str) -> None:
    name = f"away-{PATHS.index(path)}"
    lives(scripted_aws, name, {})
    with history_away():
        page = get(address(name) + path)
    assert page.status_code == 503
    assert "The history cannot be read right now" in words(parse(page).h1)
    assert parse(page).select_one(f".state a[href='{address(name)}']") is not None


@contextmanager
def history_away() -> Iterator[None]:
    """The database answers no question about observations, and then does again."""
    table, hidden = "experiments_observation", "experiments_observation_hidden"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {hidden}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {hidden} RENAME TO {table}")
        eventually(readable, bool)


def readable() -> bool:
    try:
        history.kept("default", "any")
    except Unavailable:
        return False
    return True


def test_nobodys_text_is_run(scripted_aws: ScriptedAws) -> None:
    name = "recorded-xss"
    nasty = {
        "Description": XSS,
        "StatusReason": XSS,
        "Status": XSS,
        "EndpointMetadata": {"EndpointName": XSS, "FailureReason": XSS},
        "ModelVariants": [
            {
                "VariantName": XSS,
                "ModelName": XSS,
                "Status": XSS,
                "InfrastructureConfig": infrastructure(XSS, 1),
            }
        ],
        XSS: XSS,
    }
    live = lives(scripted_aws, name, {}, nasty, {})
    for page in (
        live,
        *(get(address(name) + path, hours=2) for path in PATHS),
        get(f"{address(name)}history/2/", hours=2),
        get(f"{address(name)}history/{XSS.replace('/', '')}/", hours=2),
        get(f"{address(name)}compare/?older=2&newer=3", hours=2),
    ):
        text = page.content.decode()
        assert "<script>" not in text
        assert "<img" not in text
    assert "&lt;script&gt;" in live.content.decode()
    compared = parse(get(f"{address(name)}compare/?older=1&newer=2", hours=2))
    assert XSS in [value.get_text() for value in compared.select(".beside bdi.said")]
