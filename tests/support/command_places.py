"""Where commands are pointed at: an AWS that says everything there is, and a home with a profile
for each case."""

import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import faults
from tests.support.portal import free_port
from tests.support.scripted_aws import ScriptedAws, description

VARIANT: dict[str, Any] = {
    "ModelName": "m1",
    "VariantName": "prod",
    "InfrastructureConfig": {"InfrastructureType": "RealTime"},
    "Status": "InService",
}
CONFIG = """\
[default]
[profile table]
output = table
[profile text]
output = text
[profile west]
region = us-west-2
aws_access_key_id = west
aws_secret_access_key = west
[profile poor]
region = us-west-2
[profile wire]
cli_timestamp_format = wire
[profile iso]
cli_timestamp_format = iso8601
[profile other-times]
cli_timestamp_format = other
[profile xml]
output = xml
[profile binary]
cli_binary_format = hex
[profile unchecked]
parameter_validation = false
[profile no-bundle]
ca_bundle = no-such-file.pem
[profile orphan]
role_arn = arn:aws:iam::123456789012:role/a
source_profile = nobody
[profile process]
credential_process = false
[profile prompting]
cli_auto_prompt = on-partial
[profile many]
max_attempts = many
"""


def told() -> ScriptedAws:
    """An endpoint with an answer of each kind, by the experiment's name."""
    aws = ScriptedAws()
    times = {"CreationTime": 1795442530.25, "Schedule": {"EndTime": 1795442530}}
    aws.describes("ok", ModelVariants=[VARIANT, VARIANT], Description="é 日本", **times)
    aws.describes("unknown-members", New={"a": 1}, ModelVariants=[VARIANT | {"New": 1}])
    aws.describes("half-a-pair", Description="\ud83d")
    aws.describes("mixed-times", CreationTime="2026-11-23T14:02:10Z")
    aws.describes("no-time", CreationTime="soon")
    aws.describes("text-for-a-structure", Schedule="soon")
    aws.describes("structure-for-a-list", ModelVariants={"a": 1})
    aws.describes("tabs", Description="a\tb\nc\x1b[31md")
    aws.fails("denied", "AccessDeniedException", 400, "User: a is not authorized to perform: b")
    aws.fails("no-message", "AccessDeniedException")
    aws.fails("two-lines", "ValidationException", 400, "one\ntwo\tthree é")
    aws.fails("namespaced", "com.amazon.coral#ValidationException", 400, "wrong")
    aws.fails("expired", "ExpiredTokenException", 403, "The security token is expired")
    aws.fails("throttled", "ThrottlingException", 400, "Rate exceeded")
    aws.fails("internal", "InternalFailure", 500, "failed")
    aws.says("no-code", {"message": "what"}, 400)
    aws.says("capital-message", {"__type": "A", "Message": "B"}, 400)
    aws.says("html", b"<html>", 200)
    aws.says("html-error", b"<html>no</html>", 503)
    aws.says("empty", b"")
    aws.says("empty-error", b"", 500)
    aws.says("list", b"[]")
    aws.says("null", b"null")
    aws.says("nothing", b"{}")
    aws.says("not-utf-8", b'{"Name": "\xff"}')
    aws.says("elsewhere", b"", 301, Location="http://127.0.0.1:9/")
    aws.writes("echo", _echo)
    aws.writes("hang", faults.hang)
    aws.writes("reset", faults.reset)
    aws.writes("short", faults.short_body)
    aws.writes("no-http", faults.no_http)
    return aws


def furnish(home: Path) -> None:
    """The files that commands name, and the profiles."""
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG)
    (home / "broken-config").write_text("no = section\n[")
    files: dict[str, bytes] = {
        "input.json": b'{"Name": "ok"}',
        "input.yaml": b"Name: ok  # this one\n",
        "broken.json": b"{",
        "latin-1.json": b'{"Name": "\xe9"}',
        "name.txt": b"ok",
        "empty": b"",
        "bundle.pem": b"no certificate\n",
    }
    for name, content in files.items():
        (home / name).write_bytes(content)


@contextmanager
def places(home: Path, aws: ScriptedAws) -> Iterator[dict[str, str]]:
    """``AWS``, ``TLS`` with its certificate in the home as ``tls.pem``, and ``NOTHING``."""
    furnish(home)
    faults.over.clear()
    with _tls(home) as tls:
        plain = aws.url.replace("http:", "https:")
        nothing = f"http://127.0.0.1:{free_port()}"
        yield {"AWS": aws.url, "TLS": tls, "PLAIN": plain, "NOTHING": nothing}
    faults.over.set()


def _echo(handler: BaseHTTPRequestHandler) -> None:
    """Say who asked, and for which region."""
    signature = handler.headers["Authorization"] or "nobody"
    scope = signature.partition("Credential=")[2].partition(",")[0].split("/")
    said = f"{scope[0]} {scope[2:3]}" if scope[0] else signature
    _send(handler, description("echo", Description=said))


def _send(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    faults.head(handler, len(raw))
    handler.wfile.write(raw)


class _Describing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        _send(self, description("tls"))

    def log_message(self, *_: Any) -> None:
        """Say nothing: a test speaks."""


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that trusts no such certificate goes away without a word."""


@contextmanager
def _tls(home: Path) -> Iterator[str]:
    file = home / "tls.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(_certificate(key) + _private(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = _Quiet(("127.0.0.1", 0), _Describing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
