"""An Application Load Balancer as the portal sees it: a header it signs, and a place for its keys.

    with KeyServer() as keys:
        balancer = LoadBalancer()
        keys.publish(balancer)
        headers = {"X-Amzn-Oidc-Data": balancer.sign({"sub": "…"})}

``signed`` makes any token at all, with AWS's padding, which PyJWT does not write. Started as a
program with a port, this serves ``received``: the headers that a request arrives with.
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/portal/0123456789abcdef"
SECONDS = 120

Sign = Callable[[bytes], bytes]
Fault = Callable[[BaseHTTPRequestHandler], None]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def encoded(part: object) -> str:
    """A part of a token, padded; bytes are taken as they are."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode()


def signed(header: object, claims: object, sign: Sign) -> str:
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(sign(text.encode()))}"


def pem(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def es256(key: ec.EllipticCurvePrivateKey) -> Sign:
    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(SHA256())))
        size = (key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return sign


def rs256(key: rsa.RSAPrivateKey) -> Sign:
    return lambda text: key.sign(text, padding.PKCS1v15(), SHA256())


def hs256(secret: bytes) -> Sign:
    return lambda text: hmac.digest(secret, text, hashlib.sha256)


def unsigned(_text: bytes) -> bytes:
    return b""


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """One with a key pair of its own."""

    arn: str = ARN
    kid: str = field(default_factory=lambda: str(uuid.uuid4()))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def header(self, **changes: Any) -> dict[str, Any]:
        """The header of a token; a change to None takes something away."""
        full = {
            "typ": "JWT",
            "kid": self.kid,
            "alg": "ES256",
            "iss": "https://login.example.org",
            "client": "portal",
            "signer": self.arn,
            "exp": int(time.time()) + SECONDS,
        }
        return {name: value for name, value in (full | changes).items() if value is not None}

    def sign(self, claims: object, **changes: Any) -> str:
        return signed(self.header(**changes), claims, es256(self.key))


def self_signed(folder: Path) -> ssl.SSLContext:
    """What a server at 127.0.0.1 shows whom no authority knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class KeyServer:
    """Where public keys are, by their ids. ``fault`` answers in its place, ``asked`` counts."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.fault: Fault | None = None
        self.asked: Counter[str] = Counter()
        self._keys: dict[str, bytes] = {}
        # Another port may have been another server's, whose keys this process remembers.
        self._folder = f"/{secrets.token_hex(8)}"
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked[self.path.removeprefix(f"{server._folder}/")] += 1
                if server.fault is not None:
                    server.fault(self)
                    return
                found = server._keys.get(self.path)
                self.send_response(404 if found is None else 200)
                self.end_headers()
                self.wfile.write(found or b"<Error><Code>NoSuchKey</Code></Error>")

            def setup(self) -> None:
                super().setup()
                # A client that trusts no such certificate goes away without a word.
                self.connection.settimeout(5)

            def log_message(self, *_args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        # What hangs ends by itself, without the test waiting for it.
        self._http.block_on_close = False
        if tls is not None:
            # The thread of a connection shakes hands, so that one which fails ends no more.
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._http.server_port}{self._folder}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    def publish(self, balancer: LoadBalancer) -> None:
        self.serve(balancer.kid, pem(balancer.key.public_key()))

    def serve(self, kid: str, content: bytes) -> None:
        self._keys[f"{self._folder}/{kid}"] = content

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def received(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    headers = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    return [json.dumps(headers).encode()]


def main(port: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "tests.support.load_balancer:received",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        backpressure=4,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
