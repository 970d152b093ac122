"""The portal's settings as they come from outside: environment variables, then a .env file.

A wrong value ends the start with one line that names the variable, what it may be and what it
was. That is a ``SystemExit`` rather than an exception, so that nobody has to find the line under
a traceback. A secret's value is never repeated.
"""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import dj_database_url
from dotenv import load_dotenv

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# A database that has gone without a word must not hold the threads that serve every page: seconds
# to connect; milliseconds until what was sent is given up, and a statement; seconds of silence.
POSTGRESQL_LIMITS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "options": "-c statement_timeout=5000",
}
SECRET_KEY_LENGTH = 50
# What Django and most tutorials put into example settings, and what nobody should sign with.
SAMPLE_SECRETS = (
    "django-insecure",
    "change-me",
    "changeme",
    "change_me",
    "secret-key",
    "your-secret",
)


def load_env_file(repository: Path) -> None:
    """Read ``.env`` (or the file that PORTAL_ENV_FILE names) beneath the real environment."""
    name = os.environ.get("PORTAL_ENV_FILE", ".env")
    if name:
        load_dotenv(repository / name, override=False)


def refuse(variable: str, allowed: str, got: str) -> NoReturn:
    raise SystemExit(f"{variable} must be {allowed} (got {got})")


def _quoted(value: str) -> str:
    return f'"{value}"'


def serve_host() -> str:
    """The address that ``make serve`` listens on."""
    return os.environ.get("HOST") or "127.0.0.1"


def serve_port() -> int:
    value = os.environ.get("PORT") or "8000"
    digits = value.isascii() and value.isdigit() and len(value) <= 5
    if not digits or not 0 < int(value) < 65536:
        refuse("PORT", "a number from 1 to 65535", _quoted(value))
    return int(value)


def workers() -> int:
    """How many processes ``make serve`` runs."""
    value = os.environ.get("PORTAL_WORKERS")
    if not value:
        return max(2, min(4, os.cpu_count() or 2))
    digits = value.isascii() and value.isdigit() and len(value) <= 2
    if not digits or not 0 < int(value) <= 64:
        refuse("PORTAL_WORKERS", "a number from 1 to 64", _quoted(value))
    return int(value)


def is_loopback(host: str) -> bool:
    """True for ``localhost``, names below it, and addresses in 127.0.0.0/8 or ``::1``."""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class PortalUrl:
    """The address people use, split into what settings need of it."""

    origin: str
    host: str
    secure: bool


def portal_url() -> PortalUrl:
    value = os.environ.get("PORTAL_URL") or f"http://127.0.0.1:{serve_port()}"
    allowed = 'an address such as "https://portal.example.org", without a path'
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        refuse("PORTAL_URL", allowed, _quoted(value))
    surplus = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    # To Django's ALLOWED_HOSTS these two would mean many hosts.
    pattern = host.startswith(".") or "*" in host
    if parts.scheme not in {"http", "https"} or not host or surplus or pattern:
        refuse("PORTAL_URL", allowed, _quoted(value))
    if parts.scheme == "http" and not is_loopback(host):
        refuse("PORTAL_URL", "https unless its host is a loopback address", _quoted(value))
    netloc = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{netloc}" + (f":{port}" if port else "")
    return PortalUrl(origin, netloc, parts.scheme == "https")


def secret_key() -> str:
    value, file = os.environ.get("PORTAL_SECRET_KEY"), os.environ.get("PORTAL_SECRET_KEY_FILE")
    variable = "PORTAL_SECRET_KEY"
    if value and file:
        raise SystemExit("Set PORTAL_SECRET_KEY or PORTAL_SECRET_KEY_FILE, not both")
    if file:
        variable = "PORTAL_SECRET_KEY_FILE"
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            refuse(variable, "a readable text file", f'"{file}": {type(error).__name__}')
    if not value:
        raise SystemExit(
            "PORTAL_SECRET_KEY must be set to at least 50 random characters (got nothing). Make "
            'one with: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    if len(value) < SECRET_KEY_LENGTH:
        refuse(variable, "at least 50 characters long", f"{len(value)} characters")
    if len(set(value)) < 10 or any(sample in value.lower() for sample in SAMPLE_SECRETS):
        refuse(variable, "random characters", "a sample or a repeated pattern")
    return value


def database(repository: Path) -> dict[str, Any]:
    """Django's description of the database that PORTAL_DATABASE_URL names."""
    value = os.environ.get("PORTAL_DATABASE_URL") or "sqlite:///var/portal.sqlite3"
    # The address may hold a password, so a refusal repeats no more than its scheme.
    scheme, separator, _ = value.partition("://")
    got = f"an address that starts with {_quoted(scheme)}" if separator else "no address"
    allowed = (
        "sqlite:///relative/path, sqlite:////absolute/path or postgresql://user:password@host/name"
    )
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(value))
    except ValueError:
        refuse("PORTAL_DATABASE_URL", allowed, got)
    if not separator:
        refuse("PORTAL_DATABASE_URL", allowed, got)
    # A database in memory would be another one in every process.
    if scheme == "sqlite" and config["NAME"] not in {"", ":memory:"}:
        config |= {"NAME": repository / config["NAME"], "CONN_MAX_AGE": None}
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    elif scheme in {"postgres", "postgresql"} and config["NAME"]:
        # A pool for each process, since its threads are more than a server has connections. None
        # is held while a thread waits for AWS, so few are enough.
        config |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
        # A server that comes back is found by the next request: by itself, the pool would try less
        # and less often for five minutes.
        pool = {"min_size": 1, "max_size": 8, "timeout": 1.0, "reconnect_timeout": 1.0}
        config["OPTIONS"] = POSTGRESQL_LIMITS | config.get("OPTIONS", {}) | {"pool": pool}
    else:
        refuse("PORTAL_DATABASE_URL", allowed, got)
    return config


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted_proxies() -> tuple[Network, ...]:
    value = os.environ.get("PORTAL_TRUSTED_PROXIES") or ""
    try:
        return tuple(ipaddress.ip_network(part) for part in value.replace(",", " ").split())
    except ValueError:
        refuse(
            "PORTAL_TRUSTED_PROXIES",
            'addresses or networks such as "10.0.0.5, 10.1.0.0/16"',
            _quoted(value),
        )
