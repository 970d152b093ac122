"""The command in a shell where settings are wrong that it does not need, or those of a server."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import canaries
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws

WITHOUT_A_FILE = {"PORTAL_ENV_FILE": "", "AWS_REGION": "eu-west-1"}


@pytest.fixture
def asking(scripted_aws: ScriptedAws) -> list[str]:
    """Words that print the name of an experiment."""
    scripted_aws.describes("set")
    return ["--name", "set", "--query", "Name", "--endpoint-url", scripted_aws.url]


def run(words: list[str], **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "describe_inference_experiment", *words],
        cwd=REPOSITORY,
        env=canaries.ENVIRONMENT | WITHOUT_A_FILE | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DJANGO_SETTINGS_MODULE", "portal.settings"),
        ("DJANGO_SETTINGS_MODULE", "nonsense"),
        ("PORTAL_DATABASE_URL", "nonsense"),
        ("PORTAL_SOURCES", "/no/such.toml"),
    ],
)
def test_what_it_does_not_need_may_be_wrong(asking: list[str], variable: str, value: str) -> None:
    ran = run(asking, **{variable: value})
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, '"set"\n', "")


def test_what_it_needs_is_told_in_one_line(asking: list[str], tmp_path: Path) -> None:
    ran = run([*asking, "--source", "blue"], PORTAL_SOURCES=str(tmp_path / "missing"))
    assert (ran.returncode, ran.stdout) == (253, "")
    empty, said, end = ran.stderr.split("\n")
    assert (empty, end) == ("", "")
    assert said.startswith("PORTAL_SOURCES must be ")
