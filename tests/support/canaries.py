"""Secrets that are easy to find again, for tests that look for them where none may be."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

# Each stands where a real one would, and nowhere else in the repository.
ACCESS_KEY = "AKIACANARYCANARY0001"
SECRET_ACCESS_KEY = "canary/aws+secret/3f9b1c7e5d2a4860b7c1"
SESSION_TOKEN = "canary-session-token-6d1e8a4f0c2b"
SECRET_KEY = "canary!signing^key&8Jq2vXw5Zr7Tn1Ls4Pd9Hb6Gf3Yk0Mc_Qe-Ru"
METRICS_TOKEN = "canary-metrics-token-9a7c5e3b1d"
DATABASE_PASSWORD = "canary-database-word-4b8e"
CLIENT_SECRET = "canary-client-secret-2c6a0f9e"
# What AWS names when it refuses, which tells strangers about the account.
ROLE = "canary-role"
ACCOUNT = "998877665544"
ROLE_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/i-0canary"
# What stands in a page or a message that somebody else wrote.
TEXT = "canary text of somebody else"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    "AWS_SESSION_TOKEN": SESSION_TOKEN,
    "PORTAL_SECRET_KEY": SECRET_KEY,
    "PORTAL_METRICS_TOKEN": METRICS_TOKEN,
}
SECRETS = ENVIRONMENT | {
    "the database's password": DATABASE_PASSWORD,
    "PORTAL_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    "the role in AWS's messages": ROLE,
    "the account in AWS's messages": ACCOUNT,
    "a text of somebody else": TEXT,
}


def found(secrets: Mapping[str, str], where: str | bytes) -> list[str]:
    """Which of these are there, in any of the ways in which a page or a log may write them."""
    haystack = where.encode() if isinstance(where, str) else where
    return [name for name, secret in secrets.items() if any(_spelled(secret, haystack))]


def _spelled(secret: str, haystack: bytes) -> Iterable[bool]:
    html = secret.replace("&", "&amp;").replace("'", "&#x27;").replace('"', "&quot;")
    json = secret.replace('"', '\\"')
    for spelling in {secret, html, json, quote(secret), quote(secret, safe="")}:
        yield spelling.encode() in haystack
