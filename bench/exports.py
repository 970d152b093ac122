"""An export that is warm, over HTTP, in turns with one run of the AWS CLI for the same answer."""

import statistics
import subprocess
import tempfile
import time
import urllib.request

from bench.pages import EXPERIMENT
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from experiments.exports import FORMATS
from tests.programs import AWS_CLI, aws_cli
from tests.support.portal import running_portal
from tests.support.typed import SHELL

ROUNDS = 5
# Of the export in each round; the AWS CLI takes long enough to be measured by one run.
READINGS = 40
# How many exports a run of the AWS CLI has to outlast.
TIMES_FASTER = 100


def run() -> int:
    """1 where an export is not so much faster, or not the same."""
    program = aws_cli()
    if program is None:
        print(f"exports: not measured without {AWS_CLI}")
        return 0
    with DemoSageMaker() as sagemaker:
        seed(sagemaker)
        variables = {"DJANGO_SETTINGS_MODULE": "bench.settings"}
        with running_portal(sagemaker.url, None, **variables) as url:
            return max([_measure(program, sagemaker.url, url, form) for form in FORMATS])


def _measure(program: str, sagemaker: str, url: str, form: str) -> int:
    page = f"{url}/experiments/default/{EXPERIMENT}.{form}"
    _export(page)
    ratios, exports, runs = [], [], []
    for _ in range(ROUNDS):
        took, printed = _run(program, sagemaker, form)
        readings = [_export(page) for _ in range(READINGS)]
        # The demo's time goes on, so that one of them may have been made before it moved.
        same = any(body == printed for _, body in readings)
        export = statistics.median(seconds for seconds, _ in readings)
        ratios.append(took / export)
        exports.append(export)
        runs.append(took)
    ratio = statistics.median(ratios)
    print(
        f"export, {form}: {ratio:.0f} times faster than the AWS CLI "
        f"({statistics.median(exports) * 1000:.1f} ms, {statistics.median(runs) * 1000:.0f} ms)"
        f"{'' if same else ', and not the same bytes'}",
        flush=True,
    )
    return int(ratio < TIMES_FASTER or not same)


def _export(page: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    with urllib.request.urlopen(page) as answer:
        body: bytes = answer.read()
    return time.perf_counter() - began, body


def _run(program: str, sagemaker: str, form: str) -> tuple[float, bytes]:
    command = [program, "sagemaker", "describe-inference-experiment", "--name", EXPERIMENT]
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--endpoint-url", sagemaker, "--output", form],
            env=SHELL | {"HOME": home, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            check=True,
        )
        return time.perf_counter() - began, done.stdout
