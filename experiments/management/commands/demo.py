"""The portal and its watcher in front of a SageMaker on this machine, with seeded experiments."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker

READY_SECONDS = 60


class Command(BaseCommand):
    help = "Start a local SageMaker with seeded experiments, the portal and its watcher."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        # Ctrl-C in a terminal and SIGTERM from a supervisor end the demo in the same way.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        url = settings.URL.origin
        _refuse_taken_port(url)
        try:
            with (
                DemoSageMaker() as sagemaker,
                tempfile.TemporaryDirectory(prefix="portal-demo-") as folder,
            ):
                self.stdout.write("Seeding a SageMaker on this machine with experiments …")
                names = seed(sagemaker)
                environment = portal_environment(sagemaker.url, Path(folder) / "demo.sqlite3")
                with _started(environment, "-m", "portal.server") as portal:
                    _wait_until_ready(portal, f"{url}/readyz")
                    with _started(environment, "manage.py", "watch"):
                        self._welcome(url, sagemaker.url, len(names))
                        portal.wait()
        except KeyboardInterrupt:
            self.stdout.write("\nThe demo has ended; nothing of it is kept.")

    def _welcome(self, url: str, aws: str, count: int) -> None:
        self.stdout.write(
            f"\n  {self.style.SUCCESS(url)}\n\n"
            f"  {count} experiments. One of them lives its whole life in the next three minutes:\n"
            f"  {url}/experiments/default/live-demo-three-minutes/\n\n"
            f"  The SageMaker behind it answers the AWS CLI as well:\n"
            f"  AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo aws --region eu-west-1 "
            f"--endpoint-url {aws} sagemaker list-inference-experiments\n\n"
            "  Ctrl-C ends all of it."
        )


def _refuse_taken_port(url: str) -> None:
    address = urlsplit(url)
    try:
        socket.create_server((address.hostname or "", address.port or 80)).close()
    except OSError as error:
        raise CommandError(
            f"{url} is taken by another program. Choose another port: make demo PORT=8001"
        ) from error


@contextmanager
def _started(environment: dict[str, str], *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A program of this checkout, for as long as the block takes."""
    program = subprocess.Popen(  # noqa: S603, our own programs
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        # Ctrl-C is for the demo, which then ends the others. A server whose processes are all
        # interrupted at once may take one that has ended for one that has failed.
        process_group=0,
    )
    try:
        yield program
    finally:
        program.terminate()
        program.wait()


def portal_environment(aws_url: str, database: Path) -> dict[str, str]:
    """This process's environment without anybody's AWS account, and with the demo's instead."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PORTAL_"))
    }
    return kept | {
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PORTAL_ENV_FILE": "",
        "PORTAL_LOGIN": "off",
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
        # Apart from every other, since nothing of a demo's SageMaker outlives it.
        "PORTAL_DATABASE_URL": f"sqlite:///{database}",
        # A local SageMaker does not throttle.
        "PORTAL_CALLS_PER_SECOND": "10",
    }


def _wait_until_ready(portal: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(READY_SECONDS * 10):
        if portal.poll() is not None:
            raise CommandError("The portal did not start; the lines above say why.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310, the address is our own
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise CommandError(f"The portal did not get ready within {READY_SECONDS} s.")
