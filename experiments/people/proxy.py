"""Whom the proxy in front of the portal names: by a plain header, or by one that AWS signs.

A plain header is as good as the proxy that sets it, which has to take away what a client sends
under that name. A server of WSGI cannot tell ``X_Forwarded_User`` from ``X-Forwarded-User``: both
are ``HTTP_X_FORWARDED_USER``, the last one wins, and nothing in Python sees that there were two.
Only a name without a hyphen (``PortalUser``) has no second spelling; with one that has, the proxy
must drop headers with underscores.

An Application Load Balancer signs, and then plain headers count for nothing. Whoever it names is
known by the claim ``sub``, which a provider never gives to anybody else. An email address can be
changed and given away, so it is a label that pages may show and nothing may decide by.
"""

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Protocol

from jwt import PyJWS
from jwt.exceptions import PyJWTError

from experiments.people import signing_keys
from experiments.people.not_claimed import Kind, NotClaimed

SIGNED_HEADER = "x-amzn-oidc-data"
# What HTTP lets stand around a value.
BLANKS = " \t"
# Of Django's own user names.
LONGEST_NAME = 150
# Four times what a load balancer of AWS sends in all of its headers.
LONGEST_HEADER = 64 * 1024
# How far its clock and the portal's may be apart. What it signs is good for about two minutes.
LEEWAY_SECONDS = 10
# The address of a key is made of its id, so nothing else may be an id.
_KEY_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# AWS pads each part, unlike the standard.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+={0,2}(\.[A-Za-z0-9_-]+={0,2}){2}")
_SIGNATURES = PyJWS(algorithms=["ES256"])


class Proxy(Protocol):
    """The settings: what of a proxy's headers names a person, and where the keys are.

    ``groups_header`` and ``groups_claim`` may be empty. So is ``alb_arn`` where no load balancer
    signs.
    """

    @property
    def user_header(self) -> str: ...
    @property
    def groups_header(self) -> str: ...
    @property
    def alb_arn(self) -> str: ...
    @property
    def alb_keys_url(self) -> str: ...
    @property
    def groups_claim(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Somebody as the proxy names them. ``label`` is for people to read, ``name`` if need be."""

    name: str
    label: str
    groups: frozenset[str] = frozenset()


def claimed(
    proxy: Proxy,
    peer: str,
    trusted: Sequence[IPv4Network | IPv6Network],
    headers: Mapping[str, str],
) -> Claimed:
    """Whom a request's headers name. ``headers`` finds names in any case, as Django's does.

    ``peer`` is the address that has really connected. Raises NotClaimed, and nothing else whatever
    the headers hold. It may take 4 s where the load balancer has a new key that does not come.
    """
    if not _is_trusted(peer, trusted):
        raise NotClaimed(Kind.UNTRUSTED_PEER)
    if proxy.alb_arn:
        return _signed(proxy, _header(headers, SIGNED_HEADER), time.time())
    name = _name(_header(headers, proxy.user_header))
    groups = headers.get(proxy.groups_header, "")
    if len(groups) > LONGEST_HEADER:
        raise NotClaimed(Kind.BAD_HEADER)
    return Claimed(name=name, label=name, groups=_groups(_between_commas(groups)))


def _is_trusted(peer: str, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    # A server that listens on [::] sees 10.0.0.5 as ::ffff:10.0.0.5.
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in trusted)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "").strip(BLANKS)
    if not value:
        raise NotClaimed(Kind.NO_HEADER)
    if len(value) > LONGEST_HEADER:
        raise NotClaimed(Kind.BAD_HEADER)
    return value


def _name(value: object) -> str:
    """What may stand for somebody.

    ASCII alone, since no two servers make the same of other bytes in a header; the standard has no
    other subjects either.
    """
    if not isinstance(value, str) or not _is_plain(value) or not value.isascii():
        raise NotClaimed(Kind.BAD_NAME)
    return value


def _is_plain(text: str) -> bool:
    # A comma is what a server joins two headers of one name with. Blanks are not taken away here:
    # who may choose a name could be somebody else by adding one.
    plain = text.isprintable() and "," not in text and text == text.strip()
    return plain and 0 < len(text) <= LONGEST_NAME


def _groups(names: Iterable[object]) -> frozenset[str]:
    """Those that can be a group; one that cannot gives nobody anything."""
    return frozenset(name for name in names if isinstance(name, str) and _is_plain(name))


def _between_commas(text: str) -> list[str]:
    return [part.strip(BLANKS) for part in text.split(",")]


def _signed(proxy: Proxy, token: str, now: float) -> Claimed:
    header, claims = _verified(proxy, token, now)
    _check_expiry(header, claims, now)
    name, email = _name(claims.get("sub")), claims.get("email")
    groups = claims.get(proxy.groups_claim) if proxy.groups_claim else None
    # Providers write several groups as a list, or as one text where a claim cannot be a list.
    listed = _between_commas(groups) if isinstance(groups, str) else groups
    return Claimed(
        name=name,
        label=email if isinstance(email, str) and _is_plain(email) else name,
        groups=_groups(listed) if isinstance(listed, list) else frozenset(),
    )


def _verified(proxy: Proxy, token: str, now: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two halves of what the load balancer has signed: each of them may hold the expiry."""
    if not _TOKEN.fullmatch(token):
        raise NotClaimed(Kind.BAD_HEADER)
    try:
        header = _SIGNATURES.get_unverified_header(token)
    except (PyJWTError, ValueError, RecursionError):
        # Without the cause, whose text may hold some of the header's.
        raise NotClaimed(Kind.BAD_HEADER) from None
    if header.get("alg") != "ES256":
        raise NotClaimed(Kind.WRONG_ALGORITHM)
    # Everybody can have a load balancer, and AWS has the keys of all of them in one place.
    if header.get("signer") != proxy.alb_arn:
        raise NotClaimed(Kind.WRONG_SIGNER)
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
        raise NotClaimed(Kind.BAD_KEY_ID)
    key = signing_keys.of(proxy.alb_keys_url).key(key_id, now)
    try:
        payload = _SIGNATURES.decode_complete(token, key, algorithms=["ES256"])["payload"]
    except (PyJWTError, ValueError, RecursionError):
        raise NotClaimed(Kind.BAD_SIGNATURE) from None
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise NotClaimed(Kind.BAD_HEADER) from None
    if not isinstance(claims, dict):
        raise NotClaimed(Kind.BAD_HEADER)
    return header, claims


def _check_expiry(header: dict[str, Any], claims: dict[str, Any], now: float) -> None:
    """AWS documents the expiry in the header and sends it among the claims; all that are there
    count."""
    moments = [half["exp"] for half in (header, claims) if "exp" in half]
    # An exact type, since True is an int too, and no number that is none or without end.
    if not moments or any(type(moment) is not int for moment in moments):
        raise NotClaimed(Kind.NO_EXPIRY)
    if min(moments) + LEEWAY_SECONDS <= now:
        raise NotClaimed(Kind.EXPIRED)
