"""Ways in which an AWS fails that are not an answer: for ``ScriptedAws.writes``."""

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler

# Longer than any page waits. Setting it ends what hangs, so that no thread outlives its test.
over = threading.Event()
TOO_LONG = 20.0
OFTEN = 0.5


def head(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/x-amz-json-1.1")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Cut the connection without a word."""
    at_once = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Take the question and never answer."""
    over.wait(TOO_LONG)
    handler.close_connection = True


def drip_feed(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte often enough that no read ever times out."""
    head(handler, 10_000)
    try:
        while not over.wait(OFTEN):
            handler.wfile.write(b" ")
    except OSError:
        pass
    handler.close_connection = True


def drip_feed_headers(handler: BaseHTTPRequestHandler) -> None:
    """The same before the body has begun, where another layer reads."""
    try:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        while not over.wait(OFTEN):
            handler.wfile.write(b"x")
    except OSError:
        pass
    handler.close_connection = True


def drip_feed_status(handler: BaseHTTPRequestHandler) -> None:
    """The same from the first byte on."""
    try:
        for byte in b"HTTP/1.1 200 " + b"O" * 1000:
            if over.wait(OFTEN):
                break
            handler.wfile.write(bytes([byte]))
    except OSError:
        pass
    handler.close_connection = True


def drip_feed_chunks(handler: BaseHTTPRequestHandler) -> None:
    """The same where the length of a chunk should be, on a connection to be kept."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not over.wait(OFTEN):
            handler.wfile.write(b"0")
    except OSError:
        pass
    handler.close_connection = True


def short_body(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    head(handler, 10_000)
    handler.wfile.write(b'{"Arn":"arn:aws:sagemaker:eu-west-1:')
    handler.close_connection = True


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True
