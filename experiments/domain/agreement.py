"""Whether the experiment, its endpoint and its variants tell the same story.

DescribeInferenceExperiment answers with three statuses that AWS changes one by one. Each finding
names two facts that do not fit, and says what that means for whoever reads the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from experiments.domain import words
from experiments.domain.experiment import Experiment, Role
from experiments.domain.freshness import has_ended, in_transition
from experiments.domain.status import Status, Tone, variant_status
from experiments.domain.timeline.moments import GRACE


@dataclass(frozen=True, slots=True)
class Finding:
    """Two facts that do not fit; ``about`` is "endpoint", "variants", "schedule" or "traffic"."""

    about: str
    tone: Tone
    title: str
    consequence: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All findings, the gravest first, and the verdict over them."""

    findings: tuple[Finding, ...]
    tone: Tone
    icon: str
    verdict: str
    reason: str

    def endpoint_agrees(self) -> bool:
        return not any(finding.about == "endpoint" for finding in self.findings)

    def variants_agree(self) -> bool:
        return not any(finding.about == "variants" for finding in self.findings)


def judge(experiment: Experiment, now: datetime) -> Agreement:
    """Hold the three statuses, the schedule and the traffic against each other."""
    found = sorted(_findings(experiment, now), key=lambda finding: finding.tone is not Tone.BAD)
    ended, word = has_ended(experiment), experiment.status.word
    if found:
        icon = "failed" if found[0].tone is Tone.BAD else "attention"
        reason = (
            "One thing does not fit." if len(found) == 1 else f"{len(found)} things do not fit."
        )
        differ = any(finding.about in {"endpoint", "variants"} for finding in found)
        verdict = "No, they differ" if differ else "Yes, but not as planned"
        return Agreement(tuple(found), found[0].tone, icon, verdict, reason)
    if ended:
        return Agreement((), Tone.DONE, "completed", "It is over", f"The experiment is {word}.")
    if in_transition(experiment):
        return Agreement((), Tone.MOVE, "waiting", "AWS is at work", "The statuses are changing.")
    if not experiment.status.known:
        reason = "This portal does not know this status."
        return Agreement((), Tone.DONE, "unknown", "Nothing to compare", reason)
    return Agreement((), Tone.OK, "inservice", "Yes, they agree", f"Nothing contradicts “{word}”.")


def comparable(experiment: Experiment) -> bool:
    """Whether the three statuses should tell the same story now: not while they are changing."""
    return experiment.status.settled and experiment.status.known and not has_ended(experiment)


def _findings(experiment: Experiment, now: datetime) -> Iterator[Finding]:
    yield from _endpoint(experiment)
    if has_ended(experiment):
        return
    yield from _schedule(experiment, now)
    if experiment.status.word == "Running":
        yield from _variants(experiment)
        yield from _traffic(experiment)


def _endpoint(experiment: Experiment) -> Iterator[Finding]:
    endpoint, word = experiment.endpoint.status, experiment.status.word
    if endpoint is None:
        return
    if endpoint.tone is Tone.BAD:
        yield Finding(
            "endpoint",
            Tone.BAD,
            f"The experiment is {word}, but its endpoint is {endpoint.word}",
            "The endpoint needs a look, whether or not the test is over."
            if has_ended(experiment)
            else "What is captured and measured from now on may not describe this experiment.",
        )
    elif word == "Running" and endpoint.known and endpoint.word != "InService":
        yield Finding(
            "endpoint",
            Tone.WARN,
            f"The experiment is Running, but its endpoint is {endpoint.word}",
            "Callers are still answered by production; the shadow may miss requests until it is "
            "InService again.",
        )
    elif (
        endpoint.word == "InService"
        and experiment.endpoint.failure_reason
        and not has_ended(experiment)
    ):
        yield Finding(
            "endpoint",
            Tone.WARN,
            "The endpoint is InService, but its last update failed",
            "It serves with the configuration that it had before that update.",
        )


def _variants(experiment: Experiment) -> Iterator[Finding]:
    for variant in experiment.variants:
        if variant.status.known and variant.status.word != "InService":
            yield Finding(
                "variants",
                Tone.WARN,
                f"The experiment is Running, but {variant.name} is {variant.status.word}",
                "Responses of this variant may be missing from what is captured.",
            )


def _schedule(experiment: Experiment, now: datetime) -> Iterator[Finding]:
    schedule, word = experiment.schedule, experiment.status.word
    if schedule is None:
        return
    if word == "Running" and schedule.end and now - schedule.end > GRACE:
        yield Finding(
            "schedule",
            Tone.WARN,
            "The experiment is Running past its planned end",
            f"It was planned to end {words.duration(now - schedule.end)} ago and still copies "
            "requests to the shadow.",
        )
    if word == "Created" and schedule.start and now - schedule.start > GRACE:
        yield Finding(
            "schedule",
            Tone.WARN,
            "The experiment has not started, though its planned start is over",
            f"It was planned to start {words.duration(now - schedule.start)} ago.",
        )


def _traffic(experiment: Experiment) -> Iterator[Finding]:
    listed = {variant.name for variant in experiment.variants}
    mode = experiment.shadow_mode
    if mode is None or not mode.shadows:
        yield Finding(
            "traffic",
            Tone.WARN,
            "The experiment is Running, but AWS names no shadow variant",
            "No request is copied, as far as this answer says.",
        )
        return
    for name in dict.fromkeys(
        [mode.source_variant_name, *(shadow.name for shadow in mode.shadows)]
    ):
        if name not in listed:
            yield Finding(
                "traffic",
                Tone.WARN,
                f"The traffic names the variant {name}, which is not among the variants",
                "Which model receives this traffic cannot be told from this answer.",
            )
    if all(shadow.sampling_percentage == 0 for shadow in mode.shadows):
        yield Finding(
            "traffic",
            Tone.WARN,
            "The experiment is Running, but 0 % of the requests are copied",
            "The shadow receives no requests, so there is nothing to compare.",
        )


def in_service(experiment: Experiment) -> int:
    """How many variants are InService."""
    return sum(variant.status.word == "InService" for variant in experiment.variants)


def variants_status(experiment: Experiment) -> Status:
    """The status that stands for all variants: the first that is not InService, if any."""
    odd = [v.status for v in experiment.variants if v.status.word != "InService"]
    return (odd or [variant.status for variant in experiment.variants] or [variant_status("")])[0]


def roles(experiment: Experiment) -> dict[Role, int]:
    """How many variants have each role."""
    return {role: sum(v.role is role for v in experiment.variants) for role in Role}
