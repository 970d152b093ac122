"""From a keystroke to its suggestions, while somebody types a name of a large fleet."""

import http.client
import time
from urllib.parse import quote, urlsplit

from bench import entries
from bench.fleet import MANY

TYPED = {
    "how names begin": ("c", "ch", "search-em", "fraud-scorer-v1"),
    "inside of names": ("ank", "-v1", "0042", "outer-v"),
    "two words": ("ranker 00", "search v7", "v1 checkout", "feed 9"),
    "in no name": ("zzz", "checkout zzz", "rankerr", "%"),
}
ROUNDS = 40
# At the 95th percentile, on this machine's own loopback.
BUDGET_SECONDS = 0.05


def run() -> int:
    """1 where somebody who types waits for longer than they may."""
    worst = 0
    with entries.portal(entries.embedded(MANY)) as url:
        for what, texts in TYPED.items():
            taken, bare = _measure(url, texts)
            half, most = _quantile(taken, 0.5), _quantile(taken, 0.95)
            worst |= int(most > BUDGET_SECONDS)
            print(
                f"suggestions of {MANY:,}, {what}: p95 {most / BUDGET_SECONDS:.2f} of its budget "
                f"(p50 {half * 1000:.1f} ms, p95 {most * 1000:.1f} ms of "
                f"{BUDGET_SECONDS * 1000:.0f} ms), p50 {half / _quantile(bare, 0.5):.1f} of a bare "
                "view",
                flush=True,
            )
    return worst


def _measure(url: str, texts: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Seconds for each keystroke and, in turns, for a bare view."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    taken, bare = [], []
    for typed in (*texts, *(text for _ in range(ROUNDS) for text in texts)):
        taken.append(_ask(connection, f"/open/suggestions/?q={quote(typed)}"))
        bare.append(_ask(connection, "/bare/"))
    connection.close()
    # The first of each were before anything was warm.
    return taken[len(texts) :], bare[len(texts) :]


def _ask(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"HX-Request": "true"})
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    return time.perf_counter() - began


def _quantile(taken: list[float], part: float) -> float:
    return sorted(taken)[int(len(taken) * part)]
