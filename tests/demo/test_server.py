"""The server itself: its port, its silence, and its end."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import EndpointConnectionError

from experiments.demo.clock import Clock
from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker

from .builders import NOW, create_request

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_it_listens_on_this_machine_only(sagemaker: DemoSageMaker) -> None:
    assert sagemaker.url.startswith("http://127.0.0.1:")


def test_a_port_in_use_is_an_error_at_start(sagemaker: DemoSageMaker) -> None:
    port = int(sagemaker.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        DemoSageMaker(port=port).start()


def test_it_is_gone_at_once_and_comes_back_with_what_it_knew(sagemaker: DemoSageMaker) -> None:
    client = sagemaker.client()
    client.create_inference_experiment(**create_request())
    before = sagemaker.url
    sagemaker.stop()
    with pytest.raises(EndpointConnectionError):
        client.describe_inference_experiment(Name="ranker")
    sagemaker.start()
    assert sagemaker.url == before
    assert client.describe_inference_experiment(Name="ranker")["Name"] == "ranker"


def test_stopping_twice_is_harmless() -> None:
    demo = DemoSageMaker()
    demo.stop()
    demo.start()
    demo.stop()
    demo.stop()


def test_nobody_can_reset_it_through_moto(sagemaker: DemoSageMaker) -> None:
    client = sagemaker.client()
    client.create_inference_experiment(**create_request())
    for path in ("/moto-api/reset", "/moto-api/", "/moto-api/data.json"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            _OPENER.open(urllib.request.Request(sagemaker.url + path, method="POST"))
        with caught.value as answer:
            assert answer.code == 404
    assert len(client.list_inference_experiments()["InferenceExperiments"]) == 1


def test_it_says_nothing_while_it_works(capfd: pytest.CaptureFixture[str]) -> None:
    with DemoSageMaker(clock=Clock(NOW, speed=0)) as demo:
        seed(demo)
        demo.client().list_inference_experiments()
    assert capfd.readouterr() == ("", "")


def test_other_services_of_moto_come_with_it(sagemaker: DemoSageMaker) -> None:
    client = sagemaker.client()
    assert "Models" in client.list_models()


def test_importing_it_leaves_other_boto3_clients_alone_and_needs_no_django() -> None:
    program = """
import os, sys
before = dict(os.environ)
import experiments.demo.server, experiments.demo.seed
assert dict(os.environ) == before, "the environment has changed"
assert "django" not in sys.modules, "django has been imported"
assert not [name for name in sys.modules
            if name.startswith("experiments.") and not name.startswith("experiments.demo")]

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
client = boto3.client(
    "sagemaker", region_name="eu-west-1", endpoint_url="http://127.0.0.1:1",
    aws_access_key_id="demo", aws_secret_access_key="demo",
    config=Config(proxies={}, retries={"total_max_attempts": 1}),
)
try:
    client.list_models()
except EndpointConnectionError:
    pass
else:
    raise AssertionError("moto answered a call that was meant for the network")
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
