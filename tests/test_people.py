"""People as operators see and change them, on their page and on the command line."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from experiments.models import AuditEvent
from experiments.people import identity
from experiments.people.models import User
from tests.support import people
from tests.support.pages import parse, words

LIST = "/operators/people/"


@pytest.fixture(autouse=True)
def _password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


@pytest.fixture
def operator() -> Client:
    return people.browser_of("operator")


def user(name: str) -> User:
    return User.objects.get(username=name)


def change(browser: Client, name: str, **fields: str) -> Any:
    return browser.post(f"{LIST}{user(name).pk}/", {"active": "on", "role": "", **fields})


def test_somebody_new_can_sign_in_with_role_and_groups(operator: Client) -> None:
    name = people.new_name()
    new = {"username": name, "password": people.PASSWORD, "role": "sharer", "groups": "ml, search"}
    assert operator.post(LIST, new).status_code == 303
    assert (user(name).role, user(name).groups) == ("sharer", frozenset({"ml", "search"}))
    page = words(parse(people.sign_in(name).get("/account/")).select_one("main"))
    assert "search" in page
    assert people.PASSWORD not in user(name).password


@pytest.mark.parametrize("password", ["short pass", "password1234", "qwerty123456", "1q2w3e4r5t6y"])
def test_a_password_that_many_have_or_that_is_short_is_refused(
    operator: Client, password: str
) -> None:
    name = people.new_name()
    answer = operator.post(LIST, {"username": name, "password": password, "role": ""})
    assert answer.status_code == 422
    assert not User.objects.filter(username=name).exists()
    assert password not in answer.content.decode()


def test_nobody_gets_a_name_that_somebody_has(operator: Client) -> None:
    name = people.add("viewer")
    again = {"username": name, "password": people.PASSWORD, "role": "operator"}
    assert operator.post(LIST, again).status_code == 422
    assert user(name).role == "viewer"


def test_another_role_counts_at_once(operator: Client) -> None:
    name = people.add("viewer")
    browser = people.sign_in(name)
    assert browser.get("/links/").status_code == 403
    assert change(operator, name, role="sharer").status_code == 303
    assert browser.get("/links/").status_code == 200


def test_the_last_operator_stays_one(operator: Client) -> None:
    User.objects.filter(role="operator").exclude(pk=operator.session["_auth_user_id"]).update(
        role="viewer"
    )
    me = User.objects.get(pk=operator.session["_auth_user_id"]).username
    for fields in ({"role": "viewer"}, {"role": "operator", "active": ""}):
        answer = change(operator, me, **fields)
        assert answer.status_code == 422
        assert "no other operator" in answer.content.decode()
    assert (user(me).role, user(me).is_active) == ("operator", True)
    assert operator.get(LIST).status_code == 200


def test_an_operator_signs_somebody_out_everywhere(operator: Client) -> None:
    name = people.add("viewer")
    browser = people.sign_in(name)
    assert operator.post(f"{LIST}{user(name).pk}/end-sessions/").status_code == 303
    assert browser.get("/account/").status_code == 302


def test_a_forgotten_password_is_replaced_and_ends_every_session(operator: Client) -> None:
    name = people.add("viewer")
    browser, address = people.sign_in(name), f"{LIST}{user(name).pk}/password/"
    assert operator.post(address, {"password": "password"}).status_code == 422
    assert operator.post(address, {"password": "a quite new pass phrase"}).status_code == 303
    assert browser.get("/account/").status_code == 302
    people.sign_in(name, password="a quite new pass phrase")


def test_groups_give_roles(settings: Any) -> None:
    settings.PORTAL_ROLES = {
        "viewer": frozenset({"ml"}),
        "sharer": frozenset(),
        "operator": frozenset({"platform team"}),
    }
    outsider = people.add("", "sales")
    browser = Client()
    browser.post("/sign-in/", {"username": outsider, "password": people.PASSWORD})
    assert browser.get("/account/").status_code == 302
    assert people.browser_of("", "ml").get(LIST).status_code == 403
    assert people.browser_of("", "ml", "platform team").get(LIST).status_code == 200


def test_people_are_found_by_name_and_come_in_pages(operator: Client) -> None:
    word = people.new_name("zz")
    for number in range(3):
        people.add("viewer", name=f"{word}-{number}")
    page = words(parse(operator.get(LIST, {"q": word})).select_one("main"))
    assert [f"{word}-{number}" in page for number in range(3)] == [True] * 3
    after = words(parse(operator.get(LIST, {"q": word, "after": f"{word}-1"})).select_one("main"))
    assert [f"{word}-{number}" in after for number in range(3)] == [False, False, True]


def test_the_first_operator_is_made_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    name, said = people.new_name(), io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{people.PASSWORD}\n"))
    call_command("create_operator", name, stdout=said)
    assert people.sign_in(name).get(LIST).status_code == 200
    assert people.PASSWORD not in said.getvalue()
    monkeypatch.setattr("sys.stdin", io.StringIO("password\n"))
    with pytest.raises(CommandError, match="too common"):
        call_command("create_operator", people.new_name())


def test_passwords_are_for_the_mode_of_passwords(settings: Any) -> None:
    settings.PORTAL_LOGIN = "off"
    with pytest.raises(CommandError, match="PORTAL_LOGIN must be password"):
        call_command("create_operator", people.new_name())


def test_the_audit_trail_is_pruned_by_age_alone() -> None:
    word, now = people.new_name("pruned"), datetime.now(UTC)
    for days in (500, 401, 399, 0):
        AuditEvent.objects.create(
            at=now - timedelta(days=days), action="signed in", person=word, about=str(days)
        )
    said = io.StringIO()
    call_command("prune_audit", "--dry-run", stdout=said)
    assert said.getvalue().startswith("Would delete ")
    mine = AuditEvent.objects.filter(person=word)
    assert mine.count() == 4
    call_command("prune_audit", stdout=said)
    assert {event.about for event in mine} == {"399", "0"}
    with pytest.raises(CommandError, match="--keep-for must be 1 to"):
        call_command("prune_audit", "--keep-for", "0")
