"""The doctor: what it finds out about a source, over real HTTP."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from experiments.aws.examination import examine
from experiments.domain import checks, iam
from experiments.domain.checks import Connection
from experiments.domain.diagnosis import Check, Diagnosis, State
from experiments.domain.source import Source
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.scripted_sts import CALLER, ScriptedSts

ROLE = "arn:aws:iam::111122223333:role/team/reader"


class Permitting(ScriptedAws):
    """Denies the operations of ``denied``; else knows no experiment and lists none."""

    def __init__(self, *denied: str, code: str = "AccessDeniedException") -> None:
        super().__init__()
        self._denied, self._code = denied, code

    def answer(self, operation: str, arguments: dict[str, Any]) -> Answer:
        if operation in self._denied:
            body = {"__type": self._code, "message": "canary-role may not"}
            return Answer(json.dumps(body).encode(), 400)
        return super().answer(operation, arguments)


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> ScriptedSts:
    sts = ScriptedSts()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
    return sts


def source(name: str, url: str, **keys: Any) -> Source:
    return Source(name=name, region="eu-west-1", endpoint_url=url, **keys)


def states(diagnosis: Diagnosis) -> dict[str, str]:
    return {check.name: check.state.value for check in diagnosis.checks}


def found(diagnosis: Diagnosis, name: str) -> Check:
    (check,) = [check for check in diagnosis.checks if check.name == name]
    return check


def test_a_source_that_works_says_so_of_every_check(sts: ScriptedSts) -> None:
    aws = Permitting()
    diagnosis = examine(source("healthy", aws.url))
    assert states(diagnosis) == dict.fromkeys(
        ["settings", "connection", "credentials", "account", "describe", "list", "clock"], "works"
    )
    assert diagnosis.failed == 0
    assert found(diagnosis, "account").said == f"123456789012, as {CALLER}."
    # It looks for a name that nobody has, and for one experiment at most.
    assert sorted(operation for operation, _ in aws.calls) == [
        "DescribeInferenceExperiment",
        "ListInferenceExperiments",
    ]
    assert {"MaxResults": 1} in [arguments for _, arguments in aws.calls]


@pytest.mark.parametrize(
    ("operation", "name", "statement"),
    [
        (
            "DescribeInferenceExperiment",
            "describe",
            {
                "Effect": "Allow",
                "Action": "sagemaker:DescribeInferenceExperiment",
                "Resource": "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/*",
            },
        ),
        (
            "ListInferenceExperiments",
            "list",
            {
                "Effect": "Allow",
                "Action": "sagemaker:ListInferenceExperiments",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
            },
        ),
    ],
)
def test_a_role_without_a_permission_is_told_which_statement_is_missing(
    sts: ScriptedSts, operation: str, name: str, statement: dict[str, Any]
) -> None:
    diagnosis = examine(source(f"denied-{name}", Permitting(operation).url))
    failing = found(diagnosis, name)
    assert diagnosis.failed == 1
    assert failing.state is State.FAILS
    assert [json.loads(missing.json) for missing in failing.statements] == [statement]
    assert "canary" not in repr(diagnosis)


def test_an_sts_that_cannot_be_reached_leaves_only_the_account_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    diagnosis = examine(source("no-sts", Permitting("DescribeInferenceExperiment").url))
    assert found(diagnosis, "account").state is State.UNKNOWN
    assert diagnosis.failed == 1
    # Nobody tells the account, and the statement works all the same.
    (missing,) = found(diagnosis, "describe").statements
    resource = "arn:aws:sagemaker:eu-west-1:*:inference-experiment/*"
    assert json.loads(missing.json)["Resource"] == resource


def test_a_role_that_cannot_be_assumed_is_told_both_statements(sts: ScriptedSts) -> None:
    sts.refuses = (403, "AccessDenied")
    aws = Permitting()
    examined = source("no-role", aws.url, role_arn=ROLE, external_id="canary-id")
    diagnosis = examine(examined)
    check = found(diagnosis, "credentials")
    assert (diagnosis.failed, check.state) == (1, State.FAILS)
    caller, trust = [json.loads(statement.json) for statement in check.statements]
    assert caller == {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}
    assert trust == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/portal"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "the external_id of the source"}},
    }
    assert "canary" not in repr(diagnosis)
    assert {name: state for name, state in states(diagnosis).items() if state == "unknown"} == {
        "account": "unknown",
        "describe": "unknown",
        "list": "unknown",
    }
    assert aws.calls == []


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException"])
def test_credentials_that_aws_refuses_fail_as_such(sts: ScriptedSts, code: str) -> None:
    aws = Permitting("DescribeInferenceExperiment", "ListInferenceExperiments", code=code)
    diagnosis = examine(source(f"refused-{code.lower()}", aws.url))
    assert diagnosis.failed == 1
    assert code in found(diagnosis, "credentials").said
    assert states(diagnosis)["describe"] == states(diagnosis)["list"] == "unknown"


def test_without_a_signature_there_are_no_credentials_to_find(sts: ScriptedSts) -> None:
    diagnosis = examine(source("unsigned", Permitting().url, sign_requests=False))
    assert diagnosis.failed == 0
    assert "account" not in states(diagnosis)
    assert sts.calls == []


@pytest.mark.parametrize(
    ("ahead", "state"), [(0, "works"), (-90, "warns"), (90, "warns"), (400, "fails")]
)
def test_the_clock_is_held_against_the_one_of_aws(sts: ScriptedSts, ahead: int, state: str) -> None:
    class Shifted(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def do_POST(self) -> None:
            self.send_error(404)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() - ahead)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shifted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    clock = found(examine(source(f"clock-{state}{ahead}", url)), "clock")
    assert clock.state.value == state
    if ahead:
        assert ("ahead of" if ahead > 0 else "behind") in clock.said
        seconds = re.search(r"([0-9]+) s ", clock.said)
        assert seconds is not None
        assert abs(int(seconds[1]) - abs(ahead)) <= 2
    server.shutdown()
    server.server_close()


def test_an_address_where_nobody_listens_is_told(sts: ScriptedSts) -> None:
    diagnosis = examine(source("nowhere", "http://127.0.0.1:9"))
    assert states(diagnosis) == {
        "settings": "works",
        "connection": "fails",
        "credentials": "works",
        "account": "works",
        "describe": "unknown",
        "list": "unknown",
        "clock": "unknown",
    }


def test_plain_http_is_all_right_on_this_machine_alone() -> None:
    assert checks.connection(Connection.PLAIN_ON_THIS_MACHINE, "x").state is State.WORKS
    assert checks.connection(Connection.PLAIN, "x").state is State.WARNS
    assert checks.connection(Connection.UNVERIFIED, "x").state is State.WARNS


@pytest.mark.parametrize("kind", Connection)
def test_every_end_of_a_connection_has_its_words(kind: Connection) -> None:
    check = checks.connection(kind, "https://sagemaker.example")
    assert "https://sagemaker.example" in check.said
    assert bool(check.advice) == (check.state is not State.WORKS)


def test_statements_are_of_the_partition(sts: ScriptedSts) -> None:
    place = iam.Place(region="cn-north-1", partition="aws-cn", account="111122223333")
    resource = json.loads(iam.describe(place).json)["Resource"]
    assert resource == "arn:aws-cn:sagemaker:cn-north-1:111122223333:inference-experiment/*"
    trust = json.loads(iam.trusting("arn:aws-cn:iam::1:role/x", None, external_id=False).json)
    assert trust["Principal"] == {"AWS": "arn:aws-cn:iam::ACCOUNT:root"}
    assert "Condition" not in trust


def test_what_hangs_is_given_up_within_the_time_of_a_page(
    sts: ScriptedSts,
) -> None:
    ended = threading.Event()
    sts.hangs = lambda: ended.wait(30)
    aws = Permitting()
    began = time.monotonic()
    diagnosis = examine(source("hangs", aws.url, role_arn=ROLE, connect_timeout=0, read_timeout=0))
    ended.set()
    assert time.monotonic() - began < 8
    assert found(diagnosis, "credentials").state is State.FAILS


def test_several_who_ask_at_once_get_one_examination(sts: ScriptedSts) -> None:
    aws = Permitting()
    examined, answers = source("asked-often", aws.url), list[Diagnosis]()
    threads = [threading.Thread(target=lambda: answers.append(examine(examined))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 5
    assert len(aws.calls) == 2
