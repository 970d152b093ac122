"""Where AWS's tools find an experiment."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An experiment's name and the region it is in, None where nothing configures one.

    Whose credentials look there is not part of it: people have profiles of their own, and an
    operator's is no business of theirs. ``endpoint_url`` holds no credentials (``public``).
    """

    name: str
    region: str | None = None
    endpoint_url: str | None = None


def public(address: str | None) -> str | None:
    """An address without what may be a secret in it: user, password, query and fragment."""
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    return urlunsplit((parts.scheme, host, parts.path, "", "")) if host else None
