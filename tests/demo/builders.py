"""Requests that the demo accepts, for tests to vary."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ROLE = "arn:aws:iam::123456789012:role/demo"


def variant(name: str, *, instance: str = "ml.m5.large", count: int = 1) -> dict[str, Any]:
    return {
        "ModelName": f"model-{name}",
        "VariantName": name,
        "InfrastructureConfig": {
            "InfrastructureType": "RealTimeInference",
            "RealTimeInferenceConfig": {"InstanceType": instance, "InstanceCount": count},
        },
    }


def shadow_mode(
    sampling: int = 30, *, source: str = "prod", shadow: str = "shadow"
) -> dict[str, Any]:
    return {
        "SourceModelVariantName": source,
        "ShadowModelVariants": [{"ShadowModelVariantName": shadow, "SamplingPercentage": sampling}],
    }


def create_request(name: str = "ranker", scenario: str = "", **changes: Any) -> dict[str, Any]:
    """What CreateInferenceExperiment takes; a change to None leaves the member out."""
    request: dict[str, Any] = {
        "Name": name,
        "Type": "ShadowMode",
        "RoleArn": ROLE,
        "EndpointName": "ranking",
        "ModelVariants": [variant("prod"), variant("shadow")],
        "ShadowModeConfig": shadow_mode(),
    }
    if scenario:
        request["Tags"] = [{"Key": "demo:scenario", "Value": scenario}]
    merged = request | changes
    return {member: value for member, value in merged.items() if value is not None}


def schedule(start: timedelta, end: timedelta) -> dict[str, datetime]:
    return {"StartTime": NOW + start, "EndTime": NOW + end}
