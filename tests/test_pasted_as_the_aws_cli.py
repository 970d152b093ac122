"""Pasted commands mean what they mean to the AWS CLI, which is asked."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from experiments.domain.pasted import Understood, understand
from tests.programs import AWS_CLI, aws_cli, require

# After "aws". Those that the AWS CLI refuses are refused here.
COMMANDS = (
    "sagemaker describe-inference-experiment --nam a --name b --reg us-west-2",
    "--region us-east-1 sagemaker --region us-east-2 describe-inference-experiment --name=a",
    """sagemaker describe-inference-experiment --cli-input-json '{"Name": "a"}' --name b""",
    "sagemaker describe-inference-experiment --cli-input-yaml 'Name: a'",
    "sagemaker describe-inference-experiment --cli-input-yaml 'Name: 2026-11-23'",
    "sagemaker describe-inference-experiment --cli-input-json 'Name: a'",
    "sagemaker describe-inference-experiment --cli-input-json '{}' --cli-input-yaml 'Name: a'",
    "sagemaker describe-inference-experiment --name a --outp xml",
    "sagemaker describe-inference-experiment --name a b",
    "sagemaker describe-inference-experiment --n a",
    "sagemaker describe-inference-experiment --generate-cli-skeleton output",
)


class _Listener(HTTPServer):
    asked: tuple[str, str] | None = None


class _Listening(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(self.server, _Listener)
        region = self.headers["Authorization"].split("/")[2]
        self.server.asked = (body["Name"], region)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def listener() -> Iterator[_Listener]:
    with _Listener(("127.0.0.1", 0), _Listening) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_asks_for_what_the_aws_cli_asks_for(listener: _Listener, command: str) -> None:
    program = require(aws_cli(), AWS_CLI)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "eu-west-1",
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
    }
    listener.asked = None
    endpoint = f"http://127.0.0.1:{listener.server_port}"
    arguments = [program, "--endpoint-url", endpoint, *shlex.split(command)]
    subprocess.run(arguments, env=environment, capture_output=True, timeout=60, check=False)
    said = understand(f"AWS_REGION=eu-west-1 aws {command}")
    ours = (said.name, said.region) if isinstance(said, Understood) else None
    assert ours == listener.asked
