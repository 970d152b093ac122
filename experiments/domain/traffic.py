"""Who gets which requests, which variants differ, and where the captured bodies land."""

from dataclasses import dataclass
from enum import StrEnum

from experiments.domain.experiment import Experiment, Role, Variant
from experiments.domain.freshness import has_ended


@dataclass(frozen=True, slots=True)
class Pair:
    """The production variant and the shadow of an ordinary shadow test, as a picture needs them."""

    production: Variant
    shadow: Variant


@dataclass(frozen=True, slots=True)
class CapturePrefix:
    """Where the bodies of one variant land: the configured part and what SageMaker appends."""

    variant: Variant
    configured: str
    derived: str

    @property
    def whole(self) -> str:
        return self.configured + self.derived


class Phase(StrEnum):
    """Whether copying is ahead, going on, or over: the tense of every sentence about it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


def phase(experiment: Experiment) -> Phase:
    if has_ended(experiment):
        return Phase.AFTER
    waiting = experiment.status.word in {"Creating", "Created", "Starting"}
    return Phase.BEFORE if waiting else Phase.DURING


def pair(experiment: Experiment) -> Pair | None:
    """The two variants, or None unless there is exactly one of each role and nothing else."""
    by_role = {variant.role: variant for variant in experiment.variants}
    if len(experiment.variants) != 2 or by_role.keys() != {Role.PRODUCTION, Role.SHADOW}:
        return None
    return Pair(by_role[Role.PRODUCTION], by_role[Role.SHADOW])


def differing(variants: tuple[Variant, ...]) -> frozenset[str]:
    """Which of "model", "instances" and "infrastructure" are not the same in every variant.

    Only what a person chose: names, roles and shares of the traffic differ by definition.
    """
    chosen: dict[str, set[object]] = {
        "model": {variant.model for variant in variants},
        "instances": {(variant.instance_type, variant.instance_count) for variant in variants},
        "infrastructure": {variant.infrastructure_type for variant in variants},
    }
    return frozenset(name for name, values in chosen.items() if len(values) > 1)


def production_first(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """The variants in reading order: production, shadows, then those that traffic does not name."""
    return tuple(sorted(variants, key=lambda variant: list(Role).index(variant.role)))


def capture_prefixes(experiment: Experiment) -> tuple[CapturePrefix, ...]:
    """One prefix per variant, production first; none when capture is off or its place hidden."""
    capture = experiment.data_capture
    if capture is None or capture.destination is None:
        return ()
    destination = capture.destination
    slash = "" if destination.endswith("/") else "/"
    return tuple(
        CapturePrefix(
            variant,
            destination,
            f"{slash}{experiment.endpoint.name}/{variant.name}/yyyy/mm/dd/HH/",
        )
        for variant in production_first(experiment.variants)
    )
