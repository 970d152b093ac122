"""``manage.py doctor`` in a process of its own, and the same for operators in the portal."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.accounts import EXTERNAL_ID, Accounts, four_sources
from tests.support.authorisation import House, house
from tests.support.scripted_sts import ScriptedSts
from tests.support.starting import ask, start

BROKEN = '[sources.away]\nregion = "eu-west-1"\nendpoint_url = "http://127.0.0.1:9"\n'


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with four_sources(tmp_path_factory.mktemp("doctor") / "sources.toml") as accounts:
        yield accounts


def doctor(variables: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    done = start(variables, "manage.py", "doctor", *arguments)
    return done.code, done.output, done.error


def test_every_source_has_its_block(accounts: Accounts) -> None:
    code, output, error = doctor(accounts.variables)
    assert (code, error) == (0, "")
    assert re.findall(r"^([a-z-]+): works$", output, re.MULTILINE) == [
        "prod-eu",
        "prod-us",
        "lab-eu",
        "lab-us",
    ]
    assert output.count("arn:aws:sts::444455556666:assumed-role/experiments-reader") == 2
    assert EXTERNAL_ID not in output


def test_one_that_fails_ends_with_1_and_leaves_the_others_alone(
    accounts: Accounts, tmp_path: Path
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(BROKEN + accounts.file.read_text())
    variables = accounts.variables | {"PORTAL_SOURCES": str(file)}
    code, output, _ = doctor(variables)
    assert code == 1
    assert output.startswith("away: 1 of 7 checks fails\n")
    assert re.search(r"^  FAILS +connection +No connection to http://127", output, re.MULTILINE)
    assert output.count(": works\n") == 4
    code, output, _ = doctor(variables, "--source", "lab-us")
    assert (code, output.count(": works\n"), "away" in output) == (0, 1, False)


def test_machines_read_the_same(accounts: Accounts, tmp_path: Path) -> None:
    sts = ScriptedSts()
    sts.refuses = (403, "AccessDenied")
    variables = accounts.variables | {"AWS_ENDPOINT_URL_STS": sts.url}
    code, output, error = doctor(variables, "--source", "prod-eu", "--json")
    assert code == 1
    (source,) = json.loads(output)["sources"]
    assert (source["source"], source["failed"]) == ("prod-eu", 1)
    states = {check["name"]: check["state"] for check in source["checks"]}
    assert (states["credentials"], states["connection"]) == ("fails", "works")
    (credentials,) = [check for check in source["checks"] if check["name"] == "credentials"]
    assert [missing["statement"]["Action"] for missing in credentials["statements"]] == [
        "sts:AssumeRole",
        "sts:AssumeRole",
    ]
    assert EXTERNAL_ID not in output + error
    assert "canary" not in output + error


def test_a_source_that_is_not_there_is_named(accounts: Accounts) -> None:
    code, output, error = doctor(accounts.variables, "--source", "prod_eu")
    assert (code, output) == (1, "")
    assert error == (
        "CommandError: --source must be one of prod-eu, prod-us, lab-eu, lab-us (got 'prod_eu')\n"
    )


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("[sources.a]\nverify_ssl = 0\n")
    code, output, error = doctor({"PORTAL_SOURCES": str(file)})
    assert (code, output) == (1, "")
    assert error.startswith("PORTAL_SOURCES: line 2, sources.a.verify_ssl in ")


def test_what_makes_no_client_is_examined_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[sources.a]\nregion = "eu-west-1"\nprofile = "nobody"\n')
    code, output, error = doctor({"PORTAL_SOURCES": str(file)})
    assert (code, error) == (1, "")
    assert "line 3, profile in PORTAL_SOURCES must be a profile" in " ".join(output.split())


def test_an_operator_sees_the_options_without_the_external_id(accounts: Accounts) -> None:
    (page,), log = ask(accounts.variables, "/operators/sources/lab-us/")
    text = page.content.decode()
    assert page.status_code == 200, log
    assert "arn:aws:iam::444455556666:role/experiments-reader" in text
    assert "us-east-1" in text
    assert "set, and not shown" in text
    assert EXTERNAL_ID not in text


@pytest.fixture(scope="module")
def home() -> House:
    return house()


def test_looking_at_a_source_asks_aws_nothing_and_examining_it_does(home: House) -> None:
    before = len(home.aws.calls)
    page = home["operator"].get("/operators/sources/open/")
    assert page.status_code == 200
    assert len(home.aws.calls) == before
    page = home["operator"].post("/operators/sources/open/", {})
    assert page.status_code == 200
    assert len(home.aws.calls) >= before + 2
    assert re.search(r"<dt>Describe</dt>\s*<dd><span class=\"st t-ok\">", page.text)
