"""How many pages and polls a server answers, in turns with a bare view, and what they weigh."""

import re
import statistics
import urllib.request
from html import unescape

from bench import budgets, load, serving, weight

ROUNDS = 7
SECONDS = 1.0
EXPERIMENT = "checkout-ranker-v7"
# With more than this the client and not the server might be what is measured.
BUSY_CLIENT_CORES = 0.7


def run() -> int:
    """1 where a page weighs more than it may."""
    with serving.portal() as (url, names):
        _throughput(url)
        return _bytes(url, names)


def _throughput(url: str) -> None:
    page = f"{url}/experiments/default/{EXPERIMENT}/"
    poll = _poll_url(url, page)
    targets = {"bare": f"{url}/bare/", "page": page, "poll": poll}
    for target in targets.values():
        load.measure(target, SECONDS)
    rates: dict[str, list[float]] = {name: [] for name in targets}
    busiest = 0.0
    for _ in range(ROUNDS):
        for name, target in targets.items():
            measured = load.measure(target, SECONDS)
            rates[name].append(measured.rate)
            busiest = max(busiest, measured.client_cores)
    # A poll is unchanged only while the minute's tick is the one that the page was made at.
    assert _poll_url(url, page) == poll, "now moved meanwhile: run the benchmark again"
    assert urllib.request.urlopen(poll).status == 204
    _print("detail page", rates["page"], rates["bare"])
    _print("unchanged poll (204)", rates["poll"], rates["bare"])
    if busiest > BUSY_CLIENT_CORES:
        print(f"note: the client used up to {busiest:.2f} of a core, so ratios may look too high")


def _print(what: str, rates: list[float], bare: list[float]) -> None:
    ratio = statistics.median(one / other for one, other in zip(rates, bare, strict=True))
    here, there = statistics.median(rates), statistics.median(bare)
    print(
        f"{what}: {ratio:.2f} of a bare view ({here:,.0f} of {there:,.0f} requests/s)", flush=True
    )


def _poll_url(url: str, page: str) -> str:
    with urllib.request.urlopen(page) as answer:
        found = re.search(r'hx-get="([^"]+)"', answer.read().decode())
    assert found is not None
    return url + unescape(found[1])


def _bytes(url: str, names: tuple[str, ...]) -> int:
    """The heaviest first look of all; 1 where it exceeds a budget."""
    weights = [weight.first_look(f"{url}/experiments/default/{name}/") for name in names]
    used = (
        ("first load, HTML", max(each.html for each in weights), budgets.HTML_BYTES),
        ("first load, all", max(each.everything for each in weights), budgets.ALL_BYTES),
    )
    for what, size, budget in used:
        print(f"{what}: {size / budget:.2f} of its budget ({size:,} of {budget:,} bytes)")
    return int(any(size > budget for _, size, budget in used))
