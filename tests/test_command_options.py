"""Each option of the AWS CLI's reference page, by its name; where the AWS CLI is there, it does the
same."""

import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from experiments.domain import synopsis
from tests.programs import AWS_CLI, aws_cli, require
from tests.support import command
from tests.support.command_cases import pointed
from tests.support.command_shell import Shell, shell
from tests.support.portal import REPOSITORY
from tests.support.typed import Typed

SECRET = "canary-secret-access-key"
TOKEN = "canary-session-token"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with shell(tmp_path_factory.mktemp("home")) as found:
        yield found


def printed(here: Shell, line: str) -> str:
    """What both print on standard output, with nothing on the other."""
    ran = here.run(pointed(line))
    assert (ran.stderr, ran.code) == (b"", 0)
    return ran.stdout.decode()


def refused(here: Shell, line: str, code: int) -> str:
    ran = here.run(pointed(line))
    assert (ran.stdout, ran.code) == (b"", code)
    return ran.stderr.decode()


def test_name_is_the_experiment(here: Shell) -> None:
    assert json.loads(printed(here, "--name ok"))["Name"] == "ok"


def test_cli_input_json_is_the_request(here: Shell) -> None:
    assert printed(here, "--cli-input-json file://input.json --query Name") == '"ok"\n'
    assert "Invalid JSON received" in refused(here, "--cli-input-json {", 252)


def test_cli_input_json_gives_way_to_the_name(here: Shell) -> None:
    line = """--cli-input-json '{"Name": "no-such"}' --name ok --query Name"""
    assert printed(here, line) == '"ok"\n'


def test_cli_input_yaml_is_the_request(here: Shell) -> None:
    assert printed(here, "--cli-input-yaml file://input.yaml --query Name") == '"ok"\n'
    assert "Invalid YAML received" in refused(here, "--cli-input-yaml {", 252)


def test_generate_cli_skeleton_prints_a_request_to_fill_in(here: Shell) -> None:
    before = len(here.aws.calls)
    assert json.loads(printed(here, "--generate-cli-skeleton")) == {"Name": ""}
    assert printed(here, "--generate-cli-skeleton yaml-input").startswith("Name: ''  # [REQUIRED]")
    assert len(here.aws.calls) == before


def test_generate_cli_skeleton_output_prints_a_sample_through_the_query(here: Shell) -> None:
    # The AWS CLI refuses its own sample here.
    ours, _ = here.both(
        pointed("--generate-cli-skeleton output --name ok --output text --query '[Name, Type]'")
    )
    assert ours == (b"Name\tType\n", b"", 0)


def test_debug_tells_of_the_call_and_not_of_its_secrets(here: Shell) -> None:
    account = f"AWS_SECRET_ACCESS_KEY={SECRET} AWS_SESSION_TOKEN={TOKEN}"
    ours, theirs = here.both(pointed(f"{account} --name ok --debug"))
    said = ours.stderr.decode()
    assert "DescribeInferenceExperiment" in said
    assert here.places["AWS"] in said
    assert SECRET not in said
    assert TOKEN not in said
    assert not re.search("Signature=[0-9a-f]", said)
    assert theirs is None or ours.stdout == theirs.stdout


def test_endpoint_url_is_who_is_asked(here: Shell) -> None:
    before = here.aws.calls_for("ok")
    printed(here, "--name ok --endpoint-url $AWS")
    assert here.aws.calls_for("ok") > before
    assert "scheme is missing" in refused(here, "--name ok --endpoint-url 127.0.0.1", 252)


def test_no_verify_ssl_trusts_everybody(here: Shell) -> None:
    ran = here.run("--name ok --endpoint-url $TLS --no-verify-ssl --query Name")
    assert (ran.stdout, ran.code) == (b'"tls"\n', 0)
    assert b"InsecureRequestWarning" in ran.stderr
    assert "CERTIFICATE_VERIFY_FAILED" in refused(here, "--name ok --endpoint-url $TLS", 255)


def test_no_paginate_changes_nothing_of_one_answer(here: Shell) -> None:
    assert printed(here, "--name ok --no-paginate") == printed(here, "--name ok")


@pytest.mark.parametrize("form", synopsis.OUTPUTS)
def test_output_is_the_format(here: Shell, form: str) -> None:
    assert "m1" in printed(here, f"--name ok --output {form}")


def test_query_is_what_is_printed(here: Shell) -> None:
    assert printed(here, "--name ok --query 'ModelVariants[].Status' --output text") == (
        "InService\tInService\n"
    )


def test_profile_is_who_asks(here: Shell) -> None:
    line = "!AWS_DEFAULT_REGION --name echo --query Description --output text --profile"
    assert printed(here, f"{line} west") == "west ['us-west-2']\n"
    assert "(nobody) could not be found" in refused(here, f"{line} nobody", 255)


def test_region_is_what_the_request_is_signed_for(here: Shell) -> None:
    line = "AWS_REGION=us-east-1 --name echo --query Description --output text --region ap-south-1"
    assert printed(here, line) == "demo ['ap-south-1']\n"


def test_version_is_told_and_nothing_else_happens(here: Shell) -> None:
    before = len(here.aws.calls)
    ours, theirs = here.both(pointed("--name ok --version --output text"))
    assert (ours.stderr, ours.code) == (b"", 0)
    assert len(ours.stdout.splitlines()) == 1
    assert re.search(rb"^inference-experiment-portal/\S+ Python/3", ours.stdout)
    assert len(here.aws.calls) == before
    assert theirs is None or (theirs.stderr, theirs.code) == (b"", 0)


