"""The standard AWS variables, as a portal in a process of its own reads them."""

import json
import re
from pathlib import Path

import pytest

from tests.support.pages import fields, parse, problem, words
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import Page, ask

# Each portal here is a program of its own, on a database of its own.
pytestmark = pytest.mark.same_on_any_database

NONE = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}


def look(aws: ScriptedAws, name: str, **variables: str) -> tuple[Page, str]:
    """The page of ``name`` behind these variables, and the log."""
    (page,), log = ask({"AWS_ENDPOINT_URL": aws.url} | variables, f"/experiments/default/{name}/")
    return page, log


def test_the_region_of_the_aws_cli_is_honoured(scripted_aws: ScriptedAws) -> None:
    arn = "arn:aws:sagemaker:ap-southeast-2:123456789012:inference-experiment/region"
    scripted_aws.describes("region", Arn=arn)
    page, _ = look(scripted_aws, "region", AWS_REGION="ap-southeast-2")
    assert page.status_code == 200
    assert fields(parse(page))["Arn"] == [arn]
    assert "ap-southeast-2" in words(parse(page).select_one(".above"))
    # The same answer is of another experiment to a portal that reads another region.
    page, _ = look(scripted_aws, "region", AWS_REGION="", AWS_DEFAULT_REGION="eu-central-1")
    assert page.status_code == 502


@pytest.mark.parametrize("region", ["local-1", "evil"])
def test_a_region_that_nobody_knows_is_shown_without_a_console(
    scripted_aws: ScriptedAws, region: str
) -> None:
    arn = f"arn:aws:sagemaker:{region}:123456789012:inference-experiment/far-away"
    scripted_aws.describes("far-away", Arn=arn)
    page, log = look(scripted_aws, "far-away", AWS_REGION=region)
    assert page.status_code == 200, log
    assert parse(page).select('a[href^="https:"][href*="evil"]') == []


def test_settings_of_a_profile_are_read(scripted_aws: ScriptedAws, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(
        "[profile team]\nregion = us-west-2\naws_access_key_id = x\naws_secret_access_key = y\n"
        f"endpoint_url = {scripted_aws.url}\n"
    )
    arn = "arn:aws:sagemaker:us-west-2:123456789012:inference-experiment/profile"
    scripted_aws.describes("profile", Arn=arn)
    variables = NONE | {"AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "team", "AWS_REGION": ""}
    page, log = look(scripted_aws, "profile", **variables)
    assert page.status_code == 200, log


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        (NONE, "expired-credentials"),
        ({"AWS_PROFILE": "missing"}, "expired-credentials"),
        ({"AWS_REGION": ""}, "unreachable"),
        ({"AWS_REGION": "not a region"}, "unreachable"),
    ],
)
def test_what_is_missing_has_its_page(
    scripted_aws: ScriptedAws, variables: dict[str, str], kind: str
) -> None:
    before = len(scripted_aws.calls)
    page, log = look(scripted_aws, "missing", **variables)
    assert (page.status_code, problem(parse(page))) == (503, kind), log
    assert "missing" in log
    assert len(scripted_aws.calls) == before


def test_credentials_are_told_to_nobody(scripted_aws: ScriptedAws) -> None:
    canaries = {
        "AWS_ACCESS_KEY_ID": "AKIACANARYCANARY0001",
        "AWS_SECRET_ACCESS_KEY": "canary/secret+key",
        "AWS_SESSION_TOKEN": "canary-session-token",
    }
    message = "User: arn:aws:iam::123456789012:role/canary-role with " + " ".join(canaries.values())
    codes = ["AccessDeniedException", "ExpiredTokenException", "InternalFailure", "Unheard"]
    for code in codes:
        scripted_aws.fails(f"canary-{code}".lower().replace("canary", "told"), code, 400, message)
    scripted_aws.says("told-garbage", message.encode())
    names = [f"told-{code.lower()}" for code in codes] + ["told-garbage"]
    pages, log = ask(
        {"AWS_ENDPOINT_URL": scripted_aws.url} | canaries,
        *(f"/experiments/default/{name}/{poll}" for name in names for poll in ("", "status/")),
    )
    told = json.dumps([page.content.decode() for page in pages]) + log
    assert re.findall("canary[^ ]*", told, re.IGNORECASE) == []
    # The operator's log names the problem all the same.
    assert "access-denied" in log
    assert "expired-credentials" in log
