"""One botocore client per source, with a total deadline that botocore itself does not have.

botocore's ``read_timeout`` starts anew with every byte, so a server that drips its answer holds a
thread for as long as it likes. ``DeadlineSession`` reads the body in pieces and gives up when the
call's time is over or the body is larger than any description.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from urllib3.exceptions import HTTPError
from urllib3.exceptions import ReadTimeoutError as Urllib3ReadTimeoutError

from experiments.domain.source import Source

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

# How long one call may take, retries included. A page answers within 8 s, so it needs the rest.
CALL_SECONDS = 7.0
# The largest description within AWS's limits is under 40 kB.
LARGEST_BODY = 4 * 1024 * 1024

_building = threading.Lock()
_call = threading.local()


@contextmanager
def deadline(seconds: float = CALL_SECONDS) -> Iterator[None]:
    """Bound the calls that this thread makes inside the block."""
    _call.expires = time.monotonic() + seconds
    try:
        yield
    finally:
        del _call.expires


class DeadlineSession:
    """Stands in for a client's HTTP session and holds ``deadline`` over each response."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        self._check(request)
        request.stream_output = True
        response: AWSResponse = self._session.send(request)
        body = self._read(request, response)
        return AWSResponse(
            response.url, response.status_code, response.raw.headers, WholeBody(body)
        )

    def close(self) -> None:
        self._session.close()

    def _read(self, request: AWSPreparedRequest, response: AWSResponse) -> bytes:
        pieces, size = [], 0
        try:
            while piece := response.raw.read1(64 * 1024):
                pieces.append(piece)
                size += len(piece)
                self._check(request)
                if size > LARGEST_BODY:
                    raise OversizedBodyError(error=ValueError("larger than any description"))
        except Urllib3ReadTimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except (HTTPError, OSError) as error:
            raise ConnectionClosedError(
                error=error, request=request, endpoint_url=request.url
            ) from error
        finally:
            # A body that was read to its end has gone back to the pool already; closing is for
            # the one that was given up, whose thread would otherwise wait on.
            response.raw.close()
        return b"".join(pieces)

    @staticmethod
    def _check(request: AWSPreparedRequest) -> None:
        if time.monotonic() > getattr(_call, "expires", float("inf")):
            raise ReadTimeoutError(endpoint_url=request.url)


class WholeBody:
    """A body that has been read, where botocore expects a stream."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


class OversizedBodyError(HTTPClientError):
    """AWS's answer is larger than a description can be."""


@cache
def _session() -> boto3.session.Session:
    # boto3 reads AWS_DEFAULT_REGION but not AWS_REGION, which the AWS CLI and every container
    # platform set.
    return boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)


def region(source: Source) -> str | None:
    """The region that this source reads, or None when nothing configures one."""
    try:
        return _session().region_name
    except BotoCoreError:
        # A profile that cannot be read is told by the call that needs it; a page asks here only
        # for what to write beside the source.
        return None


@cache
def _sagemaker(source: Source) -> "SageMakerClient":
    client = _session().client(
        "sagemaker",
        config=Config(
            connect_timeout=source.connect_timeout,
            read_timeout=source.read_timeout,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            user_agent_extra="inference-experiment-portal",
        ),
    )
    # botocore offers no public way to put a deadline around a response, nor to bring a session
    # of one's own; this attribute has been here since its first release.
    endpoint = client._endpoint  # type: ignore[attr-defined]
    endpoint.http_session = DeadlineSession(endpoint.http_session)
    client.meta.events.register("before-parse.sagemaker", _keep_body)
    return client


def _keep_body(response_dict: dict[str, Any], **_: Any) -> None:
    # The event belongs to the client and the client to all threads, hence a thread's own place.
    _call.body = response_dict["body"]


def last_body() -> bytes:
    """The raw body of the response that this thread received last."""
    body: bytes = _call.body
    return body


def sagemaker(source: Source) -> "SageMakerClient":
    """The SageMaker client of a source, made once: making one costs more than a hundred calls."""
    with _building:
        return _sagemaker(source)
