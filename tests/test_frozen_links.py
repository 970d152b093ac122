"""A frozen link shows the same bytes for as long as it opens, whatever becomes of anything else."""

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from experiments import history, models
from experiments.people import identity
from tests.support import links, people
from tests.support.examples import every_member, variant
from tests.support.later import later
from tests.support.links import HX, Link, all_of, look, make, stranger
from tests.support.pages import fields, parse, words
from tests.support.scripted_aws import ScriptedAws

Meanwhile = Callable[[ScriptedAws, str], None]


@pytest.fixture
def name(scripted_aws: ScriptedAws) -> str:
    """An experiment that runs and says everything."""
    name = f"to-freeze-{secrets.token_hex(5)}"
    scripted_aws.describes(name, **every_member())
    return name


def freeze(name: str, browser: Client | None = None, **choices: Any) -> Link:
    return make(name, browser, kind="frozen", **choices)


def lives(
    aws: ScriptedAws, name: str, number: int, *, every: timedelta = timedelta(hours=1)
) -> None:
    """Let the portal see so many answers, one after the other."""
    for turn in range(number):
        aws.describes(name, **every_member() | {"Description": f"answer {turn + 1}"})
        look(name, seconds=(turn * every).total_seconds())


def description(link: Link) -> list[str]:
    return fields(parse(stranger().get(link.page)))["Description"]


def numbers(name: str) -> list[int]:
    found = history.page("default", name, limit=1_000).observations
    return [observation.number for observation in reversed(found)]


def prune(keep_last: int = 1, **span: float) -> None:
    """Keep nothing of the past but so many, at so much later a time."""
    with later(**span):
        call_command("prune_history", "--keep-for=0", f"--keep-last={keep_last}", stdout=StringIO())


# What happens meanwhile


def aws_says_otherwise(aws: ScriptedAws, name: str) -> None:
    aws.describes(
        name,
        **every_member()
        | {
            "Status": "Cancelled",
            "StatusReason": "Out of budget.",
            "Description": "Another one",
            "RoleArn": "arn:aws:iam::123456789012:role/another",
            "EndpointMetadata": {"EndpointName": "other", "EndpointStatus": "Failed"},
            "ModelVariants": [variant("production", Status="Deleted")],
        },
    )
    assert b"Out of budget." in look(name, minutes=5).content


def it_gets_other_members(aws: ScriptedAws, name: str) -> None:
    aws.describes(name, **every_member(), Brand={"New": "member"})
    look(name, minutes=5)


def it_is_deleted(aws: ScriptedAws, name: str) -> None:
    aws.fails(name, "ResourceNotFound")
    assert look(name, minutes=5).status_code == 404


def it_is_made_anew(aws: ScriptedAws, name: str) -> None:
    it_is_deleted(aws, name)
    aws.describes(name, CreationTime=1_795_200_000, Description="The second of this name")
    look(name, minutes=10)


def aws_denies_access(aws: ScriptedAws, name: str) -> None:
    aws.fails(name, "AccessDeniedException")
    look(name, minutes=5)


def aws_cannot_be_reached(aws: ScriptedAws, name: str) -> None:
    aws.fails(name, "InternalFailure", 500)
    look(name, minutes=5)


def its_history_grows(aws: ScriptedAws, name: str) -> None:
    for turn in range(6):
        aws.describes(name, **every_member() | {"Status": ("Running", "Stopping")[turn % 2]})
        look(name, minutes=5 * turn)
    assert len(numbers(name)) >= 6


def its_past_is_pruned(aws: ScriptedAws, name: str) -> None:
    its_history_grows(aws, name)
    prune(days=5)


def it_goes_on_being_seen(_aws: ScriptedAws, name: str) -> None:
    before = history.sightings("default", name)
    for minutes in (1, 2, 60, 61):
        look(name, minutes=minutes)
    assert history.sightings("default", name) != before


def others_open_it(_aws: ScriptedAws, name: str) -> None:
    freeze(name, shown=["account", "arns"])
    make(name).revoked()


