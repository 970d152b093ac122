"""An endpoint in front of the demo SageMaker that breaks the answers that it is told to break.

    with DemoSageMaker() as demo, FaultyAws(demo.url) as aws:
        with aws.fault("checkout-ranker-v7", "hang"):
            ...

A fault is for one experiment's calls, or, with None as the name, for all that have none of their
own. The words of every message and page that is not the demo's hold ``CANARY``.
"""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.support import faults

CANARY = "canary-role"
_ARN = f"arn:aws:sts::123456789012:assumed-role/{CANARY}/i-0abc"
SLOW_SECONDS = 2.0
HUGE = 5_000_000
ODD_CHARACTERS = "NUL \x00 and half a pair \ud83d, \udc00 and the other"
ELSEWHERE = "/elsewhere/"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question, with what it takes to answer it in any way at all."""

    handler: BaseHTTPRequestHandler
    upstream: Callable[[], Answer]

    def send(self, answer: Answer, **headers: str) -> None:
        self.handler.send_response(answer.status)
        self.handler.send_header("Content-Type", answer.content_type)
        self.handler.send_header("Content-Length", str(len(answer.body)))
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(answer.body)


Fault = Callable[[Exchange], None]


def _error(status: int, code: str, message: str = f"User: {_ARN} was told so") -> Fault:
    body = json.dumps({"__type": code, "message": message}).encode()
    return lambda exchange: exchange.send(Answer(status, "application/x-amz-json-1.1", body))


def _on_the_socket(write: Callable[[BaseHTTPRequestHandler], None]) -> Fault:
    return lambda exchange: write(exchange.handler)


def _page(content_type: str, body: bytes) -> Fault:
    return lambda exchange: exchange.send(Answer(200, content_type, body))


def _redirect(status: int) -> Fault:
    answer = Answer(status, "text/html", f"<p>{CANARY} has moved".encode())
    return lambda exchange: exchange.send(answer, Location=ELSEWHERE)


def _changed(change: Callable[[bytes], bytes]) -> Fault:
    """The demo's own answer with another body."""

    def send(exchange: Exchange) -> None:
        answer = exchange.upstream()
        exchange.send(Answer(answer.status, answer.content_type, change(answer.body)))

    return send


def _with(**members: Any) -> Fault:
    return _changed(lambda body: json.dumps(json.loads(body) | members).encode())


def _slow(exchange: Exchange) -> None:
    answer = exchange.upstream()
    faults.over.wait(SLOW_SECONDS)
    exchange.send(answer)


def _of_another(body: bytes) -> bytes:
    description = json.loads(body)
    arn = description["Arn"].rpartition("/")[0] + "/somebody-else"
    return json.dumps(description | {"Name": "somebody-else", "Arn": arn}).encode()


def _never(_: Exchange) -> None:
    raise AssertionError("nobody listens, so nobody is asked")


FAULTS: dict[str, Fault] = {
    "throttled": _error(400, "ThrottlingException"),
    "too-many": _error(429, "TooManyRequestsException"),
    "internal-error": _error(500, "InternalFailure"),
    "unavailable": _error(503, "ServiceUnavailable"),
    REFUSED: _never,
    "reset": _on_the_socket(faults.reset),
    "hang": _on_the_socket(faults.hang),
    "drip-feed": _on_the_socket(faults.drip_feed),
    "slow": _slow,
    "empty": _page("application/x-amz-json-1.1", b""),
    "html": _page("text/html", f"<!doctype html><title>Sign in, {CANARY}</title>".encode()),
    "truncated": _changed(lambda body: body[:-20]),
    "short-body": _on_the_socket(faults.short_body),
    "wrong-experiment": _changed(_of_another),
    "variants-a-string": _with(ModelVariants="none"),
    "status-a-number": _with(Status=7),
    "huge": _with(Description="x" * HUGE),
    "odd-characters": _with(Description=ODD_CHARACTERS),
    "expired-token": _error(400, "ExpiredTokenException"),
    "access-denied": _error(
        400,
        "AccessDeniedException",
        f"User: {_ARN} is not authorized to perform: sagemaker:DescribeInferenceExperiment",
    ),
    "clock-skew": _error(403, "RequestTimeTooSkewed", f"{_ARN}: the difference is too large"),
    "skewed-signature": _error(
        403,
        "InvalidSignatureException",
        f"Signature expired: 20261123T090000Z is now earlier than 20261123T091000Z, {_ARN}",
    ),
    "deleted": _error(400, "ResourceNotFound"),
    "redirect-301": _redirect(301),
    "redirect-302": _redirect(302),
    "redirect-307": _redirect(307),
}


class FaultyAws:
    """Serves while it is entered. ``upstream`` is the demo's address.

    ``calls`` counts what was asked, by operation and experiment (None: a call without a Name).
    ``followed`` counts the redirects that somebody went after.
    """

    def __init__(self, upstream: str) -> None:
        self.calls: Counter[tuple[str, str | None]] = Counter()
        self.followed = 0
        self._upstream = urlsplit(upstream).netloc
        self._faults: dict[str | None, str] = {}
        self._lock = threading.Lock()
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Stays the same while nobody listens."""
        return f"http://127.0.0.1:{self._port}"

    def set(self, name: str | None, fault: str) -> None:
        """Let calls for ``name`` (None: all calls) fail in this way, one of ``FAULTS``."""
        if fault not in FAULTS:
            raise ValueError(f"a fault must be one of {', '.join(FAULTS)} (got {fault})")
        if fault == REFUSED and name is not None:
            raise ValueError("a connection is refused before anybody could read a name from it")
        self._faults[name] = fault
        if fault == REFUSED:
            self._close()
        elif name is None:
            self._listen()

    def clear(self, name: str | None = None) -> None:
        """Let calls for ``name`` (None: all calls without a fault of their own) succeed again."""
        self._faults.pop(name, None)
        if name is None:
            self._listen()

    @contextmanager
    def fault(self, name: str | None, fault: str) -> Iterator[None]:
        """``set`` and ``clear`` around the block."""
        self.set(name, fault)
        try:
            yield
        finally:
            self.clear(name)

    def __enter__(self) -> Self:
        faults.over.clear()
        self._listen()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What hangs and drips ends with it.
        faults.over.set()
        self._close()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer one question, as told; an operation is the end of the header X-Amz-Target."""
        operation = handler.headers.get("X-Amz-Target", "").rpartition(".")[2]
        name = json.loads(body or b"{}").get("Name")
        with self._lock:
            self.calls[operation, name] += 1
            self.followed += handler.path == ELSEWHERE
        exchange = Exchange(handler, lambda: self._ask(handler, body))
        fault = self._faults.get(name, self._faults.get(None))
        if fault is None:
            exchange.send(exchange.upstream())
        else:
            FAULTS[fault](exchange)

    def _ask(self, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self._upstream, timeout=10)
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
        try:
            connection.request("POST", "/", body, headers)
            response = connection.getresponse()
            content_type = response.headers.get("Content-Type", "")
            return Answer(response.status, content_type, response.read())
        finally:
            connection.close()

    def _listen(self) -> None:
        if self._server is None:
            self._server = _Server(("127.0.0.1", self._port), _handler(self))
            self._port = self._server.server_address[1]
            threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            ).start()

    def _close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    # Whoever has had enough of a fault hangs up, which is no news.
    def handle_error(self, *_: Any) -> None:
        pass


def _handler(aws: FaultyAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            aws.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            aws.answer(self, b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing: the tests ask ``calls``."""

    return Handler
