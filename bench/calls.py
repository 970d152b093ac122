"""Calls to AWS per freshness interval, whatever the number of readers and of server processes."""

import time

from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import crowd, get

VIEWERS = (1, 10, 100, 1_000)
PROCESSES = (1, 2, 4)
INTERVALS = 3
# While an experiment is Starting, its answer is fresh for three.
FRESH_SECONDS = 3.0


def run() -> int:
    """1 where it is not exactly one call."""
    wrong = 0
    for processes in PROCESSES:
        aws = ScriptedAws()
        with running_portal(aws.url, PORTAL_WORKERS=str(processes)) as url:
            for viewers in VIEWERS:
                wrong |= _print(processes, viewers, *_measure(aws, url, viewers))
    return wrong


def _measure(aws: ScriptedAws, url: str, viewers: int) -> tuple[int, int]:
    """How many calls there were, and how many polls failed."""
    name = f"viewed-by-{viewers}"
    page = f"/experiments/default/{name}/"
    aws.describes(name, Status="Starting")
    get(url, page)
    calls = failed = intervals = 0
    while intervals < INTERVALS:
        # Each answer differs, so that every process has something to find out.
        aws.describes(name, Status="Starting", Description=f"call {aws.calls_for(name)}")
        time.sleep(FRESH_SECONDS + 0.2)
        before, began = aws.calls_for(name), time.monotonic()
        visits = crowd(url, f"{page}status/?seen=1-x-", viewers)
        # One that took longer than an interval, on a machine that is busy, may ask again.
        if time.monotonic() - began < FRESH_SECONDS:
            # A look is in the background, so the last one may still be under way.
            time.sleep(0.5)
            intervals += 1
            calls += aws.calls_for(name) - before
            failed += sum(visit.status_code != 200 for visit in visits)
    return calls, failed


def _print(processes: int, viewers: int, calls: int, failed: int) -> int:
    print(
        f"calls per interval, {processes} processes, {viewers:,} viewers: {calls / INTERVALS:.1f} "
        f"({calls} in {INTERVALS}; {failed} requests failed)",
        flush=True,
    )
    return int(calls != INTERVALS or failed > 0)
