"""What all tests share: an AWS that says what it is told, and the environment in front of it.

The portal reads its AWS settings from the environment, so the scripted endpoint is there before
Django's settings are.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import faults
from tests.support.portal import environment
from tests.support.scripted_aws import ScriptedAws

_scripted_aws = ScriptedAws()
for _name in [name for name in os.environ if name.startswith(("AWS_", "PORTAL_"))]:
    del os.environ[_name]
os.environ.update(environment(_scripted_aws.url))

# No deadline, because an example that asks AWS takes as long as the machine is busy.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "fuzz", settings.get_profile("suite"), derandomize=False, max_examples=10_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    # Pages are tested without collectstatic, so a fresh checkout has no folder of its files.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


@pytest.fixture
def hanging_ends() -> Iterator[None]:
    """What hangs in a test (tests.support.faults) hangs no longer than the test."""
    faults.over.clear()
    yield
    faults.over.set()


@pytest.fixture(scope="session")
def scripted_aws() -> ScriptedAws:
    """The endpoint that the Django test client's portal asks. Tests use names of their own."""
    return _scripted_aws
