"""What the command takes from options, variables, the files of the AWS CLI, and a source."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.aws.direct import Door
from experiments.command.arguments import read_global
from experiments.command.configuration import configure
from experiments.command.run import main
from tests.support.scripted_aws import ScriptedAws
from tests.support.scripted_sts import ScriptedSts
from tests.support.starting import start

CONFIG = """
[default]
region = eu-north-1
output = text
[profile berlin]
region = eu-central-1
output = yaml
[profile wire]
cli_timestamp_format = wire
[profile odd]
cli_timestamp_format = odd
"""
CREDENTIALS = "".join(
    f"[{name}]\naws_access_key_id = {name}\naws_secret_access_key = secret\n"
    for name in ("berlin", "wire")
)
SOURCE: dict[str, Any] = {
    "region": "us-east-2",
    "profile": "berlin",
    "endpoint_url": "http://127.0.0.1:9",
    "verify_ssl": False,
    "connect_timeout": 3,
    "read_timeout": 0,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with profiles, and an environment without a region."""
    for name, content in (("CONFIG", CONFIG), ("SHARED_CREDENTIALS", CREDENTIALS)):
        file = tmp_path / name
        file.write_text(content)
        monkeypatch.setenv(f"AWS_{name}_FILE", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_REGION")


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ", "UTC")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", before)
    time.tzset()


