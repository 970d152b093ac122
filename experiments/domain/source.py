"""A source: one account and region that the portal reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where to ask, how long to wait, and how often the watcher may ask.

    What is None comes from the standard AWS variables and files. Timeouts are seconds; 0 never
    times out. An experiment of it exists to people of its ``groups``; without any, to everybody who
    may read the portal.

    With ``role_arn``, the credentials of ``profile`` or of the standard chain only assume that
    role. ``ca_bundle`` is a file of certificates to trust instead of the usual ones. ``lines``
    tells where in the file of PORTAL_SOURCES a key stands.
    """

    name: str
    region: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    # Half a secret: no message and no log may hold it.
    external_id: str | None = field(default=None, repr=False)
    endpoint_url: str | None = None
    verify_ssl: bool = True
    ca_bundle: str | None = None
    sign_requests: bool = True
    connect_timeout: float = 2.0
    read_timeout: float = 5.0
    calls_per_second: float = 1.0
    groups: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
