"""A seeded SageMaker in this process, and the production server in front of it in another."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests.support.portal import REPOSITORY, environment, free_port

START_SECONDS = 60


@contextmanager
def portal() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The address of the server and the names of the experiments that it shows."""
    with DemoSageMaker() as sagemaker:
        names = seed(sagemaker)
        with _server(sagemaker.url) as url:
            yield url, names


@contextmanager
def _server(aws_url: str) -> Iterator[str]:
    port = free_port()
    variables = environment(aws_url, PORT=str(port), DJANGO_SETTINGS_MODULE="bench.settings")
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.server"],
        cwd=REPOSITORY,
        env=variables,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(server, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(server: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not get ready")
