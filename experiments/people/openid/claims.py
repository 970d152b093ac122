"""What an OpenID provider says of somebody, parsed once. Pure: no network, no Django.

A claim that cannot be what it should be counts as not said, since a sign-in does not depend on a
name or an address. That gives nobody more than they have: a group that is left out opens nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NAME_LENGTH = 150
EMAIL_LENGTH = 254
GROUP_LENGTH = 200
MAX_GROUPS = 500
# As in allauth's column. The standard has up to 255 characters; providers stay far below.
SUBJECT_LENGTH = 191
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
# What Django's validator of user names does not take.
_UNUSUAL = re.compile(r"[^\w.@+-]+")


class NoSubject(ValueError):  # noqa: N818, an answer
    """The claims do not say who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Somebody as the provider describes them. Nothing but ``subject`` says who they are."""

    subject: str
    username: str
    name: str = ""
    email: str = ""
    groups: frozenset[str] = frozenset()


def claimed(claims: Mapping[str, Any], groups_claim: str) -> Claimed:
    """Raises NoSubject. ``groups_claim`` may be a path into objects: "realm_access.roles"."""
    subject = claims.get("sub")
    # The standard: ASCII, and never given to anybody else.
    if not isinstance(subject, str) or not _is_plain(subject, SUBJECT_LENGTH):
        raise NoSubject
    email = _line(claims.get("email"), EMAIL_LENGTH)
    email = email if _EMAIL.fullmatch(email) else ""
    preferred = _line(claims.get("preferred_username"), NAME_LENGTH)
    return Claimed(
        subject=subject,
        username=_username(preferred) or _username(email) or _username(subject) or "somebody",
        name=_line(claims.get("name"), NAME_LENGTH),
        email=email,
        groups=_groups(_at(claims, groups_claim)),
    )


def says_groups(claims: Mapping[str, Any], groups_claim: str) -> bool:
    return _at(claims, groups_claim) is not None


def _at(claims: Mapping[str, Any], path: str) -> Any:
    # Names that are addresses have dots of their own: "https://example.org/roles".
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _groups(value: Any) -> frozenset[str]:
    """A list of names, or one text with commas between them: a name may have spaces."""
    if isinstance(value, str):
        value = value.split(",")
    names = value if isinstance(value, list) else []
    return frozenset(list(dict.fromkeys(_possible(names)))[:MAX_GROUPS])


def _possible(names: Iterable[Any]) -> Iterable[str]:
    # Never shortened: the beginning of a long name may be another group's.
    stripped = (name.strip() for name in names if isinstance(name, str))
    return (name for name in stripped if _is_plain(name, GROUP_LENGTH))


def _is_plain(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _line(value: Any, longest: int) -> str:
    """A text on one line, without what no page can show."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(filter(str.isprintable, words))[:longest].strip()


def _username(text: str) -> str:
    return _UNUSUAL.sub("-", unicodedata.normalize("NFKC", text))[:NAME_LENGTH].strip("-")
