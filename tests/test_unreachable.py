"""An AWS that refuses, hangs or drips: a first look answers all the same, and in time."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any

from django.test import Client

from tests.support import faults
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


FAULTS = {
    "reset": (faults.reset, "unreachable"),
    "no-http": (faults.no_http, "unreachable"),
    "short-body": (faults.short_body, "bad-response"),
    "hang": (faults.hang, "unreachable"),
    "drip-feed": (faults.drip_feed, "unreachable"),
    "drip-feed-status": (faults.drip_feed_status, "unreachable"),
    "drip-feed-headers": (faults.drip_feed_headers, "unreachable"),
    "drip-feed-chunks": (faults.drip_feed_chunks, "unreachable"),
}


def test_a_first_look_answers_within_8_seconds_whatever_aws_does(
    scripted_aws: ScriptedAws, hanging_ends: None
) -> None:
    def look(case: str) -> tuple[str, Any, float]:
        scripted_aws.writes(f"fault-{case}", FAULTS[case][0])
        began = time.monotonic()
        return case, Client().get(address(f"fault-{case}")), time.monotonic() - began

    # All at once: most of these take all the time there is.
    with ThreadPoolExecutor(len(FAULTS)) as lookers:
        looks = list(lookers.map(look, FAULTS))
    for case, response, seconds in looks:
        assert seconds < 8, case
        assert_problem_page(response, FAULTS[case][1])


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(301)
    handler.send_header("Location", "http://127.0.0.1:9/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_a_redirect_is_not_followed(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.writes("redirect", redirect)
    assert_problem_page(client.get(address("redirect")), "unreachable")


def test_a_refused_connection_is_unreachable(client: Client, scripted_aws: ScriptedAws) -> None:
    with scripted_aws.down():
        assert_problem_page(client.get(address("refused")), "unreachable")