@pytest.mark.parametrize(
    "meanwhile",
    [
        aws_says_otherwise,
        it_gets_other_members,
        it_is_deleted,
        it_is_made_anew,
        aws_denies_access,
        aws_cannot_be_reached,
        its_history_grows,
        its_past_is_pruned,
        it_goes_on_being_seen,
        others_open_it,
    ],
)
def test_it_stays_as_it_was_while(
    scripted_aws: ScriptedAws, name: str, meanwhile: Meanwhile
) -> None:
    """The page, what a poll of it would get, and the export: whole bodies and headers."""
    look(name)
    look(name, minutes=1)
    link = freeze(name, shown=["role"], preview="on")
    before = all_of(link)
    assert [status for status, _headers, _body in before] == [200] * 5
    assert b"The operator asked for a longer look." in before[0][2]
    meanwhile(scripted_aws, name)
    assert all_of(link) == before


def test_it_stays_as_it_was_while_time_passes(name: str) -> None:
    link = freeze(name)
    before = all_of(link)
    for span in ({"seconds": 61}, {"hours": 3}, {"days": 6, "hours": 23}):
        with later(**span):
            assert all_of(link) == before
    with later(days=7, seconds=1):
        assert stranger().get(link.page).status_code == 404


def test_it_stays_as_it_was_while_aws_is_away(scripted_aws: ScriptedAws, name: str) -> None:
    link = freeze(name)
    before = all_of(link)
    with scripted_aws.down(), later(days=1):
        assert all_of(link) == before


def test_it_stays_as_it_was_when_its_sharer_is_gone(
    name: str, settings: Any, password: None
) -> None:
    who = people.add("sharer")
    link = freeze(name, people.sign_in(who))
    before = all_of(link)
    operator, pk = people.browser_of("operator"), people_pk(who)
    assert operator.post(f"/operators/people/{pk}/", {"role": "viewer"}).status_code == 303
    assert all_of(link) == before
    row = link.row
    row.maker.delete()
    assert all_of(link) == before
    settings.PORTAL_LOGIN = "off"
    assert all_of(link) == before


@pytest.fixture
def password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


def people_pk(name: str) -> int:
    from experiments.people.models import User

    return User.objects.get(username=name).pk


def test_readers_get_the_same_whoever_they_are(name: str, password: None) -> None:
    link = freeze(name, people.browser_of("sharer"))
    before = all_of(link)
    for role in ("viewer", "sharer", "operator"):
        assert all_of(link, people.browser_of(role)) == before


def test_opening_it_asks_aws_nothing(scripted_aws: ScriptedAws, name: str) -> None:
    link = freeze(name)
    asked = scripted_aws.calls_for(name)
    with later(days=3):
        all_of(link)
    assert scripted_aws.calls_for(name) == asked


def test_its_page_asks_for_nothing(name: str) -> None:
    link = freeze(name)
    page = parse(stranger().get(link.page))
    region = page.select_one("#experiment")
    assert region is not None
    assert not {"hx-get", "hx-trigger", "data-poll-seconds"} & region.attrs.keys()
    polled = stranger().get(f"{link.status}?seen=0", headers=HX)
    assert "hx-trigger" not in polled.content.decode()


# Of the past


def test_what_was_seen_before_can_be_frozen_later(scripted_aws: ScriptedAws, name: str) -> None:
    lives(scripted_aws, name, 4)
    second = freeze(name, observation="2")
    fourth = freeze(name, observation="4")
    latest = freeze(name)
    assert description(second) == ["answer 2"]
    assert description(fourth) == description(latest) == ["answer 4"]
    assert stranger().get(second.export).json()["Description"] == "answer 2"
    assert (
        second.row.frozen_at
        == models.Observation.objects.get(snapshot__name=name, number=2).seen_at
    )


def test_of_the_past_only_what_had_been_seen_by_then_is_drawn(
    scripted_aws: ScriptedAws, name: str
) -> None:
    members = every_member()
    del members["CompletionTime"]
    for hour, status in enumerate(("Starting", "Running", "Cancelled")):
        scripted_aws.describes(name, **members | {"Status": status})
        look(name, hours=hour)
    drawn = words(parse(stranger().get(freeze(name, observation="2").page)).select_one("#schedule"))
    assert "Starting" in drawn
    assert "Cancelled" not in drawn


