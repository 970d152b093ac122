"""Share links: what makes one, what it opens to whom, and what nobody can tell from it."""

import itertools
import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from experiments import models
from experiments.people import identity
from tests.support import links, people
from tests.support.eventually import eventually, shows
from tests.support.examples import every_member, variant
from tests.support.later import later
from tests.support.links import HX, Link, address, stranger
from tests.support.pages import fields, parse, problem
from tests.support.scripted_aws import ScriptedAws

NEVER = Link("NEVER" + "x" * 38)
MALFORMED = [
    "/s/" + tail
    for tail in (
        ":key/",
        "<token>/",
        "%3Ctoken%3E/",
        "0/",
        "1/",
        "null/",
        "%00/",
        "closed/",
        "closed",
        NEVER.token,
        f"{NEVER.token}%0A/",
        f"{NEVER.token}/%0A",
        f"{NEVER.token}x/",
        f"{NEVER.token[:-1]}/",
        f"{NEVER.token[:-1]}=/",
        f"{NEVER.token[:-1]}é/",
        f"{NEVER.token}/nothing/",
        f"{NEVER.token}/status",
        f"{NEVER.token}/experiment.csv",
        f"{NEVER.token}/share/",
        "../links/",
        "%2e%2e/",
        "/",
        "//",
        "x" * 3000,
        "",
    )
] + ["/s"]


@pytest.fixture
def password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


@pytest.fixture
def name(scripted_aws: ScriptedAws) -> str:
    """An experiment that runs and says everything."""
    name = f"to-share-{secrets.token_hex(5)}"
    scripted_aws.describes(name, **every_member())
    return name


def shown(link: Link) -> dict[str, list[str]]:
    return fields(parse(stranger().get(link.page)))


def number_of_links(name: str) -> int:
    return models.ShareLink.objects.filter(name=name).count()


# Making


@pytest.mark.usefixtures("password")
def test_it_works(name: str) -> None:
    link = links.make(name, people.browser_of("sharer"))
    page = stranger().get(link.page)
    assert page.status_code == 200
    assert fields(parse(page))["Name"] == [name]
    assert fields(parse(page))["Status"] == ["Running"] * 2
    assert stranger().get(address(name)).status_code == 302


def test_what_the_form_preselects_is_a_live_link_of_seven_days_that_hides_everything(
    name: str,
) -> None:
    page = parse(stranger().get(f"{address(name)}share/"))
    chosen = [
        (str(control["name"]), str(control["value"]))
        for control in page.select(
            "form[method=post] input[name]:is([type=hidden], :checked),"
            "form[method=post] input[name]:not([type=hidden], [type=radio], [type=checkbox])"
        )
        if control.get("value")
    ] + [
        (str(option.find_parent("select")["name"]), str(option["value"]))  # type: ignore[index]
        for option in page.select("form[method=post] select option[selected]")
    ]
    chosen = [(field, value) for field, value in chosen if field != "csrfmiddlewaretoken"]
    assert {field for field, _ in chosen} >= {"kind", "hours", "form"}
    link = links.made(stranger().post(f"{address(name)}share/", dict(chosen)))
    row = link.row
    assert row.expires_at - row.made_at == timedelta(days=7)
    assert (row.kind, row.audience, row.shown, row.preview, row.note) == (
        "live",
        "anyone",
        "",
        False,
        "",
    )


@pytest.mark.parametrize("hours", [1, 24, 2160])
def test_a_link_opens_for_as_long_as_was_chosen(name: str, hours: int) -> None:
    link = links.make(name, hours=str(hours))
    assert link.row.expires_at - link.row.made_at == timedelta(hours=hours)
    with later(hours=hours, seconds=-30):
        links.forget()
        assert stranger().get(link.page).status_code == 200
    with later(hours=hours, seconds=1):
        assert stranger().get(link.page).status_code == 404
        assert stranger().get(link.export).status_code == 404
        assert stranger().get(link.status).status_code == 404


@pytest.mark.parametrize(
    "hours", ["0", "-1", "2161", "1e3", "0.5", "soon", "", " ", None, "9" * 99]
)
def test_no_link_opens_for_less_than_an_hour_or_more_than_ninety_days(
    name: str, hours: str | None
) -> None:
    assert links.send(stranger(), name, hours=hours).status_code == 422
    assert number_of_links(name) == 0


