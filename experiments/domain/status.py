"""The status words of experiments, endpoints and variants, and what AWS says they mean.

The explanations of experiment and variant statuses are AWS's own, from the reference of
DescribeInferenceExperiment; those of endpoints from that of EndpointSummary.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a status asks of its reader. It decides the colour, never alone the meaning."""

    OK = "ok"
    MOVE = "move"
    WARN = "warn"
    BAD = "bad"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Status:
    """A status word as AWS sent it, with the shape and the tone that the page gives it.

    ``settled`` is false while AWS is at work and the word will change by itself.
    """

    word: str
    icon: str
    tone: Tone
    explanation: str
    settled: bool = True

    @property
    def known(self) -> bool:
        return self.icon != "unknown"


def _status(word: str, tone: Tone, explanation: str, *, settled: bool = True) -> tuple[str, Status]:
    return word, Status(word, word.lower(), tone, explanation, settled)


EXPERIMENT = dict(
    [
        _status(
            "Creating", Tone.MOVE, "Amazon SageMaker is creating your experiment.", settled=False
        ),
        _status(
            "Created",
            Tone.MOVE,
            "Amazon SageMaker has finished the creation of your experiment and will begin the "
            "experiment at the scheduled time.",
        ),
        _status(
            "Updating",
            Tone.WARN,
            "When you make changes to your experiment, your experiment shows as updating.",
            settled=False,
        ),
        _status(
            "Starting", Tone.MOVE, "Amazon SageMaker is beginning your experiment.", settled=False
        ),
        _status("Running", Tone.OK, "Your experiment is in progress."),
        _status(
            "Stopping", Tone.WARN, "Amazon SageMaker is stopping your experiment.", settled=False
        ),
        _status("Completed", Tone.DONE, "Your experiment has completed."),
        _status(
            "Cancelled",
            Tone.DONE,
            "When you conclude your experiment early using the StopInferenceExperiment API, or if "
            "any operation fails with an unexpected error, it shows as cancelled.",
        ),
    ]
)
ENDED = frozenset({"Completed", "Cancelled"})

VARIANT = dict(
    [
        _status(
            "Creating",
            Tone.MOVE,
            "Amazon SageMaker is preparing the model variant on the hosted inference endpoint.",
            settled=False,
        ),
        _status(
            "InService",
            Tone.OK,
            "The model variant is running on the hosted inference endpoint.",
        ),
        _status(
            "Updating",
            Tone.WARN,
            "Amazon SageMaker is updating the model variant on the hosted inference endpoint.",
            settled=False,
        ),
        _status(
            "Deleting",
            Tone.WARN,
            "Amazon SageMaker is deleting the model variant on the hosted inference endpoint.",
            settled=False,
        ),
        _status(
            "Deleted",
            Tone.DONE,
            "The model variant has been deleted on the hosted inference endpoint. This can only "
            "happen after stopping the experiment.",
        ),
    ]
)

ENDPOINT = dict(
    [
        _status(
            "OutOfService", Tone.BAD, "The endpoint is not available to take incoming requests."
        ),
        _status("Creating", Tone.MOVE, "CreateEndpoint is executing.", settled=False),
        _status(
            "Updating",
            Tone.WARN,
            "UpdateEndpoint or UpdateEndpointWeightsAndCapacities is executing.",
            settled=False,
        ),
        _status(
            "SystemUpdating",
            Tone.WARN,
            "The endpoint is undergoing maintenance and cannot be updated, deleted or re-scaled "
            "until it has completed. No value that you specified is changed.",
            settled=False,
        ),
        _status(
            "RollingBack",
            Tone.WARN,
            "The endpoint failed to scale or to change a variant's weight and is rolling back to "
            "its previous configuration. Once that completes, it returns to InService.",
            settled=False,
        ),
        _status("InService", Tone.OK, "The endpoint is available to process incoming requests."),
        _status("Deleting", Tone.WARN, "DeleteEndpoint is executing.", settled=False),
        _status(
            "Failed",
            Tone.BAD,
            "The endpoint could not be created, updated or re-scaled. DeleteEndpoint is the only "
            "operation that can be performed on a failed endpoint.",
        ),
        _status(
            "UpdateRollbackFailed",
            Tone.BAD,
            "Both the rolling deployment and the automatic rollback failed. The endpoint is in "
            "service with a mix of the old and the new endpoint configuration.",
        ),
    ]
)


def experiment_status(word: str) -> Status:
    return EXPERIMENT.get(word) or _unknown(word)


def variant_status(word: str) -> Status:
    return VARIANT.get(word) or _unknown(word)


def endpoint_status(word: str) -> Status:
    return ENDPOINT.get(word) or _unknown(word)


def _unknown(word: str) -> Status:
    return Status(
        word,
        "unknown",
        Tone.DONE,
        "This portal does not know this status. It is shown exactly as AWS sent it.",
    )
