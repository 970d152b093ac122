"""What stands above everything else: reasons that AWS gives, and statuses that do not fit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.support.examples import shadow_mode, variant
from tests.support.pages import fields, parse, words
from tests.support.scripted_aws import ScriptedAws

NOW = datetime.now(UTC)


def look(client: Client, name: str) -> BeautifulSoup:
    return parse(client.get(f"/experiments/default/{name}/"))


def findings(page: BeautifulSoup) -> list[str]:
    return [words(banner) for banner in page.select("[data-finding]")]


def at(moment: datetime) -> float:
    return moment.timestamp()


def healthy(**members: Any) -> dict[str, Any]:
    """A running experiment with which nothing is wrong."""
    return {
        "EndpointMetadata": {"EndpointName": "ranker", "EndpointStatus": "InService"},
        "ModelVariants": [variant("production"), variant("shadow")],
        "ShadowModeConfig": shadow_mode("production", shadow=50),
        "Schedule": {
            "StartTime": at(NOW - timedelta(days=1)),
            "EndTime": at(NOW + timedelta(days=6)),
        },
    } | members


def test_nothing_is_said_where_nothing_is_wrong(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("healthy", **healthy())
    page = look(client, "healthy")
    assert page.select(".banner:not([hidden])") == []
    assert "Yes, they agree" in words(page.select_one("#facts"))


def test_the_reason_of_a_status_stands_in_a_banner(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("reason", Status="Cancelled", StatusReason="stopped by the team")
    page = look(client, "reason")
    banner = page.select_one('[data-notice="StatusReason"]')
    assert "Why it is Cancelled" in words(banner)
    assert fields(page)["StatusReason"] == ["stopped by the team"]


def test_a_failure_of_the_endpoint_stands_in_a_banner(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    endpoint = {"EndpointName": "ranker", "EndpointStatus": "Failed", "FailureReason": "no image"}
    scripted_aws.describes("failure", **healthy(EndpointMetadata=endpoint))
    page = look(client, "failure")
    assert "no image" in words(page.select_one('[data-notice="FailureReason"]'))
    assert findings(page)[0].startswith("The experiment is Running, but its endpoint is Failed")


@pytest.mark.parametrize(
    ("case", "members", "said"),
    [
        (
            "endpoint-rolls-back",
            {"EndpointMetadata": {"EndpointName": "r", "EndpointStatus": "RollingBack"}},
            "its endpoint is RollingBack",
        ),
        (
            "variant-gone",
            {"ModelVariants": [variant("production"), variant("shadow", Status="Deleted")]},
            "shadow is Deleted",
        ),
        (
            "update-failed",
            {
                "EndpointMetadata": {
                    "EndpointName": "r",
                    "EndpointStatus": "InService",
                    "FailureReason": "x",
                }
            },
            "its last update failed",
        ),
        (
            "overdue",
            {
                "Schedule": {
                    "StartTime": at(NOW - timedelta(days=8)),
                    "EndTime": at(NOW - timedelta(days=1)),
                }
            },
            "past its planned end",
        ),
        (
            "not-started",
            {"Status": "Created", "Schedule": {"StartTime": at(NOW - timedelta(hours=1))}},
            "has not started",
        ),
        ("no-shadow", {"ShadowModeConfig": None}, "names no shadow variant"),
        ("shadows-empty", {"ShadowModeConfig": shadow_mode("production")}, "no shadow variant"),
        (
            "nothing-copied",
            {"ShadowModeConfig": shadow_mode("production", shadow=0)},
            "0 % of the requests are copied",
        ),
        (
            "stranger",
            {"ShadowModeConfig": shadow_mode("production", elsewhere=50)},
            "the variant elsewhere, which is not among the variants",
        ),
    ],
)
def test_a_contradiction_is_told(
    client: Client, scripted_aws: ScriptedAws, case: str, members: dict[str, Any], said: str
) -> None:
    scripted_aws.describes(f"finding-{case}", **healthy(**members))
    page = look(client, f"finding-{case}")
    assert any(said in finding for finding in findings(page)), findings(page)
    differ = page.select_one('[data-finding="endpoint"], [data-finding="variants"]') is not None
    verdict = "No, they differ" if differ else "Yes, but not as planned"
    assert verdict in words(page.select_one("#facts"))


def test_the_gravest_contradiction_comes_first(client: Client, scripted_aws: ScriptedAws) -> None:
    members = healthy(
        EndpointMetadata={"EndpointName": "r", "EndpointStatus": "UpdateRollbackFailed"},
        ModelVariants=[variant("production"), variant("shadow", Status="Updating")],
    )
    scripted_aws.describes("gravest", **members)
    found = findings(look(client, "gravest"))
    assert len(found) == 2
    assert "UpdateRollbackFailed" in found[0]


@pytest.mark.parametrize("status", ["Completed", "Cancelled"])
def test_an_ended_experiment_still_tells_of_a_broken_endpoint_and_of_nothing_else(
    client: Client, scripted_aws: ScriptedAws, status: str
) -> None:
    over = f"over-{status.lower()}"
    scripted_aws.describes(over, **healthy(Status=status, ShadowModeConfig=None))
    page = look(client, over)
    assert findings(page) == []
    assert "It is over" in words(page.select_one("#facts"))

    broken = f"broken-{status.lower()}"
    endpoint = {"EndpointName": "ranker", "EndpointStatus": "Failed"}
    scripted_aws.describes(broken, **healthy(Status=status, EndpointMetadata=endpoint))
    found = findings(look(client, broken))
    assert len(found) == 1
    assert found[0].startswith(f"The experiment is {status}, but its endpoint is Failed")


def test_a_known_status_is_explained_in_the_words_of_aws(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("explained", **healthy())
    page = look(client, "explained")
    assert "Your experiment is in progress." in words(page.select_one("#d-status"))
    assert "available to process incoming requests" in words(page.select_one("#d-endpoint"))
    assert "variant is running" in words(page.select_one("#d-variant-0"))
