"""``--debug`` of the command says what is called, and holds no credentials."""

import io
import json
import os
import re
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from experiments.command.run import main
from tests.support import canaries
from tests.support.scripted_aws import ScriptedAws
from tests.support.scripted_sts import ScriptedSts

EXTERNAL_ID = "canary-external-id"
ROLE_ARN = "arn:aws:iam::998877665544:role/canary-role"
SECRETS = {
    "access key": canaries.ACCESS_KEY,
    "secret": canaries.SECRET_ACCESS_KEY,
    "session token": canaries.SESSION_TOKEN,
    "external id": EXTERNAL_ID,
    "assumed access key": "ASIAcanary-role",
    "assumed secret": "canary-secret",
    "assumed token": "canary-token",
}


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> ScriptedSts:
    scripted = ScriptedSts()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", scripted.url)
    for name, value in canaries.ENVIRONMENT.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return scripted


def debug(*words: str) -> str:
    """What the command says on standard error."""
    stderr = io.StringIO()
    main(["--debug", *words], stdin=io.StringIO(), stdout=io.StringIO(), stderr=stderr)
    return stderr.getvalue()


def test_a_call_is_told_with_its_answer(scripted_aws: ScriptedAws) -> None:
    headers: Any = {"x-amzn-RequestId": "11111111-2222-3333-4444-555555555555"}
    scripted_aws.says("debugged", scripted_aws.describes("debugged"), **headers)
    said = debug("--name", "debugged", "--output", "json")
    assert "CLI version: inference-experiment-portal/" in said
    assert "['--name', 'debugged', '--debug', '--output', 'json']" in said
    assert f"(attempt 1): POST {scripted_aws.url}/" in said
    assert "'X-Amz-Target': 'SageMaker.DescribeInferenceExperiment'" in said
    assert 'body {"Name": "debugged"}' in said
    assert "status 200 after " in said
    assert "request id 11111111-2222-3333-4444-555555555555" in said
    assert re.search(r"body of \d+ bytes", said)
    assert "ranker" not in said, "a server may answer with what it was sent, in any spelling"


def test_each_attempt_and_each_decision_to_try_again_is_told(scripted_aws: ScriptedAws) -> None:
    scripted_aws.fails("debugged-throttled", "ThrottlingException")
    said = debug("--name", "debugged-throttled")
    assert "(attempt 3): status 400" in said
    assert "Retry needed, retrying request after delay of: " in said
    assert "Max attempts of 3 reached." in said


def test_a_failed_connection_is_told_by_its_kind() -> None:
    said = debug("--name", "x", "--endpoint-url", "http://user:canary-word@127.0.0.1:9/?token")
    assert "EndpointConnectionError after" in said
    assert "POST http://<removed>@127.0.0.1:9/?<removed>" in said
    assert said.endswith(
        'Could not connect to the endpoint URL: "http://<removed>@127.0.0.1:9/?token"\n'
    )
    assert "canary-word" not in said


@pytest.mark.parametrize(
    "url",
    [
        "someone:canary-word@127.0.0.1:9/",
        "http:/someone:canary-word@127.0.0.1:9/",
        "////someone:canary-word@127.0.0.1:9/",
        "canary-word://someone@[",
    ],
)
def test_no_password_of_an_endpoint_is_told_however_it_is_misspelt(url: str) -> None:
    said = debug("--name", "x", "--endpoint-url", url)
    (entered,) = [line for line in said.splitlines() if "Arguments entered" in line] or [""]
    assert "canary-word" not in entered
    assert "someone" not in entered


def test_nothing_of_any_credentials_is_told(
    scripted_aws: ScriptedAws, sts: ScriptedSts, settings: Any
) -> None:
    settings.PORTAL_SOURCES = {"role": {"role_arn": ROLE_ARN, "external_id": EXTERNAL_ID}}
    scripted_aws.describes("debugged-role")
    said = debug("--name", "debugged-role", "--source", "role")
    (asked,) = sts.asked("AssumeRole")
    assert (asked["Signer"], asked["ExternalId"]) == (canaries.ACCESS_KEY, EXTERNAL_ID)
    assert "sts.AssumeRole (attempt 1): POST" in said
    assert "status 200" in said
    assert canaries.found(SECRETS, said) == []


def test_what_a_server_sends_back_is_not_told_either(
    scripted_aws: ScriptedAws, sts: ScriptedSts
) -> None:
    def echo(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"Description": str(handler.headers)}).encode()
        handler.send_response(200)
        handler.send_header("Server", handler.headers["X-Amz-Security-Token"])
        handler.send_header("X-Anything", handler.headers["Authorization"])
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    scripted_aws.writes("debugged-echo", echo)
    said = debug("--name", "debugged-echo")
    assert "<removed>" in said
    assert canaries.found(SECRETS, said) == []


@pytest.mark.parametrize(
    ("option", "document", "is_told"),
    [
        ("--cli-input-json", '{"Name": "ok"}', True),
        ("--cli-input-yaml", "Name: ok", True),
        ("--cli-input-json", '{"Name": "ok", "Password": "canary"}', False),
        ("--cli-input-json", '{"Name": "canary of another kind"}', False),
        ("--cli-input-yaml", "canary", False),
        ("--cli-input-json", "{canary", False),
    ],
)
def test_of_a_document_only_a_name_is_told(option: str, document: str, is_told: bool) -> None:
    told = next(line for line in debug(option, document).splitlines() if "Arguments" in line)
    assert (document in told) == is_told
    assert "canary" not in told


def test_nothing_is_told_after_the_command(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("debugged-after")
    debug("--name", "debugged-after")
    stderr = io.StringIO()
    words = ["--name", "debugged-after"]
    assert main(words, stdin=io.StringIO(), stdout=io.StringIO(), stderr=stderr) == os.EX_OK
    assert stderr.getvalue() == ""
