"""Share links as people make them, by the form, and as whoever has their address opens them."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.test import Client

from tests.support.later import later

HX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Link:
    """What its address is made of; nobody but its maker has ever seen it."""

    token: str

    @property
    def page(self) -> str:
        return f"/s/{self.token}/"

    @property
    def status(self) -> str:
        return f"{self.page}status/"

    @property
    def export(self) -> str:
        return f"{self.page}experiment.json"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()

    @property
    def row(self) -> Any:
        """As the database has it."""
        from experiments.models import ShareLink

        return ShareLink.objects.get(digest=self.digest)

    def changed(self, **columns: Any) -> None:
        """Let the row say this, as of now, to this process too."""
        from experiments.models import ShareLink

        ShareLink.objects.filter(digest=self.digest).update(**columns)
        forget()

    def revoked(self, browser: Client | None = None) -> "Link":
        answer = (browser or stranger()).post(f"/links/{self.row.pk}/revoke/")
        assert answer.status_code == 303, answer.content.decode()
        return self


@cache
def _handler() -> Any:
    return Client().handler


def stranger() -> Client:
    """A browser of somebody who has not signed in.

    All of them share one handler, since a new one looks through the folder of static files, which
    takes longer than twenty pages.
    """
    browser = Client()
    browser.handler = _handler()
    return browser


def address(name: str, source: str = "default") -> str:
    return f"/experiments/{source}/{name}/"


def form(**choices: Any) -> dict[str, Any]:
    """A form that has never been sent; ``choices`` are its fields, a None takes one away."""
    fields = {"kind": "live", "hours": "168", "form": secrets.token_urlsafe(24)} | choices
    return {field: value for field, value in fields.items() if value is not None}


def send(browser: Client, name: str, source: str = "default", **choices: Any) -> Any:
    return browser.post(f"{address(name, source)}share/", form(**choices))


def make(name: str, browser: Client | None = None, source: str = "default", **choices: Any) -> Link:
    """The link that a form of these choices makes."""
    return made(send(browser or stranger(), name, source, **choices))


def made(answer: Any) -> Link:
    """The link whose address a page shows."""
    text = answer.content.decode()
    assert answer.status_code == 200, text
    found = set(re.findall(r"https?://[^\s\"'<>/]+/s/([A-Za-z0-9_-]{43})/", text))
    assert len(found) == 1, f"the page shows {len(found)} addresses of links"
    return Link(found.pop())


def look(name: str, **span: float) -> Any:
    """Have AWS asked, so much later than now, and see the page of that."""
    with later(**span):
        stranger().post(f"{address(name)}check/")
        return stranger().get(address(name))


def whole(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """All that a client gets of an answer."""
    return answer.status_code, dict(answer.headers), answer.content


def all_of(link: Link, browser: Client | None = None) -> list[tuple[int, dict[str, str], bytes]]:
    """Everything that a link gives to whoever asks, as a process that has just started gives it."""
    forget()
    client = browser or stranger()
    asked = [
        client.get(link.page),
        client.head(link.page),
        client.get(f"{link.status}?seen=0-0", headers=HX),
        client.get(f"{link.status}?seen=0-0"),
        client.get(link.export),
    ]
    return list(map(whole, asked))


def forget() -> None:
    """What this process remembers is gone, as if it had just started."""
    from experiments.refreshing import memory
    from experiments.sharing import links
    from experiments.views import rendering

    memory.forget()
    links._remembered.clear()
    rendering.forget()


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """The whole database: table to rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def differing(work: Callable[[], Any]) -> dict[str, int]:
    """How many rows of which tables are others after ``work``."""
    before = rows()
    work()
    after = rows()
    return {
        table: len(set(map(repr, after[table])) - set(map(repr, before[table])))
        + max(0, len(before[table]) - len(after[table]))
        for table in after
        if before[table] != after[table]
    }
