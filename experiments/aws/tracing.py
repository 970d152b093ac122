"""What ``--debug`` says of calls: only what stands on a list of things that hold no credentials."""

import logging
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest

log = logging.getLogger(__name__)

REMOVED = "<removed>"
_SHOWN_HEADERS = frozenset(
    {
        "accept-encoding",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "connection",
        "content-length",
        "content-type",
        "date",
        "host",
        "retry-after",
        "transfer-encoding",
        "user-agent",
        "x-amz-date",
        "x-amz-target",
        "x-amzn-errortype",
        "x-amzn-requestid",
    }
)
# What is sent for them is a name. Others send credentials, or are answered with some.
_SHOWN_BODIES = ("sagemaker.DescribeInferenceExperiment",)
# An access key of AWS has 16 characters and more; what is shorter also stands in ordinary words.
_SHORTEST_SECRET = 8
_SIGNED_WITH = re.compile(r"(?:Credential|Signature)=([^/,\s]+)")


class Trace:
    """Logs every request of a botocore session, each attempt and its outcome, at DEBUG."""

    def __init__(self) -> None:
        self._attempts: dict[str, int] = {}
        self._sent_at: dict[str, float] = {}
        self._secrets: set[str] = set()

    def follow(self, session: Any) -> None:
        session.register("before-call", self._begins)
        session.register("before-send", self._sends)
        session.register("response-received", self._receives)

    def _begins(self, event_name: str, **_: Any) -> None:
        self._attempts[_operation(event_name)] = 0

    def _sends(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> None:
        operation = _operation(event_name)
        self._attempts[operation] = self._attempts.get(operation, 0) + 1
        headers = {name: _text(value) for name, value in request.headers.items()}
        # A server may send back what it was sent.
        self._secrets |= {
            value for name, value in headers.items() if name.lower() not in _SHOWN_HEADERS
        }
        self._secrets |= set(_SIGNED_WITH.findall(headers.get("Authorization", "")))
        body = _text(request.body) if operation in _SHOWN_BODIES else REMOVED
        self._say(
            f"{operation} (attempt {self._attempts[operation]}): {request.method} "
            f"{without_secrets(request.url)} headers {_shown(headers)} body {body}"
        )
        self._sent_at[operation] = time.monotonic()

    def _receives(
        self,
        event_name: str,
        response_dict: Mapping[str, Any] | None,
        exception: Exception | None,
        **_: Any,
    ) -> None:
        operation = _operation(event_name)
        took = time.monotonic() - self._sent_at.get(operation, time.monotonic())
        attempt = f"{operation} (attempt {self._attempts.get(operation, 0)})"
        if response_dict is None:
            # Its message names the address, which can hold a password.
            self._say(f"{attempt}: {type(exception).__name__} after {took:.3f} s")
            return
        headers = {name: _text(value) for name, value in response_dict["headers"].items()}
        request_id = next(
            (value for name, value in headers.items() if name.lower() == "x-amzn-requestid"), "none"
        )
        # Not what it says: a server can send back credentials in as many spellings as it likes.
        self._say(
            f"{attempt}: status {response_dict['status_code']} after {took:.3f} s, request id "
            f"{request_id}, headers {_shown(headers)} body of {len(response_dict['body'])} bytes"
        )

    def _say(self, line: str) -> None:
        for secret in self._secrets:
            if len(secret) >= _SHORTEST_SECRET:
                line = line.replace(secret, REMOVED)
        log.debug("%s", line)


def without_secrets(url: str) -> str:
    """An address without user, password, query and fragment, any of which may be a secret."""
    try:
        # Without a scheme, all before the first colon would be one.
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return REMOVED
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    rest = f"?{REMOVED}" if parts.query or parts.fragment else ""
    return f"{scheme}{_without_user(parts.netloc)}{_without_user(parts.path)}{rest}"


def _without_user(text: str) -> str:
    return REMOVED + text[text.rindex("@") :] if "@" in text else text


def _operation(event_name: str) -> str:
    return event_name.partition(".")[2]


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value if name.lower() in _SHOWN_HEADERS else REMOVED
        for name, value in headers.items()
    }


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
