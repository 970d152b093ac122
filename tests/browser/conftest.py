"""Chromium in front of a portal in front of a SageMaker, all of them on this machine."""

import os
from collections.abc import Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import BrowserContext
from pytest_playwright.pytest_playwright import CreateContextCallback

from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests import programs
from tests.browser.complaints import Complaints
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "requests_may_fail: the test takes a server away, so failed requests are meant"
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = programs.require(programs.chromium(), programs.CHROMIUM)
    # A test's browser talks to loopback addresses only, so nothing of its own may phone home.
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": program, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """What moves for ever is painted for ever, and no test is about how it moves."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Tests name whole addresses, since there is more than one portal. The plugin that brings a
    fixture of this name defines it in a way that the next pytest will not know."""


@pytest.fixture(scope="session", autouse=True)
def _django_beside_a_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread until the session ends. Django would refuse
    its database to the tests that follow, thinking that they run inside of it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def sagemaker() -> Iterator[DemoSageMaker]:
    with DemoSageMaker() as demo:
        yield demo


@pytest.fixture(scope="session")
def portal(sagemaker: DemoSageMaker) -> Iterator[str]:
    """The address of a portal in front of ``sagemaker``."""
    with running_portal(sagemaker.url) as url:
        yield url


@pytest.fixture(scope="session")
def seeded(sagemaker: DemoSageMaker) -> tuple[str, ...]:
    """The names of the demo's own experiments."""
    return seed(sagemaker)


@pytest.fixture(scope="session")
def aws() -> ScriptedAws:
    return ScriptedAws()


@pytest.fixture(scope="session")
def scripted_portal(aws: ScriptedAws) -> Iterator[str]:
    """The address of a portal in front of an AWS that says what a test tells it."""
    with running_portal(aws.url) as url:
        yield url


@pytest.fixture
def new_context(
    new_context: CreateContextCallback, request: pytest.FixtureRequest
) -> Iterator[CreateContextCallback]:
    """Every page of every test is watched: nothing may be in its console when the test ends."""
    complaints = Complaints()

    def create(**options: Any) -> BrowserContext:
        context = new_context(**options)
        complaints.collect(context)
        return context

    yield cast(CreateContextCallback, create)
    may_fail = request.node.get_closest_marker("requests_may_fail") is not None
    assert complaints.left(requests_may_fail=may_fail) == []
