"""The AWS CLI version 2 as an oracle: its own formatters, run by its own Python, and the program.

The program takes a second to start, so one process of its formatters answers many questions, and
one that has read the program runs it many times (``Resident``). ``run`` starts the program itself.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.programs import AWS_CLI, aws_cli, require
from tests.support.typed import Ran, Typed

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
    # As its stream does, which says where in what it writes there is no UTF-8 for something.
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    try:
        parsed = None if query is None else _resolve_query(query)
        args = SimpleNamespace(color="off", query=parsed)
        get_formatter(form, args)("DescribeInferenceExperiment", response, stream)
        stream.flush()
        return stream.buffer.getvalue().decode(), None
    except Exception as error:
        return None, str(error)

for line in sys.stdin:
    response, asked = json.loads(line)
    print(json.dumps([said(response, *each) for each in asked]), flush=True)
"""
# Reads the program once, and then runs it for each line in a process that is forked off, with the
# words, the environment, the folder and the files that the line names.
_RESIDENT = """
import json, os, signal, sys, time
import awscli.clidriver, awscli.handlers, botocore.session, prompt_toolkit, ruamel.yaml

FOUND = os.environ["AWS_DATA_PATH"]

def watch(asked):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        run(asked)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(1, (json.dumps([asked["number"], code]) + "\\n").encode())
    os._exit(0)

def run(asked):
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    # What reading the program has put there.
    os.environ.setdefault("AWS_DATA_PATH", FOUND)
    time.tzset()
    for number, name in enumerate(asked["files"]):
        opened = os.open(name, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8")
    sys.stdout = open(1, "w", encoding="utf-8")
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace")
    sys.argv = ["aws", *asked["words"]]
    code = awscli.clidriver.main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    asked = json.loads(line)
    if os.fork() == 0:
        watch(asked)
"""
_COMMAND = ("sagemaker", "describe-inference-experiment")


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


class Resident:
    """The program, read once by its Python; runs are forked off, until the block ends."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="aws-cli-")
        self._process = subprocess.Popen(
            [_python(), "-c", _RESIDENT],
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "HOME": self._folder.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)
        self._folder.cleanup()

    def run(self, *all_typed: Typed) -> list[Ran]:
        """What the program does with each, all of them at the same time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for number, typed in enumerate(all_typed):
            asked = {
                "number": number,
                "words": [*_COMMAND, *typed.words],
                "environment": typed.variables(),
                "folder": str(typed.home),
                "files": self._files(number, typed.stdin),
            }
            self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        codes = dict(json.loads(self._process.stdout.readline()) for _ in all_typed)
        return [self._ran(number, codes[number]) for number in range(len(all_typed))]

    def _files(self, number: int, stdin: bytes) -> list[str]:
        names = [str(Path(self._folder.name, f"{number}.{stream}")) for stream in range(3)]
        for name, content in zip(names, (stdin, b"", b""), strict=True):
            Path(name).write_bytes(content)
        return names

    def _ran(self, number: int, code: int) -> Ran:
        out, err = (Path(self._folder.name, f"{number}.{stream}").read_bytes() for stream in (1, 2))
        return Ran(out, err, code)


def run(typed: Typed) -> Ran:
    """One run of the program itself."""
    program = require(aws_cli(), AWS_CLI)
    done = subprocess.run(
        [program, *_COMMAND, *typed.words],
        env=typed.variables() | {"PYTHONUTF8": "1"},
        cwd=typed.home,
        input=typed.stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(done.stdout, done.stderr, done.returncode)


def run_all(all_typed: Iterable[Typed]) -> list[Ran]:
    """Runs of the program itself, as many at a time as a small machine has processors for."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, all_typed))


@cache
def _python() -> str:
    """The Python that the AWS CLI is a script of."""
    first = Path(require(aws_cli(), AWS_CLI)).read_bytes().split(b"\n", 1)[0]
    # AWS's own installer brings one program with everything in it.
    script = first[2:].decode().strip() if first.startswith(b"#!") else None
    return require(script, f"{AWS_CLI} as a script of Python")
