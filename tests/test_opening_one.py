"""The box of a portal of one source: what it opens, and what it suggests while somebody types."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.support.fleet import entry, fill, forget
from tests.support.pages import parse, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws


@pytest.fixture
def _one_fleet(scripted_aws: ScriptedAws) -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.mark.parametrize("asked", ["checkout-ranker-v7", "  checkout-ranker-v7\n"])
def test_a_name_is_opened(client: Client, scripted_aws: ScriptedAws, asked: str) -> None:
    scripted_aws.describes("checkout-ranker-v7")
    response = client.get("/open/", {"q": asked})
    assert response.status_code == 302
    assert response["Location"] == "/experiments/default/checkout-ranker-v7/"


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_with_one_source_the_page_says_what_is_wrong(
    client: Client, scripted_aws: ScriptedAws, code: str
) -> None:
    name = f"opened-{code}"
    scripted_aws.fails(name, code)
    assert client.get("/open/", {"q": name})["Location"] == f"/experiments/default/{name}/"


def test_a_part_of_a_name_finds_what_was_meant(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("Whole-Name-V9")
    client.get("/experiments/default/Whole-Name-V9/")
    for asked in ("whole-name-v9", "Name-V9"):
        response = client.get("/open/", {"q": asked})
        assert response.status_code == 404
        page = parse(response)
        links = [link["href"] for link in page.select(".choices a")]
        assert links == ["/experiments/default/Whole-Name-V9/"]
        assert words(page.select_one("#find")) == asked, "what was typed can be corrected"


@pytest.mark.parametrize("asked", ["//evil.example.org", "a b", "<b>x</b>", "\x00", "x" * 9000])
def test_what_is_no_name_gets_its_answer_right_there(
    client: Client, scripted_aws: ScriptedAws, asked: str
) -> None:
    before = len(scripted_aws.calls)
    assert_problem_page(client.get("/open/", {"q": asked}), "invalid-name")
    assert len(scripted_aws.calls) == before


def test_an_empty_box_leads_to_the_list(client: Client) -> None:
    assert client.get("/open/")["Location"] == "/"
    assert client.get("/open/", {"q": " \n"})["Location"] == "/"


def suggested(client: Client, typed: str) -> list[str]:
    response = client.get("/open/suggestions/", {"q": typed})
    assert response.status_code == 200
    prefix = "/experiments/default/"
    found = [str(one["data-href"]) for one in parse(response).select("[data-href]")]
    assert all(href.startswith(prefix) for href in found)
    return [href.removeprefix(prefix).strip("/") for href in found]


@pytest.mark.usefixtures("_one_fleet")
def test_what_begins_as_typed_and_has_not_ended_is_suggested_first(client: Client) -> None:
    fill(
        entry("old-Ranker"),
        entry("ranker-b", "Completed"),
        entry("Ranker-c", "Created"),
        entry("ranker-a", "Cancelled"),
        entry("ranker-d"),
        entry("search", description="ranker"),
        entry("ranker-theirs", source="another"),
    )
    expected = ["Ranker-c", "ranker-d", "ranker-a", "ranker-b", "old-Ranker"]
    assert suggested(client, "ranker") == suggested(client, "  RANKER ") == expected
    assert suggested(client, "ranker b") == ["ranker-b"]
    assert suggested(client, "old ranker") == ["old-Ranker"]
    for nothing in ("", " ", "%", "_", "nobody", "\x00", "x" * 5000, "theirs"):
        assert suggested(client, nothing) == [], nothing


@pytest.mark.usefixtures("_one_fleet")
def test_eight_are_suggested_and_no_more(client: Client) -> None:
    fill(*(entry(f"many-{number}") for number in range(12)))
    assert suggested(client, "many") == [f"many-{n}" for n in (0, 1, 10, 11, 2, 3, 4, 5)]


def test_suggestions_ask_aws_nothing(client: Client, scripted_aws: ScriptedAws) -> None:
    before = len(scripted_aws.calls)
    suggested(client, "ranker")
    assert len(scripted_aws.calls) == before
    assert client.post("/open/suggestions/").status_code == 405