@pytest.mark.parametrize(
    "choices",
    [
        {"kind": None},
        {"kind": "Live"},
        {"kind": "forever"},
        {"audience": "friends"},
        {"shown": ["account", "everything"]},
        {"shown": ["unmodelled"]},
        {"note": "n" * 201},
        {"note": "a\x00b"},
        {"form": None},
        {"form": ""},
        {"form": "short"},
        {"form": "x" * 65},
        {"form": "a form, with spaces"},
    ],
)
def test_nothing_is_made_of_choices_that_are_none(name: str, choices: dict[str, Any]) -> None:
    assert links.send(stranger(), name, **choices).status_code == 422
    assert number_of_links(name) == 0


def test_a_note_has_two_hundred_characters_and_is_for_its_maker_alone(name: str) -> None:
    note = f"{secrets.token_hex(8)} für Ämter " + "é" * 173
    assert len(note) == 200
    link = links.make(name, note=note)
    assert link.row.note == note
    assert note[:16] in stranger().get("/links/").content.decode()
    for _status, headers, body in links.all_of(link):
        assert note[:16] not in body.decode() + repr(headers)


def test_a_form_that_is_sent_twice_makes_one_link(name: str) -> None:
    once = links.form()
    first, again = (stranger().post(f"{address(name)}share/", once) for _ in range(2))
    assert again.status_code == 409
    assert number_of_links(name) == 1
    link = links.made(first)
    assert link.token not in again.content.decode()
    assert models.AuditEvent.objects.filter(action="link made", about__contains=name).count() == 1
    assert stranger().get(link.page).status_code == 200


def test_a_form_that_is_sent_eight_times_at_once_makes_one_link(name: str) -> None:
    once = links.form()
    stranger().get(address(name))

    def send(_: int) -> Any:
        try:
            return stranger().post(f"{address(name)}share/", once).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        assert sorted(hands.map(send, range(8))) == [200] + [409] * 7
    assert number_of_links(name) == 1


def test_an_experiment_has_as_many_links_as_people_make(name: str) -> None:
    first, second, third = (links.make(name) for _ in range(3))
    assert len({first.token, second.token, third.token}) == 3
    second.revoked()
    assert [stranger().get(link.page).status_code for link in (first, second, third)] == [
        200,
        404,
        200,
    ]


def test_making_a_link_is_no_matter_of_opening_an_address(name: str) -> None:
    stranger().get(address(name))
    query = "?kind=live&hours=24&form=" + secrets.token_urlsafe(24)
    work = [
        lambda: stranger().get(f"{address(name)}share/{query}"),
        lambda: stranger().head(f"{address(name)}share/{query}"),
        lambda: stranger().get(f"{address(name)}share/preview/{query}"),
    ]
    for each in work:
        assert "experiments_sharelink" not in links.differing(each)
    assert number_of_links(name) == 0


def test_what_is_gone_can_be_shared_as_it_was_last_seen_and_not_live(
    scripted_aws: ScriptedAws, name: str
) -> None:
    links.look(name)
    scripted_aws.fails(name, "ResourceNotFound")
    links.look(name, minutes=10)
    assert links.send(stranger(), name).status_code == 422
    assert number_of_links(name) == 0
    last, first = links.make(name, kind="frozen"), links.make(name, kind="frozen", observation="1")
    for link in (last, first):
        assert shown(link)["Description"] == [every_member()["Description"]]


def test_what_never_was_has_nothing_to_share() -> None:
    for kind in ("live", "frozen"):
        assert links.send(stranger(), f"never-{secrets.token_hex(5)}", kind=kind).status_code == 404
    unknown = links.send(stranger(), "any", source="elsewhere")
    assert unknown.status_code == 404
    assert not models.ShareLink.objects.filter(source="elsewhere").exists()


# What it opens


def test_a_live_link_follows_its_experiment(scripted_aws: ScriptedAws, name: str) -> None:
    link = links.make(name)
    assert shown(link)["StatusReason"] == [every_member()["StatusReason"]]
    changed = every_member() | {
        "Status": "Completed",
        "StatusReason": "Seen enough.",
        "ModelVariants": [variant("production", Status="Deleted")],
    }
    scripted_aws.describes(name, **changed)
    links.look(name, minutes=1)
    now = shown(link)
    assert set(now["Status"]) == {"Completed"}
    assert now["StatusReason"] == ["Seen enough."]
    assert now["ModelVariants[0].Status"] == ["Deleted"]
    assert stranger().get(link.export).json()["Status"] == "Completed"


def test_a_live_link_asks_aws_by_itself(scripted_aws: ScriptedAws, name: str) -> None:
    link = links.make(name)
    scripted_aws.describes(name, Description="Nobody but readers of the link is looking.")
    with later(minutes=1):
        eventually(lambda: stranger().get(link.page), shows("Nobody but readers"))


