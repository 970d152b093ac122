"""Several addresses measured in turns, so that a machine's moods meet all of them alike."""

import re
import statistics
import urllib.request
from collections.abc import Mapping
from html import unescape

from bench import load

ROUNDS = 7
SECONDS = 1.0
# With more than this the client and not the server might be what is measured.
BUSY_CLIENT_CORES = 0.7


def measure(targets: Mapping[str, tuple[str, str]]) -> dict[str, list[float]]:
    """Requests a second of each round, for each of ``targets``: an address and its cookie."""
    for address, cookie in targets.values():
        load.measure(address, SECONDS, cookie=cookie)
    rates: dict[str, list[float]] = {name: [] for name in targets}
    busiest = 0.0
    for _ in range(ROUNDS):
        for name, (address, cookie) in targets.items():
            measured = load.measure(address, SECONDS, cookie=cookie)
            rates[name].append(measured.rate)
            busiest = max(busiest, measured.client_cores)
    if busiest > BUSY_CLIENT_CORES:
        print(f"note: the client used up to {busiest:.2f} of a core, so ratios may look too high")
    return rates


def tell(what: str, rates: list[float], others: list[float], other: str) -> float:
    """Print a line with the ratio, and return it."""
    ratio = statistics.median(one / two for one, two in zip(rates, others, strict=True))
    here, there = statistics.median(rates), statistics.median(others)
    print(f"{what}: {ratio:.2f} of {other} ({here:,.0f} of {there:,.0f} requests/s)", flush=True)
    return ratio


def poll_url(url: str, page: str, *, cookie: str = "") -> str:
    """What the page at ``page`` polls at the moment."""
    request = urllib.request.Request(page, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request) as answer:
        found = re.search(r'hx-get="([^"]+)"', answer.read().decode())
    assert found is not None
    return url + unescape(found[1])
