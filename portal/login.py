"""How people sign in, as PORTAL_LOGIN and what belongs to it say."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal import env

LOGINS = ("password", "oidc", "proxy", "off")
ROLES = ("viewer", "sharer", "operator")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_ALB = re.compile(
    r"arn:(aws[a-z-]*):elasticloadbalancing:([a-z0-9-]+):[0-9]{12}:loadbalancer/app/[\w-]+/[0-9a-f]+"
)
METRICS_TOKEN_LENGTH = 20


def login(url: env.PortalUrl) -> str:
    value = os.environ.get("PORTAL_LOGIN") or "password"
    if value not in LOGINS:
        env.refuse("PORTAL_LOGIN", "one of " + ", ".join(LOGINS), f'"{value}"')
    if value == "off":
        for variable, host in (("PORTAL_URL", url.host), ("HOST", env.serve_host())):
            if not env.is_loopback(host):
                env.refuse(variable, "a loopback address while PORTAL_LOGIN is off", f'"{host}"')
    return value


def roles() -> dict[str, frozenset[str] | None]:
    """Which groups give which role; None for everybody who signs in, which only viewers may be."""
    given = {role: _words(f"PORTAL_{role.upper()}S") for role in ROLES}
    everybody: dict[str, frozenset[str] | None] = {"viewer": given["viewer"] or None}
    return everybody | {role: given[role] for role in ROLES if role != "viewer"}


def groups_claim() -> str:
    """Where a token lists groups; a dot goes into an object: "realm_access.roles"."""
    value = os.environ.get("PORTAL_GROUPS_CLAIM") or "groups"
    if not value.isprintable() or len(value) > 200:
        env.refuse("PORTAL_GROUPS_CLAIM", "the name of a claim", f'"{value[:60]}"')
    return value


def session_seconds() -> int:
    value = os.environ.get("PORTAL_SESSION_HOURS") or "12"
    if not re.fullmatch("[0-9]{1,3}", value) or not 1 <= int(value) <= 720:
        env.refuse("PORTAL_SESSION_HOURS", "a number of hours from 1 to 720", f'"{value}"')
    return int(value) * 3600


def metrics_token() -> str:
    """What /metrics wants as a bearer token from another machine; empty for nobody."""
    value = _secret("PORTAL_METRICS_TOKEN")
    if value and len(value) < METRICS_TOKEN_LENGTH:
        allowed = f"at least {METRICS_TOKEN_LENGTH} characters long"
        env.refuse("PORTAL_METRICS_TOKEN", allowed, f"{len(value)} characters")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenId:
    """A client that an OpenID provider knows."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    scopes: tuple[str, ...]

    def for_allauth(self) -> dict[str, Any]:
        """The value of SOCIALACCOUNT_PROVIDERS."""
        app = {
            "provider_id": "oidc",
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": {
                "server_url": self.issuer,
                "scope": list(self.scopes),
                "oauth_pkce_enabled": True,
            },
        }
        return {
            "openid_connect": {
                "APPS": [app],
                "OAUTH_PKCE_ENABLED": True,
                "SCOPE": list(self.scopes),
            }
        }


def open_id() -> OpenId:
    issuer = _required("PORTAL_OIDC_ISSUER", "the address of the provider's issuer")
    parts = urlsplit(issuer)
    loopback = parts.scheme == "http" and env.is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or loopback) or not parts.hostname or parts.username:
        allowed = "an https address such as https://login.example.org/realms/ml"
        env.refuse("PORTAL_OIDC_ISSUER", allowed, f'"{parts.scheme}://…"')
    return OpenId(
        issuer=issuer,
        client_id=_required("PORTAL_OIDC_CLIENT_ID", "the client's id at the provider"),
        client_secret=_secret("PORTAL_OIDC_CLIENT_SECRET")
        or _required("PORTAL_OIDC_CLIENT_SECRET", "the client's secret at the provider"),
        name=os.environ.get("PORTAL_OIDC_NAME") or parts.hostname,
        scopes=tuple((os.environ.get("PORTAL_OIDC_SCOPES") or "openid profile email").split()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """What of a proxy's headers names a person. With ``alb_arn``, nothing but the header which
    that Application Load Balancer signs."""

    user_header: str
    groups_header: str
    alb_arn: str
    alb_keys_url: str
    groups_claim: str
    sign_out_url: str


def proxy() -> Proxy:
    if not env.trusted_proxies():
        allowed = "the addresses of the proxy that signs people in while PORTAL_LOGIN is proxy"
        env.refuse("PORTAL_TRUSTED_PROXIES", allowed, "nothing")
    arn = os.environ.get("PORTAL_PROXY_ALB") or ""
    return Proxy(
        user_header=_header("PORTAL_PROXY_USER_HEADER", "PortalUser", signed=bool(arn)),
        groups_header=_header("PORTAL_PROXY_GROUPS_HEADER", "", signed=bool(arn)),
        alb_arn=arn,
        alb_keys_url=_address("PORTAL_PROXY_ALB_KEYS") or (_public_keys(arn) if arn else ""),
        groups_claim=groups_claim(),
        sign_out_url=_address("PORTAL_PROXY_SIGN_OUT"),
    )


def _public_keys(arn: str) -> str:
    """Where AWS documents the public keys of the load balancers of a region."""
    found = _ALB.fullmatch(arn)
    if found is None:
        allowed = "the ARN of an Application Load Balancer (arn:aws:elasticloadbalancing:…)"
        env.refuse("PORTAL_PROXY_ALB", allowed, f'"{arn[:60]}"')
    if found[1] != "aws":
        allowed = f"the address of the public keys in the partition {found[1]}"
        env.refuse("PORTAL_PROXY_ALB_KEYS", allowed, "nothing")
    return f"https://public-keys.auth.elb.{found[2]}.amazonaws.com"


def _header(variable: str, default: str, *, signed: bool) -> str:
    value = os.environ.get(variable) or default
    if value and not _HEADER.fullmatch(value):
        env.refuse(variable, "the name of a header of letters, digits and hyphens", f'"{value}"')
    # To the server, X_Forwarded_User is X-Forwarded-User, and nobody can tell afterwards.
    drops = os.environ.get("PORTAL_PROXY_DROPS_UNDERSCORES") == "yes"
    if "-" in value and not signed and not drops:
        allowed = (
            'a name without hyphens such as "PortalUser", unless the proxy drops headers with '
            "underscores and PORTAL_PROXY_DROPS_UNDERSCORES is yes"
        )
        env.refuse(variable, allowed, f'"{value}"')
    return value


def _address(variable: str) -> str:
    value = os.environ.get(variable) or ""
    parts = urlsplit(value)
    loopback = parts.scheme == "http" and env.is_loopback(parts.hostname or "")
    if value and not (parts.scheme == "https" or loopback):
        env.refuse(variable, "an https address", f'"{value[:60]}"')
    return value.rstrip("/")


def _words(variable: str) -> frozenset[str]:
    """Names between commas, since a group's name may have a space."""
    value = os.environ.get(variable) or ""
    return frozenset(word.strip() for word in value.split(",") if word.strip())


def _required(variable: str, meaning: str) -> str:
    value = os.environ.get(variable) or ""
    if not value:
        env.refuse(variable, f"{meaning} while PORTAL_LOGIN is oidc", "nothing")
    return value


def _secret(variable: str) -> str:
    """A variable's value, or what stands in the file that the variable with _FILE names."""
    file = os.environ.get(f"{variable}_FILE")
    if not file:
        return os.environ.get(variable) or ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        env.refuse(f"{variable}_FILE", "a readable file", type(error).__name__)
