"""A SageMaker on this machine, for clients that know nothing of it.

    with DemoSageMaker() as sagemaker:
        boto3.client("sagemaker", endpoint_url=sagemaker.url, ...)

moto's own server class is not used: it waits for ever when its port is taken, and after a stop it
still holds the port, so that clients hang. Everything that it serves is served here.
"""

import functools
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import boto3.session
from botocore.config import Config
from flask import Flask
from moto.core.utils import convert_to_flask_response
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from .clock import Clock
from .experiment import Pace
from .registry import Registry
from .responses import REGISTRY_KEY, DemoResponse

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

HOST = "127.0.0.1"
REGION = "eu-west-1"
# Signatures are not checked.
_ANY_WORD = "demo"
_SESSION_LOCK = threading.Lock()


class DemoSageMaker:
    """Serves while it is entered, or between ``start`` and ``stop``; forgets everything after.

    ``port`` 0 takes a free one. ``limit`` is how many experiments an account may have in a region
    before Create answers ResourceLimitExceeded. ``start`` raises ``OSError`` on a port in use.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Clock | None = None,
        pace: Pace | None = None,
        limit: int = 1000,
    ) -> None:
        self.clock = clock or Clock()
        self._port = port
        self._registry = Registry(self.clock, pace or Pace(), limit)
        self._moto = DomainDispatcherApplication(_create_app)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address to give as ``endpoint_url``; stays the same after a stop and a new start."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        listener = socket.create_server((HOST, self._port))
        with listener:
            self._port = listener.getsockname()[1]
            self._server = make_server(
                HOST,
                self._port,
                self._application,
                threaded=True,
                request_handler=_QuietHandler,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            # The longest that a stop has to wait, in seconds.
            kwargs={"poll_interval": 0.05},
            name="demo-sagemaker",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def client(self, region: str = REGION) -> "SageMakerClient":
        """A boto3 client of this server, whatever credentials and proxies the machine has."""
        # A session makes one client at a time, and reads the large model of the service only once.
        with _SESSION_LOCK:
            return _session().client(
                "sagemaker",
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=_ANY_WORD,
                aws_secret_access_key=_ANY_WORD,
                config=Config(proxies={}, retries={"total_max_attempts": 1}),
            )

    def _application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # moto's own controls would let any page in a browser reset the demo.
        if environ.get("PATH_INFO", "").startswith("/moto-api"):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Not found\n"]
        environ[REGISTRY_KEY] = self._registry
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer


@functools.cache
def _session() -> boto3.session.Session:
    return boto3.session.Session()


class _QuietHandler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the portal polls."""


def _create_app(service: Any) -> Flask:
    app = create_backend_app(service)
    if service == "sagemaker":
        # All operations of SageMaker arrive at one path.
        view = convert_to_flask_response(DemoResponse.dispatch)
        app.view_functions = dict.fromkeys(app.view_functions, view)
    return app
