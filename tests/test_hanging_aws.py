"""An AWS that takes every question and never ends an answer: it must not take the portal along."""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections
from django.test import Client

from experiments.aws.deadline import CALL_SECONDS, CallTimeoutError, DeadlineSession, deadline
from tests.support import faults
from tests.support.later import later
from tests.support.portal import running_portal
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws

LOOKS = 70
PROCESSES = 2
# For first looks, in each process.
THREADS = 8


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def get(url: str, path: str) -> tuple[float, int, str]:
    """How long it took, its status and its body."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return time.monotonic() - began, response.status, body


@pytest.fixture(scope="module", autouse=True)
def dripped(request: pytest.FixtureRequest) -> Iterator["Future[tuple[float, Any]]"]:
    """How long a look waits for dripped headers, and its page: it is under way during other
    tests."""
    # Asked for here, because every test that names it is run on PostgreSQL once more.
    aws: ScriptedAws = request.getfixturevalue("scripted_aws")

    def look() -> tuple[float, Any]:
        began = time.monotonic()
        try:
            page = Client().get(address("drips"))
            return time.monotonic() - began, page
        finally:
            connections.close_all()

    faults.over.clear()
    aws.writes("drips", faults.drip_feed_headers)
    with ThreadPoolExecutor(1) as one:
        yield one.submit(look)
        faults.over.set()


def test_the_portal_serves_while_aws_hangs(hanging_ends: None) -> None:
    aws = ScriptedAws()
    aws.describes("seen", Status="Created")
    called: list[float] = []

    def hang(handler: BaseHTTPRequestHandler) -> None:
        called.append(time.monotonic())
        faults.hang(handler)

    with (
        running_portal(aws.url, PORTAL_WORKERS=str(PROCESSES)) as url,
        ThreadPoolExecutor(LOOKS) as lookers,
    ):
        _, _, page = get(url, address("seen"))
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style is not None
        for number in range(LOOKS):
            aws.writes(f"hangs-{number}", hang)
        began = time.monotonic()
        looks = [lookers.submit(get, url, address(f"hangs-{number}")) for number in range(LOOKS)]
        others = []
        while not all(look.done() for look in looks):
            for path in ("/healthz", address("seen"), style[1]):
                seconds, status, _ = get(url, path)
                assert status == 200
                others.append(seconds)
            time.sleep(0.1)
        answers = [look.result() for look in looks]
        assert {status for _, status, _ in answers} == {503}
        assert max(seconds for seconds, _, _ in answers) < 8
        assert max(others) < 1.2
        # Nobody waits any longer, so nobody is asked for.
        time.sleep(2)
        assert max(called) - began < 8
        # Each of them is tried twice.
        assert len(called) <= PROCESSES * THREADS * 2


def test_dripped_headers_hold_nothing_back_once_aws_is_well(
    client: Client, scripted_aws: ScriptedAws, dripped: "Future[tuple[float, Any]]"
) -> None:
    seconds, page = dripped.result()
    assert_problem_page(page, "unreachable")
    scripted_aws.describes("drips")
    # The call may end a moment after the look that asked for it.
    time.sleep(0.3)
    began = time.monotonic()
    with later(minutes=1):
        assert client.get(address("drips")).status_code == 200
    assert seconds + time.monotonic() - began < CALL_SECONDS + 1.7
    assert scripted_aws.calls_for("drips") == 2


def drip(connection: socket.socket, start: bytes) -> None:
    try:
        connection.sendall(start)
        while not faults.over.wait(0.2):
            connection.sendall(b"x")
    except OSError:
        pass


def in_the_handshake(connection: socket.socket, _context: ssl.SSLContext) -> None:
    # The start of a record of 16 kB.
    drip(connection, b"\x16\x03\x03\x40\x00")


def in_the_status(connection: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(connection, server_side=True) as secure:
        drip(secure, b"HTTP/1.1 2")


def in_the_headers(connection: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(connection, server_side=True) as secure:
        drip(secure, b"HTTP/1.1 200 OK\r\nX-Slow: ")


def in_the_body(connection: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(connection, server_side=True) as secure:
        drip(secure, b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")


def never(connection: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(connection, server_side=True):
        faults.over.wait(10)


@pytest.mark.parametrize(
    "write", [in_the_handshake, in_the_status, in_the_headers, in_the_body, never]
)
def test_a_call_over_tls_ends_with_its_time(
    write: Callable[[socket.socket, ssl.SSLContext], None],
    certificate: Path,
    hanging_ends: None,
) -> None:
    with tls_server(lambda connection: write(connection, serving(certificate))) as url:
        session = session_that_trusts(certificate)
        began = time.monotonic()
        with pytest.raises(CallTimeoutError), deadline(0.4):
            session.send(AWSRequest("POST", url, data=b"{}").prepare())
        assert 0.3 < time.monotonic() - began < 0.9


def test_a_call_that_is_over_leaves_the_connection_to_the_next_one(
    certificate: Path, hanging_ends: None
) -> None:
    connections = []

    def answer_twice(connection: socket.socket) -> None:
        connections.append(connection)
        with serving(certificate).wrap_socket(connection, server_side=True) as secure:
            for pause in (0.0, 0.6, 5.0):
                secure.recv(10_000)
                faults.over.wait(pause)
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with tls_server(answer_twice) as url:
        session = session_that_trusts(certificate)
        request = AWSRequest("POST", url, data=b"{}").prepare()
        # The first one's deadline passes while the second one waits, on the same connection.
        with deadline(0.3):
            assert session.send(request).content == b"{}"
        with deadline(5):
            assert session.send(request).content == b"{}"
        # One that another call has made is watched as well.
        began = time.monotonic()
        with pytest.raises(CallTimeoutError), deadline(0.5):
            session.send(request)
        assert time.monotonic() - began < 1
    assert len(connections) == 1


@contextmanager
def tls_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Give the first connection to ``serve``; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            try:
                serve(connection)
            except OSError:
                # What hung or dripped is cut off, which is what these tests are about.
                pass
            finally:
                connection.close()

        server = threading.Thread(target=accept)
        server.start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            faults.over.set()
            server.join()


def session_that_trusts(certificate: Path) -> DeadlineSession:
    # A path is possible, though the stubs know of True and False alone.
    verify: Any = str(certificate)
    return DeadlineSession(URLLib3Session(verify=verify, timeout=5))


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a server at 127.0.0.1 shows, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
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
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file
