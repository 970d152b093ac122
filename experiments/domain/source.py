"""A source: one account and region that the portal reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where to ask, how long to wait, and how often the watcher may ask.

    What is None comes from the standard AWS variables and files. Timeouts are seconds; 0 never
    times out. An experiment of it exists to people of its ``groups``; without any, to everybody who
    may read the portal.
    """

    name: str
    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    connect_timeout: float = 2.0
    read_timeout: float = 5.0
    calls_per_second: float = 1.0
    groups: frozenset[str] = frozenset()
