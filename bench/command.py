"""From a command's start to its first byte, in turns with the AWS CLI, of the same experiment."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from bench.pages import EXPERIMENT
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests.programs import AWS_CLI, aws_cli
from tests.support.portal import REPOSITORY
from tests.support.typed import SHELL

PAIRS = 15
# Of what the AWS CLI takes.
BUDGET = 1.0


def run() -> int:
    """1 where the command's first byte comes later than the AWS CLI's."""
    program = aws_cli()
    if program is None:
        print(f"command: not measured without {AWS_CLI}")
        return 0
    ours = [sys.executable, str(REPOSITORY / "manage.py"), "describe_inference_experiment"]
    theirs = [program, "sagemaker", "describe-inference-experiment"]
    with DemoSageMaker() as sagemaker, tempfile.TemporaryDirectory() as home:
        seed(sagemaker)
        options = ["--name", EXPERIMENT, "--endpoint-url", sagemaker.url]
        # The first of each reads what no file is cached of.
        pairs = [
            (_first_byte([*ours, *options], home), _first_byte([*theirs, *options], home))
            for _ in range(PAIRS + 1)
        ][1:]
    ratio = statistics.median(one / other for one, other in pairs)
    print(
        f"command, first byte: {ratio / BUDGET:.2f} of its budget, {ratio:.2f} of the AWS CLI "
        f"({statistics.median(one for one, _ in pairs) * 1000:.0f} ms, "
        f"{statistics.median(other for _, other in pairs) * 1000:.0f} ms)",
        flush=True,
    )
    return int(ratio > BUDGET)


def _first_byte(command: Sequence[str], home: str) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        env=SHELL | {"HOME": home, "PYTHONUTF8": "1", "PORTAL_ENV_FILE": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.read(1)
        took = time.perf_counter() - began
        running.stdout.read()
    assert running.returncode == 0
    return took
