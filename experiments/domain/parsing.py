"""From an Answer to an Experiment.

Only the required members of the response are certain, and of a redacted one not even Arn. Whatever
else is absent becomes ``None``, and whatever has another form than this version knows is left to
``other_fields``, which finds every leaf that the nouns of experiment.py have no place for. No
answer raises here.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from experiments.domain.answer import Answer, Json, leaves
from experiments.domain.experiment import (
    DataCapture,
    Endpoint,
    Experiment,
    Role,
    Schedule,
    ShadowMode,
    ShadowVariant,
    Summary,
    Variant,
)
from experiments.domain.status import endpoint_status, experiment_status, variant_status


class Kind(StrEnum):
    """What the nouns take a leaf for."""

    TEXT = "text"
    TIME = "time"
    NUMBER = "number"


# The field paths that the nouns hold and the page therefore shows in their own places.
_KNOWN = re.compile(
    r"""(?P<text> Arn | Name | Type | Status | StatusReason | Description | RoleArn | KmsKey
        | EndpointMetadata\.(?:EndpointName | EndpointConfigName | EndpointStatus | FailureReason)
        | ModelVariants\[\d+\]\.(?:ModelName | VariantName | Status
            | InfrastructureConfig\.(?:InfrastructureType
                | RealTimeInferenceConfig\.InstanceType))
        | DataStorageConfig\.(?:Destination | KmsKey
            | ContentType\.(?:CsvContentTypes | JsonContentTypes)\[\d+\])
        | ShadowModeConfig\.(?:SourceModelVariantName
            | ShadowModelVariants\[\d+\]\.ShadowModelVariantName))
    | (?P<time> CreationTime | CompletionTime | LastModifiedTime
        | Schedule\.(?:StartTime | EndTime))
    | (?P<number> ShadowModeConfig\.ShadowModelVariants\[\d+\]\.SamplingPercentage
        | ModelVariants\[\d+\]\.InfrastructureConfig\.RealTimeInferenceConfig\.InstanceCount)""",
    re.VERBOSE,
)


def kind(path: str) -> Kind | None:
    """What a leaf at this field path is, or None if no noun has a place for it."""
    known = _KNOWN.fullmatch(path)
    return None if known is None or known.lastgroup is None else Kind(known.lastgroup)


def parse(answer: Answer) -> Experiment:
    """The nouns of one believed answer."""
    wire = answer.response
    shadow_mode = _shadow_mode(_structure(wire, "ShadowModeConfig"))
    return Experiment(
        arn=_optional(wire, "Arn"),
        name=text(wire["Name"]),
        type=text(wire["Type"]),
        status=experiment_status(text(wire["Status"])),
        endpoint=_endpoint(_structure(wire, "EndpointMetadata") or {}),
        variants=tuple(
            _variant(index, variant, shadow_mode)
            for index, variant in enumerate(_items(wire, "ModelVariants"))
        ),
        schedule=_schedule(_structure(wire, "Schedule")),
        status_reason=_optional(wire, "StatusReason"),
        description=_optional(wire, "Description"),
        created=_time(wire, "CreationTime"),
        completed=_time(wire, "CompletionTime"),
        modified=_time(wire, "LastModifiedTime"),
        role_arn=_optional(wire, "RoleArn"),
        data_capture=_data_capture(_structure(wire, "DataStorageConfig")),
        shadow_mode=shadow_mode,
        kms_key=_optional(wire, "KmsKey"),
    )


def other_fields(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Field path and text of every leaf that no noun holds, those unknown to botocore last."""
    # A structure whose members are all unknown to botocore is one that boto3 returns empty.
    emptied = {
        path[: end.start()] for path in answer.unmodelled for end in re.finditer(r"[.\[]", path)
    }
    # One without even its destination is a redacted one, which DataCapture holds.
    if answer.response.get("DataStorageConfig") == {}:
        emptied.add("DataStorageConfig")
    unknown = [
        (path, value)
        for path, value in leaves(answer.response)
        if (isinstance(value, dict | list) or kind(path) is None) and path not in emptied
    ]
    return tuple((path, text(value)) for path, value in [*unknown, *answer.unmodelled.items()])


