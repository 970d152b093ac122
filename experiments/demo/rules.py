"""The rules of SageMaker that no pattern or length expresses.

Each check raises a ValidationException when its rule is broken. AWS documents the rules but not
their messages, so the words are ours.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .errors import ValidationException
from .experiment import SCENARIO_TAG, Experiment
from .life import LONGEST, UNSCHEDULED

SCENARIOS = ("endpoint-rolls-back", "never-ends", "fails", "no-schedule")
STAYS_IN = "stays-in:"
STATUSES = (
    "Creating",
    "Created",
    "Updating",
    "Starting",
    "Running",
    "Stopping",
    "Completed",
    "Cancelled",
)


def check_roles(settings: Mapping[str, Any]) -> None:
    """One production variant and one shadow variant, both among the ModelVariants."""
    names = [variant["VariantName"] for variant in settings["ModelVariants"]]
    mode = settings["ShadowModeConfig"]
    source = mode["SourceModelVariantName"]
    shadow = mode["ShadowModelVariants"][0]
    _require(len(set(names)) == len(names), "The names in ModelVariants must be unique.")
    _require(source in names, f"SourceModelVariantName {source} is not one of the ModelVariants.")
    _require(
        shadow["ShadowModelVariantName"] in names,
        f"ShadowModelVariantName {shadow['ShadowModelVariantName']} is not one of the "
        "ModelVariants.",
    )
    _require(
        shadow["ShadowModelVariantName"] != source,
        "The shadow variant and the production variant must be different variants.",
    )
    # The model of the service states the maximum only.
    _require(shadow["SamplingPercentage"] >= 0, "SamplingPercentage must be between 0 and 100.")


def window(
    schedule: Mapping[str, datetime] | None, now: datetime
) -> tuple[datetime, datetime | None]:
    """The planned start and end in UTC; None is a schedule that names no end.

    The console's minimum of one hour is not a rule of the API.
    """
    if schedule is None:
        return now, now + UNSCHEDULED
    start = schedule.get("StartTime", now)
    end = schedule.get("EndTime")
    if end is not None:
        _require(end > start, "The EndTime of the Schedule must be after its StartTime.")
        _require(end > now, "The EndTime of the Schedule must be in the future.")
        _require(end - start <= LONGEST, "An inference experiment runs for at most 30 days.")
    return start, end


def check_tags(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The tags by their keys, with the scenario that they ask for being one that exists."""
    listed = list(tags)
    by_key = {tag["Key"]: tag["Value"] for tag in listed}
    _require(len(by_key) == len(listed), "Duplicate tag keys found.")
    scenario = by_key.get(SCENARIO_TAG)
    known = (*SCENARIOS, *(STAYS_IN + status for status in STATUSES))
    _require(
        scenario is None or scenario in known,
        f"{SCENARIO_TAG} must be one of {', '.join(known)} (got {scenario!r})",
    )
    return by_key


def check_running_update(before: Experiment, after: Experiment) -> None:
    """While it runs, only the description, the end and the sampling percentage may change.

    Sending what is set already is no change.
    """
    for member in ("ModelVariants", "DataStorageConfig"):
        _require(
            before.settings.get(member) == after.settings.get(member),
            f"{member} cannot be updated while the inference experiment is Running.",
        )
    _require(
        before.source_name == after.source_name and before.shadow_name == after.shadow_name,
        "Only the SamplingPercentage of ShadowModeConfig can be updated while the inference "
        "experiment is Running.",
    )
    _require(
        before.start == after.start,
        "Only the EndTime of the Schedule can be updated while the inference experiment is "
        "Running.",
    )


def check_created_update(before: Experiment, after: Experiment) -> None:
    """Before it starts, everything but the production variant may change."""
    _require(
        before.source_name == after.source_name
        and _variant(before, before.source_name) == _variant(after, before.source_name),
        "The production variant cannot be updated by an inference experiment.",
    )


def check_stop(experiment: Experiment, request: Mapping[str, Any]) -> None:
    """The actions are for the experiment's variants, and something stays on the endpoint."""
    names = {variant["VariantName"] for variant in experiment.variants}
    actions = request["ModelVariantActions"]
    _require(
        set(actions) == names,
        f"ModelVariantActions must name each of the variants {', '.join(sorted(names))} once.",
    )
    _require(
        actions[experiment.source_name] != "Promote",
        "Only the shadow variant can be promoted.",
    )
    _require(
        set(actions.values()) != {"Remove"},
        "At least one variant must stay on the endpoint.",
    )
    for variant in request.get("DesiredModelVariants", ()):
        name = variant["VariantName"]
        _require(
            name in names and actions[name] != "Remove",
            f"DesiredModelVariants names {name}, which does not stay on the endpoint.",
        )


def _variant(experiment: Experiment, name: str) -> Mapping[str, Any]:
    return next(each for each in experiment.variants if each["VariantName"] == name)


def _require(kept: bool, otherwise: str) -> None:
    if not kept:
        raise ValidationException(otherwise)
