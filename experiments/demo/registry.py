"""Where the demo keeps its experiments: in memory, one shelf per account and region."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from . import life
from .clock import Clock
from .errors import ResourceNotFound
from .experiment import Experiment, Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The experiments of one account and region by name, all of them as they stand at ``now``."""

    account: str
    region: str
    now: datetime
    limit: int
    experiments: dict[str, Experiment]

    def arn(self, name: str) -> str:
        # SageMaker lowers the name in the ARN, and only there.
        partition = _partition(self.region)
        return (
            f"arn:{partition}:sagemaker:{self.region}:{self.account}:"
            f"inference-experiment/{name.lower()}"
        )

    def get(self, name: str) -> Experiment:
        try:
            return self.experiments[name]
        except KeyError:
            raise ResourceNotFound(
                f"Could not find inference experiment '{self.arn(name)}'."
            ) from None

    def by_arn(self, arn: str) -> Experiment:
        for experiment in self.experiments.values():
            if experiment.arn == arn:
                return experiment
        raise ResourceNotFound(f"Could not find inference experiment '{arn}'.")

    def put(self, experiment: Experiment) -> None:
        self.experiments[experiment.name] = experiment


class Registry:
    """All shelves behind one lock: an operation sees and changes a shelf that nobody else does."""

    def __init__(self, clock: Clock, pace: Pace, limit: int) -> None:
        self._clock = clock
        self._pace = pace
        self._limit = limit
        self._lock = threading.Lock()
        self._shelves: defaultdict[tuple[str, str], dict[str, Experiment]] = defaultdict(dict)

    @contextmanager
    def open(self, account: str, region: str) -> Iterator[Shelf]:
        with self._lock:
            now = self._clock.now()
            experiments = self._shelves[account, region]
            for name, experiment in experiments.items():
                experiments[name] = life.advance(experiment, now, self._pace)
            yield Shelf(
                account=account,
                region=region,
                now=now,
                limit=self._limit,
                experiments=experiments,
            )


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
