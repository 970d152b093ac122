"""A seeded SageMaker in this process, and the production server in front of it in another."""

from collections.abc import Iterator
from contextlib import contextmanager

from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests.support.portal import running_portal


@contextmanager
def portal() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The address of the server and the names of the experiments that it shows."""
    with DemoSageMaker() as sagemaker:
        names = seed(sagemaker)
        with running_portal(sagemaker.url, DJANGO_SETTINGS_MODULE="bench.settings") as url:
            yield url, names
