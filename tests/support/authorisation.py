"""A portal as it is deployed, with people of every role, for tests of who may do what.

It stands behind a proxy of its own that ends TLS, signs people in with passwords and has two
sources: ``open`` is for everybody, ``sealed`` for the group "ml". One of it serves all tests of a
process.
"""

import atexit
import http.client
import json
import re
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from tests.support import canaries
from tests.support.portal import (
    REPOSITORY,
    environment,
    free_port,
    new_database,
    wait_until_ready,
)
from tests.support.scripted_aws import ScriptedAws

OPEN, SEALED = "open", "sealed"
ABSENT = "absent"
"""As long as SEALED, so that even the lengths of two answers can be compared."""
GROUP = "ml"
CSRF_COOKIE, SESSION_COOKIE = "__Host-csrftoken", "__Host-sessionid"
HOST = "portal.example.org"
# Where the proxy says that people sit.
CLIENT = "203.0.113.7"
ORIGIN = f"https://{HOST}"
NOBODY = "nobody"
# Who is called what: the role, and the groups.
PEOPLE: Mapping[str, tuple[str, str]] = {
    "viewer": ("viewer", GROUP),
    "blind": ("viewer", ""),
    "sharer": ("sharer", GROUP),
    "other": ("sharer", GROUP),
    "outsider": ("sharer", "another"),
    "operator": ("operator", ""),
}
SAFE = ("GET", "HEAD", "OPTIONS")
ENTER = """
import json, sys, django
django.setup()
from django.conf import settings
from django.test import Client
from experiments.people.models import User
for name, (role, groups) in (people := json.loads(sys.argv[1])).items():
    user, browser = User(username=name, role=role, group_names=groups), Client()
    user.set_unusable_password()
    user.save()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    people[name] = browser.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(people))
"""
FORM_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*')
EXPIRES = re.compile(r"expires=[^;]*")
# A script that renders pages begins with this: nobody may have collected static files yet.
PLAIN_STATIC_FILES = """
import django
django.setup()
from django.test import override_settings
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}).enable()
"""
LINK = re.compile(r"/s/([A-Za-z0-9_-]{43})/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as raw as http.client gives it; two fields are called as in Django's."""

    status_code: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""

    @property
    def text(self) -> str:
        return self.content.decode()

    def told(self) -> tuple[int, list[str], str]:
        """All of it that does not change from one time to the next.

        ``Vary`` does: it names cookies whenever a session was read just now, and not when the
        process still knew it.
        """
        headers = [
            f"{name}: {EXPIRES.sub('', value)}"
            for name, value in self.headers.items()
            if name not in {"date", "vary"}
        ]
        return self.status_code, sorted(headers), FORM_TOKEN.sub("", self.text)


# What the proxy adds.
BEHIND_PROXY: Mapping[str, str] = {
    "Host": HOST,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": CLIENT,
}


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, follows nothing, and forms of it are the portal's own.

    ``always`` goes along with every request: what a proxy adds, unless there is none.
    """

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=lambda: BEHIND_PROXY)

    def __post_init__(self) -> None:
        # Any will do as long as cookie and header agree, which no other site can arrange.
        self.cookies[self._csrf_cookie] = secrets.token_hex(16)

    @property
    def _csrf_cookie(self) -> str:
        return CSRF_COOKIE if "X-Forwarded-Proto" in self.always else "csrftoken"

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, form: Mapping[str, object] | None = None, **headers: str) -> Answer:
        return self.ask("POST", path, form, **headers)

    def ask(
        self, method: str, path: str, form: Mapping[str, object] | None = None, **headers: str
    ) -> Answer:
        """Underscores in the names of ``headers`` are hyphens; an empty one is not sent."""
        sent = dict(self.always)
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method not in SAFE:
            sent["Origin"] = ORIGIN if "X-Forwarded-Proto" in sent else self.url
            sent["X-CSRFToken"] = self.cookies.get(self._csrf_cookie, "")
        body = None if method in {"GET", "HEAD"} else ""
        if form is not None:
            body = urlencode(form, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._send(method, path, body, {k: v for k, v in sent.items() if v})
        for cookie in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        with closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())


class Server:
    """A portal in a process of its own whose log can be read."""

    def __init__(self, aws_url: str, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        database = variables.setdefault("PORTAL_DATABASE_URL", new_database())
        self.database = Path(database.removeprefix("sqlite:///"))
        self.variables = environment(
            aws_url, PORT=str(self.port), **{"PORTAL_WORKERS": "1", **variables}
        )
        # A pipe, since a test may forbid this process to make any file longer.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.server"],
            cwd=REPOSITORY,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._said: list[bytes] = []
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self._said += iter(said.readline, b"")

    def wait(self) -> None:
        wait_until_ready(self.process, self.url)

    @property
    def log(self) -> str:
        return b"".join(self._said).decode(errors="replace")

    def stored(self) -> bytes:
        """Every byte of the database, what has not been moved into its file included."""
        folder, name = self.database.parent, self.database.name
        return b"".join(file.read_bytes() for file in sorted(folder.glob(f"{name}*")))

    def command(self, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """manage.py with the same environment."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=REPOSITORY,
            env=self.variables,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self._reader.join(30)


class House:
    """The portal, who is in it, and what there is to open."""

    def __init__(self) -> None:
        self.aws = ScriptedAws()
        sources = Path(tempfile.mkdtemp(prefix="portal-sources-")) / "sources.toml"
        # The sealed one comes first, so that a page for which nobody names a source tells too.
        sources.write_text(f'[sources.{SEALED}]\ngroups = ["{GROUP}"]\n[sources.{OPEN}]\n')
        self.server = Server(
            self.aws.url,
            **{
                "PORTAL_LOGIN": "password",
                "PORTAL_SOURCES": str(sources),
                "PORTAL_URL": ORIGIN,
                "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
                **canaries.ENVIRONMENT,
            },
        )
        self.url = self.server.url
        self.server.wait()
        self.people = self.enter(PEOPLE)

    def __getitem__(self, role: str) -> Browser:
        """The browser of somebody of PEOPLE, or a new one of NOBODY."""
        return Browser(self.url) if role == NOBODY else self.people[role]

    def add(self, name: str, role: str = "viewer", groups: str = "", password: str = "") -> int:
        """Somebody new, by an operator on the page of people; returns their number."""
        password = password or secrets.token_urlsafe(16)
        form = {"username": name, "password": password, "role": role, "groups": groups}
        answer = self["operator"].post("/operators/people/", form)
        assert answer.status_code == 303, (answer.status_code, answer.text[:2000])
        return self.number(name)

    def sign_in(self, name: str, password: str, **headers: str) -> tuple[Browser, Answer]:
        """A browser in which somebody has just tried to sign in, and what it was told."""
        browser = Browser(self.url)
        form = {"username": name, "password": password}
        return browser, browser.post("/sign-in/", form, **headers)

    def number(self, name: str) -> int:
        """Which person of the page of people somebody is."""
        page = self["operator"].get(f"/operators/people/?q={quote(name)}").text
        found = re.search(r"/operators/people/([0-9]+)/", page)
        assert found, page
        return int(found[1])

    def share(
        self, source: str, name: str, by: str = "sharer", **choices: object
    ) -> tuple[int, str]:
        """A link, made with the form of its page: its number and its token."""
        usual = {"kind": "live", "audience": "anyone", "hours": "24"}
        form = usual | {"form": secrets.token_urlsafe(24)} | choices
        made = self[by].post(f"/experiments/{source}/{name}/share/", form)
        assert made.status_code == 200, (made.status_code, made.text[:2000])
        token = LINK.search(made.text)
        assert token, made.text
        listed = self[by].get("/links/?of=me").text
        numbers = [int(number) for number in re.findall(r"/links/([0-9]+)/revoke/", listed)]
        return max(numbers), token[1]

    def enter(self, people: Mapping[str, tuple[str, str]]) -> dict[str, Browser]:
        """The browsers of new people by role and groups, who are signed in already: to hash as many
        passwords would take too long."""
        done = subprocess.run(
            [sys.executable, "-c", ENTER, json.dumps(dict(people))],
            cwd=REPOSITORY,
            env=self.server.variables | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
            stdout=subprocess.PIPE,
            check=True,
            timeout=60,
        )
        entered = {name: Browser(self.url) for name in people}
        for name, session in json.loads(done.stdout).items():
            entered[name].cookies[SESSION_COOKIE] = session
        return entered


@cache
def house() -> House:
    """The one of this process, which ends with it."""
    built = House()
    atexit.register(built.server.end)
    return built
