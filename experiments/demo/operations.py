"""The seven operations on inference experiments and the three on their tags.

Each takes the shelf of the caller's account and region and the members of the call, checked
already against the service's model, and gives the members of the answer or raises one of
``errors``. Tags on Create ask for what a faithful life shows too briefly or never:

- ``demo:scenario`` = ``endpoint-rolls-back``: while Running, the endpoint is RollingBack and has a
  FailureReason;
- ``never-ends``: it stays Running past its end, until it is stopped;
- ``fails``: it is Cancelled instead of Running, with an error text as its StatusReason;
- ``no-schedule``: Describe and List leave its Schedule out;
- ``stays-in:<Status>``: it stays in that status once it has got there. Updating and Stopping need
  their own call, or the end of the schedule, as they do without the tag.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import answers, life, listing, rules
from .errors import ConflictException, ResourceInUse, ResourceLimitExceeded, ValidationException
from .experiment import SCENARIO_TAG, Experiment, StopOrder
from .registry import Shelf

Request = Mapping[str, Any]
Answer = dict[str, Any]
Operation = Callable[[Shelf, Request], Answer]

MOST_TAGS = 50


def create(shelf: Shelf, request: Request) -> Answer:
    rules.check_roles(request)
    tags = rules.check_tags(request.get("Tags", ()))
    arn = shelf.arn(request["Name"])
    # Two names that differ in case only would share an ARN.
    if any(experiment.arn == arn for experiment in shelf.experiments.values()):
        raise ResourceInUse(f"Inference experiment '{arn}' already exists.")
    if len(shelf.experiments) >= shelf.limit:
        raise ResourceLimitExceeded(
            f"The account-level limit of {shelf.limit} inference experiments has been reached."
        )
    experiment = life.create(
        {name: value for name, value in request.items() if name not in ("Schedule", "Tags")},
        arn=arn,
        tags=tags,
        scenario=tags.get(SCENARIO_TAG, ""),
        window=rules.window(request.get("Schedule"), shelf.now),
        now=shelf.now,
    )
    return _keep(shelf, experiment)


def describe(shelf: Shelf, request: Request) -> Answer:
    return answers.description(shelf.get(request["Name"]))


def list_page(shelf: Shelf, request: Request) -> Answer:
    experiments, token = listing.page(shelf.experiments.values(), request)
    answer: Answer = {"InferenceExperiments": [answers.summary(each) for each in experiments]}
    return answer if token is None else {**answer, "NextToken": token}


def start(shelf: Shelf, request: Request) -> Answer:
    experiment = shelf.get(request["Name"])
    _require_status(experiment, "Created", verb="started")
    return _keep(shelf, life.start(experiment, shelf.now))


def update(shelf: Shelf, request: Request) -> Answer:
    before = shelf.get(request["Name"])
    _require_status(before, "Created", "Running", verb="updated")
    after = _changed(before, request)
    if "Schedule" in request:
        planned = {"StartTime": before.start, "EndTime": before.end, **request["Schedule"]}
        schedule = {name: moment for name, moment in planned.items() if moment is not None}
        planned_start, planned_end = rules.window(schedule, shelf.now)
        after = replace(after, start=planned_start, end=planned_end)
    rules.check_roles(after.settings)
    check = rules.check_running_update if before.status == "Running" else rules.check_created_update
    check(before, after)
    return _keep(shelf, life.update(after, shelf.now))


def stop(shelf: Shelf, request: Request) -> Answer:
    experiment = shelf.get(request["Name"])
    _require_status(experiment, "Created", "Running", verb="stopped")
    rules.check_stop(experiment, request)
    order = StopOrder(
        actions=request["ModelVariantActions"],
        # "When you conclude your experiment early using the StopInferenceExperiment API [...] it
        # shows as cancelled", unless the caller calls it completed.
        desired_state=request.get("DesiredState", "Cancelled"),
        desired_variants=tuple(request.get("DesiredModelVariants", ())),
    )
    return _keep(shelf, life.stop(experiment, order, request.get("Reason"), shelf.now))


def delete(shelf: Shelf, request: Request) -> Answer:
    experiment = shelf.get(request["Name"])
    # An experiment that uses its endpoint, or is on its way to, has to be stopped first.
    _require_status(experiment, "Created", "Completed", "Cancelled", verb="deleted")
    del shelf.experiments[experiment.name]
    return {"InferenceExperimentArn": experiment.arn}


def list_tags(shelf: Shelf, request: Request) -> Answer:
    return {"Tags": _wire_tags(shelf.by_arn(request["ResourceArn"]).tags)}


def add_tags(shelf: Shelf, request: Request) -> Answer:
    """Tags can change even after the end. A scenario is asked for at Create only."""
    experiment = shelf.by_arn(request["ResourceArn"])
    tags = {**experiment.tags, **rules.check_tags(request["Tags"])}
    if len(tags) > MOST_TAGS:
        raise ValidationException(f"A resource has at most {MOST_TAGS} tags.")
    shelf.put(replace(experiment, tags=tags))
    return {"Tags": _wire_tags(tags)}


def delete_tags(shelf: Shelf, request: Request) -> Answer:
    experiment = shelf.by_arn(request["ResourceArn"])
    gone = request["TagKeys"]
    kept = {key: value for key, value in experiment.tags.items() if key not in gone}
    shelf.put(replace(experiment, tags=kept))
    return {}


def _changed(experiment: Experiment, request: Request) -> Experiment:
    """The experiment with the members of an update in place of its own."""
    settings = dict(experiment.settings)
    for member in ("Description", "DataStorageConfig", "ShadowModeConfig"):
        if member in request:
            settings[member] = request[member]
    changed = replace(experiment, settings=settings)
    # An update lists only the variants it changes. A shadow under a new name takes the place of
    # the one that ShadowModeConfig no longer names.
    by_name = {each["VariantName"]: each for each in experiment.variants}
    if changed.shadow_name != experiment.shadow_name:
        by_name.pop(experiment.shadow_name, None)
    by_name |= {each["VariantName"]: each for each in request.get("ModelVariants", ())}
    return replace(changed, settings={**settings, "ModelVariants": list(by_name.values())})


def _require_status(experiment: Experiment, *allowed: str, verb: str) -> None:
    if experiment.status not in allowed:
        raise ConflictException(
            f"Inference experiment '{experiment.arn}' cannot be {verb} while its status is "
            f"{experiment.status}."
        )


def _keep(shelf: Shelf, experiment: Experiment) -> Answer:
    shelf.put(experiment)
    return {"InferenceExperimentArn": experiment.arn}


def _wire_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


OPERATIONS: Mapping[str, Operation] = {
    "CreateInferenceExperiment": create,
    "DescribeInferenceExperiment": describe,
    "ListInferenceExperiments": list_page,
    "StartInferenceExperiment": start,
    "UpdateInferenceExperiment": update,
    "StopInferenceExperiment": stop,
    "DeleteInferenceExperiment": delete,
}
TAG_OPERATIONS: Mapping[str, Operation] = {
    "ListTags": list_tags,
    "AddTags": add_tags,
    "DeleteTags": delete_tags,
}
