"""What the demo remembers of one inference experiment, and how long its changes take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SCENARIO_TAG = "demo:scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long SageMaker is at work in each passing status, in time of the demo's clock.

    The real service takes minutes; these are short enough to be watched.
    """

    creating: timedelta = timedelta(seconds=8)
    starting: timedelta = timedelta(seconds=12)
    updating: timedelta = timedelta(seconds=10)
    stopping: timedelta = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOrder:
    """What StopInferenceExperiment asked for; ``actions`` names every variant."""

    actions: Mapping[str, str]
    desired_state: str
    desired_variants: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One inference experiment at one moment of its life.

    ``settings`` are Create's members as the client sent them, in AWS's own shapes, without the
    schedule and the tags. ``since`` is when the experiment entered ``status``; ``back_to`` is the
    status that an update returns to. An ``end`` of None is a schedule without an end.
    """

    arn: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    scenario: str
    start: datetime
    end: datetime | None
    created: datetime
    modified: datetime
    status: str
    since: datetime
    back_to: str = ""
    order: StopOrder | None = None
    reason: str | None = None
    completed: datetime | None = None

    @property
    def name(self) -> str:
        return str(self.settings["Name"])

    @property
    def variants(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.settings["ModelVariants"])

    @property
    def source_name(self) -> str:
        return str(self.settings["ShadowModeConfig"]["SourceModelVariantName"])

    @property
    def shadow_name(self) -> str:
        shadows = self.settings["ShadowModeConfig"]["ShadowModelVariants"]
        return str(shadows[0]["ShadowModelVariantName"])

    @property
    def has_ended(self) -> bool:
        return self.status in ("Completed", "Cancelled")
