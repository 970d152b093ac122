"""``manage.py describe_inference_experiment``, run in this process and in one of its own."""

import io
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from experiments.command.run import main
from tests.support.portal import REPOSITORY
from tests.support.typed import Ran, Typed

# Of this process, which a command in it needs as well.
_KEPT = ("DJANGO_", "PORTAL_", "PYTEST_")


def run(typed: Typed) -> Ran:
    """One run in this process, as quick as the command itself."""
    out, err = io.BytesIO(), io.BytesIO()
    stdin = io.TextIOWrapper(io.BytesIO(typed.stdin), encoding="utf-8")
    stdout = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    stderr = io.TextIOWrapper(err, encoding="utf-8", errors="backslashreplace", write_through=True)
    with (
        _shell(typed),
        _piped(typed.stdin),
        redirect_stdout(stdout),
        redirect_stderr(stderr),
        warnings.catch_warnings(),
    ):
        # Tests take what libraries warn of for an error, and a process of its own does not.
        warnings.simplefilter("ignore")
        code = main(typed.words, stdin=stdin, stdout=stdout, stderr=stderr)
    return Ran(out.getvalue(), err.getvalue(), code)


def run_program(typed: Typed) -> Ran:
    """One run of the management command in a process of its own."""
    done = subprocess.run(
        [sys.executable, REPOSITORY / "manage.py", "describe_inference_experiment", *typed.words],
        env=variables(typed),
        cwd=typed.home,
        input=typed.stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(done.stdout, done.stderr, done.returncode)


def variables(typed: Typed) -> dict[str, str]:
    """The environment of such a process: the shell's, and nothing that the portal would need."""
    return typed.variables() | {"PYTHONUTF8": "1", "PORTAL_ENV_FILE": ""}


@contextmanager
def _piped(content: bytes) -> Iterator[None]:
    """What ``/dev/stdin`` is, which can be named as a file."""
    before = os.dup(0)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        os.dup2(file.fileno(), 0)
        try:
            yield
        finally:
            os.dup2(before, 0)
            os.close(before)


@contextmanager
def _shell(typed: Typed) -> Iterator[None]:
    before, folder = dict(os.environ), Path.cwd()
    kept = {name: value for name, value in before.items() if name.startswith(_KEPT)}
    _become(kept | typed.variables(), typed.home)
    try:
        yield
    finally:
        _become(before, folder)


def _become(variables: Mapping[str, str], folder: Path) -> None:
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    time.tzset()
