"""A real OpenID Connect provider in a process of its own, for people of a test to sign in at.

It is django-oauth-toolkit as a small site. It listens on ``localhost`` while the portal of a test
has ``127.0.0.1``, so that to a browser they are two sites, as they are for everybody else.
"""

import json
import secrets
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.portal import REPOSITORY, free_port

CALLBACK = "/sign-in/oidc/login/callback/"
AFTER_SIGN_OUT = "/sign-in/"

# What the provider says of somebody who does not agree to sign in. A page that repeated it would
# repeat what anybody can write into an address.
REFUSAL = "Call <b>+1-555-0100</b> to unlock your account"

# What can be wrong with the tokens of a provider (``Provider.misbehaves``).
FAULTS = (
    "another-audience",
    "another-client-too",
    "another-issuer",
    "another-key",
    "another-nonce",
    "another-person",
    "client-secret-as-key",
    "expired",
    "no-id-token",
    "no-nonce",
    "no-subject",
    "unsigned",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody whom the provider knows. ``claims`` go over all others; None takes one away."""

    username: str
    sub: str
    password: str = "correct horse battery staple"
    email: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request that the provider got; passwords are not in ``form``."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]


class Provider:
    """A provider that runs, seen from a test."""

    def __init__(self, portal_url: str, people: Iterable[Person], folder: Path) -> None:
        self.issuer = f"http://localhost:{free_port()}"
        self.client_id = "portal"
        self.client_secret = secrets.token_urlsafe(32)
        self._signing_key = _new_key()
        self._people = {person.username: person for person in people}
        self._configuration = folder / "configuration.json"
        self._clients_urls = {
            "redirect_uri": f"{portal_url}{CALLBACK}",
            "post_logout_redirect_uri": f"{portal_url}{AFTER_SIGN_OUT}",
        }
        self._process: subprocess.Popen[str] | None = None

    @property
    def variables(self) -> dict[str, str]:
        """What tells a portal to let people sign in here."""
        return {
            "PORTAL_LOGIN": "oidc",
            "PORTAL_OIDC_ISSUER": self.issuer,
            "PORTAL_OIDC_CLIENT_ID": self.client_id,
            "PORTAL_OIDC_CLIENT_SECRET": self.client_secret,
        }

    def knows(self, person: Person) -> None:
        """From now on, say this of the person with that username, who may be new."""
        self._people[person.username] = person
        self._tell(people=self._described())

    @contextmanager
    def misbehaves(self, fault: str) -> Iterator[None]:
        """Issue tokens with one of the FAULTS inside the block."""
        assert fault in FAULTS
        self._tell(fault=fault)
        try:
            yield
        finally:
            self._tell(fault="")

    def asked(self, path: str) -> list[Asked]:
        """The requests for ``path`` so far, oldest first."""
        with urllib.request.urlopen(f"{self.issuer}/control/", timeout=10) as answer:
            requests = [Asked(**request) for request in json.load(answer)]
        return [request for request in requests if request.path == path]

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuse connections inside the block; sessions and tokens are kept."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Take connections inside the block, and say nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def changes_its_key(self) -> None:
        """From now on, sign with another key, and publish that alone."""
        with self.down():
            self._signing_key = _new_key()

    def start(self) -> None:
        configuration = {
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "signing_key": self._signing_key,
            "people": self._described(),
            **self._clients_urls,
        }
        self._configuration.write_text(json.dumps(configuration))
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._configuration)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the provider did not start"

    def stop(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=20)

    def _described(self) -> list[dict[str, Any]]:
        return [asdict(person) for person in self._people.values()]

    def _tell(self, **what: Any) -> None:
        body = urlencode({"tell": json.dumps(what)}).encode()
        urllib.request.urlopen(f"{self.issuer}/control/", body, timeout=10).close()


@contextmanager
def openid_provider(portal_url: str, people: Iterable[Person]) -> Iterator[Provider]:
    """A provider that knows ``people``, and the portal at ``portal_url`` as its only client."""
    with tempfile.TemporaryDirectory(prefix="provider-") as folder:
        provider = Provider(portal_url, people, Path(folder))
        provider.start()
        try:
            yield provider
        finally:
            provider.stop()


def _new_key() -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
