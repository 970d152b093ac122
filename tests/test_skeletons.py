"""Forms to fill in and the sample of an answer, held against the AWS CLI version 2.

Where a newer botocore knows more members than the AWS CLI's own, only what both know is compared.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from experiments.aws import skeletons
from experiments.exports import FORMATS
from tests.support.aws_cli import Formatters, run
from tests.support.pages import parse, words
from tests.support.scripted_aws import ScriptedAws
from tests.support.typed import Typed

COMMAND = "aws sagemaker describe-inference-experiment"
NAMED = 'attachment; filename="describe-inference-experiment-'


def printed(home: Path, *words: str) -> tuple[bytes, bytes]:
    ran = run(Typed(words=("--generate-cli-skeleton", *words), home=home))
    return ran.stdout, ran.stderr


def test_the_form_in_json_is_the_aws_clis(tmp_path: Path, client: Client) -> None:
    out, _ = printed(tmp_path, "input")
    assert client.get("/skeletons/input.json").content == out


def test_the_form_in_yaml_is_the_aws_clis_with_its_comments(tmp_path: Path, client: Client) -> None:
    out, _ = printed(tmp_path, "yaml-input")
    assert b"# [REQUIRED] The name" in out
    assert client.get("/skeletons/input.yaml").content == out


def test_the_aws_cli_refuses_its_own_sample_which_the_portal_gives(tmp_path: Path) -> None:
    """Its sample of RoleArn is the word RoleArn, which is shorter than its model allows."""
    out, err = printed(tmp_path, "output", "--name", "x")
    assert out == b""
    assert b"Invalid length for parameter RoleArn" in err
    assert skeletons.output()["RoleArn"] == "RoleArn"


def test_the_sample_is_printed_as_the_aws_cli_prints_answers(client: Client) -> None:
    sample = skeletons.output()
    with Formatters() as aws_cli:
        said = aws_cli.said(sample, [(form, None) for form in FORMATS])
    for form, expected in zip(FORMATS, said, strict=True):
        answer = client.get(f"/skeletons/output.{form}")
        assert answer.content.decode() == expected.output, form
        assert answer["Content-Disposition"].startswith(f"{NAMED}output.")


def test_the_sample_has_every_member_that_aws_documents() -> None:
    sample: Any = skeletons.output()
    assert sample["EndpointMetadata"]["FailureReason"] == "FailureReason"
    assert sample["ShadowModeConfig"]["ShadowModelVariants"][0]["SamplingPercentage"] == 0
    assert sample["Schedule"]["EndTime"] == "1970-01-01T00:00:00"
    sample.clear()
    assert skeletons.output()


def test_a_query_selects_of_the_sample(client: Client) -> None:
    answer = client.get("/skeletons/output.json", {"query": "ModelVariants[].VariantName"})
    assert json.loads(answer.content) == ["VariantName"]
    broken = client.get("/skeletons/output.json", {"query": "a b<"})
    assert broken.status_code == 400
    assert "Bad value for --query" in words(parse(broken).select_one("main"))


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_forms_are_saved_under_names_that_say_what_they_are(client: Client, suffix: str) -> None:
    answer = client.get(f"/skeletons/input.{suffix}")
    assert answer["Content-Disposition"] == f'{NAMED}input.{suffix}"'
    assert answer["Content-Type"].endswith("; charset=utf-8")


@pytest.mark.parametrize("path", ["input.xml", "input.text", "output.xml", "input."])
def test_there_are_no_others(client: Client, path: str) -> None:
    assert client.get(f"/skeletons/{path}").status_code == 404


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ("", "/skeletons/input.json"),
        (" input --name x --region eu-west-1", "/skeletons/input.json"),
        (" yaml-input --output table", "/skeletons/input.yaml"),
        (" output --name x", "/skeletons/output.json"),
        (" output --name x --output yaml-stream", "/skeletons/output.yaml-stream"),
        (" output --name x --query Status", "/skeletons/output.json?query=Status"),
    ],
)
def test_a_pasted_command_leads_to_what_it_would_print(
    client: Client, scripted_aws: ScriptedAws, options: str, address: str
) -> None:
    before = len(scripted_aws.calls)
    answer = client.get("/open/", {"q": f"{COMMAND} --generate-cli-skeleton{options}"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert client.get(address).status_code == 200
    assert len(scripted_aws.calls) == before


def test_a_sample_needs_a_valid_name_as_for_the_aws_cli(client: Client) -> None:
    for name in ("", " --name ''", " --name 'no name'"):
        text = f"{COMMAND} --generate-cli-skeleton output{name}"
        assert client.get("/open/", {"q": text}).status_code == 404


def test_who_pastes_what_is_not_understood_is_offered_forms_to_fill_in(client: Client) -> None:
    page = parse(client.get("/open/", {"q": "aws sagemaker describe-inference-experiment"}))
    found = [str(link["href"]) for link in page.select("main a[download]")]
    assert found == ["/skeletons/input.json", "/skeletons/input.yaml", "/skeletons/output.json"]