def run(*words: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(words, stdin=io.StringIO(), stdout=stdout, stderr=stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def door(*words: str) -> Door:
    return configure(read_global(words)[0]).door


def output(*words: str) -> str:
    aws, _ = read_global(words)
    return configure(aws).output(aws)


def test_an_output_is_that_of_the_option_the_variable_and_the_profile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert output() == "text"
    assert output("--profile", "berlin") == "yaml"
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "table")
    assert output("--profile", "berlin") == "table"
    assert output("--output", "json") == "json"


@pytest.mark.parametrize(
    ("words", "variables", "region"),
    [
        ([], {}, "eu-north-1"),
        (["--profile", "berlin"], {}, "eu-central-1"),
        ([], {"AWS_PROFILE": "berlin", "AWS_DEFAULT_PROFILE": "wire"}, "eu-central-1"),
        ([], {"AWS_DEFAULT_REGION": "ap-south-1"}, "ap-south-1"),
        ([], {"AWS_DEFAULT_REGION": "ap-south-1", "AWS_REGION": "us-west-1"}, "us-west-1"),
        (["--region", "us-west-2"], {"AWS_REGION": "us-west-1"}, "us-west-2"),
    ],
)
def test_a_region_is_found_as_the_aws_cli_finds_it(
    words: list[str],
    variables: dict[str, str],
    region: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    # Nothing leaves this machine: the proxy is a port where nobody listens.
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    _, _, said = run("--name", "x", "--debug", *words)
    assert f"https://api.sagemaker.{region}.amazonaws.com/" in said


def test_timeouts_are_a_minute_unless_something_else_is_said() -> None:
    assert (door().connect_timeout, door().read_timeout) == (60, 60)
    given = door("--cli-read-timeout", "0", "--cli-connect-timeout", "5")
    assert (given.connect_timeout, given.read_timeout) == (5, None)


def test_a_source_gives_what_no_option_says(settings: Any) -> None:
    settings.PORTAL_SOURCES = {"shop": SOURCE}
    assert door("--source", "shop") == Door(
        region="us-east-2",
        endpoint_url="http://127.0.0.1:9",
        verify=False,
        connect_timeout=3,
        read_timeout=None,
    )
    assert door(
        *("--source", "shop", "--region", "us-west-2", "--endpoint-url", "http://other"),
        *("--ca-bundle", "file.pem", "--cli-connect-timeout", "0", "--cli-read-timeout", "1"),
    ) == Door(
        region="us-west-2",
        endpoint_url="http://other",
        verify="file.pem",
        connect_timeout=None,
        read_timeout=1,
    )


def test_a_source_without_timeouts_waits_as_the_aws_cli_does(settings: Any) -> None:
    settings.PORTAL_SOURCES = {"shop": {"region": "us-east-2"}}
    assert door("--source", "shop") == Door(region="us-east-2")


def test_a_sources_profile_signs_unless_another_is_named(
    settings: Any, scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PORTAL_SOURCES = {"shop": {"profile": "nobody"}}
    scripted_aws.describes("of-a-source")
    words = ("--name", "of-a-source", "--source", "shop", "--query", "Name", "--output", "json")
    assert run(*words) == (255, "", "\nThe config profile (nobody) could not be found\n")
    assert run(*words, "--profile", "berlin") == (0, '"of-a-source"\n', "")


def test_a_sources_role_is_assumed(
    settings: Any, scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    sts = ScriptedSts()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
    role = "arn:aws:iam::123456789012:role/reader"
    settings.PORTAL_SOURCES = {
        "shop": {"role_arn": role, "external_id": "half-a-secret", "region": "us-east-2"}
    }
    scripted_aws.describes("of-a-role")
    words = ("--name", "of-a-role", "--source", "shop", "--query", "Name")
    assert run(*words)[0] == 0
    (asked,) = sts.asked("AssumeRole")
    assert (asked["RoleArn"], asked["ExternalId"]) == (role, "half-a-secret")
    sts.refuses = (403, "AccessDenied")
    code, _, said = run(*words)
    assert code == 254
    assert said.startswith(
        "\nAn error occurred (AccessDenied) when calling the AssumeRole operation: "
    )
    # Without a signature, nobody is asked for a role.
    assert run(*words, "--no-sign-request")[0] == 0


def test_an_unknown_source_is_told_with_those_that_there_are(settings: Any) -> None:
    settings.PORTAL_SOURCES = {"shop": {}, "lab": {}}
    code, _, said = run("--name", "x", "--source", "shopp")
    assert code == 252
    assert "argument --source: Invalid choice, valid choices are:" in said
    assert "shop" in said
    assert "lab" in said
    assert "maybe you meant" in said


def test_times_are_in_the_zone_of_the_machine(in_berlin: None, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("timed", CreationTime=1790000000.5)
    words = (
        "--name",
        "timed",
        "--query",
        "CreationTime",
        "--output",
        "json",
        "--region",
        "eu-west-1",
    )
    assert run(*words)[1] == '"2026-09-21T16:13:20.500000+02:00"\n'
    assert run(*words, "--profile", "wire")[1] == "1790000000.5\n"
    code, _, said = run(*words, "--profile", "odd")
    assert (code, said) == (
        253,
        '\nUnknown cli_timestamp_format value: odd, valid values are "wire" or "iso8601"\n',
    )


@pytest.mark.parametrize(("mode", "attempts"), [(None, 3), ("adaptive", 3), ("2", 2)])
def test_it_tries_again_as_the_aws_cli_does(
    mode: str | None, attempts: int, scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mode is not None:
        monkeypatch.setenv("AWS_MAX_ATTEMPTS" if mode.isdigit() else "AWS_RETRY_MODE", mode)
    name = f"failing-{mode}"
    scripted_aws.fails(name, "InternalFailure", 500)
    assert run("--name", name)[0] == 254
    assert scripted_aws.calls_for(name) == attempts


def test_it_only_reads(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("only-read")
    before = len(scripted_aws.calls)
    run("--name", "only-read")
    assert [operation for operation, _ in scripted_aws.calls[before:]] == [
        "DescribeInferenceExperiment"
    ]


def test_it_runs_without_a_secret_key_and_every_other_command_does_not() -> None:
    without = {"PORTAL_SECRET_KEY": "", "DJANGO_SETTINGS_MODULE": "portal.shell_settings"}
    ran = start(without, "manage.py", "describe_inference_experiment", "--generate-cli-skeleton")
    assert (ran.code, ran.output, ran.error) == (0, '{\n    "Name": ""\n}\n', "")
    refused = start(
        {"PORTAL_SECRET_KEY": "", "DJANGO_SETTINGS_MODULE": "portal.settings"},
        *("manage.py", "migrate"),
    )
    assert refused.code == 1
    assert refused.error.startswith("PORTAL_SECRET_KEY must be set")
    signs = "import django; django.setup(); from django.core import signing; signing.dumps(1)"
    assert "SECRET_KEY setting must not be empty" in start(without, "-c", signs).error
