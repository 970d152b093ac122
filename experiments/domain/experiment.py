"""An inference experiment in AWS's own words, as frozen values.

Every noun here is a structure of DescribeInferenceExperiment. AWS guarantees few members, so
whatever may be absent is ``None``; words that this version does not know stay as AWS sent them.
All times are aware and in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from experiments.domain.names import is_experiment_name
from experiments.domain.status import Status


class Role(StrEnum):
    """What ShadowModeConfig makes of a model variant."""

    PRODUCTION = "production"
    SHADOW = "shadow"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The planned window; either end may be absent."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One member of ModelVariants; ``index`` is its place in AWS's list."""

    index: int
    name: str
    model: str
    infrastructure_type: str
    instance_type: str
    instance_count: int
    status: Status
    role: Role
    sampling_percentage: int | None = None

    @property
    def status_path(self) -> str:
        return f"ModelVariants[{self.index}].Status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """EndpointMetadata; only the name is always there."""

    name: str
    config_name: str | None = None
    status: Status | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCapture:
    """DataStorageConfig: where requests and responses are written, and how they are encoded.

    AWS always names the destination; a redacted answer may not.
    """

    destination: str | None = None
    kms_key: str | None = None
    csv_content_types: tuple[str, ...] = ()
    json_content_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowVariant:
    """One member of ShadowModelVariants; the percentage is 0 to 100."""

    index: int
    name: str
    sampling_percentage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowMode:
    """ShadowModeConfig: which variant answers callers, and which gets copies."""

    source_variant_name: str
    shadows: tuple[ShadowVariant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Everything that DescribeInferenceExperiment says and this version has a name for."""

    name: str
    type: str
    status: Status
    endpoint: Endpoint
    # Absent only from a redacted answer.
    arn: str | None = None
    variants: tuple[Variant, ...] = ()
    schedule: Schedule | None = None
    status_reason: str | None = None
    description: str | None = None
    created: datetime | None = None
    completed: datetime | None = None
    modified: datetime | None = None
    role_arn: str | None = None
    data_capture: DataCapture | None = None
    shadow_mode: ShadowMode | None = None
    kms_key: str | None = None

    @property
    def planned_start(self) -> datetime | None:
        return None if self.schedule is None else self.schedule.start

    @property
    def planned_end(self) -> datetime | None:
        return None if self.schedule is None else self.schedule.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One experiment as ListInferenceExperiments returns it, which is without its endpoint."""

    name: str
    status: Status
    type: str = ""
    status_reason: str | None = None
    schedule: Schedule | None = None
    description: str | None = None
    created: datetime | None = None
    completed: datetime | None = None
    modified: datetime | None = None

    @property
    def has_page(self) -> bool:
        """Whether an address can be made of the name: AWS promises one, but a list is only text."""
        return is_experiment_name(self.name)
