"""An AWS whose experiments change with every look, so that every look is something to write."""

import itertools
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

from tests.support.scripted_aws import ScriptedAws, description

# Fresh for three seconds, so there is always somebody who asks.
STATUS = "Starting"


def restless_aws(names: list[str]) -> ScriptedAws:
    """``names`` are listed and described, each description with a number of its own."""
    aws = ScriptedAws()
    numbers = itertools.count(1)
    for name in names:
        aws.writes(name, _next_description(name, numbers))
    aws.lists(*(_summary(name) for name in names))
    return aws


def _next_description(
    name: str, numbers: Iterator[int]
) -> Callable[[BaseHTTPRequestHandler], None]:
    def write(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(
            description(name, Status=STATUS, Description=f"number {next(numbers)}")
        ).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-amz-json-1.1")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return write


def _summary(name: str) -> dict[str, object]:
    return {
        "Name": name,
        "Type": "ShadowMode",
        "Status": STATUS,
        "CreationTime": 1_790_000_000,
        "LastModifiedTime": 1_790_000_000,
        "RoleArn": "arn:aws:iam::123456789012:role/test",
    }