def parse_summary(wire: Mapping[str, Json]) -> Summary:
    """One member of InferenceExperiments."""
    return Summary(
        name=text(wire["Name"]),
        status=experiment_status(text(wire["Status"])),
        type=_optional(wire, "Type") or "",
        status_reason=_optional(wire, "StatusReason"),
        schedule=_schedule(_structure(wire, "Schedule")),
        description=_optional(wire, "Description"),
        created=_time(wire, "CreationTime"),
        completed=_time(wire, "CompletionTime"),
        modified=_time(wire, "LastModifiedTime"),
    )


def text(value: Json) -> str:
    """A leaf as its own text: strings verbatim, anything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _schedule(wire: Mapping[str, Json] | None) -> Schedule | None:
    if not wire:
        return None
    return Schedule(start=_time(wire, "StartTime"), end=_time(wire, "EndTime"))


def _endpoint(wire: Mapping[str, Json]) -> Endpoint:
    status = _optional(wire, "EndpointStatus")
    return Endpoint(
        name=text(wire["EndpointName"]),
        config_name=_optional(wire, "EndpointConfigName"),
        status=None if status is None else endpoint_status(status),
        failure_reason=_optional(wire, "FailureReason"),
    )


def _variant(index: int, wire: Mapping[str, Json], shadow_mode: ShadowMode | None) -> Variant:
    infrastructure = _structure(wire, "InfrastructureConfig") or {}
    instances = _structure(infrastructure, "RealTimeInferenceConfig") or {}
    name = text(wire["VariantName"])
    role, sampling = Role.UNASSIGNED, None
    if shadow_mode is not None:
        if name == shadow_mode.source_variant_name:
            role = Role.PRODUCTION
        for shadow in shadow_mode.shadows:
            if name == shadow.name:
                role, sampling = Role.SHADOW, shadow.sampling_percentage
                break
    return Variant(
        index=index,
        name=name,
        model=text(wire["ModelName"]),
        infrastructure_type=text(infrastructure["InfrastructureType"]),
        instance_type=text(instances["InstanceType"]),
        instance_count=_integer(instances["InstanceCount"]),
        status=variant_status(text(wire["Status"])),
        role=role,
        sampling_percentage=sampling,
    )


def _shadow_mode(wire: Mapping[str, Json] | None) -> ShadowMode | None:
    if not wire:
        return None
    return ShadowMode(
        source_variant_name=text(wire["SourceModelVariantName"]),
        shadows=tuple(
            ShadowVariant(
                index=index,
                name=text(shadow["ShadowModelVariantName"]),
                sampling_percentage=_integer(shadow["SamplingPercentage"]),
            )
            for index, shadow in enumerate(_items(wire, "ShadowModelVariants"))
        ),
    )


def _data_capture(wire: Mapping[str, Json] | None) -> DataCapture | None:
    # Empty is what redaction leaves of one whose members are all hidden: capture is on.
    if wire is None:
        return None
    content_type = _structure(wire, "ContentType") or {}
    return DataCapture(
        destination=_optional(wire, "Destination"),
        kms_key=_optional(wire, "KmsKey"),
        csv_content_types=_texts(content_type, "CsvContentTypes"),
        json_content_types=_texts(content_type, "JsonContentTypes"),
    )


def _structure(wire: Mapping[str, Json], name: str) -> dict[str, Json] | None:
    value = wire.get(name)
    return value if isinstance(value, dict) else None


def _items(wire: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    value = wire.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(wire: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = wire.get(name)
    return tuple(text(item) for item in value) if isinstance(value, list) else ()


def _optional(wire: Mapping[str, Json], name: str) -> str | None:
    value = wire.get(name)
    return None if value is None or isinstance(value, dict | list) else text(value)


def _integer(value: Json) -> int:
    # The door to AWS lets nothing else through; the assertion says so to the type checker.
    assert isinstance(value, int)
    return value


def _time(wire: Mapping[str, Json], name: str) -> datetime | None:
    value = wire.get(name)
    return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) else None
