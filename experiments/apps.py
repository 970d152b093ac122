"""The app, and what must hold before it serves."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from experiments.aws import clients
from experiments.domain.source import SOURCES


class ExperimentsConfig(AppConfig):
    name = "experiments"
    verbose_name = "Inference experiments"


@register
def every_source_has_a_region(**_: Any) -> list[CheckMessage]:
    """Without a region no call can be made, so nobody should have to find that out by a page."""
    hint = "Set AWS_REGION, or AWS_PROFILE to a profile of ~/.aws/config that has a region."
    return [
        Error(f"Source {source.name} has no AWS region.", hint, id="experiments.E001")
        for source in SOURCES.values()
        if not clients.region(source)
    ]
