"""The page of one experiment, over real HTTP to an AWS that says what it is told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.support.examples import every_member, infrastructure, shadow_mode, variant
from tests.support.pages import datetimes, fields, parse, words
from tests.support.scripted_aws import ScriptedAws


def look(client: Client, name: str) -> BeautifulSoup:
    response = client.get(f"/experiments/default/{name}/")
    assert response.status_code == 200
    return parse(response)


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        inner = ((f"{path}.{name}" if path else name, member) for name, member in value.items())
    elif isinstance(value, list):
        inner = ((f"{path}[{index}]", item) for index, item in enumerate(value))
    else:
        return {path: value}
    return {leaf: found for where, member in inner for leaf, found in leaves(member, where).items()}


def test_it_works(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("it-works", Description="a first look")
    shown = fields(look(client, "it-works"))
    assert shown["Name"] == ["it-works"]
    assert shown["Description"] == ["a first look"]


def test_every_member_of_the_response_stands_in_its_element(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    body = scripted_aws.describes("Every-Member", **every_member())
    shown = fields(look(client, "Every-Member"))
    for path, value in leaves(body).items():
        if path.endswith("Time"):
            value = datetime.fromtimestamp(value, UTC).isoformat()
        assert set(shown[path]) == {str(value)}, path
    assert shown.keys() == leaves(body).keys()


def test_only_the_required_members_are_enough(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("required-only")
    page = look(client, "required-only")
    assert set(fields(page)) == {
        "Arn",
        "Name",
        "Type",
        "Status",
        "EndpointMetadata.EndpointName",
        "ModelVariants",
    }
    assert "No description." in words(page)
    assert "AWS lists no variants." in words(page)
    assert "No schedule" in words(page.select_one("#schedule"))


def test_times_are_machine_readable_and_in_utc(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("times", CreationTime=1795442530, LastModifiedTime=1795442530.25)
    page = look(client, "times")
    created = page.select_one('#details [data-field="CreationTime"] time')
    assert created is not None
    assert created["datetime"] == "2026-11-23T14:02:10Z"
    assert created.get_text() == "23 Nov 2026 14:02:10 UTC"
    modified = page.select_one('[data-field="LastModifiedTime"] time')
    assert modified is not None
    assert modified["datetime"] == "2026-11-23T14:02:10.250Z"
    assert all(str(time["datetime"]).endswith("Z") for time in page.select("time[datetime]"))
    assert all(moment.utcoffset() is not None for moment in datetimes(page))


def test_a_reader_may_ask_for_times_in_their_own_zone(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("zone", CreationTime=1795442530)
    client.cookies["portal-zone"] = "Europe%2FBerlin"
    created = look(client, "zone").select_one('#details [data-field="CreationTime"] time')
    assert created is not None
    assert created["datetime"] == "2026-11-23T14:02:10Z"
    assert created.get_text() == "23 Nov 2026 15:02:10 CET"


@pytest.mark.parametrize("zone", ["Nowhere/City", "../../etc/passwd", "%00", "Europe", "x" * 4000])
def test_a_zone_that_does_not_exist_is_utc(
    client: Client, scripted_aws: ScriptedAws, zone: str
) -> None:
    scripted_aws.describes("no-zone", CreationTime=1795442530)
    client.cookies["portal-zone"] = zone
    assert "23 Nov 2026 14:02:10 UTC" in words(look(client, "no-zone"))


def test_the_title_names_experiment_status_and_source(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("titled", Status="Stopping")
    assert look(client, "titled").title.get_text() == "titled · Stopping · default"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "favicon"),
    [("Running", "running"), ("Cancelled", "cancelled"), ("Hibernating", "unknown")],
)
def test_the_favicon_has_the_shape_of_the_status(
    client: Client, scripted_aws: ScriptedAws, status: str, favicon: str
) -> None:
    name = f"favicon-{status.lower()}"
    scripted_aws.describes(name, Status=status)
    link = look(client, name).select_one("link#favicon")
    assert link is not None
    assert str(link["href"]).endswith(f"favicons/{favicon}.svg")


def test_source_region_and_freshness_stand_above(client: Client, scripted_aws: ScriptedAws) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    scripted_aws.describes("fresh")
    page = look(client, "fresh")
    above = page.select_one(".above")
    assert "default" in words(above)
    assert "eu-west-1" in words(above)
    assert words(page.select_one("#as-of")).startswith("AWS data as of")
    stamp = page.select_one("#as-of time")
    assert stamp is not None
    assert before <= datetime.fromisoformat(str(stamp["datetime"])) <= datetime.now(UTC)


def test_the_polled_region_says_what_to_ask_and_when(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("polled")
    region = look(client, "polled").select_one("#experiment")
    assert region is not None
    assert region["data-status"] == "Running"
    assert str(region["hx-get"]).startswith("/experiments/default/polled/status/?seen=")
    assert region["hx-trigger"] == "portal:tick from:body"
    assert region["hx-sync"] == "this:drop"


@pytest.mark.parametrize("status", ["Completed", "Cancelled"])
def test_polling_ends_when_the_experiment_has_ended(
    client: Client, scripted_aws: ScriptedAws, status: str
) -> None:
    name = f"ended-{status.lower()}"
    scripted_aws.describes(name, Status=status)
    region = look(client, name).select_one("#experiment")
    assert region is not None
    assert region["data-status"] == status
    assert "hx-trigger" not in region.attrs


def test_the_page_asks_more_often_while_aws_is_at_work(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    def pace(name: str) -> int:
        region = look(client, name).select_one("#experiment")
        assert region is not None
        return int(str(region["data-poll-seconds"]))

    scripted_aws.describes("at-rest")
    scripted_aws.describes("moving", Status="Starting")
    endpoint = {"EndpointName": "ranker", "EndpointStatus": "Updating"}
    scripted_aws.describes("endpoint-moving", EndpointMetadata=endpoint)
    assert pace("moving") < pace("at-rest")
    assert pace("endpoint-moving") < pace("at-rest")


def test_each_variant_has_a_card_with_its_role(client: Client, scripted_aws: ScriptedAws) -> None:
    # AWS lists them in any order; a reader finds production first.
    scripted_aws.describes(
        "roles",
        ModelVariants=[variant("candidate"), variant("current"), variant("idle")],
        ShadowModeConfig=shadow_mode("current", candidate=20),
    )
    cards = [words(card) for card in look(client, "roles").select("article.variant")]
    assert [card.split()[0] for card in cards] == ["Production", "Shadow", "No"]
    production, shadow, idle = cards
    assert "current" in production
    assert "100 %" in production
    assert "returned to callers" in production
    assert "a copy of 20 %" in shadow
    assert "go to nobody" in shadow
    assert "No role given" in idle


def test_what_differs_between_production_and_shadow_is_marked(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    def marked(name: str, **shadow: Any) -> set[str]:
        production = variant("production", ModelName="ranker")
        scripted_aws.describes(
            name,
            ModelVariants=[production, production | {"VariantName": "shadow"} | shadow],
            ShadowModeConfig=shadow_mode("production", shadow=50),
        )
        rows = look(client, name).select("article.variant div:has(dd.neq)")
        return {words(row.select_one("dt")) for row in rows}

    assert marked("differs-not") == set()
    assert marked("differs-model", ModelName="ranker-v7") == {"Model"}
    assert marked("differs-count", InfrastructureConfig=infrastructure("ml.m5.xlarge", 3)) == {
        "Instances"
    }


def test_two_shadows_are_told_in_words_and_have_a_card_each(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes(
        "two-shadows",
        ModelVariants=[variant("production"), variant("one"), variant("two")],
        ShadowModeConfig=shadow_mode("production", one=10, two=30),
    )
    page = look(client, "two-shadows")
    assert len(page.select("article.variant.is-shadow")) == 2
    told = words(page.select_one(".traffic-words"))
    assert "10 % of the requests are copied to one , whose responses go to nobody." in told
    assert "30 % of the requests are copied to two" in told


def test_the_traffic_picture_says_the_same_to_screen_readers(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes(
        "picture",
        ModelVariants=[variant("production"), variant("shadow")],
        ShadowModeConfig=shadow_mode("production", shadow=35),
    )
    picture = look(client, "picture").select_one("#traffic svg[role=img]")
    assert picture is not None
    said = "Production answers all of them. A copy of 35 % goes to the shadow"
    assert said in str(picture["aria-label"])


@pytest.mark.parametrize(
    ("status", "sentence", "card"),
    [
        ("Created", "will be copied", "will get a copy of 35 %"),
        ("Running", "are copied", "a copy of 35 %"),
        ("Cancelled", "were to be copied", "was to get a copy of 35 %"),
    ],
)
def test_what_is_said_of_traffic_has_the_tense_of_the_status(
    client: Client, scripted_aws: ScriptedAws, status: str, sentence: str, card: str
) -> None:
    name = f"tense-{status.lower()}"
    scripted_aws.describes(
        name,
        Status=status,
        ModelVariants=[variant("production"), variant("shadow")],
        ShadowModeConfig=shadow_mode("production", shadow=35),
    )
    traffic = look(client, name).select_one("#traffic")
    assert sentence in words(traffic)
    assert card in words(traffic)
    assert ("copies some requests" in words(traffic)) == (status == "Running")


def test_the_answer_may_be_stored_by_nobody(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("not-stored")
    for address in ("", "status/", "status/?seen=nothing"):
        response = client.get(f"/experiments/default/not-stored/{address}")
        assert response["Cache-Control"] == "no-store, private"


def test_the_console_is_linked_by_its_own_address(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("console", EndpointMetadata={"EndpointName": "ranker-prod"})
    scripted_aws.describes("no-console", EndpointMetadata={"EndpointName": "javascript:alert(1)"})
    link = look(client, "console").select_one('a[href^="https:"]')
    assert link is not None
    assert str(link["href"]).startswith("https://eu-west-1.console.aws.amazon.com/sagemaker/")
    assert str(link["href"]).endswith("/ranker-prod")
    # What AWS sends in another form than its own pattern becomes part of no address.
    assert look(client, "no-console").select('a[href*="javascript"], a[href^="https:"]') == []


def test_copy_buttons_carry_the_whole_value(client: Client, scripted_aws: ScriptedAws) -> None:
    members = every_member()
    body = scripted_aws.describes("copied", **members)
    buttons = look(client, "copied").select("button[data-copy]")
    copied = {str(button["data-copy"]) for button in buttons}
    assert {body["Arn"], body["RoleArn"], body["KmsKey"], "2026-11-19T18:00:00Z"} <= copied
    assert all(str(button.get("aria-label", "")).startswith("Copy ") for button in buttons)
