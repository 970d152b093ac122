"""What is kept apart, and what many threads at once may do."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from experiments.demo import life
from experiments.demo.clock import Clock
from experiments.demo.experiment import Pace
from experiments.demo.registry import Registry
from experiments.demo.server import DemoSageMaker

from .builders import SECOND, create_request


def names(client: Any) -> list[str]:
    answer = client.list_inference_experiments(MaxResults=100)
    return [each["Name"] for each in answer["InferenceExperiments"]]


def in_account(client: Any, account: str) -> Any:
    def sign(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account

    client.meta.events.register("before-sign.sagemaker", sign)
    return client


def test_regions_do_not_mix(sagemaker: DemoSageMaker) -> None:
    here, there = sagemaker.client(), sagemaker.client("us-gov-west-1")
    here.create_inference_experiment(**create_request())
    assert names(there) == []
    arn = there.create_inference_experiment(**create_request())["InferenceExperimentArn"]
    assert arn.startswith("arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:")
    there.delete_tags(ResourceArn=arn, TagKeys=["none"])


def test_accounts_do_not_mix(sagemaker: DemoSageMaker) -> None:
    ours = sagemaker.client()
    theirs = in_account(sagemaker.client(), "210987654321")
    ours.create_inference_experiment(**create_request())
    with pytest.raises(theirs.exceptions.ResourceNotFound):
        theirs.describe_inference_experiment(Name="ranker")
    arn = theirs.create_inference_experiment(**create_request())["InferenceExperimentArn"]
    assert ":210987654321:" in arn
    assert names(ours) == names(theirs) == ["ranker"]


def test_two_demos_in_one_process_do_not_mix(sagemaker: DemoSageMaker, clock: Clock) -> None:
    sagemaker.client().create_inference_experiment(**create_request())
    with DemoSageMaker(clock=clock) as other:
        assert other.url != sagemaker.url
        assert names(other.client()) == []


def test_of_many_creating_one_name_one_wins(client: Any) -> None:
    def create(_: int) -> str:
        try:
            client.create_inference_experiment(**create_request())
        except client.exceptions.ResourceInUse:
            return "in use"
        return "created"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(create, range(24)))
    assert sorted(outcomes) == ["created"] + ["in use"] * 23


def test_many_threads_lose_nothing(client: Any) -> None:
    def live(number: int) -> str:
        name = f"ranker-{number}"
        client.create_inference_experiment(**create_request(name))
        client.list_inference_experiments(MaxResults=100)
        return str(client.describe_inference_experiment(Name=name)["Name"])

    with ThreadPoolExecutor(8) as threads:
        created = list(threads.map(live, range(40)))
    assert sorted(names(client)) == sorted(created)


def test_a_shelf_is_open_to_one_thread_at_a_time(clock: Clock) -> None:
    registry = Registry(clock, Pace(), limit=1000)

    def count_and_add(_: int) -> None:
        with registry.open("123456789012", "eu-west-1") as shelf:
            name = f"ranker-{len(shelf.experiments)}"
            # Gives the other threads their chance to come in between.
            time.sleep(0)
            shelf.put(
                life.create(
                    create_request(name),
                    arn=shelf.arn(name),
                    tags={},
                    scenario="",
                    window=(shelf.now, None),
                    now=shelf.now,
                )
            )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_and_add, range(200)))
    with registry.open("123456789012", "eu-west-1") as shelf:
        assert len(shelf.experiments) == 200


def test_of_many_stopping_one_experiment_one_wins(client: Any, clock: Clock) -> None:
    client.create_inference_experiment(**create_request())
    clock.step(60 * SECOND)

    def stop(_: int) -> str:
        actions = {"prod": "Retain", "shadow": "Remove"}
        try:
            client.stop_inference_experiment(Name="ranker", ModelVariantActions=actions)
        except client.exceptions.ConflictException:
            return "conflict"
        return "stopped"

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(stop, range(12)))
    assert sorted(outcomes) == ["conflict"] * 11 + ["stopped"]


def test_a_demo_can_be_quicker_than_the_real_pace(clock: Clock) -> None:
    at_once = timedelta(0)
    pace = Pace(creating=at_once, starting=at_once, updating=at_once, stopping=at_once)
    with DemoSageMaker(clock=clock, pace=pace) as demo:
        client = demo.client()
        client.create_inference_experiment(**create_request())
        assert client.describe_inference_experiment(Name="ranker")["Status"] == "Running"
