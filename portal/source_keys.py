"""The keys of a source in the file of PORTAL_SOURCES, and what each of them may be.

Most are the AWS CLI's global options, which docs/sources.md lists beside them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of a source may be, in words and as a test."""

    allowed: str
    holds: Callable[[Any], bool]


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() == value != ""


def _is_address(value: Any) -> bool:
    if not _is_word(value) or " " in value:
        return False
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not re.search("[@?#]", value)


def _is_between(low: float, high: float) -> Callable[[Any], bool]:
    # A boolean is a number to Python, and "nan" is none to anybody else.
    return lambda value: type(value) in {int, float} and low <= value <= high


def _is_group(value: Any) -> bool:
    # Proxies and PORTAL_VIEWERS list groups between commas, so nobody is in one that has a comma.
    return _is_word(value) and "," not in value


def _is_groups(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_group, value))


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _matches(pattern: str) -> Callable[[Any], bool]:
    # AWS's patterns are of ASCII, whatever Python takes for a letter.
    return lambda value: (
        isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None
    )


_SECONDS = Key("a number of seconds from 0 (never times out) to 3600", _is_between(0, 3600))
_SWITCH = Key("true or false", _is_switch)
KEYS = {
    "region": Key(
        'a region such as "eu-west-1"', _matches(r"[a-z]{2,8}(-[a-z]{1,12}){1,4}-[0-9]{1,2}")
    ),
    "profile": Key("the name of a profile of ~/.aws/config or ~/.aws/credentials", _is_word),
    "role_arn": Key(
        'the ARN of a role, such as "arn:aws:iam::123456789012:role/portal"',
        _matches(r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/([!-~]{1,510}/)?[\w+=,.@-]{1,64}"),
    ),
    "external_id": Key(
        "2 to 1224 letters, digits and characters of +=,.@:/_-",
        _matches(r"[\w+=,.@:/-]{2,1224}"),
    ),
    "endpoint_url": Key('an address such as "https://…", without user and query', _is_address),
    "verify_ssl": _SWITCH,
    "ca_bundle": Key("the path of a readable file of certificates in PEM", _is_word),
    "sign_requests": _SWITCH,
    "connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,
    "calls_per_second": Key("a number from 0.01 to 100", _is_between(0.01, 100)),
    "groups": Key("a list of at least one name of a group, without commas", _is_groups),
}
# Half a secret, and what an attacker would ask for next.
UNTOLD = {"role_arn", "external_id"}
# A key that says nothing, or two opposite things, beside another one of this value.
CONTRADICTIONS = (
    ("external_id", "role_arn", None, "without role_arn"),
    ("role_arn", "sign_requests", False, "with sign_requests = false"),
    ("ca_bundle", "verify_ssl", False, "with verify_ssl = false"),
)
