"""One botocore client per source, each with a deadline (``experiments.aws.deadline``)."""

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from experiments.aws import sessions
from experiments.domain.source import Source

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_received = threading.local()


def region(source: Source) -> str | None:
    """The region that this source reads, or None when nothing configures one."""
    if source.region is not None:
        return source.region
    try:
        return sessions.base(source.profile).region_name
    except BotoCoreError:
        # A profile that cannot be read is told by the call that needs it; a page asks here only
        # for what to write beside the source.
        return None


@cache
def _sagemaker(source: Source) -> "SageMakerClient":
    client = sessions.session(source).client(
        "sagemaker",
        region_name=source.region,
        endpoint_url=source.endpoint_url,
        verify=sessions.verification(source),
        config=Config(
            # Without a signature, botocore looks for no credentials either.
            signature_version=None if source.sign_requests else UNSIGNED,
            # botocore refuses 0 and takes None for what never times out.
            connect_timeout=source.connect_timeout or None,
            read_timeout=source.read_timeout or None,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            user_agent_extra="inference-experiment-portal",
        ),
    )
    sessions.bound(client)
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
    with sessions.making:
        return _sagemaker(source)


def knock(source: Source) -> AWSResponse:
    """What the endpoint of a source answers to a request that asks for nothing and is not signed.

    Raises ``BotoCoreError`` where there is no answer.
    """
    client = sagemaker(source)
    request = AWSRequest(method="GET", url=client.meta.endpoint_url)
    session = client._endpoint.http_session  # type: ignore[attr-defined]
    answer: AWSResponse = session.send(request.prepare())
    return answer
