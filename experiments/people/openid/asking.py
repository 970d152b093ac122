"""Asking the OpenID provider, which may be away: each request ends within REQUEST_SECONDS, and what
was published before counts for as long as nothing new is said."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Generic, TypeVar

import requests
from django.db import connection

from experiments.people.openid.refusals import Refusal

CONNECT_SECONDS, READ_SECONDS, REQUEST_SECONDS = 3.0, 4.0, 5.0
LARGEST_ANSWER = 1024 * 1024
REMEMBERED_SECONDS = 600.0
# How long nobody asks again what was not answered.
PAUSE_SECONDS = 5.0

Document = TypeVar("Document")


class ProviderError(Exception):
    """Nobody is signed in. Its text is the portal's own, and for the log."""

    def __init__(self, text: str, refusal: Refusal = Refusal.NOT_VOUCHED_FOR) -> None:
        super().__init__(text)
        self.refusal = refusal


class Session(requests.Session):
    """Requests that follow no redirect, which would take secrets along, and that end."""

    def request(  # type: ignore[override]
        self, method: str, url: str, **options: Any
    ) -> requests.Response:
        if not connection.in_atomic_block:
            # Back to the pool, where there is one: others need it more than somebody who waits.
            connection.close_if_unusable_or_obsolete()
        options |= {"timeout": (CONNECT_SECONDS, READ_SECONDS), "stream": True}
        options["allow_redirects"] = False
        result: Future[requests.Response] = Future()
        asking = partial(_ask, result, partial(super().request, method, url, **options))
        # A thread of its own, since neither the name of a host nor a server that drips its answer
        # keeps to the time-out of a socket. One that is given up ends by itself.
        threading.Thread(target=asking, name="identity provider", daemon=True).start()
        try:
            return result.result(REQUEST_SECONDS)
        except TimeoutError as error:
            raise requests.Timeout("the provider is slow") from error


def _ask(result: "Future[requests.Response]", request: Callable[[], requests.Response]) -> None:
    try:
        with request() as response:
            body = b""
            for piece in response.iter_content(16 * 1024):
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise requests.exceptions.ContentDecodingError("the answer is too large")
            response._content = body
        result.set_result(response)
    except Exception as error:
        result.set_exception(error)


class Published(Generic[Document]):
    """A document of the provider, read anew now and then."""

    def __init__(self, read: Callable[[], Document]) -> None:
        self._read = read
        self._known: Document | None = None
        self._read_at = self._failed_at = -REMEMBERED_SECONDS
        self._lock = threading.Lock()

    def get(self, older_than: float = REMEMBERED_SECONDS) -> Document:
        """Not one that is older, unless the provider does not answer; raises ProviderError."""
        if not self._lock.acquire(timeout=REQUEST_SECONDS):
            raise ProviderError("waited for others who ask the same", Refusal.PROVIDER_AWAY)
        try:
            now = time.monotonic()
            if now - self._read_at >= older_than and now - self._failed_at >= PAUSE_SECONDS:
                self._read_again()
            if self._known is None:
                raise ProviderError("did not answer a moment ago", Refusal.PROVIDER_AWAY)
            return self._known
        finally:
            self._lock.release()

    def _read_again(self) -> None:
        try:
            self._known = self._read()
            self._read_at = time.monotonic()
        except ProviderError:
            self._failed_at = time.monotonic()
            if self._known is None:
                raise


def document(url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        with Session() as session:
            answer = session.get(url, headers={"Accept": "application/json"} | (headers or {}))
        if answer.status_code != 200:
            raise ProviderError(f"answered with status {answer.status_code}", _away(answer))
        said = answer.json()
    except requests.exceptions.JSONDecodeError as error:
        raise ProviderError("answered with what is no JSON") from error
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise ProviderError(f"no answer: {type(error).__name__}", Refusal.PROVIDER_AWAY) from error
    if not isinstance(said, dict):
        raise ProviderError("answered with JSON that is no object")
    return said


def _away(answer: requests.Response) -> Refusal:
    return Refusal.PROVIDER_AWAY if answer.status_code >= 500 else Refusal.NOT_VOUCHED_FOR
