"""The page of an experiment with a short history, and of one with a long one."""

import http.client
import os
import statistics
import subprocess
import sys
import time
from itertools import cycle
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from tests.support.portal import REPOSITORY, environment, new_database, running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import get

SHORT, LONG = 10, 100_000
ROUNDS = 7
PAGES = 30
BUDGET = 1.2


def run() -> int:
    """1 where the long history makes the page slower than it may be."""
    aws, database = ScriptedAws(), new_database()
    for length in (SHORT, LONG):
        aws.describes(f"observed-{length}", Status="Completed")
    with running_portal(aws.url, PORTAL_DATABASE_URL=database) as url:
        for length in (SHORT, LONG):
            get(url, f"/experiments/default/observed-{length}/")
            _observe(database, length)
        # Each page in a zone that it was not yet drawn in, since what was drawn is kept.
        zones = cycle(sorted(available_timezones()))
        taken: dict[int, list[float]] = {SHORT: [], LONG: []}
        for turn in range(ROUNDS):
            for length in (SHORT, LONG) if turn % 2 else (LONG, SHORT):
                taken[length].append(_measure(url, length, zones))
    short, long = (statistics.median(taken[length]) for length in (SHORT, LONG))
    ratio = long / short
    print(
        f"page with {LONG:,} observations: {ratio:.2f} of one with {SHORT} "
        f"({long * 1000:.1f} ms of {short * 1000:.1f} ms)",
        flush=True,
    )
    return int(ratio > BUDGET)


def _measure(url: str, length: int, zones: "cycle[str]") -> float:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    began = time.perf_counter()
    for _ in range(PAGES):
        cookie = f"portal-zone={next(zones).replace('/', '%2F')}"
        connection.request(
            "GET", f"/experiments/default/observed-{length}/", headers={"Cookie": cookie}
        )
        response = connection.getresponse()
        assert response.status == 200
        response.read()
    connection.close()
    return (time.perf_counter() - began) / PAGES


def _observe(database: str, length: int) -> None:
    """Write a history of that length, in a process that has Django's settings."""
    subprocess.run(
        [sys.executable, "-m", "bench.long_history", f"observed-{length}", str(length)],
        cwd=REPOSITORY,
        env=environment("http://127.0.0.1:9", PORTAL_DATABASE_URL=database),
        check=True,
    )


def write(name: str, length: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    from datetime import timedelta

    from experiments.domain.answer import Answer
    from experiments.models import Observation, Sighting, Snapshot

    row = Snapshot.objects.get(name=name)
    answer = Answer.from_text(row.answer)
    first = Observation.objects.get(snapshot=row)
    statuses = ("Running", "Updating")
    observations, sightings = [], []
    for number in range(1, length + 1):
        seen_at = first.seen_at - timedelta(minutes=length - number)
        changed = answer.response | {
            "Status": statuses[number % 2],
            "Description": f"observation {number}",
        }
        observations.append(
            Observation(
                snapshot=row,
                number=number,
                seen_at=seen_at,
                unchanged_at=seen_at - timedelta(minutes=1),
                answer=Answer(changed).to_text(),
            )
        )
        sightings.append(
            Sighting(
                snapshot=row,
                status=statuses[number % 2],
                since=seen_at,
                until=seen_at + timedelta(minutes=1),
            )
        )
    first.delete()
    Observation.objects.bulk_create(observations, batch_size=1_000)
    Sighting.objects.bulk_create(sightings, batch_size=1_000)
    Snapshot.objects.filter(pk=row.pk).update(
        observed=length, sequence=row.sequence + 1, status_since=row.answered_at
    )


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
