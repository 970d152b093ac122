"""The AWS CLI version 2 as an oracle: its own formatters, run by its own Python, and the program.

The program takes a second to start, so one process of its formatters answers many questions.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.programs import AWS_CLI, aws_cli, require

# What AWS writes of a single operation, without what a terminal would change.
_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "TZ": "UTC",
    "PYTHONUTF8": "1",
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_PAGER": "",
    "NO_PROXY": "127.0.0.1",
}
_SCRIPT = """
import io, json, sys
from types import SimpleNamespace
from awscli.customizations.globalargs import _resolve_query
from awscli.formatter import get_formatter

def said(response, form, query):
    stream = io.StringIO(newline="")
    try:
        parsed = None if query is None else _resolve_query(query)
        args = SimpleNamespace(color="off", query=parsed)
        get_formatter(form, args)("DescribeInferenceExperiment", response, stream)
        # As its stream does: what UTF-8 cannot write is an error.
        stream.getvalue().encode()
        return stream.getvalue(), None
    except Exception as error:
        return None, str(error)

for line in sys.stdin:
    response, asked = json.loads(line)
    print(json.dumps([said(response, *each) for each in asked]), flush=True)
"""


class Said(NamedTuple):
    """What it printed, None where it ended with an error, and that error."""

    output: str | None
    error: str | None


class Formatters:
    """The formatters of the AWS CLI in a process of their own, until the block ends."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [_python(), "-c", _SCRIPT],
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def said(self, response: Any, asked: Sequence[tuple[str, str | None]]) -> list[Said]:
        """What is printed of a response, for each format with its query."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([response, asked]) + "\n")
        self._process.stdin.flush()
        return [Said(*each) for each in json.loads(self._process.stdout.readline())]


def describe(url: str, home: Path, name: str, *options: str) -> Said:
    """The program itself: ``aws sagemaker describe-inference-experiment``, at this endpoint."""
    program = require(aws_cli(), AWS_CLI)
    command = [program, "sagemaker", "describe-inference-experiment", "--name", name]
    done = subprocess.run(
        [*command, "--endpoint-url", url, *options],
        env=_ENVIRONMENT | {"HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        return Said(None, done.stderr.decode().strip("\n"))
    return Said(done.stdout.decode(), None)


@cache
def _python() -> str:
    """The Python that the AWS CLI is a script of."""
    first = Path(require(aws_cli(), AWS_CLI)).read_bytes().split(b"\n", 1)[0]
    # AWS's own installer brings one program with everything in it.
    script = first[2:].decode().strip() if first.startswith(b"#!") else None
    return require(script, f"{AWS_CLI} as a script of Python")