def test_a_live_page_polls_what_it_needs(scripted_aws: ScriptedAws, name: str) -> None:
    link = links.make(name)
    region = parse(stranger().get(link.page)).select_one("#experiment")
    assert region is not None
    poll = str(region["hx-get"])
    assert poll.startswith(link.status)
    assert stranger().get(poll, headers=HX).status_code == 204
    scripted_aws.describes(name, Status="Completed")
    links.look(name, minutes=1)
    answer = stranger().get(poll, headers=HX)
    assert answer.status_code == 200
    assert set(fields(parse(answer))["Status"]) == {"Completed"}
    assert "hx-trigger" not in parse(answer).select_one("#experiment").attrs  # type: ignore[union-attr]


def test_a_live_link_to_what_is_gone_says_so_and_no_more(
    scripted_aws: ScriptedAws, name: str
) -> None:
    link = links.make(name)
    scripted_aws.fails(name, "ResourceNotFound")
    links.look(name, minutes=1)
    page = stranger().get(link.page)
    assert problem(parse(page)) == "not-found"
    assert fields(parse(page)) == {}
    assert name not in page.content.decode()
    assert stranger().get(link.export).status_code == 503


def test_query_parameters_change_nothing(name: str) -> None:
    stranger().get(address(name))
    for kind in ("live", "frozen"):
        link = links.make(name, kind=kind)
        plain = parse(stranger().get(link.page))
        query = (
            "?kind=live&shown=account&shown=arns&shown=role&shown=kms&shown=s3&preview=on"
            "&observation=1&hours=1&audience=anyone&source=default&name=other&number=1&zone=local"
            "&from=2020-01-01&to=2030-01-01&format=json&seen=1&next=//evil.example&before=1"
        )
        asked = stranger().get(link.page + query)
        assert without_times(parse(asked)) == without_times(plain)
        export = stranger().get(link.export)
        assert links.whole(stranger().get(link.export + query)) == links.whole(export)
        poll = stranger().get(f"{link.status}?seen=0", headers=HX)
        other = stranger().get(f"{link.status}{query}", headers=HX)
        assert without_times(parse(other)) == without_times(parse(poll))


def without_times(page: Any) -> str:
    """The page but for what a minute that has just ended changes."""
    return re.sub(r"\?seen=[^\"]*|[0-9.]+%|[0-9]+(\.[0-9]+)? (s|min|h|d)\b|in 0|ago", "", str(page))


