"""How the variants and the endpoint move along with an experiment."""

from collections.abc import Mapping
from typing import Any

from .experiment import Experiment

ROLLBACK = (
    "Request to service failed. If failure persists after retry, contact customer support. The "
    "endpoint could not provision 2 more instances of the shadow variant and is rolling back to "
    "its previous configuration."
)
HEALTH_CHECK = (
    "The shadow variant did not pass its ping health check. The endpoint keeps serving with its "
    "previous configuration."
)

_AFTER_STOP = {"Retain": "InService", "Promote": "InService", "Remove": "Deleted"}
_WHILE_STOPPING = {"Retain": "InService", "Promote": "Updating", "Remove": "Deleting"}


def variants(experiment: Experiment) -> list[dict[str, Any]]:
    """One ModelVariantConfigSummary per variant, as Describe lists them."""
    return [
        {**_configuration(experiment, variant), "Status": _status(experiment, variant)}
        for variant in experiment.variants
    ]


def endpoint(experiment: Experiment) -> dict[str, str]:
    """The EndpointMetadata of Describe; FailureReason is there only when something failed."""
    name = str(experiment.settings["EndpointName"])
    # SageMaker writes configurations of its own while it deploys. Names end at 63 characters.
    metadata = {
        "EndpointName": name,
        "EndpointConfigName": f"{name[:56]}-config",
        "EndpointStatus": "Updating" if _deploys(experiment) else "InService",
    }
    if experiment.scenario == "endpoint-rolls-back" and experiment.status == "Running":
        metadata |= {"EndpointStatus": "RollingBack", "FailureReason": ROLLBACK}
    if experiment.scenario == "fails" and experiment.status == "Cancelled":
        # AWS shows the reason on an endpoint in service whose last update failed.
        metadata["FailureReason"] = HEALTH_CHECK
    return metadata


def _deploys(experiment: Experiment) -> bool:
    return experiment.status in ("Starting", "Stopping") or _is_updated_live(experiment)


def _is_updated_live(experiment: Experiment) -> bool:
    # Nothing of an experiment that has not begun stands on the endpoint yet.
    return experiment.status == "Updating" and experiment.back_to == "Running"


def _status(experiment: Experiment, variant: Mapping[str, Any]) -> str:
    if experiment.status == "Stopping":
        return _WHILE_STOPPING[_action(experiment, variant)]
    if experiment.has_ended:
        return _AFTER_STOP[_action(experiment, variant)]
    if variant["VariantName"] == experiment.source_name or experiment.status == "Running":
        return "InService"
    return "Updating" if _is_updated_live(experiment) else "Creating"


def _action(experiment: Experiment, variant: Mapping[str, Any]) -> str:
    name = variant["VariantName"]
    if experiment.order is not None:
        return experiment.order.actions[name]
    # An experiment that ends by itself leaves the endpoint as it was before.
    return "Retain" if name == experiment.source_name else "Remove"


def _configuration(experiment: Experiment, variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is deployed of the variant: after a stop, what DesiredModelVariants asked for."""
    if experiment.order is not None and experiment.has_ended:
        for desired in experiment.order.desired_variants:
            if desired["VariantName"] == variant["VariantName"]:
                return desired
    return variant
