"""A portal in processes of its own that knows people, and how they use it without a screen."""

import http.client
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.models import F

from experiments.models import ShareLink
from experiments.people.models import User
from tests.support import links
from tests.support.links import Link
from tests.support.people import PASSWORD, new_name
from tests.support.portal import new_database, running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import Visit
from tests.support.watcher import rows_of

CSRF = secrets.token_hex(16)


@dataclass
class Browser:
    """Somebody without a screen who keeps cookies."""

    url: str
    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": CSRF})

    def get(self, path: str, **headers: str) -> Visit:
        return self._ask("GET", path, headers, None)

    def head(self, path: str) -> Visit:
        return self._ask("HEAD", path, {}, None)

    def post(self, path: str, **form: Any) -> Visit:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            # Signing in gives another one.
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        return self._ask("POST", path, headers, urlencode(form, doseq=True))

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None) -> Visit:
        began = time.monotonic()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(method, path, body, headers | {"Cookie": cookies})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Visit(response.status, content, time.monotonic() - began, response.headers)


@dataclass
class Portal:
    url: str
    database_url: str
    aws: ScriptedAws
    log: Path = Path(os.devnull)
    source: str = "default"

    def add(self, role: str) -> str:
        """Somebody new who may sign in with PASSWORD."""
        name = new_name(role)
        password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-a-test", iterations=1)
        with rows_of(self.database_url) as rows:
            User.objects.using(rows.alias).create(username=name, role=role, password=password)
        return name

    def sign_in(self, name: str) -> Browser:
        browser = Browser(self.url)
        answer = browser.post("/sign-in/", username=name, password=PASSWORD)
        assert answer.status_code == 303, answer.content.decode()
        return browser

    def link(self, browser: Browser, name: str, **choices: Any) -> Link:
        path = f"{links.address(name, self.source)}share/"
        return links.made(browser.post(path, **links.form(**choices)))

    def key(self, link: Link) -> int:
        with rows_of(self.database_url) as rows:
            return int(ShareLink.objects.using(rows.alias).get(digest=link.digest).pk)

    def sessions_end(self, name: str) -> None:
        """Somebody has signed out in another browser."""
        with rows_of(self.database_url) as rows:
            found = User.objects.using(rows.alias).filter(username=name)
            assert found.update(sessions_ended=F("sessions_ended") + 1) == 1

    def expires(self, link: Link, at: datetime) -> None:
        with rows_of(self.database_url) as rows:
            found = ShareLink.objects.using(rows.alias).filter(digest=link.digest)
            assert found.update(expires_at=at) == 1


@contextmanager
def portal_with_people(aws: ScriptedAws, **variables: str) -> Iterator[Portal]:
    """A portal in front of ``aws`` in which people sign in with a password."""
    database_url = variables.pop("PORTAL_DATABASE_URL", None) or new_database()
    known = {"PORTAL_LOGIN": "password", "PORTAL_DATABASE_URL": database_url} | variables
    with running_portal(aws.url, None, **known) as url:
        yield Portal(url, database_url, aws)
