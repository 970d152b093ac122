"""The address of an export: what it answers with, and whom."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from experiments.exports import FORMATS
from tests.support.later import later
from tests.support.pages import parse, words
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

TYPES = {
    "json": "application/json; charset=utf-8",
    "yaml": "text/plain; charset=utf-8",
    "yaml-stream": "text/plain; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "table": "text/plain; charset=utf-8",
}


def address(name: str, form: str = "json", query: str | None = None) -> str:
    asked = "" if query is None else f"?query={quote(query)}"
    return f"/experiments/default/{name}.{form}{asked}"


def test_it_is_the_answer_with_the_members_and_times_of_the_aws_cli(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    body = scripted_aws.describes("raw-json", CreationTime=1763906400.25, BrandNew={"x": 1})
    response = client.get(address("raw-json"))
    assert response.status_code == 200
    shown = json.loads(response.content)
    # What botocore's model lacks is on the page, and not in what the AWS CLI prints.
    assert shown.pop("CreationTime") == "2025-11-23T14:00:00.250000+00:00"
    assert shown == {m: v for m, v in body.items() if m not in {"CreationTime", "BrandNew"}}
    assert response.content.startswith(b'{\n    "Arn": ')


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_its_type_and_is_kept_by_nobody(
    client: Client, scripted_aws: ScriptedAws, form: str
) -> None:
    scripted_aws.describes("raw-types")
    response = client.get(address("raw-types", form))
    assert response["Content-Type"] == TYPES[form]
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"raw-types" in response.content
    assert "Content-Disposition" not in response
    assert "X-Portal-Problem" not in response
    assert response["X-Portal-As-Of"].endswith("Z")


def test_a_download_is_named_after_the_experiment(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("Raw-File")
    endings = {"json": "json", "yaml": "yaml", "yaml-stream": "yaml", "text": "txt", "table": "txt"}
    for form, ending in endings.items():
        response = client.get(f"{address('Raw-File', form)}?download")
        assert response["Content-Disposition"] == f'attachment; filename="Raw-File.{ending}"'


@pytest.mark.parametrize(
    ("form", "query", "printed"),
    [
        ("text", "Name", "raw-query\n"),
        ("text", "Nothing", "None\n"),
        ("json", "Nothing", "null\n"),
        ("json", "`{}`", ""),
        ("yaml", "Status", '"Running"\n'),
        ("yaml", "[Name, Status]", "- raw-query\n- Running\n"),
        ("yaml-stream", "Nothing", "- null\n"),
        ("yaml-stream", "`{}`", ""),
        ("table", "Nothing", ""),
        ("text", "", None),
    ],
)
def test_a_query_selects_as_that_of_the_aws_cli(
    client: Client, scripted_aws: ScriptedAws, form: str, query: str, printed: str | None
) -> None:
    scripted_aws.describes("raw-query")
    response = client.get(address("raw-query", form, query))
    assert response.status_code == 200
    # A form with an empty field asks for everything.
    expected = client.get(address("raw-query", form)).content.decode()
    assert response.content.decode() == (expected if printed is None else printed)


def test_a_broken_query_is_told_where(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-broken")
    response = client.get(address("raw-broken", "json", "Name[<b>"))
    assert response.status_code == 400
    page = parse(response)
    told = page.select_one("pre")
    assert told is not None
    said, expression, arrow = told.get_text().splitlines()
    assert said.startswith(
        "Bad value for --query Name[<b>: Expecting: star, got: lt: Parse error at"
    )
    assert (expression, arrow.index("^")) == ('"Name[<b>"', expression.index("<"))
    assert page.select("pre b") == []
    assert page.select_one(f'a[href="{address("raw-broken")}"]') is not None


def test_a_refused_query_is_told_why_and_what_to_do(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("raw-refused")
    response = client.get(address("raw-refused", "yaml", "|".join(["[@,@]"] * 20)))
    assert response.status_code == 400
    said = words(parse(response))
    assert "more than 10,000 values" in said
    assert "Select less of the experiment" in said
    assert "[@,@]|[@,@]" in said


@pytest.mark.parametrize("suffix", ["xml", "JSON", "json.gz", "yml", "<b>", "yaml_stream", "%00"])
def test_an_unknown_format_lists_the_choices(
    client: Client, scripted_aws: ScriptedAws, suffix: str
) -> None:
    scripted_aws.describes("raw-choices")
    asked = len(scripted_aws.calls)
    response = client.get(f"/experiments/default/raw-choices.{suffix}")
    assert response.status_code == 404
    page = parse(response)
    assert page.select("h1 b") == []
    if suffix != "json.gz":
        links = [link["href"] for link in page.select(".panel li a")]
        assert links == [address("raw-choices", form) for form in FORMATS]
    assert len(scripted_aws.calls) == asked


@pytest.mark.parametrize("form", FORMATS)
def test_problems_are_those_of_the_page(
    client: Client, scripted_aws: ScriptedAws, form: str
) -> None:
    scripted_aws.fails(f"raw-denied-{form}", "AccessDeniedException")
    scripted_aws.fails(f"raw-throttled-{form}", "ThrottlingException")
    for name, kind in (
        (f"raw-missing-{form}", "not-found"),
        (f"raw-denied-{form}", "access-denied"),
        (f"raw-throttled-{form}", "throttled"),
        ("-raw-", "invalid-name"),
        ("raw.dot", "invalid-name"),
    ):
        assert_problem_page(client.get(address(name, form)), kind)
    nowhere = client.get(f"/experiments/nowhere/raw.{form}")
    assert_problem_page(nowhere, "unknown-source")


def test_an_older_answer_is_printed_with_what_has_gone_wrong_since(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("raw-stale")
    first = client.get(address("raw-stale"))
    scripted_aws.fails("raw-stale", "ThrottlingException")

    def again() -> Any:
        return client.get(address("raw-stale"))

    with later(minutes=5):
        client.post("/experiments/default/raw-stale/check/")
        response = again()
    assert response.status_code == 200
    assert response.content == first.content
    assert response["X-Portal-Problem"] == "throttled"
    assert response["X-Portal-As-Of"] == first["X-Portal-As-Of"]


def test_only_reading_is_possible(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("raw-head")
    head = client.head(address("raw-head"))
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(address("raw-head")).status_code == 405
