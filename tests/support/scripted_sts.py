"""An STS that says what a test tells it to, and SageMaker's stand-in beside it.

Real clients find it at AWS_ENDPOINT_URL_STS.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

MESSAGE = "User: arn:aws:iam::123456789012:user/canary may not assume canary-role with canary-id"
CALLER = "arn:aws:sts::123456789012:assumed-role/portal/i-0abc"


class ScriptedSts:
    """Gives credentials whose key is ``ASIA`` and the role's name, until it is told to fail."""

    def __init__(self) -> None:
        # The arguments of each call, with who signed it as "Signer".
        self.calls: list[dict[str, str]] = []
        self.lasts = timedelta(hours=1)
        self.refuses: tuple[int, str] | None = None
        self.hangs: Callable[[], object] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def asked(self, action: str) -> list[dict[str, str]]:
        return [call for call in self.calls if call["Action"] == action]

    def answer(self, arguments: dict[str, str]) -> tuple[int, str]:
        self.calls.append(arguments)
        if arguments["Action"] == "GetCallerIdentity":
            return 200, f"<GetCallerIdentityResult><Arn>{CALLER}</Arn></GetCallerIdentityResult>"
        if self.hangs is not None:
            self.hangs()
        if self.refuses is not None:
            status, code = self.refuses
            return status, f"<Error><Code>{code}</Code><Message>{MESSAGE}</Message></Error>"
        expires = datetime.now(UTC) + self.lasts
        return 200, (
            "<AssumeRoleResult><Credentials>"
            f"<AccessKeyId>ASIA{arguments['RoleArn'].rpartition('/')[2]}</AccessKeyId>"
            "<SecretAccessKey>canary-secret</SecretAccessKey>"
            "<SessionToken>canary-token</SessionToken>"
            f"<Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
            "</AssumeRoleResult>"
        )


def _handler(sts: ScriptedSts) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            arguments = {name: values[0] for name, values in parse_qs(form).items()}
            signed = self.headers["Authorization"].partition("Credential=")[2].split("/")
            status, inner = sts.answer(arguments | {"Signer": signed[0], "Region": signed[2]})
            action = arguments["Action"]
            tag = "ErrorResponse" if status != 200 else f"{action}Response"
            body = f"<{tag}>{inner}</{tag}>".encode()
            # Who has waited too long is gone.
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
