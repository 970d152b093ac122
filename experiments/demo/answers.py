"""The answers of Describe and List, with exactly the members that AWS would send."""

from collections.abc import Mapping
from typing import Any

from . import deployment
from .experiment import Experiment

# Describe repeats these members as Create or Update received them, and leaves out the unset ones.
_REPEATED = (
    "Name",
    "Type",
    "Description",
    "RoleArn",
    "DataStorageConfig",
    "ShadowModeConfig",
    "KmsKey",
)
_SUMMARISED = ("Name", "Type", "Description", "RoleArn")


def description(experiment: Experiment) -> dict[str, Any]:
    """DescribeInferenceExperimentResponse. Tags are not part of it: ListTags has them."""
    return {
        "Arn": experiment.arn,
        **_settings(experiment, _REPEATED),
        **_progress(experiment),
        "EndpointMetadata": deployment.endpoint(experiment),
        "ModelVariants": deployment.variants(experiment),
    }


def summary(experiment: Experiment) -> dict[str, Any]:
    """InferenceExperimentSummary, which has neither ARN nor endpoint nor variants."""
    return {**_settings(experiment, _SUMMARISED), **_progress(experiment)}


def _settings(experiment: Experiment, members: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: experiment.settings[name] for name in members if name in experiment.settings}


def _progress(experiment: Experiment) -> Mapping[str, Any]:
    progress: dict[str, Any] = {
        "Status": experiment.status,
        "CreationTime": experiment.created,
        "LastModifiedTime": experiment.modified,
    }
    if experiment.scenario != "no-schedule":
        progress["Schedule"] = {"StartTime": experiment.start}
        if experiment.end is not None:
            progress["Schedule"]["EndTime"] = experiment.end
    if experiment.reason is not None:
        progress["StatusReason"] = experiment.reason
    if experiment.completed is not None:
        progress["CompletionTime"] = experiment.completed
    return progress