def test_color_makes_tables_colourful(here: Shell) -> None:
    table = "--name ok --output table --color"
    assert "\x1b[" in printed(here, f"{table} on")
    assert "\x1b[" not in printed(here, f"{table} off")
    assert "\x1b[" not in printed(here, f"{table} auto")


def test_no_sign_request_needs_no_account(here: Shell) -> None:
    nobody = "!AWS_ACCESS_KEY_ID !AWS_SECRET_ACCESS_KEY --name echo --query Description"
    assert printed(here, f"{nobody} --no-sign-request") == '"nobody"\n'
    assert "Unable to locate credentials" in refused(here, nobody, 253)


def test_ca_bundle_is_who_vouches(here: Shell) -> None:
    line = "--name ok --endpoint-url $TLS --query Name --ca-bundle"
    assert printed(here, f"{line} tls.pem") == '"tls"\n'
    assert "SSL validation failed" in refused(here, f"{line} bundle.pem", 255)


def test_cli_read_timeout_is_how_long_an_answer_may_take(here: Shell) -> None:
    assert "Read timeout on" in refused(here, "--name hang --cli-read-timeout 1", 255)
    assert printed(here, "--name ok --cli-read-timeout 0 --query Name") == '"ok"\n'


def test_cli_connect_timeout_is_how_long_a_connection_may_take(here: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        # One that nobody takes fills the queue; the system then leaves others waiting.
        with socket.create_connection(address):
            url = f"http://127.0.0.1:{address[1]}"
            line = f"--name ok --endpoint-url {url} --cli-connect-timeout 1"
            assert "Connect timeout on" in refused(here, line, 255)


@pytest.mark.parametrize("form", synopsis.BINARY_FORMATS)
def test_cli_binary_format_changes_nothing_where_nothing_is_binary(here: Shell, form: str) -> None:
    assert printed(here, f"--name ok --cli-binary-format {form}") == printed(here, "--name ok")


def test_no_cli_pager_prints_by_itself(here: Shell) -> None:
    line = pointed("AWS_PAGER='sed s/^/paged:/' --name ok --query Name --output text")
    ours = [sys.executable, str(REPOSITORY / "manage.py"), "describe_inference_experiment"]
    assert _in_a_terminal(here.typed(line), ours) == "paged:ok\r\n"
    assert _in_a_terminal(here.typed(f"{line} --no-cli-pager"), ours) == "ok\r\n"


def test_no_cli_pager_does_so_in_the_aws_cli(here: Shell) -> None:
    program = require(aws_cli(), AWS_CLI)
    theirs = [program, "sagemaker", "describe-inference-experiment"]
    line = pointed("AWS_PAGER='sed s/^/paged:/' --name ok --query Name --output text")
    assert _in_a_terminal(here.typed(line), theirs) == "paged:ok\r\n"
    assert _in_a_terminal(here.typed(f"{line} --no-cli-pager"), theirs) == "ok\r\n"


def test_cli_auto_prompt_needs_a_terminal(here: Shell) -> None:
    ours, theirs = here.both(pointed("--name ok --cli-auto-prompt"))
    assert (ours.stdout, ours.code) == (b"", 255)
    assert b"terminal" in ours.stderr
    assert theirs is None or (theirs.stdout, theirs.code) == (b"", 255)


def test_no_cli_auto_prompt_asks_nothing(here: Shell) -> None:
    line = "AWS_CLI_AUTO_PROMPT=on --name ok --query Name --no-cli-auto-prompt"
    assert printed(here, line) == '"ok"\n'
    both = refused(here, "--name ok --cli-auto-prompt --no-cli-auto-prompt", 252)
    assert "cannot be specified at the same time" in both


def test_source_is_asked_as_the_portal_asks_it(here: Shell) -> None:
    sources = here.home / "sources.toml"
    sources.write_text(
        f'[sources.blue]\nregion = "us-west-2"\nendpoint_url = "{here.places["AWS"]}"\n'
    )
    typed = here.typed(
        f"PORTAL_SOURCES={sources} --source blue --name echo --query Description --output text"
    )
    ran = command.run_program(typed)
    assert (ran.stdout, ran.stderr, ran.code) == (b"demo ['us-west-2']\n", b"", 0)


def test_every_option_of_the_reference_page_has_a_test_of_its_name() -> None:
    tests = [name for name in globals() if name.startswith("test_")]
    manual = Path("docs/options.md").read_text()
    for option in synopsis.OPTIONS:
        words = option.name.lstrip("-").replace("-", "_")
        assert [name for name in tests if name.startswith(f"test_{words}_")], option.name
        assert f"`{option.name}" in manual


def _in_a_terminal(typed: Typed, program: Sequence[str]) -> str:
    """What somebody at a terminal sees."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*program, *typed.words],
        env=command.variables(typed) | {"TERM": "dumb"},
        cwd=typed.home,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        seen = b"".join(_read(ours))
        running.wait(30)
    os.close(ours)
    return seen.decode()


def _read(terminal: int) -> Iterator[bytes]:
    while select.select([terminal], [], [], 30)[0]:
        try:
            yield os.read(terminal, 1000)
        except OSError:
            # As Linux says that nobody has it open any more.
            return
