"""A demo SageMaker over HTTP with a clock that only the test moves, and its clients."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests.programs import aws_cli, require

from .builders import NOW


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW, speed=0)


@pytest.fixture
def sagemaker(clock: Clock) -> Iterator[DemoSageMaker]:
    with DemoSageMaker(clock=clock) as demo:
        yield demo


@pytest.fixture
def client(sagemaker: DemoSageMaker) -> Any:
    return sagemaker.client()


@pytest.fixture(scope="session")
def seeded() -> Iterator[DemoSageMaker]:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        seed(demo)
        yield demo


class CliError(Exception):
    """What the AWS CLI printed when it failed."""


@pytest.fixture
def aws(sagemaker: DemoSageMaker, tmp_path: Path) -> Callable[..., Any]:
    """Runs ``aws sagemaker <arguments>`` and gives back its answer, or raises ``CliError``."""
    program = require(aws_cli(), "the AWS CLI version 2")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TZ": "UTC",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
    }

    def run(*arguments: str, **members: Any) -> Any:
        for name, value in members.items():
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            arguments += (f"--{name.replace('_', '-')}", text)
        done = subprocess.run(
            [program, "sagemaker", *arguments, "--endpoint-url", sagemaker.url, "--output", "json"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode:
            raise CliError(done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run
