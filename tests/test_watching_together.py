"""Somewhat more than a round of a watcher beside a server whose pages are polled."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from tests.support import faults
from tests.support.eventually import eventually
from tests.support.portal import free_port, running_portal
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.visits import get
from tests.support.watcher import exists, lists_made, log_has, prepared, summary, watching

POLLED, MOVING, HANGING, STILL = "polled", "moving", "hanging", "still"
IN_TRANSITION_SECONDS = 3.0


class Timed(ScriptedAws):
    """Tells when each experiment was described."""

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, list[float]] = defaultdict(list)

    def answer(self, operation: str, arguments: dict[str, Any]) -> Answer:
        self.times[arguments.get("Name", "")].append(time.monotonic())
        return super().answer(operation, arguments)


@dataclass
class Told:
    """What was to be seen of it."""

    aws: Timed
    statuses: set[int] = field(default_factory=set)
    before: str = ""
    after: str = ""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    faults.over.clear()
    told = Told(Timed())
    aws, folder = told.aws, tmp_path_factory.mktemp("together")
    moving = [exists(aws, name, "Starting") for name in (POLLED, MOVING)]
    aws.writes(HANGING, faults.hang)
    # The poisonous one is asked for before what comes after it.
    aws.lists(*moving, summary(HANGING, "Created"), exists(aws, STILL, "Created"))
    variables = prepared(aws.url, f"sqlite:///{folder / 'portal.sqlite3'}")
    portal = {name: value for name, value in variables.items() if name.startswith("PORTAL_")}
    with running_portal(aws.url, port=free_port(), **portal) as url, watching(variables) as watcher:
        log_has(watcher, "round 1, waiting")
        told.before = watcher.log()

        def poll() -> int:
            told.statuses.add(get(url, f"/experiments/default/{POLLED}/status/").status_code)
            return lists_made(aws)

        eventually(poll, lambda lists: lists == 2, 20)
        time.sleep(0.5)
        told.after = watcher.log()
    faults.over.set()
    return told


def test_readers_and_watcher_ask_once_in_each_interval(told: Told) -> None:
    assert told.statuses == {200}
    times = told.aws.times[POLLED]
    assert len(times) >= 4
    assert all(after - before > IN_TRANSITION_SECONDS - 0.2 for before, after in pairwise(times))


def test_what_aws_is_at_work_on_is_followed_between_two_rounds(told: Told) -> None:
    times = told.aws.times[MOVING]
    # One that hangs takes seven seconds from it.
    assert len(times) >= 3
    assert all(after - before > IN_TRANSITION_SECONDS - 0.2 for before, after in pairwise(times))


def test_an_experiment_that_hangs_takes_one_call_from_the_others(told: Told) -> None:
    assert len(told.aws.times[STILL]) == 1
    assert told.aws.times[STILL][0] - told.aws.times[HANGING][0] < 9


def test_a_quiet_round_writes_nothing_to_the_log(told: Told) -> None:
    news = told.after.removeprefix(told.before).splitlines()
    assert [line for line in news if HANGING not in line] == []
