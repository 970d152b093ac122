"""The first page of a small and of a large fleet, its polls, and the memory that they take.

A page is rendered once for all who would see the same, so an experiment changes before each one
that is measured. What a page that was kept takes is printed beside.
"""

import http.client
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench import entries, memory, processor, turns
from tests.support.postgresql import empty_database, throwaway_postgresql

FEW, MANY = 100, 10_000
VIEWS = {
    "first page": "/",
    "with a status": "/?status=Completed",
    "searched": "/?q=ranker",
    "sorted": "/?sort=-modified",
}
PAIRS = 50
WARM = 8
# Of the first page with many to the one with few, in time and in memory.
BUDGET, MEMORY_BUDGET = 1.3, 1.1


@dataclass(frozen=True, slots=True)
class Server:
    """A server in front of a fleet, and the processes that it consists of."""

    url: str
    connection: http.client.HTTPConnection
    processes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Page:
    """Seconds that somebody waited for a page, and those of a processor that its server took, with
    those backends of its database that were there when it had started."""

    waited: float
    worked: float


def run() -> int:
    """1 where the first page of the large fleet is slower, or takes more, than it may."""
    with _server(entries.embedded(FEW)) as few, _server(entries.embedded(MANY)) as many:
        failed = _pages("SQLite", few, many) | _memory(few, many)
        _polls(few.url, many.url)
    return failed


def run_on_postgresql() -> int:
    """1 where the first page of the large fleet is slower than it may be."""
    with ExitStack() as stack:
        postgresql = stack.enter_context(throwaway_postgresql())
        few, many = (
            stack.enter_context(_server(entries.fill(database, size)))
            for size in (FEW, MANY)
            for database in [stack.enter_context(empty_database(postgresql.url))]
        )
        return _pages("PostgreSQL", few, many)


@contextmanager
def _server(database: str) -> Iterator[Server]:
    others = memory.processes()
    with entries.portal(database) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        yield Server(url, connection, frozenset(memory.processes() - others))
        connection.close()


def _pages(database: str, few: Server, many: Server) -> int:
    slow = 0
    for what, path in VIEWS.items():
        ratio = _tell(f"fleet on {database}, {what}", path, few, many, kept=False)
        # Nobody waits for a search as often as for the page itself.
        slow |= int(path == "/" and ratio > BUDGET)
    _tell(f"fleet on {database}, first page that is kept", "/", few, many, kept=True)
    return slow


def _tell(what: str, path: str, few: Server, many: Server, *, kept: bool) -> float:
    """Print a line with the ratio of how long somebody waits, and return it."""
    pages: dict[str, list[Page]] = {few.url: [], many.url: []}
    for turn in range(WARM + PAIRS):
        # In turns, and neither of them always first.
        for server in (few, many) if turn % 2 else (many, few):
            if not kept:
                _ask(server, "/change/")
            pages[server.url].append(_ask(server, path))
    of_few, of_many = pages[few.url][WARM:], pages[many.url][WARM:]
    waited = [statistics.median(page.waited for page in some) for some in (of_many, of_few)]
    worked = [statistics.median(page.worked for page in some) for some in (of_many, of_few)]
    ratio = waited[0] / waited[1]
    print(
        f"{what}: {ratio:.2f} with {MANY:,} of that with {FEW} "
        f"({waited[0] * 1000:.1f} ms of {waited[1] * 1000:.1f} ms; of a processor "
        f"{worked[0] / worked[1]:.2f}, {worked[0] * 1000:.1f} ms of {worked[1] * 1000:.1f} ms)",
        flush=True,
    )
    return ratio


def _ask(server: Server, path: str) -> Page:
    before = processor.seconds(server.processes)
    began = time.perf_counter()
    server.connection.request("GET", path)
    response = server.connection.getresponse()
    response.read()
    waited = time.perf_counter() - began
    assert response.status == 200, f"{path} was answered with {response.status}"
    return Page(waited, processor.seconds(server.processes) - before)


def _polls(few: str, many: str) -> None:
    """An unchanged poll reads how the sources stand and none of their experiments."""
    polls = {"few": _poll(few), "many": _poll(many)}
    rates = turns.measure(
        {"bare": (f"{many}/bare/", "")} | {name: (poll, "") for name, poll in polls.items()}
    )
    assert urlopen(polls["many"]).status == 204, "now moved meanwhile: run the benchmark again"
    turns.tell(f"unchanged poll of {MANY:,} (204)", rates["many"], rates["bare"], "a bare view")
    turns.tell(f"unchanged poll of {MANY:,} (204)", rates["many"], rates["few"], f"that of {FEW}")


def _poll(url: str) -> str:
    with urlopen(url) as answer:
        found = re.search(r'id="fleet"[^>]* hx-get="([^"]+)"', answer.read().decode())
    assert found is not None
    return url + unescape(found[1])


def _memory(few: Server, many: Server) -> int:
    """1 where the server of many took more; both have answered the same requests."""
    of_few, of_many = (memory.mebibytes(server.processes) for server in (few, many))
    ratio = of_many / of_few
    pages = (WARM + PAIRS) * (len(VIEWS) + 1)
    print(
        f"memory of the server after {pages} pages: {ratio:.2f} with {MANY:,} of that "
        f"with {FEW} ({of_many:.0f} MiB of {of_few:.0f} MiB)",
        flush=True,
    )
    return int(ratio > MEMORY_BUDGET)
