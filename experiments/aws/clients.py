"""One botocore client per source, each with a deadline (``experiments.aws.deadline``)."""

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from experiments.aws.deadline import DeadlineSession
from experiments.domain.source import Source

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_building = threading.Lock()
_received = threading.local()


@cache
def _session(profile: str | None) -> boto3.session.Session:
    # A profile that is passed here goes before AWS_ACCESS_KEY_ID; one that AWS_PROFILE names and
    # botocore finds by itself comes after it, as in the AWS CLI.
    #
    # boto3 reads AWS_DEFAULT_REGION but not AWS_REGION, which the AWS CLI and every container
    # platform set.
    core = botocore.session.Session()
    # For the clients that botocore makes for itself to get credentials, on which there is no
    # deadline: without this, each of their calls may take five minutes.
    core.set_default_client_config(
        Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    )
    return boto3.session.Session(
        botocore_session=core,
        profile_name=profile,
        region_name=os.environ.get("AWS_REGION") or None,
    )


def region(source: Source) -> str | None:
    """The region that this source reads, or None when nothing configures one."""
    if source.region is not None:
        return source.region
    try:
        return _session(source.profile).region_name
    except BotoCoreError:
        # A profile that cannot be read is told by the call that needs it; a page asks here only
        # for what to write beside the source.
        return None


@cache
def _sagemaker(source: Source) -> "SageMakerClient":
    client = _session(source.profile).client(
        "sagemaker",
        region_name=source.region,
        endpoint_url=source.endpoint_url,
        config=Config(
            # botocore refuses 0 and takes None for what never times out.
            connect_timeout=source.connect_timeout or None,
            read_timeout=source.read_timeout or None,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            user_agent_extra="inference-experiment-portal",
        ),
    )
    # botocore offers no public way to put a deadline around a call, nor to bring a session of
    # one's own; this attribute has been here since its first release.
    endpoint = client._endpoint  # type: ignore[attr-defined]
    endpoint.http_session = DeadlineSession(endpoint.http_session)
    client.meta.events.register("before-parse.sagemaker", _keep_body)
    client.meta.events.register("before-send.sagemaker", _count_request)
    return client


def _keep_body(response_dict: dict[str, Any], **_: Any) -> None:
    # The event belongs to the client and the client to all threads, hence a thread's own place.
    _received.body = response_dict["body"]


def _count_request(**_: Any) -> None:
    _received.requests = requests_sent() + 1


def requests_sent() -> int:
    """How many requests this thread has sent so far, those included that botocore tried again."""
    return getattr(_received, "requests", 0)


def last_body() -> bytes:
    """The raw body of the response that this thread received last."""
    body: bytes = _received.body
    return body


def sagemaker(source: Source) -> "SageMakerClient":
    """The SageMaker client of a source, made once: making one costs more than a hundred calls."""
    with _building:
        return _sagemaker(source)
