"""What a portal tells of its last call to AWS, and an AWS whose answers have request ids."""

from typing import Any

from tests.support.pages import parse, words
from tests.support.scripted_aws import ScriptedAws, description

ID = "3f0a5c1e-7b1d-4c8e-9a55-0d6f2b7c9e11"
OTHER_ID = "9d1b5a70-aaaa-4c8e-9a55-0d6f2b7c9e22"


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def says(
    aws: ScriptedAws, name: str, request_id: str = ID, body: Any = None, status: int = 200
) -> None:
    """Let AWS answer with a description, or with ``body``, under this request id."""
    aws.says(name, body or description(name), status, **{"x-amzn-RequestId": request_id})


def facts(response: Any) -> dict[str, str]:
    """What stands beside each word of the panel."""
    rows = parse(response).select("[data-call] dl > div")
    return {words(row.select_one("dt")): words(row.select_one("dd")) for row in rows}
