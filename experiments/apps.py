"""The app, and what must hold before it serves."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from experiments.aws.configuration import misconfiguration
from experiments.sources import SOURCES


class ExperimentsConfig(AppConfig):
    name = "experiments"
    verbose_name = "Inference experiments"


@register
def every_source_can_be_asked(**_: Any) -> list[CheckMessage]:
    """Profile, region and endpoint address of each source make a client, without calling AWS."""
    return [
        Error(f"Source {source.name}: {problem}", id="experiments.E001")
        for source in SOURCES.values()
        if (problem := misconfiguration(source))
    ]
