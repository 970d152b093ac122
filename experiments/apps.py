"""The app, and what must hold before it serves."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from experiments.aws import clients
from experiments.domain.problem import ProblemError
from experiments.domain.source import SOURCES


class ExperimentsConfig(AppConfig):
    name = "experiments"
    verbose_name = "Inference experiments"


@register
def every_source_has_a_region(**_: Any) -> list[CheckMessage]:
    """Without a region no call can be made, so nobody should have to find that out by a page."""
    found: list[CheckMessage] = []
    for source in SOURCES.values():
        try:
            if clients.region(source):
                continue
            hint = "Set AWS_REGION, or a region for the profile in ~/.aws/config."
            found.append(
                Error(f"Source {source.name} has no AWS region.", hint, id="experiments.E001")
            )
        except ProblemError:
            hint = "Look at AWS_PROFILE and at the files ~/.aws/config and ~/.aws/credentials."
            found.append(
                Error(
                    f"Source {source.name}: its AWS profile is not usable.",
                    hint,
                    id="experiments.E002",
                )
            )
    return found
