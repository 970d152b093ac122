"""Fills a demo with experiments, each of them made by the calls that a team would make.

The demo's clock travels: it stands at the moment of each call, five weeks ago at first, and goes on
from the present afterwards. Clients that look while it travels see the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .server import DemoSageMaker
from .stories import LIVE, STORIES

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


@dataclass(frozen=True, slots=True)
class _Call:
    ago: timedelta
    verb: str
    members: Mapping[str, Any]

    def make(self, client: "SageMakerClient") -> None:
        match self.verb:
            case "create":
                client.create_inference_experiment(**self.members)
            case "update":
                client.update_inference_experiment(**self.members)
            case "stop":
                client.stop_inference_experiment(**self.members)


def seed(sagemaker: DemoSageMaker) -> tuple[str, ...]:
    """Make every experiment of ``stories``, in eu-west-1, and give back their names.

    Takes about a second. The last one begins its short life when this returns. Seeding a demo twice
    raises botocore's ResourceInUse.
    """
    client = sagemaker.client()
    present = sagemaker.clock.now()
    with sagemaker.clock.travel() as travel:
        for call in _calls(present):
            travel.to(present - call.ago)
            call.make(client)
    client.create_inference_experiment(**LIVE.request(sagemaker.clock.now()))
    return tuple(story.name for story in (*STORIES, LIVE))


def _calls(present: datetime) -> list[_Call]:
    """Everything that happens in the stories, the oldest first."""
    created = [_Call(story.ago, "create", story.request(present)) for story in STORIES]
    later = [
        _Call(then.ago, then.verb, {"Name": story.name, **then.members})
        for story in STORIES
        for then in story.then
    ]
    return sorted(created + later, key=lambda call: call.ago, reverse=True)
