"""What a watcher takes of memory and of AWS for small and for large sources."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass

from tests.support.portal import REPOSITORY, environment
from tests.support.scripted_aws import Answer, ScriptedAws

SIZES = (100, 1_000, 10_000)
PAGE = 100
CALLS_PER_SECOND = 100
# One in so many has not ended.
RUNNING_ONE_IN = 20
# Of the calls that the listing and the experiments that have not ended need.
CALLS_BUDGET = 1.05


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a watcher: its calls, and the most memory it had, in MiB."""

    calls: int
    memory: float


def run() -> int:
    """1 where a round makes more calls than it has to."""
    wrong, least = 0, 0.0
    for size in SIZES:
        aws = _aws(size)
        variables = environment(aws.url, PORTAL_CALLS_PER_SECOND=str(CALLS_PER_SECOND))
        _run(variables, "-m", "portal.preparation")
        rounds = [_round(aws, variables) for _ in range(2)]
        least = least or rounds[0].memory
        pages = -(-size // PAGE)
        needed = (pages + size, pages + size // RUNNING_ONE_IN)
        for what, measured, calls in zip(("first", "quiet"), rounds, needed, strict=True):
            ratio = measured.calls / calls
            wrong |= int(ratio > CALLS_BUDGET)
            print(
                f"watcher, {size:,} experiments, {what} round: {ratio:.2f} of the calls it needs "
                f"({measured.calls:,}), {measured.memory / least:.2f} of the memory for "
                f"{SIZES[0]} ({measured.memory:.0f} MiB)",
                flush=True,
            )
    return wrong


def _aws(size: int) -> ScriptedAws:
    aws = ScriptedAws()
    names = [f"watched-{number:05}" for number in range(size)]
    for number, name in enumerate(names):
        aws.describes(name, Status="Completed" if number % RUNNING_ONE_IN else "Running")
    for first in range(0, size, PAGE):
        summaries = [
            {
                "Name": name,
                "Type": "ShadowMode",
                "Status": "Completed" if number % RUNNING_ONE_IN else "Running",
                "CreationTime": 1_790_000_000,
                "LastModifiedTime": 1_790_000_000,
                "RoleArn": "arn:aws:iam::123456789012:role/bench",
            }
            for number, name in enumerate(names[first : first + PAGE], start=first)
        ]
        body = {"InferenceExperiments": summaries}
        if first + PAGE < size:
            body["NextToken"] = str(first + PAGE)  # type: ignore[assignment]
        aws.listings[str(first) if first else None] = Answer(json.dumps(body).encode())
    return aws


def _round(aws: ScriptedAws, variables: dict[str, str]) -> Round:
    before = len(aws.calls)
    program = subprocess.Popen(
        [sys.executable, "manage.py", "watch", "--once"],
        cwd=REPOSITORY,
        env=variables,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    assert program.returncode == 0
    return Round(len(aws.calls) - before, _mebibytes(used))


def _mebibytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024


def _run(variables: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=REPOSITORY, env=variables, check=True)
