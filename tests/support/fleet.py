"""The fleet filled by hand: what lists and descriptions say, without any call to AWS."""

import json
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.test import Client

from experiments import models
from experiments.aws import sagemaker
from experiments.domain.experiment import Schedule, Summary
from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.selection import Selection
from experiments.domain.status import experiment_status
from experiments.store import catalogue, fleet
from tests.support.eventually import eventually
from tests.support.scripted_aws import Answer, ScriptedAws


def forget() -> None:
    """Nothing has been listed or described. What links of other tests show is kept otherwise."""
    models.ShareLink.objects.all().delete()
    models.Snapshot.objects.all().delete()
    models.FleetEntry.objects.all().delete()
    models.SourceReading.objects.all().delete()


def listed(
    name: str,
    status: str = "Running",
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    **members: Any,
) -> Summary:
    """What a list says of an experiment."""
    return Summary(
        name=name,
        status=experiment_status(status),
        type="ShadowMode",
        schedule=Schedule(start=start, end=end) if start or end else None,
        **members,
    )


def entry(name: str, status: str = "Running", source: str = "default", **members: Any) -> Entry:
    """What a description says of it."""
    usual: dict[str, Any] = {"type": "ShadowMode", "described": True, "endpoint": f"of-{name}"}
    return Entry(source=source, name=name, status=status, **(usual | members)).judged()


def fill(*entries: Entry, at: datetime | None = None) -> None:
    """Let the fleet hold these, of lists that have just been read: nobody reads them again."""
    now = at or datetime.now(UTC)
    for one in entries:
        catalogue.enter(one, now)
    for source in {"default", *(one.source for one in entries)}:
        has_been_read(source, now)


def has_been_read(source: str, at: datetime | None = None) -> None:
    """A list was read to its end that held all that there is."""
    now = at or datetime.now(UTC)
    catalogue.begin(source, now)
    names = models.FleetEntry.objects.filter(source=source).values_list("name", flat=True)
    catalogue.finish(source, set(names), now, now)


def stored(source: str = "default") -> dict[str, Entry]:
    """What the fleet holds of a source, by name."""
    found = fleet.everything([source], Selection(sort="name"), datetime.now(UTC))
    return {one.name: one for one in found}


def revision(source: str = "default") -> int:
    return fleet.readings([source])[source].revision


def rounds_under_way() -> list[str]:
    """The threads that read a list because somebody has looked."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("look-")]


def looks_in(client: Client) -> None:
    """Somebody opens the fleet, and what follows from that has happened."""
    assert client.get("/").status_code == 200
    eventually(rounds_under_way, lambda threads: not threads)


def exported(client: Client, **query: str) -> list[dict[str, Any]]:
    """The rows of the export of what this query selects."""
    response = client.get("/fleet.json", query)
    assert response.status_code == 200
    rows: list[dict[str, Any]] = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    return rows


def names(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def shown(page: BeautifulSoup | Tag) -> list[str]:
    """Source and name of the experiments on a page, in its order."""
    return [str(row["data-experiment"]) for row in page.select("[data-experiment]")]


def lists_pages(aws: ScriptedAws, summaries: list[dict[str, Any]]) -> int:
    """Let AWS list these as it does, by the hundred; returns how many pages there are."""
    some = [
        summaries[at : at + sagemaker.A_PAGE] for at in range(0, len(summaries), sagemaker.A_PAGE)
    ]
    pages = some or [[]]
    for number, members in enumerate(pages):
        onward = {"NextToken": f"page-{number + 1}"} if number + 1 < len(pages) else {}
        body = json.dumps({"InferenceExperiments": members} | onward).encode()
        aws.listings[f"page-{number}" if number else None] = Answer(body)
    return len(pages)
