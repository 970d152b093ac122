"""Command lines that people paste. None is ever run."""

import pytest

from experiments.domain.pasted import Form
from tests.support.pasted import ARN, COMMAND, Members, assert_means, assert_unclear

X: Members = {"name": "x"}
PIPED = ("what follows the pipe",)
REDIRECTED = ("where the output is written to",)

GOOD: dict[str, tuple[str, Members]] = {
    "plain": (f"{COMMAND} --name x", X),
    "with an equals sign": (f"{COMMAND} --name=x", X),
    "cut short": (f"{COMMAND} --nam x --reg eu-west-1", {**X, "region": "eu-west-1"}),
    "said twice": (f"{COMMAND} --name y --name x", X),
    "options first": (
        (
            "aws --output text --profile prod sagemaker --region eu-west-1 "
            "describe-inference-experiment --name x"
        ),
        {**X, "output": "text", "profile": "prod", "region": "eu-west-1"},
    ),
    "a query of literals": (
        f"{COMMAND} --name x --query 'ModelVariants[?Status==`InService`].VariantName | [0]'",
        {**X, "query": "ModelVariants[?Status==`InService`].VariantName | [0]"},
    ),
    "a query without quotes": (
        f"{COMMAND} --name x --query ModelVariants[*].Status",
        {**X, "query": "ModelVariants[*].Status"},
    ),
    "a query with quotes within": (
        f'{COMMAND} --name x --query "\\"Name\\""',
        {**X, "query": '"Name"'},
    ),
    "an empty query": (f"{COMMAND} --name x --query ''", {**X, "query": ""}),
    "where it looks": (
        f"{COMMAND} --name x --no-cli-pager --color off --no-paginate",
        {**X, "left_out": ("--no-paginate", "--no-cli-pager", "--color")},
    ),
    "whom it asks": (
        (
            f"{COMMAND} --name x --endpoint-url http://169.254.169.254/ --no-verify-ssl "
            "--no-sign-request --ca-bundle /etc/passwd"
        ),
        {
            **X,
            "left_out": ("--no-verify-ssl", "--no-sign-request", "--endpoint-url", "--ca-bundle"),
        },
    ),
    "how it asks": (
        (
            f"{COMMAND} --name x --debug --cli-read-timeout 5 --cli-connect-timeout=0 "
            "--cli-binary-format base64 --cli-auto-prompt --no-cli-auto-prompt --version"
        ),
        {
            **X,
            "left_out": (
                "--debug",
                "--cli-auto-prompt",
                "--no-cli-auto-prompt",
                "--cli-read-timeout",
                "--cli-connect-timeout",
                "--cli-binary-format",
                "--version",
            ),
        },
    ),
    "over lines": (f"{COMMAND} \\\n    --name \\\n    x", X),
    "over lines with prompts": (f"$ {COMMAND} \\\n>   --name x", X),
    "over lines of Windows": (f"{COMMAND} \\\r\n  --name x\r\n", X),
    "PowerShell": (f"PS C:\\Users\\me> {COMMAND} `\n>>  --name x", X),
    "the old prompt of Windows": (f"C:\\Users\\me>{COMMAND} ^\n  --name x", X),
    "a program in a folder": (
        (
            r'& "C:\Program Files\Amazon\AWSCLIV2\aws.exe" sagemaker '
            "describe-inference-experiment --name x"
        ),
        X,
    ),
    "a path": (f"/usr/local/bin/{COMMAND} --name x", X),
    "version 2 by its name": ("aws2 sagemaker describe-inference-experiment --name x", X),
    "a prompt of a shell": (f"(venv) me@host ~/src % {COMMAND} --name x", X),
    "a prompt of a machine": (f"[ec2-user@ip-10-0-0-1 ~]$ {COMMAND} --name x", X),
    "as another": (f"sudo {COMMAND} --name x", X),
    "in a code block": (f"```sh\n{COMMAND} --name x\n```", X),
    "with a comment": (f"{COMMAND} --name x  # it's the one of Monday", X),
    "as a word processor writes": (
        "aws sagemaker describe-inference-experiment —name “x” –query ‘Name’",
        {**X, "query": "Name"},
    ),
    "variables": (
        f"AWS_PROFILE='my prod' AWS_DEFAULT_REGION=a AWS_REGION=eu-west-1 {COMMAND} --name x",
        {**X, "profile": "my prod", "region": "eu-west-1"},
    ),
    "options before variables": (
        f"AWS_PROFILE=a AWS_REGION=us-east-1 {COMMAND} --name x --profile b --region eu-west-1",
        {**X, "profile": "b", "region": "eu-west-1"},
    ),
    "an output of the environment": (
        f"AWS_DEFAULT_OUTPUT=yaml {COMMAND} --name x",
        {**X, "output": "yaml"},
    ),
    "variables that say whom to ask": (
        f"AWS_SECRET_ACCESS_KEY=s3cr3t AWS_ENDPOINT_URL=http://evil/ FOO=bar {COMMAND} --name x",
        {
            **X,
            "left_out": (
                "AWS_SECRET_ACCESS_KEY",
                "AWS_ENDPOINT_URL",
                "another variable in front of the command",
            ),
        },
    ),
    "a pipe": (f"{COMMAND} --name x | jq -r '.Name' > $FILE", {**X, "left_out": PIPED}),
    "into a file": (f"{COMMAND} --name x > x.json 2>&1", {**X, "left_out": REDIRECTED}),
    "into nowhere": (f"{COMMAND} 2>/dev/null --name x", {**X, "left_out": REDIRECTED}),
    "a semicolon last": (f"{COMMAND} --name x;", X),
    "JSON": (f"""{COMMAND} --cli-input-json '{{"Name": "x"}}'""", X),
    "JSON in double quotes": (f'{COMMAND} --cli-input-json "{{\\"Name\\":\\"x\\"}}"', X),
    "JSON as PowerShell needs it": (f"""{COMMAND} --cli-input-json '{{\\"Name\\":\\"x\\"}}'""", X),
    "YAML": (f"{COMMAND} --cli-input-yaml 'Name: x'", X),
    "YAML over lines": (f"{COMMAND} --cli-input-yaml '\nName: x\n'", X),
    "a name before a document": (f"{COMMAND} --cli-input-yaml 'Name: y' --name x", X),
    "a name and an empty document": (f"{COMMAND} --cli-input-json '{{}}' --name x", X),
    "a skeleton": (f"{COMMAND} --generate-cli-skeleton", {"skeleton": "input"}),
    "a skeleton in YAML": (
        f"{COMMAND} --generate-cli-skeleton yaml-input",
        {"skeleton": "yaml-input"},
    ),
    "a sample of an answer": (
        f"{COMMAND} --generate-cli-skeleton output --name x",
        {**X, "skeleton": "output"},
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_command_is_understood_as_the_aws_cli_does(case: str) -> None:
    text, members = GOOD[case]
    assert_means(text, Form.COMMAND, members)


UNCLEAR = {
    "no name": (COMMAND, "names no experiment"),
    "a name without value": (f"{COMMAND} --name", "--name needs a value"),
    "an empty name": (f"{COMMAND} --name ''", "names no experiment"),
    "a bad name": (f"{COMMAND} --name a.b", "cannot be an experiment's"),
    "an ARN for a name": (f"{COMMAND} --name {ARN}", "An ARN is pasted alone"),
    "a name of hyphens": (f"{COMMAND} --name=--x", "cannot be an experiment's"),
    "a name in a file": (f"{COMMAND} --name file:///etc/passwd", "which the portal cannot read"),
    "a document in a file": (f"{COMMAND} --cli-input-json file://a.json", "Paste what is in"),
    "bytes in a file": (f"{COMMAND} --cli-input-yaml fileb://a", "Paste what is in"),
    "both documents": (
        f"{COMMAND} --cli-input-json '{{}}' --cli-input-yaml 'Name: x'",
        "only one",
    ),
    "YAML for JSON": (f"{COMMAND} --cli-input-json 'Name: x'", "takes a document of its own"),
    "a document of more": (
        f"{COMMAND} --name x --cli-input-yaml 'Role: y'",
        "--cli-input-yaml takes a document of its own. The request's only member is Name",
    ),
    "a bomb in a document": (f"{COMMAND} --cli-input-yaml 'Name: *a'", "anchors or aliases"),
    "an unknown option": (f"{COMMAND} --name x --verbose", "an option --verbose that"),
    "an option that may be a secret": (f"{COMMAND} --name x --AKIA0", "has an option that"),
    "an option of several": (f"{COMMAND} --n x", "cut short"),
    "a word too many": (f"{COMMAND} --name x y", "belongs to no option"),
    "a thousand words": (f"{COMMAND} " + "y " * 1000, "more words than"),
    "a flag with a value": (f"{COMMAND} --name x --debug=1", "--debug takes no value"),
    "an unknown output": (f"{COMMAND} --name x --output xml", "--output is one of json, text"),
    "an unknown output before it": (f"AWS_DEFAULT_OUTPUT=xml {COMMAND} --name x", "is one of json"),
    "an unknown colour": (f"{COMMAND} --name x --color red", "--color is one of on, off, auto"),
    "an unknown skeleton": (f"{COMMAND} --generate-cli-skeleton xml", "is one of input"),
    "a sample without name": (f"{COMMAND} --generate-cli-skeleton output", "names no experiment"),
    "an endless wait": (f"{COMMAND} --name x --cli-read-timeout long", "a whole number"),
    "a region that is none": (f"{COMMAND} --name x --region evil.example", "a region of AWS"),
    "a profile over lines": (f"{COMMAND} --name x --profile 'a\nb'", "name of a profile"),
    "a variable": (f"{COMMAND} --name $NAME", "only your shell can fill in"),
    "a variable in quotes": (f'{COMMAND} --name "${{NAME}}"', "only your shell can fill in"),
    "another command within": (f"{COMMAND} --name $(id)", "only your shell can fill in"),
    "another in backticks": (f"{COMMAND} --name `id`", "only your shell can fill in"),
    "another in quotes": (f'{COMMAND} --name "`id`"', "only your shell can fill in"),
    "another after it": (f"{COMMAND} --name x; rm -rf /", "more than one command"),
    "another if it does": (f"{COMMAND} --name x && id", "more than one command"),
    "another if not": (f"{COMMAND} --name x || id", "more than one command"),
    "another beside it": (f"{COMMAND} --name x & id", "more than one command"),
    "another line": (f"{COMMAND} --name x\nid", "more than one command or line"),
    "its answer": (f"$ {COMMAND} --name x\n{{\n}}", "more than one command or line"),
    "input from a file": (f"{COMMAND} --name x < file", "holds < outside of quotes"),
    "a function without quotes": (f"{COMMAND} --name x --query length(@)", "holds ( outside"),
    "an open quote": (f"{COMMAND} --name 'x", "quote that does not end"),
    "a backslash last": (f"{COMMAND} --name x\\", "does not end"),
    "another service": ("aws s3 ls", "This is aws s3 ls."),
    "the list": ("aws sagemaker list-inference-experiments", "first page of the portal"),
    "one that changes": (
        "aws sagemaker stop-inference-experiment --name x --model-variant-actions a=Remove",
        "This is aws sagemaker stop-inference-experiment.",
    ),
    "no service": ("aws --debug", "another command of aws, or none"),
    "a service that may be a secret": ("aws wJalrXUtnFEMI/K7MDENG x", "another command of aws"),
    "no aws": ("FOO=bar echo x", "not one of aws"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_command_that_cannot_be_opened_is_told_why(case: str) -> None:
    text, words = UNCLEAR[case]
    assert_unclear(text, Form.COMMAND, words)


def test_a_command_without_its_beginning_is_told_how_it_begins() -> None:
    assert_unclear("describe-inference-experiment --name x", None, "Begin with aws sagemaker")
