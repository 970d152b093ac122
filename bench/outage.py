"""What a poll takes while AWS answers, and while AWS takes every question and never answers."""

import http.client
import statistics
import time
from urllib.parse import urlsplit

from tests.support import faults
from tests.support.pages import parse
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import get

ROUNDS = 8
POLLS = 400
EXPERIMENTS = 20
BUDGET = 1.2


def run() -> int:
    """1 where polls are slower than they may be."""
    faults.over.clear()
    healthy, hanging = _aws(), _aws()
    with running_portal(healthy.url) as well, running_portal(hanging.url) as ill:
        paths = {url: _polls(url) for url in (well, ill)}
        for number in range(EXPERIMENTS):
            hanging.writes(f"polled-{number}", faults.hang)
        # Until what is known has expired, so that AWS is asked from here on.
        time.sleep(3.5)
        taken: dict[str, list[list[float]]] = {well: [], ill: []}
        for turn in range(ROUNDS):
            # In turns, and neither of them always first.
            for url in (well, ill) if turn % 2 else (ill, well):
                taken[url].append(_measure(url, paths[url]))
        worst = 0
        for what, part in (("p50", 0.5), ("p99", 0.99)):
            with_answers, without = (
                statistics.median(_quantile(each, part) for each in taken[url])
                for url in (well, ill)
            )
            ratio = without / with_answers
            worst |= int(ratio > BUDGET)
            print(
                f"poll while AWS hangs, {what}: {ratio:.2f} of a poll while it answers "
                f"({without * 1000:.1f} ms of {with_answers * 1000:.1f} ms)",
                flush=True,
            )
    faults.over.set()
    return worst


def _aws() -> ScriptedAws:
    aws = ScriptedAws()
    for number in range(EXPERIMENTS):
        aws.describes(f"polled-{number}", Status="Starting")
    return aws


def _polls(url: str) -> list[str]:
    addresses = []
    for number in range(EXPERIMENTS):
        region = parse(get(url, f"/experiments/default/polled-{number}/")).select_one("#experiment")
        assert region is not None
        addresses.append(str(region["hx-get"]))
    return addresses


def _measure(url: str, paths: list[str]) -> list[float]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    taken = []
    for number in range(POLLS):
        began = time.perf_counter()
        connection.request("GET", paths[number % len(paths)], headers={"HX-Request": "true"})
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - began)
        assert response.status in {200, 204}
    connection.close()
    return taken


def _quantile(taken: list[float], part: float) -> float:
    return sorted(taken)[int(len(taken) * part)]
