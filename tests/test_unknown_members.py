"""Words, members and texts that this portal has never seen: shown raw, never dropped."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.support.examples import variant
from tests.support.pages import fields, parse, words
from tests.support.scripted_aws import ScriptedAws, description


def look(client: Client, name: str) -> BeautifulSoup:
    response = client.get(f"/experiments/default/{name}/")
    assert response.status_code == 200
    return parse(response)


def other(page: BeautifulSoup) -> dict[str, list[str]]:
    """The members under Other fields."""
    panel = page.select_one("#other")
    return {} if panel is None else fields(BeautifulSoup(str(panel), "html5lib"))


def test_an_unknown_status_word_is_shown_raw_with_a_neutral_badge(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes(
        "unknown-words",
        Status="Hibernating",
        Type="MirrorMode",
        EndpointMetadata={"EndpointName": "r", "EndpointStatus": "Thawing"},
        ModelVariants=[variant("production", Status="Dozing")],
    )
    page = look(client, "unknown-words")
    for path, word in {
        "Status": "Hibernating",
        "Type": "MirrorMode",
        "EndpointMetadata.EndpointStatus": "Thawing",
        "ModelVariants[0].Status": "Dozing",
    }.items():
        assert set(fields(page)[path]) == {word}
        if path != "Type":
            badges = page.select(f'.t-done > [data-field="{path}"]')
            assert len(badges) == len(page.select(f'[data-field="{path}"]'))
    assert "exactly as AWS sent it" in words(page.select_one("#d-status"))
    assert "AWS’s own words" not in words(page.select_one("#d-status"))
    region = page.select_one("#experiment")
    assert region is not None
    assert region["data-status"] == "Hibernating"
    assert "hx-trigger" in region.attrs


def test_an_unknown_status_contradicts_nothing(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes(
        "unknown-agrees",
        EndpointMetadata={"EndpointName": "r", "EndpointStatus": "Thawing"},
        ModelVariants=[variant("production", Status="Dozing")],
    )
    assert look(client, "unknown-agrees").select('[data-finding="endpoint"]') == []


def test_members_newer_than_botocore_stand_under_other_fields(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes(
        "newer",
        BrandNew={"Inner": ["a", {"Deep": True}], "Count": 7},
        Schedule={"Cadence": "weekly"},
        ModelVariants=[variant("production", Accelerators=[1, 2.5])],
        EndpointMetadata={"EndpointName": "r", "Labels": {}},
        Nothing=False,
        Ratio=0.25,
    )
    assert other(look(client, "newer")) == {
        "BrandNew.Inner[0]": ["a"],
        "BrandNew.Inner[1].Deep": ["true"],
        "BrandNew.Count": ["7"],
        "Schedule.Cadence": ["weekly"],
        "ModelVariants[0].Accelerators[0]": ["1"],
        "ModelVariants[0].Accelerators[1]": ["2.5"],
        "EndpointMetadata.Labels": ["{}"],
        "Nothing": ["false"],
        "Ratio": ["0.25"],
    }


def test_a_null_of_an_unknown_member_is_shown_too(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.says("null", description("null") | {"BrandNew": None})
    assert other(look(client, "null"))["BrandNew"] == ["null"]


def test_a_null_of_a_known_member_is_no_value(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.says("known-null", description("known-null") | {"Description": None})
    page = look(client, "known-null")
    assert "Description" not in fields(page)
    assert "No description." in words(page)


@pytest.mark.parametrize("member", ["", "with space", "<b>", "a\"b'c", "x\ry", "نص", "🦆"])
def test_a_member_may_have_any_name(client: Client, scripted_aws: ScriptedAws, member: str) -> None:
    name = f"member-{member.encode().hex()}0"
    scripted_aws.says(name, description(name) | {member: {"In": "found"}, "Nest": {member: [1]}})
    shown = fields(look(client, name))
    assert shown[f"{member}.In"] == ["found"]
    assert shown[f"Nest.{member}[0]"] == ["1"]


def test_a_known_member_of_another_type_is_shown_as_it_came(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("mistyped", Description={"Text": "now a structure"}, StatusReason=17)
    shown = fields(look(client, "mistyped"))
    assert shown["Description.Text"] == ["now a structure"]
    assert shown["StatusReason"] == ["17"]


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("empty", ""),
        ("spaces", "  two  spaces  "),
        ("lines", "first\nsecond\r\nthird\rfourth\n"),
        ("markup", "<script>alert(1)</script><b>&amp;</b> \"'`"),
        ("template", "{{ 7|add:1 }} {% now 'Y' %}"),
        ("rtl", "عرض \u202etxet\u202c שלום"),
        ("emoji", "👩\u200d👩\u200d👧 🏳️\u200d🌈"),
        ("control", "a\x01b\x0bc\x1bd\x7fe\x85f"),
        ("odd-space", "\u2028line\u2029paragraph\ufeffbom\u00a0nbsp"),
        ("long", "word " * 2000),
        ("url", "javascript:alert(1)"),
    ],
)
def test_text_is_shown_verbatim(
    client: Client, scripted_aws: ScriptedAws, case: str, text: str
) -> None:
    name = f"text-{case}"
    members: dict[str, Any] = {
        "Description": text,
        "StatusReason": text,
        "Status": text,
        "EndpointMetadata": {"EndpointName": text, "FailureReason": text},
        "ModelVariants": [variant(text)],
        "BrandNew": text,
    }
    scripted_aws.describes(name, **members)
    page = look(client, name)
    shown = fields(page)
    for path in (*members, "EndpointMetadata.FailureReason", "ModelVariants[0].VariantName"):
        if path not in {"EndpointMetadata", "ModelVariants"}:
            assert set(shown[path]) == {text}, path
    assert page.select("script:not([src])") == []


@pytest.mark.parametrize(
    ("case", "sent", "shown"),
    [
        ("nul", "a\x00b", "a\ufffdb"),
        ("lone-surrogate", "a\ud800b\udfffc", "a\ufffdb\ufffdc"),
        ("pair", "\ud83e\udd86", "🦆"),
    ],
)
def test_what_cannot_be_stored_becomes_the_replacement_character(
    client: Client, scripted_aws: ScriptedAws, case: str, sent: str, shown: str
) -> None:
    scripted_aws.describes(f"stored-{case}", Description=sent, BrandNew=[sent])
    page = fields(look(client, f"stored-{case}"))
    assert page["Description"] == [shown]
    assert page["BrandNew[0]"] == [shown]


def test_an_empty_container_in_the_place_of_a_text_is_shown_as_it_came(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("containers", StatusReason=[], KmsKey={})
    shown = fields(look(client, "containers"))
    assert shown["StatusReason"] == ["[]"]
    assert shown["KmsKey"] == ["{}"]
