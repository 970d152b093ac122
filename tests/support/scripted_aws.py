"""An endpoint that speaks SageMaker's protocol and says exactly what a test tells it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REGION = "eu-west-1"
ACCOUNT = "123456789012"


def description(name: str, **members: Any) -> dict[str, Any]:
    """The smallest believable description, with ``members`` over it; None removes a member."""
    body: dict[str, Any] = {
        "Arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:inference-experiment/{name.lower()}",
        "Name": name,
        "Type": "ShadowMode",
        "Status": "Running",
        "EndpointMetadata": {"EndpointName": "ranker"},
        "ModelVariants": [],
    } | members
    return {member: value for member, value in body.items() if value is not None}


@dataclass
class Answer:
    """What one experiment's describe call gets. ``write`` may speak to the socket by itself."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


class ScriptedAws:
    """Answers describe calls by experiment name, and list calls by NextToken (``listings``)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, Answer] = {}
        self.listings: dict[str | None, Answer] = {None: Answer(b'{"InferenceExperiments":[]}')}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def describes(self, name: str, **members: Any) -> dict[str, Any]:
        """Let ``name`` exist with these members; returns the whole description."""
        body = description(name, **members)
        self.says(name, body)
        return body

    def says(self, name: str, body: Any, status: int = 200, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._answers[name] = Answer(raw, status, headers)

    def fails(self, name: str, code: str, status: int = 400, message: str = "") -> None:
        self.says(name, {"__type": code, "message": message}, status)

    def writes(self, name: str, write: Callable[[BaseHTTPRequestHandler], None]) -> None:
        """Hand the connection of each describe call for ``name`` to ``write``."""
        self._answers[name] = Answer(write=write)

    def lists(
        self, *summaries: dict[str, Any], next_token: str | None = None, page: str | None = None
    ) -> None:
        """Let the list's page of the token ``page`` (the first one: None) hold these."""
        body: dict[str, Any] = {"InferenceExperiments": list(summaries)}
        if next_token is not None:
            body["NextToken"] = next_token
        self.listings[page] = Answer(json.dumps(body).encode())

    def calls_for(self, name: str) -> int:
        return sum(arguments.get("Name") == name for _, arguments in self.calls)

    def answer(self, operation: str, arguments: dict[str, Any]) -> Answer:
        self.calls.append((operation, arguments))
        if operation == "ListInferenceExperiments":
            return self.listings.get(arguments.get("NextToken"), self.listings[None])
        missing = {"__type": "ResourceNotFound", "message": "Cannot find it"}
        return self._answers.get(
            arguments.get("Name", ""), Answer(json.dumps(missing).encode(), 400)
        )

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuse connections inside the block."""
        address = self._server.server_address
        self._server.shutdown()
        self._server.server_close()
        try:
            yield
        finally:
            self._server = ThreadingHTTPServer(address, _handler(self))
            threading.Thread(target=self._server.serve_forever, daemon=True).start()


def _handler(aws: ScriptedAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            arguments = json.loads(self.rfile.read(length))
            answer = aws.answer(self.headers["X-Amz-Target"].removeprefix("SageMaker."), arguments)
            if answer.write is not None:
                answer.write(self)
                return
            self.send_response(answer.status)
            headers = {"Content-Type": "application/x-amz-json-1.1"} | answer.headers
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: the tests ask ``calls``."""

    return Handler
