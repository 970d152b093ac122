"""A source: one account and region that the portal reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where to ask, and how long to wait. Timeouts are seconds."""

    name: str
    connect_timeout: float = 2.0
    read_timeout: float = 5.0


# Credentials, region and endpoint of this one come from the standard AWS variables and files.
DEFAULT = Source(name="default")
SOURCES = {DEFAULT.name: DEFAULT}
