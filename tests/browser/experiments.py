"""Experiments for a browser to look at, and how it is made to look sooner than by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Request, Response

from experiments.demo.server import DemoSageMaker
from tests.demo.builders import create_request
from tests.support.scripted_aws import ScriptedAws

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# AWS is at work on its endpoint, so the portal asks again after 3 s rather than 15.
BUSY = "endpoint-rolls-back"
POLLS = "**/status/?*"


def address(portal: str, name: str, source: str = "default") -> str:
    return f"{portal}/experiments/{source}/{name}/"


def begun_an_hour_ago(
    sagemaker: DemoSageMaker, name: str, scenario: str = BUSY, **members: Any
) -> None:
    """Create an experiment in the past, so that it has long been running in the present."""
    request = create_request(name, scenario, **members)
    with sagemaker.clock.travel() as travel:
        travel.to(datetime.now(UTC) - HOUR)
        sagemaker.client().create_inference_experiment(**request)


def stop(sagemaker: DemoSageMaker, name: str, *, ago: timedelta = timedelta(0)) -> None:
    """Stop an experiment; one that was stopped a minute ago has ended by now."""
    with sagemaker.clock.travel() as travel:
        travel.to(datetime.now(UTC) - ago)
        sagemaker.client().stop_inference_experiment(
            Name=name,
            ModelVariantActions={"prod": "Retain", "shadow": "Remove"},
            Reason="seen enough",
        )


def variants(production: str = "InService", shadow: str = "InService") -> dict[str, Any]:
    """The members of a description that a picture of traffic and two cards are made from."""

    def variant(name: str, instance: str, status: str) -> dict[str, Any]:
        return {
            "ModelName": f"model-{name}",
            "VariantName": name,
            "InfrastructureConfig": {
                "InfrastructureType": "RealTimeInference",
                "RealTimeInferenceConfig": {"InstanceType": instance, "InstanceCount": 2},
            },
            "Status": status,
        }

    return {
        "ModelVariants": [
            variant("prod", "ml.m5.large", production),
            variant("shadow", "ml.g5.xlarge", shadow),
        ],
        "ShadowModeConfig": {
            "SourceModelVariantName": "prod",
            "ShadowModelVariants": [{"ShadowModelVariantName": "shadow", "SamplingPercentage": 30}],
        },
    }


def problem_pages(aws: ScriptedAws, portal: str) -> dict[str, str]:
    """The address of a page for every kind of problem there is."""
    aws.fails("denied", "AccessDeniedException", message="arn:aws:iam::1:role/secret may not")
    aws.says("no-description", b"<html>a captive portal</html>")
    aws.fails("throttled", "ThrottlingException")
    aws.fails("failing", "InternalFailure", status=500)
    aws.fails("expired", "ExpiredTokenException")
    return {
        "not-found": address(portal, "nowhere"),
        "invalid-name": address(portal, "no_such-name!"),
        "unknown-source": address(portal, "any", source="elsewhere"),
        "access-denied": address(portal, "denied"),
        "bad-response": address(portal, "no-description"),
        "throttled": address(portal, "throttled"),
        "unreachable": address(portal, "failing"),
        "expired-credentials": address(portal, "expired"),
    }


def ask(page: Page) -> Response:
    """Let the page ask now, and wait for the answer."""
    with page.expect_response(POLLS) as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('portal:tick'))")
    return answer.value


def hurry(page: Page) -> None:
    """Let the page ask twice a second from here on, where its own rhythm is not the subject."""
    page.evaluate(
        "setInterval(() => document.body.dispatchEvent(new CustomEvent('portal:tick')), 500)"
    )


def count_polls(page: Page) -> list[str]:
    """A list that grows with every poll that the page sends."""
    sent: list[str] = []

    def keep(request: Request) -> None:
        if "/status/" in request.url:
            sent.append(request.url)

    page.on("request", keep)
    return sent
