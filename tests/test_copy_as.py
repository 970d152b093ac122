"""Copy as over HTTP: what is offered of an experiment, in which state, and how it is written."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from experiments import snapshots
from experiments.views.copied import Known, forms
from portal.env import PortalUrl
from tests.support import links
from tests.support.examples import every_member
from tests.support.later import later
from tests.support.pages import parse, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

ORIGIN = "http://127.0.0.1:8000"
RAW = "/experiments/default/copy-curl.json"
ALL = ["link", "arn", "console", "cli", "boto3", "curl", "markdown", "request"]


def address(name: str) -> str:
    return f"/experiments/default/{name}/copy/"


def copied(page: BeautifulSoup) -> dict[str, str]:
    """What each button copies, which is what stands beside it."""
    found = {}
    for form in page.select(".copying .form, .form"):
        button, shown = form.select_one("button[data-copy]"), form.select_one("pre")
        assert isinstance(button, Tag)
        assert isinstance(shown, Tag)
        assert button["data-copy"] == shown.get_text()
        found[str(form["id"]).removeprefix("copy-")] = str(button["data-copy"])
    return found


def offered(name: str) -> BeautifulSoup:
    response = Client().get(address(name))
    assert response.status_code == 200
    return parse(response)


def offered_later(name: str) -> BeautifulSoup:
    """What is offered in an hour, when AWS has been asked again."""
    with later(hours=1):
        Client().post(f"/experiments/default/{name}/check/")
        return offered(name)


def test_every_form_is_on_the_page_and_in_the_menu(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("copy-all", **every_member())
    page = copied(offered("copy-all"))
    assert list(page) == ALL
    assert page["link"] == "http://127.0.0.1:8000/experiments/default/copy-all/"
    assert page["arn"].endswith(":inference-experiment/copy-all")
    assert page["console"].endswith("#/endpoints/checkout-ranker-prod")
    assert page["cli"].endswith("--name copy-all --region eu-west-1")
    assert page["curl"].endswith(" http://127.0.0.1:8000/experiments/default/copy-all.json")
    assert json.loads(page["request"])["EndpointName"] == "checkout-ranker-prod"
    menu = client.get(address("copy-all"), headers={"HX-Request": "true"})
    assert "HX-Request" in menu["Vary"]
    assert b"<html" not in menu.content
    assert list(copied(parse(menu))) == ALL


def test_the_page_of_an_experiment_leads_there(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-led")
    page = parse(client.get("/experiments/default/copy-led/"))
    link = page.select_one("#experiment .acts a[data-copy-as]")
    assert link is not None
    assert link["href"] == address("copy-led")
    # It stands outside of what is polled, and holds nothing until somebody opens it.
    assert page.select("#experiment #copy-as") == []
    assert page.select("#copy-as pre") == []


def test_a_look_back_offers_nothing_to_copy(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-then")
    client.get("/experiments/default/copy-then/")
    page = parse(client.get("/experiments/default/copy-then/history/1/"))
    assert page.select_one("#experiment, .phead") is not None
    assert page.select("a[data-copy-as], #copy-as") == []


def test_hostile_texts_stay_texts(scripted_aws: ScriptedAws) -> None:
    reason = "</pre><img src=x onerror=alert(1)>\r\n\"'`| [x](https://evil.example)"
    arn = 'no arn "\r\n><script>alert(1)</script>'
    scripted_aws.describes("copy-hostile", Arn=arn, StatusReason=reason, Description=reason)
    response = Client().get(address("copy-hostile"))
    page = copied(parse(response))
    assert page["arn"] == arn
    assert json.loads(page["request"])["Description"] == reason
    assert b"<img" not in response.content
    assert b"<script>" not in response.content


def test_what_is_missing_from_a_request_is_said(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-bare")
    page = parse(Client().get(address("copy-bare")))
    form = words(page.select_one("#copy-request"))
    assert "incomplete" in form
    assert "RoleArn The description has none, and AWS asks for it. Add it." in form
    assert "--region eu-west-1 sends what you have saved as request.json" in form


def test_a_failing_experiment_offers_what_aws_said_last(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-failing", Description="as it was")
    offered("copy-failing")
    scripted_aws.fails("copy-failing", "ThrottlingException")
    page = offered_later("copy-failing")
    assert "This is what it said last" in words(page.select_one(".desc"))
    assert "as it was" in copied(page)["markdown"]


def test_a_deleted_experiment_can_be_told_of_and_run_again(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-deleted", **every_member())
    offered("copy-deleted")
    scripted_aws.fails("copy-deleted", "ResourceNotFound")
    page = copied(offered_later("copy-deleted"))
    assert list(page) == ["link", "arn", "console", "markdown", "request"]
    assert "deleted, found gone at" in page["markdown"]
    assert json.loads(page["request"])["Name"].startswith("copy-deleted-again-")
    with later(hours=1):
        tombstone = parse(Client().get("/experiments/default/copy-deleted/"))
    assert tombstone.select_one(f"a[data-copy-as][href='{address('copy-deleted')}']") is not None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (address("copy-nowhere"), "not-found"),
        (address("no_name"), "invalid-name"),
        ("/experiments/elsewhere/x/copy/", "unknown-source"),
        (address("copy-denied"), "access-denied"),
        (address("copy-down"), "unreachable"),
    ],
)
def test_where_nothing_is_known_the_problem_has_its_page(
    client: Client, scripted_aws: ScriptedAws, path: str, kind: str
) -> None:
    scripted_aws.fails("copy-denied", "AccessDeniedException")
    scripted_aws.fails("copy-down", "InternalFailure", status=500)
    assert_problem_page(client.get(path), kind)
    # A menu that was open meanwhile leads there.
    assert client.get(path, headers={"HX-Request": "true"})["HX-Redirect"] == path


def test_addresses_are_those_that_people_use(
    client: Client, scripted_aws: ScriptedAws, settings: Any
) -> None:
    scripted_aws.describes("copy-url")
    settings.URL = PortalUrl("https://portal.example", "portal.example", True)
    page = copied(parse(client.get(address("copy-url"))))
    assert page["link"] == "https://portal.example/experiments/default/copy-url/"
    assert "https://portal.example/experiments/default/copy-url.json" in page["curl"]
    assert "(<https://portal.example/" in page["markdown"]


@pytest.mark.parametrize(
    ("login", "signed", "said"),
    [
        ("password", '--cookie "sessionid=$PORTAL_SESSION" ', "Whoever has it is you"),
        ("oidc", '--cookie "sessionid=$PORTAL_SESSION" ', "Whoever has it is you"),
        ("proxy", "", "add what it asks for"),
        ("off", "", ""),
    ],
)
def test_the_curl_command_holds_no_secret(
    scripted_aws: ScriptedAws, settings: Any, login: str, signed: str, said: str
) -> None:
    scripted_aws.describes("copy-curl")
    settings.PORTAL_LOGIN = login
    snapshot = snapshots.current("default", "copy-curl")
    assert snapshot.description is not None
    known = Known(snapshot, snapshot.description, snapshot.answered_at)
    form = next(form for form in forms(known, datetime.now(UTC)) if form.key == "curl")
    assert form.text == f"curl --fail --silent --show-error {signed}{ORIGIN}{RAW}"
    assert said in " ".join(note for _, note in form.notes)


def test_a_share_link_offers_nothing_of_it(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("copy-shared", **every_member())
    link = links.make("copy-shared")
    page = Client().get(link.page).content
    assert b"data-copy-as" not in page
    assert b"copying." not in page
    for below in ("copy/", "request.json"):
        assert Client().get(f"{link.page}{below}").status_code == 404
