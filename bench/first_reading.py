"""The first reading of a large source, which begins because somebody opens the fleet."""

import json
import time
from collections import Counter
from urllib.request import urlopen

from bench import memory
from tests.support.portal import running_portal
from tests.support.scripted_aws import Answer, ScriptedAws

EXPERIMENTS, NOT_ENDED = 10_000, 150
PAGE = 100
CALLS_PER_SECOND = 100
# For so long there is no call once the reading is over.
QUIET_SECONDS = 2.0
LONGEST_SECONDS = 50.0
LIST, DESCRIBE = "ListInferenceExperiments", "DescribeInferenceExperiment"


def run() -> int:
    """1 where there are other calls than a page each and one for each that has not ended."""
    pages = -(-EXPERIMENTS // PAGE)
    aws = _aws()
    others = memory.processes()
    variables = {
        "DJANGO_SETTINGS_MODULE": "bench.quiet",
        "PORTAL_CALLS_PER_SECOND": str(CALLS_PER_SECOND),
        "PORTAL_WORKERS": "1",
    }
    with running_portal(aws.url, None, **variables) as url:
        before = memory.mebibytes(server := memory.processes() - others)
        began = time.monotonic()
        _wait_for_all(url)
        entered = time.monotonic() - began
        _wait_for_quiet(aws)
        after = memory.mebibytes(server)
    calls = Counter(operation for operation, _ in aws.calls)
    needed = Counter({LIST: pages, DESCRIBE: NOT_ENDED})
    print(
        f"first reading of {EXPERIMENTS:,}: {calls.total() / needed.total():.2f} of the calls that "
        f"it needs ({calls[LIST]} pages of {pages}, {calls[DESCRIBE]} described of {NOT_ENDED}), "
        f"all in the fleet after {entered:.1f} s at {CALLS_PER_SECOND} calls/s, "
        f"{after / before:.2f} of the server's memory before ({after:.0f} MiB)",
        flush=True,
    )
    return int(calls != needed)


def _aws() -> ScriptedAws:
    aws = ScriptedAws()
    for number in range(NOT_ENDED):
        aws.describes(f"read-{number:05}", Status="Running")
    for first in range(0, EXPERIMENTS, PAGE):
        members = [_summary(number) for number in range(first, first + PAGE)]
        body: dict[str, object] = {"InferenceExperiments": members}
        if first + PAGE < EXPERIMENTS:
            body["NextToken"] = str(first + PAGE)
        aws.listings[str(first) if first else None] = Answer(json.dumps(body).encode())
    return aws


def _summary(number: int) -> dict[str, object]:
    return {
        "Name": f"read-{number:05}",
        "Type": "ShadowMode",
        "Status": "Running" if number < NOT_ENDED else "Completed",
        "Description": "x" * 200,
        "CreationTime": 1_790_000_000,
        "LastModifiedTime": 1_790_000_000,
    }


def _wait_for_all(url: str) -> None:
    """Look at the fleet, as somebody does who waits for it."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while f"{EXPERIMENTS:,} experiments" not in _text(url):
        assert time.monotonic() < deadline, "the fleet does not get complete"
        time.sleep(0.5)


def _text(url: str) -> str:
    with urlopen(f"{url}/") as answer:
        # Thousands are parted by thin spaces.
        return str(answer.read().decode()).replace("\u2009", ",").replace("\u202f", ",")


def _wait_for_quiet(aws: ScriptedAws) -> None:
    seen = -1
    while seen != len(aws.calls):
        seen = len(aws.calls)
        time.sleep(QUIET_SECONDS)
