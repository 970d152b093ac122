"""Somebody in front of the provider's pages: a browser with a cookie jar and without scripts."""

from urllib.parse import urljoin

import requests

from tests.support.pages import parse


def press(
    browser: requests.Session, page: requests.Response, button: str, **fields: str
) -> requests.Response:
    """Fill in the form around a button (a selector), press it, and follow where that leads."""
    pressed = parse(page).select_one(button)
    form = pressed and pressed.find_parent("form")
    assert pressed is not None, f"no {button} at {page.url}: {page.text[:500]}"
    assert form is not None
    filled = {
        str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")
    }
    if pressed.has_attr("name"):
        filled[str(pressed["name"])] = str(pressed["value"])
    action = urljoin(page.url, str(form.get("action", "")))
    # As browsers do, and Django wants it of a page that came over https.
    headers = {"Referer": page.url, "Origin": page.url[: page.url.index("/", 8)]}
    return browser.request(
        str(form.get("method", "get")), action, data=filled | fields, headers=headers, timeout=30
    )


def sign_in(
    browser: requests.Session, page: requests.Response, username: str, password: str = ""
) -> requests.Response:
    """At the provider's sign-in page."""
    password = password or "correct horse battery staple"
    return press(browser, page, "button:not([name])", username=username, password=password)
