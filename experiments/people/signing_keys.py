"""The public keys of AWS's load balancers, fetched when a header is signed by one that is new."""

import threading
import time
import urllib.request
from collections import OrderedDict, deque
from concurrent.futures import Future
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from experiments.domain.addresses import is_loopback
from experiments.people.not_claimed import Kind, NotClaimed

# For all of it, from the name of the host to the last byte.
FETCH_SECONDS = 2.0
LARGEST_KEY = 8 * 1024
MOST_KEYS = 16
# Ids of keys are an attacker's to make up where the proxy lets a client's headers through. So many
# of them are asked for in a minute and no more, and none twice that AWS did not know.
MOST_FETCHES = 10
WINDOW_SECONDS = 60.0
# How long nobody asks again when the place of the keys does not answer, from one call to the next.
PAUSE_SECONDS = 10.0


class _NoSuchKey(Exception):  # noqa: N818 (it is an answer and no error)
    pass


@cache
def of(url: str) -> "Keys":
    # The settings name the place, so there are no more of these than processes.
    return Keys(url)


class Keys:
    """The public keys of one place by their ids.

    A key never changes, so it is remembered until others that were used later take its place.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: OrderedDict[str, EllipticCurvePublicKey] = OrderedDict()
        self._unknown: dict[str, float] = {}
        self._fetches: deque[float] = deque(maxlen=MOST_FETCHES)
        self._failed_at = 0.0
        self._memory = threading.Lock()
        self._fetching = threading.Lock()

    def key(self, key_id: str, now: float) -> EllipticCurvePublicKey:
        """Raises NotClaimed with UNKNOWN_KEY or KEYS_UNAVAILABLE."""
        if (known := self._remembered(key_id, now)) is not None:
            return known
        # One at a time: requests that wait here for the same key find it remembered, and those
        # with made-up ids hold no more than one connection.
        if not self._fetching.acquire(timeout=FETCH_SECONDS):
            raise NotClaimed(Kind.KEYS_UNAVAILABLE)
        try:
            return self._remembered(key_id, now) or self._fetched(key_id, now)
        finally:
            self._fetching.release()

    def _remembered(self, key_id: str, now: float) -> EllipticCurvePublicKey | None:
        with self._memory:
            if _within(WINDOW_SECONDS, now, self._unknown.get(key_id, 0.0)):
                raise NotClaimed(Kind.UNKNOWN_KEY)
            if key_id in self._known:
                self._known.move_to_end(key_id)
            return self._known.get(key_id)

    def _fetched(self, key_id: str, now: float) -> EllipticCurvePublicKey:
        full = len(self._fetches) == MOST_FETCHES
        if full and _within(WINDOW_SECONDS, now, self._fetches[0]):
            raise NotClaimed(Kind.KEYS_UNAVAILABLE)
        if _within(PAUSE_SECONDS, now, self._failed_at):
            raise NotClaimed(Kind.KEYS_UNAVAILABLE)
        self._fetches.append(now)
        try:
            key = _fetched_in_time(f"{self._url}/{key_id}")
        except _NoSuchKey as error:
            with self._memory:
                recent = {
                    other: at
                    for other, at in self._unknown.items()
                    if _within(WINDOW_SECONDS, now, at)
                }
                self._unknown = recent | {key_id: now}
            raise NotClaimed(Kind.UNKNOWN_KEY) from error
        except (OSError, HTTPException, ValueError, UnsupportedAlgorithm) as error:
            self._failed_at = now
            raise NotClaimed(Kind.KEYS_UNAVAILABLE) from error
        with self._memory:
            self._known[key_id] = key
            while len(self._known) > MOST_KEYS:
                self._known.popitem(last=False)
        return key


def _within(seconds: float, now: float, at: float) -> bool:
    # In both directions: requests that wait for each other began at different moments, and a clock
    # that is set back must not make a minute an hour.
    return abs(now - at) < seconds


def _fetched_in_time(address: str) -> EllipticCurvePublicKey:
    # A thread of its own, since neither the name of a host nor a server that drips its headers
    # keeps to the time-out of a socket. One that is given up ends by that, unless AWS itself drips.
    result: Future[EllipticCurvePublicKey] = Future()

    def fetch() -> None:
        try:
            result.set_result(_fetch(address, time.monotonic() + FETCH_SECONDS))
        except Exception as error:
            result.set_exception(error)

    threading.Thread(target=fetch, name="signing key", daemon=True).start()
    return result.result(FETCH_SECONDS)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """None makes an error of it."""


def _fetch(address: str, expires: float) -> EllipticCurvePublicKey:
    parts = urlsplit(address)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("a key that came without TLS could be anybody's")
    # A proxy that leads out of the network leads away from this machine.
    proxies = {"https": found} if (found := urllib.request.getproxies().get("https")) else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirects)
    pem = b""
    try:
        with opener.open(address, timeout=FETCH_SECONDS) as response:
            while piece := response.read1(LARGEST_KEY):
                pem += piece
                if len(pem) > LARGEST_KEY or time.monotonic() > expires:
                    raise ValueError("more than a key, or too slow")
    except HTTPError as error:
        with error:
            # What S3, which has the keys of some regions, says of what is not there.
            if error.code in {403, 404}:
                raise _NoSuchKey from error
            raise
    key = load_pem_public_key(pem)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a key of ES256")
    return key
