"""A story that the seed tells: one Create call, and what is done to the experiment later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from experiments.demo.experiment import SCENARIO_TAG

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

BUCKET = "s3://acme-ml-shadow-capture"
ACCOUNT = "123456789012"
VOLUME_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/8f2c1d4e-77aa-4c1b-9e0d-2b6a5f3c9d10"
CAPTURE_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/ml-data-capture"


@dataclass(frozen=True, slots=True)
class Model:
    """A model and where it runs. The variant has the model's name, unless it gets its own."""

    name: str
    instance: str
    instances: int
    own_variant: str | None = None

    @property
    def variant(self) -> str:
        return self.own_variant or self.name


@dataclass(frozen=True, slots=True)
class Later:
    """A call made ``ago`` before the present."""

    ago: timedelta
    verb: Literal["update", "stop"]
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``ago`` is how long before the present Create is called. ``opens`` and ``closes`` are the
    planned start and end from the present on, so that a past moment is negative; with neither,
    Create names no schedule.
    """

    name: str
    ago: timedelta
    endpoint: str
    production: Model
    shadow: Model
    sampling: int = 100
    description: str | None = None
    opens: timedelta | None = None
    closes: timedelta | None = None
    capture: Mapping[str, Any] | None = None
    volume_key: str | None = None
    scenario: str | None = None
    team: str = "ml-platform"
    then: Sequence[Later] = ()

    def request(self, present: datetime) -> dict[str, Any]:
        """The members of Create."""
        tags = {"team": self.team, SCENARIO_TAG: self.scenario}
        # People plan in whole seconds.
        planned = present.replace(microsecond=0)
        schedule = _without_unset(
            StartTime=None if self.opens is None else planned + self.opens,
            EndTime=None if self.closes is None else planned + self.closes,
        )
        shadow = {
            "ShadowModelVariantName": self.shadow.variant,
            "SamplingPercentage": self.sampling,
        }
        return _without_unset(
            Name=self.name,
            Type="ShadowMode",
            Description=self.description,
            Schedule=schedule or None,
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/service-role/ShadowTestExecution",
            EndpointName=self.endpoint,
            ModelVariants=[model_variant(self.production), model_variant(self.shadow)],
            ShadowModeConfig={
                "SourceModelVariantName": self.production.variant,
                "ShadowModelVariants": [shadow],
            },
            DataStorageConfig=self.capture,
            KmsKey=self.volume_key,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items() if value],
        )


def model_variant(model: Model) -> dict[str, Any]:
    """A ModelVariantConfig."""
    return {
        "ModelName": model.name,
        "VariantName": model.variant,
        "InfrastructureConfig": {
            "InfrastructureType": "RealTimeInference",
            "RealTimeInferenceConfig": {
                "InstanceType": model.instance,
                "InstanceCount": model.instances,
            },
        },
    }


def capture(
    destination: str, *, csv: Sequence[str] = (), json: Sequence[str] = (), key: str | None = None
) -> dict[str, Any]:
    """A DataStorageConfig; with neither csv nor json it has no ContentType."""
    content = {"CsvContentTypes": list(csv), "JsonContentTypes": list(json)}
    return _without_unset(
        Destination=destination,
        KmsKey=key,
        ContentType={name: types for name, types in content.items() if types} or None,
    )


def _without_unset(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
