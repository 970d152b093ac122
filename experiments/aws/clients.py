"""One botocore client per source, each with a deadline (``experiments.aws.deadline``)."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from experiments.aws import sessions
from experiments.domain.call import plain_id
from experiments.domain.source import Source

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

# One retry, after a pause: a second one would not end within the time of a call.
RETRY_MODE: Literal["standard"] = "standard"
MOST_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where a request went, and the HTTP status and id of its answer where a whole one came."""

    host: str | None = None
    http_status: int | None = None
    request_id: str | None = None


class _Wire(threading.local):
    """What one thread has sent, and what it received last."""

    requests = 0
    exchange = Exchange()
    body = b""


_wire = _Wire()


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
            retries={"mode": RETRY_MODE, "total_max_attempts": MOST_ATTEMPTS},
            max_pool_connections=32,
            user_agent_extra="inference-experiment-portal",
        ),
    )
    sessions.bound(client)
    client.meta.events.register("before-parse.sagemaker", _received)
    client.meta.events.register("before-send.sagemaker", _sent)
    return client


# The events belong to the client and the client to all threads, hence a thread's own place.


def _sent(request: AWSPreparedRequest, **_: Any) -> None:
    _wire.requests += 1
    _wire.exchange = Exchange(_host(request.url))


def _received(response_dict: dict[str, Any], **_: Any) -> None:
    _wire.body = response_dict["body"]
    _wire.exchange = Exchange(
        _wire.exchange.host,
        response_dict["status_code"],
        plain_id(response_dict["headers"].get("x-amzn-requestid")),
    )


def _host(url: str) -> str:
    """Host and port; an address may hold a password as well."""
    return urlsplit(url).netloc.rpartition("@")[2]


def requests_sent() -> int:
    """How many requests this thread has sent so far, those included that botocore tried again."""
    return _wire.requests


def last_exchange() -> Exchange:
    """The last request of this thread, and what came back."""
    return _wire.exchange


def last_body() -> bytes:
    """The raw body of the response that this thread received last."""
    return _wire.body


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
