"""Open anything right after the start, when no list has been read and no account has been seen."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.demo.builders import create_request
from tests.support.accounts import Accounts, four_sources
from tests.support.pages import parse, words
from tests.support.portal import running_portal
from tests.support.visits import Visit, get


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with four_sources(tmp_path / "sources.toml") as accounts:
        for source in ("prod-eu", "lab-us"):
            accounts.clients[source].create_inference_experiment(**create_request("Ranker-V7"))
        yield accounts


def arn(account: str, region: str, name: str = "ranker-v7") -> str:
    return f"arn:aws:sagemaker:{region}:{account}:inference-experiment/{name}"


def opened(portal: str, text: str) -> Visit:
    return get(portal, f"/open/?{urlencode({'q': text})}")


def test_a_role_tells_the_account_and_a_list_tells_capitals(accounts: Accounts) -> None:
    with running_portal(accounts.url, PORTAL_SOURCES=str(accounts.file)) as portal:
        answer = opened(portal, arn("444455556666", "us-east-1"))
        assert answer.headers["Location"] == "/experiments/lab-us/Ranker-V7/"
        nowhere = opened(portal, arn("999999999999", "eu-west-1"))
    assert nowhere.status_code == 404
    assert "999999999999" in words(parse(nowhere).select_one("main"))


def test_an_experiment_of_another_account_is_not_passed_off(
    accounts: Accounts, tmp_path: Path
) -> None:
    """Where no role tells the account, AWS's own answer does."""
    file = tmp_path / "one.toml"
    file.write_text('[sources.somewhere]\nregion = "eu-west-1"\n')
    name, own = "ranker-v7", "123456789012"
    accounts.demo.client().create_inference_experiment(**create_request(name))
    with running_portal(accounts.url, PORTAL_SOURCES=str(file)) as portal:
        answer = opened(portal, arn("999999999999", "eu-west-1", name))
        assert answer.status_code == 404
        assert "reads another account" in words(parse(answer).select_one("main"))
        answer = opened(portal, arn(own, "eu-west-1", name))
        assert answer.headers["Location"] == f"/experiments/somewhere/{name}/"
