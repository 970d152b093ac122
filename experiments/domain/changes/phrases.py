"""What is said of each member, and what it is called: for product managers, not for API readers.

A phrase has three forms: for a member that changed, that appeared, and that is no longer given.
Whatever has no phrase of its own is told by its path.
"""

import re
from dataclasses import dataclass

from experiments.domain.changes.change import Group, Part, Quoted
from experiments.domain.words import THIN_SPACE

PERCENT = f"{THIN_SPACE}%"
VARIANT, SHADOW = "ModelVariants[].", "ShadowModeConfig.ShadowModelVariants[]."
INSTANCES = "InfrastructureConfig.RealTimeInferenceConfig."


@dataclass(frozen=True, slots=True)
class Phrase:
    group: Group
    changed: str
    appeared: str
    vanished: str
    mild: bool = False


def _plain(group: Group, subject: str, *, mild: bool = False) -> Phrase:
    return Phrase(
        group,
        f"{subject} changed from {{before}} to {{after}}.",
        f"{subject} appeared: {{after}}",
        f"{subject} is no longer given (was {{before}}).",
        mild,
    )


def _status(group: Group, subject: str) -> Phrase:
    return Phrase(
        group,
        f"{subject} went from {{before}} to {{after}}.",
        f"{subject} is {{after}}.",
        f"{subject}: the status is no longer given (was {{before}}).",
    )


def _moment(subject: str) -> Phrase:
    return Phrase(
        Group.SCHEDULE,
        f"{subject} moved from {{before}} to {{after}}.",
        f"{subject} was set to {{after}}.",
        f"{subject} is no longer given (was {{before}}).",
    )


ANY = _plain(Group.OTHER, "{path}")
PHRASES = {
    "Status": _status(Group.STATUS, "Status"),
    "StatusReason": Phrase(
        Group.STATUS,
        "AWS gives another reason: {after} (before: {before})",
        "AWS gives a reason: {after}",
        "AWS no longer gives a reason (it was: {before})",
    ),
    "EndpointMetadata.EndpointStatus": _status(Group.ENDPOINT, "The endpoint"),
    "EndpointMetadata.EndpointName": _plain(Group.ENDPOINT, "The endpoint"),
    "EndpointMetadata.EndpointConfigName": _plain(Group.ENDPOINT, "The endpoint's configuration"),
    "EndpointMetadata.FailureReason": Phrase(
        Group.ENDPOINT,
        "AWS gives another reason for a failure of the endpoint: {after} (before: {before})",
        "AWS gives a reason for a failure of the endpoint: {after}",
        "AWS no longer gives a reason for a failure of the endpoint (it was: {before})",
    ),
    VARIANT + "Status": _status(Group.VARIANTS, "{name}"),
    VARIANT + "ModelName": _plain(Group.VARIANTS, "{name}: the model"),
    VARIANT + "InfrastructureConfig.InfrastructureType": _plain(
        Group.VARIANTS, "{name}: the infrastructure"
    ),
    VARIANT + INSTANCES + "InstanceType": Phrase(
        Group.VARIANTS,
        "{name} runs on {after} instead of {before}.",
        "{name} runs on {after}.",
        "{name}: the type of the instances is no longer given (was {before}).",
    ),
    VARIANT + INSTANCES + "InstanceCount": _plain(
        Group.VARIANTS, "{name}: the number of instances"
    ),
    "ShadowModeConfig.SourceModelVariantName": Phrase(
        Group.SAMPLING,
        "Callers are answered by {after} instead of {before}.",
        "Callers are answered by {after}.",
        "AWS no longer says which variant answers callers (it was {before}).",
    ),
    SHADOW + "SamplingPercentage": Phrase(
        Group.SAMPLING,
        f"{{name}} gets {{after}}{PERCENT} of the requests instead of {{before}}{PERCENT}.",
        f"{{name}} gets {{after}}{PERCENT} of the requests.",
        f"{{name}} no longer gets requests (it got {{before}}{PERCENT}).",
    ),
    SHADOW + "ShadowModelVariantName": _plain(Group.SAMPLING, "The shadow variant"),
    "Schedule.StartTime": _moment("The planned start"),
    "Schedule.EndTime": _moment("The planned end"),
    "CreationTime": _moment("AWS's time of the creation"),
    "CompletionTime": Phrase(
        Group.SCHEDULE,
        "AWS's time of the end moved from {before} to {after}.",
        "AWS gives the time of the end: {after}.",
        "AWS no longer gives the time of the end (it was {before}).",
    ),
    "LastModifiedTime": Phrase(
        Group.OTHER,
        "AWS's time of the last modification moved to {after}.",
        "AWS gives a time of the last modification: {after}.",
        "AWS no longer gives a time of the last modification (it was {before}).",
        mild=True,
    ),
    "DataStorageConfig.Destination": Phrase(
        Group.CAPTURE,
        "Captured data goes to {after} instead of {before}.",
        "Data capture was switched on, to {after}.",
        "Data capture was switched off (it went to {before}).",
    ),
    "DataStorageConfig.KmsKey": _plain(Group.CAPTURE, "The key for captured data"),
    "Description": Phrase(
        Group.DESCRIPTION,
        "The description was changed from {before} to {after}.",
        "A description was given: {after}",
        "The description was taken away (it was: {before})",
    ),
}

LABELS = {
    "Arn": "Experiment ARN",
    "Name": "Name",
    "Type": "Type",
    "Schedule.StartTime": "Planned start",
    "Schedule.EndTime": "Planned end",
    "Status": "Status",
    "StatusReason": "Status reason",
    "Description": "Description",
    "CreationTime": "Created",
    "CompletionTime": "Completed",
    "LastModifiedTime": "Last modified",
    "RoleArn": "Role",
    "EndpointMetadata.EndpointName": "Endpoint",
    "EndpointMetadata.EndpointConfigName": "Endpoint config",
    "EndpointMetadata.EndpointStatus": "Endpoint status",
    "EndpointMetadata.FailureReason": "Endpoint failure reason",
    VARIANT + "ModelName": "model",
    VARIANT + "VariantName": "variant name",
    VARIANT + "InfrastructureConfig.InfrastructureType": "infrastructure",
    VARIANT + INSTANCES + "InstanceType": "instance type",
    VARIANT + INSTANCES + "InstanceCount": "instances",
    VARIANT + "Status": "status",
    "DataStorageConfig.Destination": "Captured data goes to",
    "DataStorageConfig.KmsKey": "Key for captured data",
    "DataStorageConfig.ContentType.CsvContentTypes[]": "Stored as CSV text",
    "DataStorageConfig.ContentType.JsonContentTypes[]": "Stored as JSON text",
    "ShadowModeConfig.SourceModelVariantName": "Production variant",
    SHADOW + "ShadowModelVariantName": "shadow variant",
    SHADOW + "SamplingPercentage": "share of the requests, in percent",
    "KmsKey": "Volume KMS key",
}


def kind(path: str) -> str:
    """The path of a member without the names or numbers of list members."""
    return re.sub(r"\[[^\]]*\]", "[]", path)


def fill(form: str, **values: Part) -> tuple[Part, ...]:
    """``form`` with parts in the places of its braces."""
    pieces = re.split(r"\{(\w+)\}", form)
    parts = [values[piece] if index % 2 else piece for index, piece in enumerate(pieces)]
    if len(parts) > 2 and parts[-1] == "." and _ends_as_a_sentence(parts[-2]):
        parts.pop()
    return tuple(part for part in parts if part != "")


def _ends_as_a_sentence(part: Part) -> bool:
    return isinstance(part, Quoted) and part.text.endswith((".", "!", "?", "…"))
