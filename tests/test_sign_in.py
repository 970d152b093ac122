"""Signing in with a password: who gets in, where they land, and what ends their sessions."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from experiments.people import identity
from tests.support import people
from tests.support.pages import parse, words
from tests.support.scripted_aws import ScriptedAws

PAGE = "/experiments/default/signed-in/?from=chat&x=1"


@pytest.fixture(autouse=True)
def _password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


def test_it_works(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("signed-in")
    name = people.add("viewer")
    client = Client()
    first = client.get(PAGE)
    assert (first.status_code, first["Location"]) == (
        302,
        "/sign-in/?next=%2Fexperiments%2Fdefault%2Fsigned-in%2F%3Ffrom%3Dchat%26x%3D1",
    )
    page = parse(client.get(first["Location"]))
    wanted = str(page.select_one("input[name=next]")["value"])  # type: ignore[index]
    answer = client.post(
        "/sign-in/", {"username": name, "password": people.PASSWORD, "next": wanted}
    )
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert client.get(PAGE).status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    name = people.add("viewer")
    answer = Client().post("/sign-in/", {"username": name, "password": "not this one"})
    page = parse(answer)
    assert answer.status_code == 422
    assert "do not fit" in words(page.select_one("[role=alert]"))
    assert page.select_one("input[name=username]")["value"] == name  # type: ignore[index]


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\n/evil.example",
        " //evil.example",
        "http:evil.example",
        "/" * 5000,
    ],
)
def test_nobody_lands_on_another_host(wanted: str) -> None:
    name = people.add("viewer")
    answer = Client().post(
        "/sign-in/", {"username": name, "password": people.PASSWORD, "next": wanted}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/")


def test_a_poll_of_an_expired_session_leads_to_signing_in_and_back() -> None:
    answer = Client().get(
        "/experiments/default/signed-in/status/?seen=1",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"},
    )
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["HX-Redirect"] == (
        "/sign-in/?next=%2Fexperiments%2Fdefault%2Fsigned-in%2F%3Ffrom%3Dchat%26x%3D1"
    )


def test_signing_out_ends_every_session() -> None:
    name = people.add("viewer")
    here, there = people.sign_in(name), people.sign_in(name)
    assert there.get("/account/").status_code == 200
    assert here.post("/sign-out/").status_code == 303
    identity.forget()
    assert here.get("/account/").status_code == 302
    assert there.get("/account/").status_code == 302


def test_another_password_ends_every_other_session() -> None:
    name = people.add("viewer")
    here, there = people.sign_in(name), people.sign_in(name)
    new = "another long pass phrase"
    answer = here.post(
        "/account/password/",
        {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 303, answer.content.decode()
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    people.sign_in(name, password=new)


def test_disabling_somebody_ends_every_session() -> None:
    from experiments.people.models import User

    name = people.add("viewer")
    there, operator = people.sign_in(name), people.browser_of("operator")
    pk = User.objects.get(username=name).pk
    answer = operator.post(f"/operators/people/{pk}/", {"role": "viewer", "groups": ""})
    assert answer.status_code == 303, answer.content.decode()
    assert there.get("/account/").status_code == 302
    refused = Client().post("/sign-in/", {"username": name, "password": people.PASSWORD})
    assert refused.status_code == 422


def test_guessing_is_stopped_for_a_name_and_an_address_alone() -> None:
    name, other = people.add("viewer"), people.add("viewer")
    guess = {"username": name, "password": "wrong"}
    statuses = [Client().post("/sign-in/", guess).status_code for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 429, 429]
    right = {"username": name, "password": people.PASSWORD}
    locked = Client().post("/sign-in/", right)
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    people.sign_in(other)
    elsewhere = Client(REMOTE_ADDR="127.0.0.9").post("/sign-in/", right)
    assert elsewhere.status_code == 303


def test_guessing_many_names_is_stopped_for_the_address(settings: Any) -> None:
    settings.PORTAL_WRONG_TRIES = 12
    name, here = people.add("viewer"), "2001:db8:7::1"
    statuses = []
    for number in range(14):
        # Of one network, each time from another of its addresses.
        guesser = Client(REMOTE_ADDR=f"2001:db8:7::{number + 1:x}")
        guess = {"username": f"guessed-{number}", "password": "Winter 2026!"}
        statuses.append(guesser.post("/sign-in/", guess).status_code)
    assert statuses == [422] * 12 + [429] * 2
    right = {"username": name, "password": people.PASSWORD}
    assert Client(REMOTE_ADDR=here).post("/sign-in/", right).status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:8::1").post("/sign-in/", right).status_code == 303


def test_a_name_that_nobody_can_have_is_a_wrong_one() -> None:
    for name in ("x" * 151, "a\0b", ""):
        answer = Client().post("/sign-in/", {"username": name, "password": people.PASSWORD})
        assert answer.status_code == 422


def test_somebody_whom_nothing_gives_a_role_is_told_so(settings: Any) -> None:
    settings.PORTAL_ROLES = {"viewer": frozenset({"staff"})}
    answer = Client().post("/sign-in/", {"username": people.add(""), "password": people.PASSWORD})
    assert answer.status_code == 403
    assert "may not use this portal yet" in words(parse(answer).select_one("main"))


def test_an_open_session_is_no_place_to_guess_its_password() -> None:
    browser, new = people.browser_of("viewer"), "another long pass phrase"
    wrong = {"old_password": "a wrong one", "new_password1": new, "new_password2": new}
    statuses = [browser.post("/account/password/", wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    right = wrong | {"old_password": people.PASSWORD}
    assert browser.post("/account/password/", right).status_code == 429


def test_capitals_make_nobody_else() -> None:
    name = people.add("viewer")
    with pytest.raises(ValidationError):
        people.add("operator", name=name.upper())
