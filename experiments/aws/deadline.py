"""A deadline over a whole call, which botocore does not have.

botocore's ``read_timeout`` starts anew with every byte, so a server that drips its status line,
its headers or its body holds a thread for as long as it likes. When the time of a call is over,
``deadline`` shuts its connection down under whoever is reading from it.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSResponse,
)
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from urllib3.exceptions import HTTPError
from urllib3.exceptions import ReadTimeoutError as Urllib3ReadTimeoutError

# How long one call may take, retries included. A page answers within 8 s, so it needs the rest.
CALL_SECONDS = 6.5
# The largest description within AWS's limits is under 40 kB.
LARGEST_BODY = 4 * 1024 * 1024

_this_thread = threading.local()


class CallTimeoutError(BotoCoreError):
    """The time of a call is over.

    Not an HTTPClientError: botocore would pause and try those again.
    """

    fmt = "No whole answer within the time of a call"


class OversizedBodyError(HTTPClientError):
    """AWS's answer is larger than a description can be."""


class _Call:
    """What one thread is asking AWS, with the connection that it asks on at the moment."""

    def __init__(self, seconds: float) -> None:
        self._expires = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True
        self._timer.start()

    def left(self) -> float:
        return self._expires - time.monotonic()

    def watch(self, connection: socket.socket) -> None:
        # A descriptor of our own stays valid when TLS takes the socket's away and when urllib3
        # closes the socket while the body is still to be read.
        own = socket.socket(fileno=os.dup(connection.fileno()))
        self.forget()
        with self._lock:
            self._connection = own
        if self.left() <= 0:
            self._shut_down()

    def forget(self) -> None:
        """Let go of a connection that another call may have by now."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def end(self) -> None:
        self._timer.cancel()
        self.forget()

    def _shut_down(self) -> None:
        with self._lock:
            if self._connection is None:
                return
            # The other side may have been faster.
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def deadline(seconds: float = CALL_SECONDS) -> Iterator[None]:
    """Bound the calls that this thread makes inside the block."""
    call = _this_thread.call = _Call(seconds)
    try:
        yield
    finally:
        del _this_thread.call
        call.end()


def _current() -> _Call | None:
    return getattr(_this_thread, "call", None)


class _Watched:
    """Mixed into a connection, shows its socket to the call that uses it."""

    sock: socket.socket | None
    timeout: float | None

    def _new_conn(self) -> socket.socket:
        call = _current()
        if call is not None:
            left = max(0.01, call.left())
            self.timeout = left if self.timeout is None else min(self.timeout, left)
        connection: socket.socket = super()._new_conn()  # type: ignore[misc]
        # Before the handshake of TLS and a proxy's answer, which can be dripped as well.
        if call is not None:
            call.watch(connection)
        return connection

    def request(self, *args: Any, **kwargs: Any) -> None:
        # A connection that an earlier call has made is not made again.
        call = _current()
        if call is not None and self.sock is not None:
            call.watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _WatchedConnection(_Watched, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _WatchedTlsConnection(_Watched, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _TlsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


class DeadlineSession:
    """Stands in for a client's HTTP session and holds ``deadline`` over each exchange."""

    def __init__(self, session: Any) -> None:
        self._session = session
        # The session shares this mapping with its managers, those of proxies included.
        session._pool_classes_by_scheme.update(http=_Pool, https=_TlsPool)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        _check()
        request.stream_output = True
        try:
            response: AWSResponse = self._session.send(request)
            body = _read(request, response)
        except Exception:
            # Whatever reading from a connection that was shut down looked like.
            _check()
            raise
        finally:
            if (call := _current()) is not None:
                call.forget()
        # Headers and bodies that end early are whole ones to an HTTP client.
        _check()
        return AWSResponse(
            response.url, response.status_code, response.raw.headers, WholeBody(body)
        )

    def close(self) -> None:
        self._session.close()


def _check() -> None:
    call = _current()
    if call is not None and call.left() <= 0:
        raise CallTimeoutError


def _read(request: AWSPreparedRequest, response: AWSResponse) -> bytes:
    pieces, size = [], 0
    try:
        while piece := response.raw.read1(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            _check()
            if size > LARGEST_BODY:
                raise OversizedBodyError(error=ValueError("larger than any description"))
    except Urllib3ReadTimeoutError as error:
        raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
    except (HTTPError, OSError) as error:
        raise ConnectionClosedError(
            error=error, request=request, endpoint_url=request.url
        ) from error
    finally:
        # A body that was read to its end has gone back to the pool already; closing is for
        # the one that was given up, whose thread would otherwise wait on.
        response.raw.close()
    return b"".join(pieces)


class WholeBody:
    """A body that has been read, where botocore expects a stream."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body
