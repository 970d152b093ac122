"""The fleet to take along: exactly what the table shows, for programs and for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from experiments.domain.fleet.attention import Kind, Trouble
from experiments.store import catalogue
from tests.support.fleet import entry, exported, fill, forget, has_been_read, listed, names
from tests.support.scripted_aws import ScriptedAws

AT = datetime(2026, 11, 23, 12, 30, 15, 250_000, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty(scripted_aws: ScriptedAws) -> Iterator[None]:
    forget()
    yield
    forget()


def table(client: Client, **query: str) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    response = client.get("/fleet.csv", query)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_holds_everything_that_is_known(client: Client) -> None:
    whole = entry(
        "one",
        description="v7 against v6, “final”\nsecond line",
        reason="longer",
        start_at=AT,
        end_at=AT + timedelta(days=10_000),
        created_at=AT,
        modified_at=AT,
        completed_at=AT,
        endpoint="ranker",
        endpoint_status="Failed",
        production_model="v6",
        shadow_model="v7",
        sampling=0,
    )
    trouble = Trouble(Kind.ENDPOINT, "Its endpoint is Failed")
    fill(replace(whole, troubles=(trouble,)).judged())
    catalogue.note("default", [listed("two", "Completed")], AT, listed=1)
    one, two = exported(client, sort="name")
    assert one == {
        "source": "default",
        "name": "one",
        "status": "Running",
        "type": "ShadowMode",
        "endpoint_name": "ranker",
        "endpoint_status": "Failed",
        "production_model": "v6",
        "shadow_model": "v7",
        "sampling_percentage": 0,
        "start_time": one["start_time"],
        "end_time": one["end_time"],
        "completion_time": one["start_time"],
        "creation_time": one["start_time"],
        "last_modified_time": one["start_time"],
        "needs_attention": ["Its endpoint is Failed"],
        "status_reason": "longer",
        "description": "v7 against v6, “final”\nsecond line",
    }
    assert datetime.fromisoformat(one["start_time"]) == AT
    # Nobody has looked at the other one: what is not known is null, and not empty.
    assert [two[name] for name in ("endpoint_name", "shadow_model", "sampling_percentage")] == [
        None
    ] * 3
    assert (two["status_reason"], two["needs_attention"], two["type"]) == (None, [], "ShadowMode")


def test_a_spreadsheet_gets_the_same(client: Client) -> None:
    fill(
        entry("one", description="a, b\r\n“c”;\td", sampling=35),
        replace(
            entry("two"),
            troubles=(Trouble(Kind.CAPTURE, "Data capture is off"), Trouble(Kind.TRAFFIC, "x")),
        ).judged(),
    )
    for as_json, as_csv in zip(exported(client), table(client), strict=True):
        assert list(as_json) == list(as_csv)
        for name, value in as_json.items():
            told = "; ".join(value) if isinstance(value, list) else value
            assert as_csv[name] == ("" if told is None else str(told))


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_that_somebody_wrote_is_a_formula(client: Client, begins: str) -> None:
    text = f"{begins}cmd|' /C calc'!A0"
    fill(
        entry(
            "one",
            "Cancelled",
            type=text,
            description=text,
            reason=text,
            endpoint=text,
            endpoint_status=text,
            production_model=text,
            shadow_model=text,
        ),
        entry("two", text),
    )
    one, two = table(client, sort="name")
    risky = [value for value in (*one.values(), two["status"]) if "cmd" in value]
    assert len(risky) == 9
    assert {value for value in risky if value != f"'{text}"} == set()
    # A program gets it as it is.
    assert exported(client, sort="name")[0]["description"] == text


def test_all_pages_and_nothing_else_are_exported(client: Client) -> None:
    """More than is read from the database at a time."""
    some = [listed(f"many-{number:04}", "Completed") for number in range(1_100)]
    catalogue.note("default", some, AT, listed=len(some))
    catalogue.note("another", [listed("many-of-another")], AT, listed=1)
    fill(entry("other"))
    for query in ({"sort": "-name"}, {"sort": "-name", "page": "3"}):
        rows = exported(client, q="many", **query)
        assert names(rows) == [f"many-{number:04}" for number in reversed(range(1_100))]
    assert len(table(client, q="many")) == 1_100
    assert {row["source"] for row in exported(client)} == {"default"}


def test_an_export_is_a_file_of_its_own_name(client: Client) -> None:
    has_been_read("default")
    for suffix, content_type in (("csv", "text/csv; charset=utf-8"), ("json", "application/json")):
        response = client.get(f"/fleet.{suffix}")
        assert response["Content-Type"] == content_type
        disposition = response["Content-Disposition"]
        assert disposition.startswith('attachment; filename="experiments-')
        assert disposition.endswith(f'Z.{suffix}"')
        assert response["X-Content-Type-Options"] == "nosniff"
    for suffix in ("xml", "JSON", "csv.exe", ""):
        assert client.get(f"/fleet.{suffix}").status_code == 404
    assert client.post("/fleet.json").status_code == 405


def test_an_export_asks_aws_nothing(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.calls.clear()
    assert exported(client) == []
    assert table(client) == []
    assert scripted_aws.calls == []


def test_any_text_makes_valid_json(client: Client) -> None:
    odd = "\u2028</script>\u202e\x1f\x7f\ufffd😀\"'\\"
    fill(entry("one", description=odd, endpoint=odd, reason=odd))
    (row,) = exported(client)
    assert (row["description"], row["endpoint_name"], row["status_reason"]) == (odd, odd, odd)
    assert json.dumps(row)