# Closed links


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("polls", [False, True])
def test_all_closed_links_look_alike(name: str, method: str, *, polls: bool) -> None:
    """Bytes and headers: revoked, expired and never made, for everybody and for people."""
    revoked = links.make(name, preview="on").revoked()
    of_people = links.make(name, audience="people", shown=["account"]).revoked()
    frozen = links.make(name, kind="frozen").revoked()
    expired = links.make(name)
    expired.changed(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    headers = HX if polls else {}
    answers = {}
    for link in (NEVER, revoked, of_people, frozen, expired):
        for path in (link.page, link.status, f"{link.status}?seen=1-1", link.export):
            answer = getattr(stranger(), method)(path, headers=headers)
            answers[path.replace(link.token, f"{link.token[:4]}…")] = links.whole(answer)
    for path in MALFORMED:
        answers[path] = links.whole(getattr(stranger(), method)(path, headers=headers))
    wanted = answers[f"/s/{NEVER.token[:4]}…/"]
    assert wanted[0] == (200 if polls else 404)
    assert wanted[1].get("HX-Redirect") == ("/s/closed/" if polls else None)
    assert {path: answer for path, answer in answers.items() if answer != wanted} == {}


@pytest.mark.usefixtures("password")
def test_who_has_signed_in_learns_no_more_of_a_closed_link(name: str) -> None:
    sharer = people.browser_of("sharer")
    link = links.make(name, sharer).revoked(sharer)
    assert links.whole(sharer.get(link.page)) == links.whole(sharer.get(NEVER.page))
    before = links.whole(stranger().get(link.page))
    assert links.whole(stranger().get(NEVER.page)) == before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_nothing_is_sent_to_a_link(name: str, method: str) -> None:
    open_, dead = links.make(name), links.make(name).revoked()
    tried = [
        links.whole(getattr(stranger(), method)(path))
        for link in (open_, dead, NEVER)
        for path in (link.page, link.status, link.export)
    ]
    assert tried[0][0] == 405
    assert all(answer == tried[0] for answer in tried)


def test_every_answer_below_s_is_kept_from_other_sites_and_search_engines(name: str) -> None:
    link, closed = links.make(name), links.make(name).revoked()
    asked = [
        getattr(stranger(), method)(path, headers=headers)
        for each in (link, closed, NEVER)
        for path in (each.page, each.status, f"{each.status}?seen=0", each.export)
        for method in ("get", "head", "post")
        for headers in ({}, HX)
    ] + [stranger().get(path) for path in MALFORMED]
    for answer in asked:
        told = answer.headers
        assert told["Referrer-Policy"] == "no-referrer", answer
        assert told["X-Robots-Tag"].startswith("noindex"), answer
        assert told["Cache-Control"] == "no-store", answer
        assert "Set-Cookie" not in told, answer
        assert not answer.cookies, answer
        assert "Location" not in told, answer


@pytest.mark.usefixtures("password")
def test_a_live_link_is_closed_for_as_long_as_its_maker_is_disabled(name: str) -> None:
    who, operator = people.add("sharer"), people.browser_of("operator")
    link = links.make(name, people.sign_in(who))
    pk = link.row.maker_id

    def change(**choices: str) -> None:
        answer = operator.post(f"/operators/people/{pk}/", {"role": "sharer"} | choices)
        assert answer.status_code == 303
        links.forget()

    change()
    for path in (link.page, link.status, link.export):
        assert links.whole(stranger().get(path)) == links.whole(stranger().get(NEVER.page))
    assert link.row.opened == 0
    change(active="on")
    assert stranger().get(link.page).status_code == 200
    # Somebody who may no longer share still sees what they have shared.
    change(active="on", role="viewer")
    assert stranger().get(link.page).status_code == 200


# What opening does


def test_opening_a_page_is_counted_and_nothing_else_is_done(name: str) -> None:
    link = links.make(name, kind="frozen")
    opened = links.differing(lambda: stranger().get(link.page))
    assert opened == {"experiments_sharelink": 1, "experiments_auditevent": 1}
    assert (link.row.opened, link.row.opened_at is not None) == (1, True)
    event = models.AuditEvent.objects.latest("pk")
    assert (event.action, event.person, event.address) == ("link opened", "", "")
    stranger().get(link.page)
    assert link.row.opened == 2


def test_looking_without_reading_and_polling_are_not_counted(name: str) -> None:
    link = links.make(name, kind="frozen")
    for look in (
        lambda: stranger().head(link.page),
        lambda: stranger().head(link.status),
        lambda: stranger().get(link.status, headers=HX),
        lambda: stranger().get(f"{link.status}?seen=1"),
        lambda: stranger().get(link.export),
        lambda: stranger().get(link.page, headers=HX),
    ):
        before = link.row.opened
        changed = links.differing(look)
        assert changed in ({}, {"experiments_sharelink": 1, "experiments_auditevent": 1})
        assert changed == {} or link.row.opened == before + 1
    assert link.row.opened <= 1


def test_a_closed_link_counts_nothing(name: str) -> None:
    link = links.make(name).revoked()
    assert links.differing(lambda: stranger().get(link.page)) == {}
    assert links.differing(lambda: stranger().get(NEVER.page)) == {}


# The secret


@pytest.mark.usefixtures("password")
def test_the_database_holds_no_secret_but_its_hash(name: str) -> None:
    """All columns of all tables, after all that a link is used for."""
    sharer = people.browser_of("sharer")
    link = links.make(name, sharer, audience="people", note="for all")
    assert re.fullmatch("[A-Za-z0-9_-]{43}", link.token)
    somebody = stranger()
    somebody.get(somebody.get(link.page)["Location"])
    wrong = {"username": people.add("viewer"), "password": "wrong", "next": link.page}
    assert somebody.post(f"/sign-in/?next={link.page}", wrong).status_code == 422
    reader = people.sign_in(people.add("viewer"), follow=link.page)
    for path in (link.page, f"{link.status}?seen=0", link.export, f"{link.page}nothing/"):
        reader.get(path)
        reader.get(f"/nothing{path}")
        reader.get("/account/", headers={"referer": f"http://testserver{path}"})
    link.revoked(sharer)
    reader.get(link.page)
    everything = repr(links.rows())
    assert link.digest in everything
    assert link.token not in everything
    assert link.token[:20] not in everything


# For people who have signed in


@pytest.mark.usefixtures("password")
def test_a_link_for_people_leads_through_sign_in_and_back(name: str) -> None:
    link = links.make(name, people.browser_of("sharer"), audience="people", preview="on")
    somebody = stranger()
    first = somebody.get(link.page)
    assert first.status_code == 302
    assert first.content == b""
    assert first["Location"] == f"/sign-in/?next=%2Fs%2F{link.token}%2F"
    assert first["Referrer-Policy"] == "no-referrer"
    assert name not in repr(first.headers)
    page = parse(somebody.get(first["Location"]))
    wanted = str(page.select_one("input[name=next]")["value"])  # type: ignore[index]
    who = {"username": people.add("viewer"), "password": people.PASSWORD, "next": wanted}
    answer = somebody.post("/sign-in/", who)
    assert (answer.status_code, answer["Location"]) == (303, link.page)
    opened = somebody.get(link.page)
    assert opened.status_code == 200
    assert fields(parse(opened))["Name"] == [name]
    assert stranger().get(link.page).status_code == 302
    assert stranger().get(link.export).status_code == 302


@pytest.mark.usefixtures("password")
def test_a_poll_of_a_link_for_people_leads_the_page_to_sign_in(name: str) -> None:
    link = links.make(name, people.browser_of("sharer"), audience="people")
    answer = stranger().get(
        f"{link.status}?seen=1",
        headers=HX | {"HX-Current-URL": f"http://testserver{link.page}"},
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == f"/sign-in/?next=%2Fs%2F{link.token}%2F"


@pytest.mark.usefixtures("password")
def test_opening_a_link_for_people_counts_when_it_opens(name: str) -> None:
    link = links.make(name, people.browser_of("sharer"), audience="people")
    stranger().get(link.page)
    assert link.row.opened == 0
    people.browser_of("viewer").get(link.page)
    assert link.row.opened == 1


# What a chat shows of it


@pytest.mark.parametrize("kind", ["live", "frozen"])
def test_a_chat_learns_nothing_of_a_link_that_says_nothing(name: str, kind: str) -> None:
    head = parse(stranger().get(links.make(name, kind=kind).page)).head
    assert head is not None
    assert name not in str(head)
    assert "Running" not in str(head)
    assert every_member()["Description"] not in str(head)
    assert head.select("[property^='og:'], [name^='twitter:'], [name=description]") == []


@pytest.mark.parametrize("kind", ["live", "frozen"])
def test_a_chat_learns_name_and_status_of_a_link_that_says_so(name: str, kind: str) -> None:
    page = parse(stranger().get(links.make(name, kind=kind, preview="on").page))
    assert page.title is not None
    assert name in page.title.get_text()
    assert "Running" in page.title.get_text()
    assert "default" not in page.title.get_text()
    told = " ".join(str(meta["content"]) for meta in page.select("meta[property^='og:']"))
    assert name in told
    assert "Running" in told
    for hidden in ("arn:", "123456789012", "s3://", "sagemaker-shadow"):
        assert hidden not in str(page.head)


@pytest.mark.parametrize("preview", ["on", None])
def test_a_poll_gives_the_page_no_other_title(name: str, preview: str | None) -> None:
    link = links.make(name, preview=preview)
    first = parse(stranger().get(link.page)).title
    polled = parse(stranger().get(f"{link.status}?seen=0", headers=HX)).title
    assert first is not None
    assert polled is None or polled.get_text() == first.get_text()


# The list of them


@pytest.mark.usefixtures("password")
def test_the_list_is_of_ones_own_links_and_names_no_secret(name: str) -> None:
    mine, other, operator = (
        people.browser_of("sharer"),
        people.browser_of("sharer"),
        people.browser_of("operator"),
    )
    note = f"note-{secrets.token_hex(8)}"
    link = links.make(name, mine, note=note)
    listed = {
        who: browser.get("/links/").content.decode()
        for who, browser in (("mine", mine), ("other", other), ("operator", operator))
    }
    assert {who: note in page for who, page in listed.items()} == {
        "mine": True,
        "other": False,
        "operator": True,
    }
    for page, secret in itertools.product(listed.values(), (link.token, link.digest)):
        assert secret not in page
    assert note not in operator.get("/links/?of=me").content.decode()
    assert other.post(f"/links/{link.row.pk}/revoke/").status_code == 404
    assert stranger().get(link.page).status_code == 200
    link.revoked(operator)
    assert stranger().get(link.page).status_code == 404


def test_revoking_twice_keeps_when_and_by_whom_it_was_first(name: str) -> None:
    link = links.make(name).revoked()
    when = link.row.revoked_at
    link.revoked()
    assert link.row.revoked_at == when
    about = f"link {link.row.pk} "
    events = models.AuditEvent.objects.filter(action="link revoked", about__startswith=about)
    assert events.count() == 1
