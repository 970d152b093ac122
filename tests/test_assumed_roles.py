"""Sources whose role the portal assumes, with an STS that says what it is told."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from experiments.aws import clients, sagemaker
from experiments.domain.problem import Kind, ProblemError
from experiments.domain.source import Source
from tests.support.pages import parse, problem
from tests.support.scripted_aws import ScriptedAws
from tests.support.scripted_sts import ScriptedSts
from tests.support.starting import ask

ROLE = "arn:aws:iam::123456789012:role/team/canary-role"


def role_source(name: str, aws: ScriptedAws, **keys: object) -> Source:
    return Source(
        name=name,
        region="eu-west-1",
        endpoint_url=aws.url,
        role_arn=ROLE,
        external_id="canary-id",
        **keys,  # type: ignore[arg-type]
    )


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> ScriptedSts:
    sts = ScriptedSts()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
    return sts


def test_a_role_is_assumed_once_with_its_external_id(
    scripted_aws: ScriptedAws, sts: ScriptedSts
) -> None:
    source = role_source("role-once", scripted_aws)
    scripted_aws.describes("by-role")
    # Nor while a client is made, when others wait for theirs.
    clients.sagemaker(source)
    assert sts.calls == []
    for _ in range(3):
        sagemaker.describe(source, "by-role")
    assert sts.calls == [
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": ROLE,
            "RoleSessionName": "inference-experiment-portal",
            "ExternalId": "canary-id",
            "Signer": "test",
            "Region": "eu-west-1",
        }
    ]


def test_credentials_that_end_are_renewed(scripted_aws: ScriptedAws, sts: ScriptedSts) -> None:
    source = role_source("role-renewed", scripted_aws)
    scripted_aws.describes("renewed")
    # botocore renews what lasts for less than ten minutes before it signs with it.
    sts.lasts = timedelta(minutes=5)
    sagemaker.describe(source, "renewed")
    sts.lasts = timedelta(hours=1)
    for _ in range(3):
        sagemaker.describe(source, "renewed")
    assert len(sts.calls) == 2


@pytest.mark.parametrize(
    ("refusal", "kind", "code"),
    [
        ((403, "AccessDenied"), Kind.EXPIRED_CREDENTIALS, "AccessDenied"),
        ((403, "InvalidClientTokenId"), Kind.EXPIRED_CREDENTIALS, "InvalidClientTokenId"),
        ((403, "RegionDisabledException"), Kind.EXPIRED_CREDENTIALS, None),
        ((400, "ValidationError"), Kind.EXPIRED_CREDENTIALS, None),
        ((400, "Throttling"), Kind.THROTTLED, "Throttling"),
        ((500, "InternalFailure"), Kind.UNREACHABLE, "InternalFailure"),
    ],
)
def test_a_role_that_cannot_be_assumed_is_not_a_denial_of_sagemaker(
    scripted_aws: ScriptedAws,
    sts: ScriptedSts,
    caplog: pytest.LogCaptureFixture,
    refusal: tuple[int, str],
    kind: Kind,
    code: str | None,
) -> None:
    sts.refuses = refusal
    before = len(scripted_aws.calls)
    with pytest.raises(ProblemError) as raised:
        sagemaker.describe(role_source(f"role-{refusal[1]}", scripted_aws), "refused")
    assert (raised.value.problem.kind, raised.value.problem.code) == (kind, code)
    assert len(scripted_aws.calls) == before
    assert "canary" not in caplog.text


def test_the_page_of_a_role_that_is_refused_tells_nobody_of_it(
    scripted_aws: ScriptedAws, sts: ScriptedSts, tmp_path: Path
) -> None:
    sts.refuses = (403, "AccessDenied")
    file = tmp_path / "sources.toml"
    file.write_text(f'[sources.a]\nrole_arn = "{ROLE}"\nexternal_id = "canary-id"\n')
    variables = {
        "PORTAL_SOURCES": str(file),
        "AWS_ENDPOINT_URL": scripted_aws.url,
        "AWS_ENDPOINT_URL_STS": sts.url,
    }
    (page,), log = ask(variables, "/experiments/a/by-nobody/")
    assert (page.status_code, problem(parse(page))) == (503, "expired-credentials")
    assert "canary" not in page.content.decode() + log
    assert "expired-credentials" in log


def test_an_sts_that_hangs_holds_nobody_beyond_the_deadline(
    scripted_aws: ScriptedAws, sts: ScriptedSts
) -> None:
    ended = threading.Event()
    sts.hangs = lambda: ended.wait(30)
    source = role_source("role-hangs", scripted_aws)
    took: list[float] = []

    def call() -> None:
        began = time.monotonic()
        with pytest.raises(ProblemError, match="unreachable"):
            sagemaker.describe(source, "hanging")
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    ended.set()
    assert len(took) == 8
    assert max(took) < 8
