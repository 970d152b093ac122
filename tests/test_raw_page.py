"""The Raw tab, over real HTTP to an AWS that says what it is told."""

import shlex
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from experiments.exports import FORMATS
from tests.support.pages import parse, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

HOSTILE = "<script>alert(1)</script>'\"&amp;</code></pre>\r\u202e<b>"


def address(name: str, **asked: str) -> str:
    return f"/experiments/default/{name}/raw/" + (f"?{urlencode(asked)}" if asked else "")


def look(client: Client, name: str, **asked: str) -> BeautifulSoup:
    response = client.get(address(name, **asked))
    assert response.status_code == 200
    return parse(response)


def listing(page: BeautifulSoup) -> str:
    shown = page.select_one(".raw-listing code")
    return "" if shown is None else shown.get_text()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("query", ["", "ModelVariants[].[ModelName, VariantName]", "Name"])
def test_it_shows_what_the_export_is(
    client: Client, scripted_aws: ScriptedAws, form: str, query: str
) -> None:
    scripted_aws.describes("raw-tab", Description=HOSTILE)
    page = look(client, "raw-tab", format=form, query=query)
    export = f"/experiments/default/raw-tab.{form}"
    printed = client.get(export + (f"?{urlencode({'query': query})}" if query else ""))
    assert listing(page) == printed.content.decode()
    assert page.select(".raw-listing :is(b, script)") == []
    download = page.select_one("a[download]")
    assert download is not None
    assert client.get(str(download["href"])).content == printed.content


def test_it_stands_beside_the_other_tabs(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-tabs")
    detail = parse(client.get("/experiments/default/raw-tabs/"))
    assert detail.select_one(f'.tabs a[href="{address("raw-tabs")}"]') is not None
    page = look(client, "raw-tabs")
    here = page.select_one(".tabs [aria-current=page]")
    assert words(here) == "Raw"
    assert page.select_one('.tabs a[href="/experiments/default/raw-tabs/#schedule"]') is not None
    assert words(page.select_one("h1")) == "raw-tabs"
    assert "Running" in words(page.select_one(".phead"))


def test_every_value_leads_to_itself(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-links", Description="d")
    page = look(client, "raw-links", format="yaml")
    asked = {
        link.get_text(): parse_qs(urlsplit(str(link["href"])).query)["query"][0]
        for link in page.select(".raw-listing a")
    }
    assert asked["Description: d"] == "Description"
    assert asked["EndpointMetadata:"] == "EndpointMetadata"
    narrower = look(client, "raw-links", format="yaml", query="EndpointMetadata")
    first = narrower.select_one(".raw-listing a")
    assert first is not None
    assert "query=EndpointMetadata.EndpointName" in str(first["href"])


def test_the_command_is_quoted_for_a_shell(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-command")
    query = "ModelVariants[?VariantName=='it''s']; rm -rf $HOME `x`"
    response = client.get(address("raw-command", format="text", query=query))
    assert response.status_code == 400
    query = "not_null(Nothing, 'a b $HOME')"
    page = look(client, "raw-command", format="text", query=query)
    command = shlex.split(words(page.select_one(".raw-command code")))
    assert command[:3] == ["aws", "sagemaker", "describe-inference-experiment"]
    assert command[command.index("--name") + 1] == "raw-command"
    assert command[-4:] == ["--output", "text", "--query", query]


@pytest.mark.parametrize(
    ("form", "query", "said"),
    [
        ("json", "Nothing", "The result is null"),
        ("table", "Nothing", "this format prints nothing"),
        ("json", "`[]`", "an empty list"),
        ("text", "`[]`", "this format prints nothing"),
        ("yaml", "`{}`", "without members. Of that, this format prints nothing"),
        ("json", "''", "an empty text"),
        ("table", "`0`", "the format prints nothing"),
    ],
)
def test_nothing_is_said_in_words(
    client: Client, scripted_aws: ScriptedAws, form: str, query: str, said: str
) -> None:
    scripted_aws.describes("raw-empty")
    assert said in words(look(client, "raw-empty", format=form, query=query).select_one("#raw"))


def typed(client: Client, name: str, **asked: str) -> Any:
    return client.get(address(name, **asked), headers={"HX-Request": "true"})


def test_a_query_that_is_half_typed_is_told_where_it_breaks(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("raw-typed")
    response = typed(client, "raw-typed", query="Name[<b>")
    assert response.status_code == 200
    # Only the message is swapped, and the address stays.
    assert response["HX-Retarget"] == "#raw-said"
    assert response["HX-Push-Url"] == "false"
    page = parse(response)
    assert page.select("#raw, pre b") == []
    expression, arrow = page.select("pre")[0].get_text().splitlines()[1:]
    assert arrow.index("^") == expression.index("<")
    whole = client.get(address("raw-typed", query="Name[<b>"))
    assert whole.status_code == 400
    box = parse(whole).select_one("#raw-query")
    assert box is not None
    assert (box["value"], box["aria-invalid"]) == ("Name[<b>", "true")


def test_a_query_beyond_the_limits_says_why(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-limits")
    said = words(parse(typed(client, "raw-limits", query="|".join(["[@,@]"] * 20))))
    assert "more than 10,000 values" in said
    assert "Select less of the experiment" in said


def test_a_poll_answers_only_what_is_new(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-polled", Description="before")
    region = look(client, "raw-polled", query="Description").select_one("#raw")
    assert region is not None
    poll = str(region["hx-get"])
    assert region["hx-trigger"] == "portal:tick from:body"
    assert client.get(poll, headers={"HX-Request": "true"}).status_code == 204
    scripted_aws.describes("raw-polled", Description="after")
    client.post("/experiments/default/raw-polled/check/", headers={"HX-Request": "true"})
    response = client.get(poll, headers={"HX-Request": "true"})
    assert response.status_code == 200
    page = parse(response)
    assert listing(page) == '"after"\n'
    # What somebody types meanwhile, and what was said of it, stays.
    assert page.select("#raw-form, #raw-said") == []


def test_what_is_over_is_not_polled(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-over", Status="Completed")
    region = look(client, "raw-over").select_one("#raw")
    assert region is not None
    assert not region.has_attr("hx-trigger")


def test_what_is_long_is_whole_and_plain(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-long", Description="<" * 70_000)
    page = look(client, "raw-long")
    assert "too long for colours" in words(page.select_one(".raw-note"))
    assert listing(page) == client.get("/experiments/default/raw-long.json").content.decode()
    assert page.select(".raw-listing a") == []


def test_problems_are_those_of_the_page(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.fails("raw-tab-denied", "AccessDeniedException")
    assert_problem_page(client.get(address("raw-tab-denied")), "access-denied")
    assert_problem_page(client.get(address("raw-tab-missing")), "not-found")
    assert_problem_page(client.get("/experiments/nowhere/raw/raw/"), "unknown-source")
    assert client.get(address("raw-tab", format="<b>")).status_code == 404
