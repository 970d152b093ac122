"""No query holds a worker on the Raw tab either: colours and links are within the 250 ms too."""

import time
from typing import Any

import pytest
from django.test import Client

from experiments.exports import FORMATS
from tests.support.scripted_aws import ScriptedAws
from tests.test_exports_limits import LARGE, REFUSED, SECONDS, many

MARKUP = "'<&><&><&>'"
LONG_TEXT = f"'{'x<' * 500}'"
# As many pieces as are still coloured, and as much as is still linked.
COLOURED = {
    "numbers": f"{many('`1`', 10)}|[:1300]",
    "objects": f"{many('{a:`1`,b:`2`}', 9)}|[:280]",
    "escaped texts": f"{many(MARKUP, 10)}|[:1300]",
    "long paths": f"{{{'k' * 700}:{{{'l' * 700}:{many('`1`', 9)}|[:190]}}}}",
    "deep paths": f"{many('`1`', 5)}|[].{'[' * 20}@{']' * 20}",
    "long texts": many(LONG_TEXT, 5),
}
CASES = COLOURED | LARGE | {name: REFUSED[name] for name in ("reversed", "a list that grows")}


def cost(client: Client, asked: dict[str, Any]) -> float:
    """The CPU time of one whole request."""
    before = time.thread_time()
    client.get(
        "/experiments/default/raw-worst/raw/",
        asked,
        headers={"HX-Request": "true", "Accept-Encoding": "gzip"},
    )
    return time.thread_time() - before


@pytest.mark.parametrize("case", CASES)
def test_the_page_of_a_hostile_query_is_made_in_time(
    client: Client, scripted_aws: ScriptedAws, case: str
) -> None:
    scripted_aws.describes("raw-worst", Description="é<" * 512)
    cost(client, {"query": "Name"})
    spent = {
        form: min(cost(client, {"format": form, "query": CASES[case]}) for _ in range(2))
        for form in FORMATS
    }
    assert max(spent.values()) < SECONDS, spent
