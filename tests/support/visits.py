"""Visiting a portal that runs in processes of its own, alone or in a crowd."""

import asyncio
import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from tests.support.pages import parse

NO_HEADERS = Message()


@dataclass(frozen=True)
class Visit:
    """An answer, and how long it took; its first two are called as in Django's responses."""

    status_code: int
    content: bytes
    seconds: float
    headers: Message = NO_HEADERS


def get(url: str, path: str) -> Visit:
    return _visit(url, "GET", path, {})


def check_now(url: str, page: str) -> Visit:
    """Press the button of a page, as htmx does."""
    shown = get(url, page)
    form = parse(shown).select_one("#check")
    assert form is not None
    field = form.select_one("[name=csrfmiddlewaretoken]")
    assert field is not None
    cookie = SimpleCookie(shown.headers["Set-Cookie"])["csrftoken"].value
    headers = {
        "Cookie": f"csrftoken={cookie}",
        "X-CSRFToken": str(field["value"]),
        "HX-Request": "true",
    }
    return _visit(url, "POST", str(form["action"]), headers)


def crowd(url: str, path: str, number: int) -> list[Visit]:
    """As many visits as ``number``, all of them begun before the first is over."""

    async def all_at_once() -> list[Visit]:
        return await asyncio.gather(*(_one_of_many(url, path) for _ in range(number)))

    # In a thread of its own, because a browser's loop may be running in this one.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, all_at_once()).result()


def _visit(url: str, method: str, path: str, headers: dict[str, str]) -> Visit:
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    return Visit(response.status, body, time.monotonic() - began, response.headers)


async def _one_of_many(url: str, path: str) -> Visit:
    parts = urlsplit(url)
    began = time.monotonic()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return Visit(int(head.split()[1]), body, time.monotonic() - began)
