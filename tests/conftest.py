"""What all tests share: an AWS that says what it is told, and the environment in front of it.

The portal reads its AWS settings from the environment, so the scripted endpoint is there before
Django's settings are.
"""

import os

import pytest

from tests.support.portal import environment
from tests.support.scripted_aws import ScriptedAws

_scripted_aws = ScriptedAws()
for _name in [name for name in os.environ if name.startswith(("AWS_", "PORTAL_"))]:
    del os.environ[_name]
os.environ.update(environment(_scripted_aws.url))


@pytest.fixture(scope="session")
def scripted_aws() -> ScriptedAws:
    """The endpoint that the Django test client's portal asks. Tests use names of their own."""
    return _scripted_aws
