"""The sources that this portal reads, as its settings describe them."""

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings

from experiments.domain.source import Source

SOURCES: Mapping[str, Source] = MappingProxyType(
    {name: Source(name=name, **keys) for name, keys in settings.PORTAL_SOURCES.items()}
)
