"""Asking an OpenID provider that answers badly, slowly or not at all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from experiments.people.openid.asking import (
    LARGEST_ANSWER,
    REQUEST_SECONDS,
    ProviderError,
    Published,
    Session,
    document,
)
from experiments.people.openid.refusals import Refusal


class Bad(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path == "/drips":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            for _ in range(100):
                time.sleep(0.2)
                self.wfile.write(b" ")
        elif self.path == "/drips-headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            for number in range(100):
                time.sleep(0.2)
                self.wfile.write(b"X-%d: y\r\n" % number)
        elif self.path == "/elsewhere":
            self.wfile.write(b"HTTP/1.0 307 Away\r\nLocation: /secret\r\n\r\n")
        else:
            bodies = {
                "/huge": b'"' + b"x" * LARGEST_ANSWER + b'"',
                "/html": b"<!doctype html>",
                "/list": b"[1]",
                "/deep": b"[" * 100_000,
                "/fine": b'{"a": 1}',
            }
            status = b"200 OK" if self.path in bodies else b"500 Oh"
            self.wfile.write(b"HTTP/1.0 %s\r\n\r\n" % status + bodies.get(self.path, b""))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Bad) as server:
        server.daemon_threads = True
        server.block_on_close = False
        # Whoever is given up hears of it by a broken pipe.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_document_is_an_object(address: str) -> None:
    assert document(f"{address}/fine") == {"a": 1}


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/huge", Refusal.PROVIDER_AWAY),
        ("/html", Refusal.NOT_VOUCHED_FOR),
        ("/list", Refusal.NOT_VOUCHED_FOR),
        ("/deep", Refusal.PROVIDER_AWAY),
        ("/elsewhere", Refusal.NOT_VOUCHED_FOR),
        ("/broken", Refusal.PROVIDER_AWAY),
    ],
)
def test_what_is_no_document_is_no_crash(address: str, path: str, refusal: Refusal) -> None:
    with pytest.raises(ProviderError) as raised:
        document(address + path)
    assert raised.value.refusal == refusal


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ProviderError, match="ConnectionError"):
        document(f"http://127.0.0.1:{port}/")


def test_an_answer_that_does_not_end_is_given_up(address: str) -> None:
    def seconds(path: str) -> float:
        began = time.monotonic()
        with Session() as session, pytest.raises(requests.Timeout):
            session.get(address + path)
        return time.monotonic() - began

    with ThreadPoolExecutor(2) as both:
        for took in both.map(seconds, ["/drips", "/drips-headers"]):
            assert took < REQUEST_SECONDS + 2


def test_a_redirect_is_not_followed(address: str) -> None:
    with Session() as session:
        assert session.get(f"{address}/elsewhere").status_code == 307


def published(*answers: object) -> tuple[Published[object], Callable[[], int]]:
    left = list(answers)

    def read() -> object:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Published(read), lambda: len(left)


def test_what_is_published_is_read_once_in_a_while() -> None:
    keys, left = published("old", "new")
    assert (keys.get(), keys.get()) == ("old", "old")
    assert keys.get(older_than=0) == "new"
    assert left() == 0


def test_what_was_published_counts_while_the_provider_is_away() -> None:
    keys, _ = published("old", ProviderError("away"), "not asked for yet")
    keys.get()
    assert keys.get(older_than=0) == "old"
    assert keys.get(older_than=0) == "old"


def test_a_provider_that_has_never_answered_is_left_alone_for_a_moment() -> None:
    keys, left = published(ProviderError("first"), "not asked for yet")
    with pytest.raises(ProviderError, match="first"):
        keys.get()
    with pytest.raises(ProviderError, match="a moment ago"):
        keys.get()
    assert left() == 1
