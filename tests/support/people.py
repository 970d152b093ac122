"""People who have signed in, as browsers without a screen.

Tests share one database, so everybody has a name of their own.
"""

import secrets
from typing import Any

from django.test import Client

PASSWORD = "a long pass phrase"


def new_name(word: str = "person") -> str:
    return f"{word}-{secrets.token_hex(5)}"


def add(role: str = "viewer", *groups: str, name: str | None = None) -> str:
    """Somebody who may sign in with PASSWORD; returns their name."""
    from experiments.people import directory

    name = name or new_name(role)
    directory.add(name, PASSWORD, role, groups, "a test")
    return name


def sign_in(name: str, *, password: str = PASSWORD, follow: str = "", **client: Any) -> Client:
    """A browser in which somebody has just signed in through the page."""
    browser = Client(**client)
    response = browser.post(
        "/sign-in/", {"username": name, "password": password} | ({"next": follow} if follow else {})
    )
    assert response.status_code == 303, response.content.decode()[:2000]
    return browser


def browser_of(role: str, *groups: str) -> Client:
    """The browser of somebody new with this role and these groups."""
    return sign_in(add(role, *groups))
