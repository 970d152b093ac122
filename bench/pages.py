"""How many pages and polls a server answers, in turns with a bare view, and what they weigh."""

import urllib.request

from bench import budgets, serving, turns, weight

EXPERIMENT = "checkout-ranker-v7"


def run() -> int:
    """1 where a page weighs more than it may."""
    with serving.portal() as (url, names):
        _throughput(url)
        return _bytes(url, names)


def _throughput(url: str) -> None:
    page = f"{url}/experiments/default/{EXPERIMENT}/"
    poll = turns.poll_url(url, page)
    rates = turns.measure({"bare": (f"{url}/bare/", ""), "page": (page, ""), "poll": (poll, "")})
    # A poll is unchanged only while the minute's tick is the one that the page was made at.
    assert turns.poll_url(url, page) == poll, "now moved meanwhile: run the benchmark again"
    assert urllib.request.urlopen(poll).status == 204
    turns.tell("detail page", rates["page"], rates["bare"], "a bare view")
    turns.tell("unchanged poll (204)", rates["poll"], rates["bare"], "a bare view")


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
