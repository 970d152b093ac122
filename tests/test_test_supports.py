"""What other tests stand on: an AWS that fails as it is told, and a PostgreSQL of their own."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest
from botocore import exceptions
from botocore.config import Config

from experiments.demo.server import DemoSageMaker
from tests.demo.builders import create_request
from tests.support.faulty_aws import CANARY, ELSEWHERE, FAULTS, HUGE, SLOW_SECONDS, FaultyAws
from tests.support.portal import REPOSITORY
from tests.support.postgresql import (
    ThrowawayPostgresql,
    drop_database,
    empty_database,
    new_database,
    throwaway_postgresql,
)

CODES = {
    "throttled": ("ThrottlingException", 400),
    "too-many": ("TooManyRequestsException", 429),
    "internal-error": ("InternalFailure", 500),
    "unavailable": ("ServiceUnavailable", 503),
    "expired-token": ("ExpiredTokenException", 400),
    "access-denied": ("AccessDeniedException", 400),
    "clock-skew": ("RequestTimeTooSkewed", 403),
    "skewed-signature": ("InvalidSignatureException", 403),
    "deleted": ("ResourceNotFound", 400),
}
BODIES: dict[str, Callable[[bytes], bool]] = {
    "empty": lambda body: body == b"",
    "html": lambda body: body.startswith(b"<!doctype html>"),
    "truncated": lambda body: body.startswith(b'{"') and not body.endswith(b"}"),
    "wrong-experiment": lambda body: json.loads(body)["Name"] == "somebody-else",
    "variants-a-string": lambda body: isinstance(json.loads(body)["ModelVariants"], str),
    "status-a-number": lambda body: isinstance(json.loads(body)["Status"], int),
    "huge": lambda body: len(body) > HUGE,
    "odd-characters": lambda body: b"\\u0000" in body and b"\\ud83d," in body,
}
CONNECTIONS: dict[str, type[Exception]] = {
    "reset": exceptions.HTTPClientError,
    "hang": exceptions.ReadTimeoutError,
    "refused": exceptions.EndpointConnectionError,
}
REDIRECTS = {"redirect-301": 301, "redirect-302": 302, "redirect-307": 307}


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSageMaker]:
    with DemoSageMaker() as sagemaker:
        for name in ("ranker", "healthy"):
            sagemaker.client().create_inference_experiment(**create_request(name))
        yield sagemaker


@pytest.fixture
def aws(demo: DemoSageMaker) -> Iterator[FaultyAws]:
    with FaultyAws(demo.url) as faulty:
        yield faulty


def describe(aws: FaultyAws, name: str = "ranker") -> Any:
    """As boto3 does it, once."""
    client = boto3.client(
        "sagemaker",
        region_name="eu-west-1",
        endpoint_url=aws.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(proxies={}, read_timeout=1, retries={"total_max_attempts": 1}),
    )
    return client.describe_inference_experiment(Name=name)


def ask(aws: FaultyAws, name: str = "ranker") -> http.client.HTTPResponse:
    """The same by hand, to see what botocore does not show."""
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc, timeout=5)
    target = {"X-Amz-Target": "SageMaker.DescribeInferenceExperiment"}
    connection.request("POST", "/", json.dumps({"Name": name}), target | SIGNED)
    return connection.getresponse()


# Where moto reads the service and the region from.
SIGNED = {
    "Content-Type": "application/x-amz-json-1.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=a/20261123/eu-west-1/sagemaker/aws4_request",
}


def test_without_a_fault_it_is_the_demo(demo: DemoSageMaker, aws: FaultyAws) -> None:
    expected = demo.client().describe_inference_experiment(Name="ranker")
    assert describe(aws)["CreationTime"] == expected["CreationTime"]
    assert json.loads(ask(aws).read())["Name"] == "ranker"


def test_every_fault_is_tried_here() -> None:
    tried = {*CODES, *BODIES, *CONNECTIONS, *REDIRECTS, "slow", "drip-feed", "short-body"}
    assert tried == set(FAULTS)


@pytest.mark.parametrize("fault", CODES)
def test_an_error_has_its_code_and_its_status(aws: FaultyAws, fault: str) -> None:
    with aws.fault("ranker", fault), pytest.raises(exceptions.ClientError) as caught:
        describe(aws)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (
        CODES[fault]
    )
    assert CANARY in response["Error"]["Message"]


@pytest.mark.parametrize("fault", BODIES)
def test_a_body_is_what_its_name_says(aws: FaultyAws, fault: str) -> None:
    with aws.fault("ranker", fault):
        response = ask(aws)
        assert response.status == 200
        assert BODIES[fault](response.read())


@pytest.mark.parametrize("fault", CONNECTIONS)
def test_a_connection_fails_as_its_name_says(aws: FaultyAws, fault: str) -> None:
    with aws.fault(None, fault), pytest.raises(CONNECTIONS[fault]):
        describe(aws)
    assert describe(aws)["Name"] == "ranker"


@pytest.mark.parametrize("fault", REDIRECTS)
def test_a_redirect_tells_whether_anybody_followed_it(aws: FaultyAws, fault: str) -> None:
    with aws.fault("ranker", fault):
        response = ask(aws)
        assert (response.status, response.headers["Location"]) == (REDIRECTS[fault], ELSEWHERE)
        assert aws.followed == 0
        connection = http.client.HTTPConnection(urlsplit(aws.url).netloc, timeout=5)
        connection.request("GET", ELSEWHERE)
        connection.getresponse().read()
        assert aws.followed == 1


def test_slow_is_right_and_late(aws: FaultyAws) -> None:
    with aws.fault("ranker", "slow"):
        began = time.monotonic()
        assert json.loads(ask(aws).read())["Name"] == "ranker"
        assert time.monotonic() - began > SLOW_SECONDS


def test_a_drip_feed_goes_on_and_on(aws: FaultyAws) -> None:
    with aws.fault("ranker", "drip-feed"):
        response = ask(aws)
        began = time.monotonic()
        assert response.read(3) == b"   "
        assert time.monotonic() - began > 0.9


def test_a_short_body_ends_before_its_length(aws: FaultyAws) -> None:
    with aws.fault("ranker", "short-body"), pytest.raises(http.client.IncompleteRead):
        ask(aws).read()


def test_a_fault_is_for_one_experiment_or_for_all(aws: FaultyAws) -> None:
    with aws.fault("ranker", "throttled"):
        assert (ask(aws, "ranker").status, ask(aws, "healthy").status) == (400, 200)
        with aws.fault(None, "internal-error"):
            assert (ask(aws, "ranker").status, ask(aws, "healthy").status) == (400, 500)
    assert (ask(aws, "ranker").status, ask(aws, "healthy").status) == (200, 200)
    assert aws.calls["DescribeInferenceExperiment", "ranker"] == 3


def test_a_fault_that_there_is_not_is_refused(aws: FaultyAws) -> None:
    with pytest.raises(ValueError, match="throttled, too-many"):
        aws.set("ranker", "throtled")
    with pytest.raises(ValueError, match="before anybody could read a name"):
        aws.set("ranker", "refused")


def test_postgresql_stops_and_comes_back_with_what_it_had() -> None:
    with throwaway_postgresql() as server, empty_database(server.url) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (answer text)")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        assert tables(url) == ["kept"]
    assert not listens(server.url)


def test_each_database_is_new_and_can_be_dropped_in_use(
    postgresql_server: ThrowawayPostgresql,
) -> None:
    urls = [new_database(postgresql_server.url) for _ in range(2)]
    assert len(set(urls)) == 2
    with psycopg.connect(urls[0], autocommit=True) as connection:
        connection.execute("CREATE TABLE used (answer text)")
        assert tables(urls[1]) == []
        for url in urls:
            drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls[1])


KILLED = """
import time
from tests.support.postgresql import throwaway_postgresql
with throwaway_postgresql() as server:
    print(server.url, flush=True)
    time.sleep(60)
"""


def test_postgresql_ends_with_a_test_process_that_is_killed(
    postgresql_server: ThrowawayPostgresql,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert tables(url) == []
        process.kill()
    deadline = time.monotonic() + 10
    while listens(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not listens(url)


def test_a_database_url_is_one_that_the_portal_takes(database_url: str) -> None:
    config = subprocess.run(
        [
            sys.executable,
            "-c",
            "import pathlib, portal.env; print(portal.env.database(pathlib.Path('/'))['ENGINE'])",
        ],
        cwd=REPOSITORY,
        env={"PORTAL_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert config.stdout.strip().rpartition(".")[2] == database_url.partition(":")[0].replace(
        "sqlite", "sqlite3"
    )


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [str(name) for (name,) in found]


def listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0