def test_an_observation_that_is_not_there_cannot_be_frozen(
    scripted_aws: ScriptedAws, name: str
) -> None:
    lives(scripted_aws, name, 2)
    scripted_aws.fails(name, "ResourceNotFound")
    look(name, hours=5)
    for number in ("3", "4", "99", "9" * 18):
        answer = links.send(stranger(), name, kind="frozen", observation=number)
        assert answer.status_code == 404, number
    assert not models.ShareLink.objects.filter(name=name).exists()


# Pruning


def test_pruning_keeps_what_an_open_link_shows_and_everything_after_it(
    scripted_aws: ScriptedAws, name: str
) -> None:
    lives(scripted_aws, name, 6)
    link = freeze(name, observation="3")
    before = all_of(link)
    prune(hours=12)
    assert numbers(name) == [3, 4, 5, 6]
    assert all_of(link) == before
    listed = parse(stranger().get(f"{links.address(name)}history/"))
    assert [str(item["id"]) for item in listed.select(".seen-list > li")] == [
        "seen-6",
        "seen-5",
        "seen-4",
        "seen-3",
    ]


def test_pruning_keeps_what_the_oldest_of_many_links_shows(
    scripted_aws: ScriptedAws, name: str
) -> None:
    lives(scripted_aws, name, 6)
    newer, older = freeze(name, observation="5"), freeze(name, observation="2")
    shown = all_of(newer), all_of(older)
    prune(hours=12)
    assert numbers(name) == [2, 3, 4, 5, 6]
    older.revoked()
    prune(hours=12)
    assert numbers(name) == [5, 6]
    assert all_of(newer) == shown[0]


def test_pruning_does_not_wait_for_links_that_are_closed(
    scripted_aws: ScriptedAws, name: str
) -> None:
    lives(scripted_aws, name, 5)
    revoked = freeze(name, observation="1").revoked()
    expired = freeze(name, observation="2", hours="24")
    prune(days=2)
    assert numbers(name) == [5]
    assert (revoked.row.observation, expired.row.observation) == (None, None)
    with later(days=2):
        links.forget()
        assert [stranger().get(link.page).status_code for link in (revoked, expired)] == [404] * 2
        assert stranger().get("/links/").status_code == 200


def test_one_link_does_not_keep_the_past_of_other_experiments(
    scripted_aws: ScriptedAws, name: str
) -> None:
    other = f"{name}-other"
    lives(scripted_aws, name, 3)
    lives(scripted_aws, other, 3)
    freeze(name, observation="1")
    prune(hours=12)
    assert (numbers(name), numbers(other)) == ([1, 2, 3], [3])


def test_a_dry_run_says_what_would_go_and_closes_nothing(
    scripted_aws: ScriptedAws, name: str
) -> None:
    lives(scripted_aws, name, 4)
    link, closed = freeze(name, observation="2"), freeze(name, observation="1").revoked()
    with later(hours=12):
        call_command(
            "prune_history", "--keep-for=0", "--keep-last=1", "--dry-run", stdout=StringIO()
        )
    assert numbers(name) == [1, 2, 3, 4]
    assert closed.row.observation is not None
    assert description(link) == ["answer 2"]


def test_what_it_shows_is_never_replaced_by_the_present(
    scripted_aws: ScriptedAws, name: str
) -> None:
    """Where what was frozen is gone or cannot be read, there is nothing to see."""
    lives(scripted_aws, name, 2)
    for broken in ({"observation": None}, {"frozen_at": None}):
        link = freeze(name, observation="1")
        link.changed(**broken)
        answers = all_of(link)
        assert [body for _status, _headers, body in answers if b"answer 2" in body] == []
        assert [status for status, _headers, _body in answers] == [404, 404, 200, 404, 404]
        assert answers[2][1].get("HX-Redirect") == "/s/closed/"
        link.row.delete()


def test_what_cannot_be_read_any_more_is_closed(scripted_aws: ScriptedAws, name: str) -> None:
    lives(scripted_aws, name, 2)
    link = freeze(name, observation="1")
    models.Observation.objects.filter(snapshot__name=name, number=1).update(answer="{")
    links.forget()
    assert stranger().get(link.page).status_code == 404
