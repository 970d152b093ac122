"""Watching sources that are slow, dead or many, and a database that comes and goes."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from experiments import models
from tests.support import faults
from tests.support.eventually import eventually
from tests.support.postgresql import throwaway_postgresql
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.watcher import exists, log_has, prepared, rows_of, watching

pytestmark = pytest.mark.usefixtures("hanging_ends")
NAMES = [f"watched-{number}" for number in range(5)]


@pytest.fixture
def aws() -> ScriptedAws:
    aws = ScriptedAws()
    aws.lists(*(exists(aws, name) for name in NAMES))
    return aws


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'portal.sqlite3'}"


class Timed(ScriptedAws):
    """Tells when each of its calls came."""

    def __init__(self, experiments: int) -> None:
        super().__init__()
        self.times: list[float] = []
        self.lists(*(exists(self, f"timed-{number}", "Created") for number in range(experiments)))

    def answer(self, operation: str, arguments: dict[str, Any]) -> Answer:
        self.times.append(time.monotonic())
        return super().answer(operation, arguments)


def test_no_source_exceeds_its_budget_or_waits_for_another(sqlite: str, tmp_path: Path) -> None:
    budgets = {"slow": 4.0, "fast": 20.0}
    sources = {name: Timed(40) for name in budgets}
    hanging = ScriptedAws()
    hanging.listings[None].write = faults.hang
    tables = "".join(
        f'[sources.{name}]\nregion = "eu-west-1"\nendpoint_url = "{sources[name].url}"\n'
        f"calls_per_second = {budget}\n"
        for name, budget in budgets.items()
    )
    dead = (
        '[sources.refused]\nregion = "eu-west-1"\nendpoint_url = "http://127.0.0.1:9"\n'
        f'[sources.hanging]\nregion = "eu-west-1"\nendpoint_url = "{hanging.url}"\n'
    )
    file = tmp_path / "sources.toml"
    # The dead ones come first, and nobody waits for them.
    file.write_text(dead + tables)
    variables = prepared("http://127.0.0.1:9", sqlite, PORTAL_SOURCES=str(file))
    with watching(variables) as watcher:
        eventually(lambda: len(sources["fast"].times), lambda calls: calls == 41, 30)
        # The one that hangs would keep it from ending for seconds.
        watcher.kill_all()
    for name, budget in budgets.items():
        times = sources[name].times
        for first, start in enumerate(times):
            for last in range(first + 1, len(times)):
                # A machine that is busy delays one call, which then comes close to the next.
                assert last - first <= (times[last] - start) * budget + 1, f"{name} is too fast"
    assert len(sources["slow"].times) > 5, "the others wait for nobody"


def test_a_source_that_is_left_alone_is_waited_for(aws: ScriptedAws, sqlite: str) -> None:
    variables = prepared(aws.url, sqlite)
    with rows_of(sqlite) as connection:
        now, states = datetime.now(UTC), models.SourceState.objects.using(connection.alias)
        # As if ten calls had failed.
        states.create(
            source="default",
            failures=10,
            problem="unreachable",
            failing_since=now,
            openings=1,
            open_until=now + timedelta(minutes=5),
        )
        with watching(variables) as watcher:
            log_has(watcher, "left alone")
            time.sleep(1.5)
            assert aws.calls == []
            states.update(open_until=now)
            log_has(watcher, "Source default answers again", 5)
            log_has(watcher, "round 1, waiting")


def test_while_the_database_is_away_nothing_is_asked(aws: ScriptedAws) -> None:
    aws.lists(*(exists(aws, name, "Starting") for name in NAMES))
    with throwaway_postgresql() as server, watching(prepared(aws.url, server.url)) as watcher:
        log_has(watcher, "round 1, waiting")
        server.stop()
        log_has(watcher, "waiting for the database", 10)
        before = len(aws.calls)
        time.sleep(3)
        assert len(aws.calls) == before
        server.start()
        eventually(lambda: len(aws.calls), lambda calls: calls > before + 5, 15)
        log_has(watcher, "can be written again")
        assert "Traceback" not in watcher.log()
        assert watcher.end() == 0
