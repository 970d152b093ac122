"""Names and sources that no experiment can have: judged here, never sent to AWS."""

import pytest
from django.test import Client

from tests.support.pages import parse, problem
from tests.support.problems import assert_problem_page
from tests.support.scripted_aws import ScriptedAws


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


BAD_NAMES = {
    "newline": "name%0A",
    "too long": "x" * 121,
    "dot": "a.b",
    "dots": "%2E%2E",
    "slash": "a%2Fb",
    "unicode digit": "%D9%A3",
    "accent": "caf%C3%A9",
    "hyphen first": "-name",
    "hyphen last": "name-",
    "space": "bad%20name",
    "NUL": "a%00b",
    "not UTF-8": "%FF%FE",
    "markup": "%3Cscript%3E",
    "many hyphens": "a" + "-" * 5000,
}


@pytest.mark.parametrize("case", BAD_NAMES)
def test_a_bad_name_never_reaches_aws(client: Client, scripted_aws: ScriptedAws, case: str) -> None:
    before = len(scripted_aws.calls)
    response = client.get(address(BAD_NAMES[case]))
    assert response.status_code == 404
    if case not in {"slash", "dots"}:
        assert_problem_page(response, "invalid-name")
        assert client.get(f"{address(BAD_NAMES[case])}status/").status_code == 200
    assert len(scripted_aws.calls) == before


@pytest.mark.parametrize("length", [1, 119, 120])
def test_every_name_that_aws_accepts_is_asked_for(
    client: Client, scripted_aws: ScriptedAws, length: int
) -> None:
    name = ("n-" * 60)[: length - 1] + "1"
    scripted_aws.describes(name)
    assert client.get(address(name)).status_code == 200


@pytest.mark.parametrize("source", ["prod-eu", "Default", "%64efault%00", "<b>", "x" * 5000])
def test_an_unknown_source_never_reaches_aws(
    client: Client, scripted_aws: ScriptedAws, source: str
) -> None:
    before = len(scripted_aws.calls)
    page = assert_problem_page(client.get(f"/experiments/{source}/some-name/"), "unknown-source")
    assert page.select("#experiment b") == []
    poll = client.get(f"/experiments/{source}/some-name/status/")
    assert (poll.status_code, problem(parse(poll))) == (200, "unknown-source")
    assert len(scripted_aws.calls) == before


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/experiments/default//", "invalid-name"),
        ("/experiments/default/a%2Fb/", "invalid-name"),
        ("/experiments/default/a/b/c/", "invalid-name"),
        ("/experiments//name/", "unknown-source"),
        ("/experiments/nowhere/a/b/", "unknown-source"),
    ],
)
def test_no_address_below_experiments_is_left_unjudged(
    client: Client, path: str, kind: str
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert problem(parse(response)) == kind
