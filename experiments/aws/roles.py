"""Temporary credentials of a role, which botocore fetches when needed and renews by itself."""

import logging
import time
from collections.abc import Callable
from typing import Any

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import NoCredentialsError

from experiments.aws.errors import RoleError, problem_of_credentials

SESSION_NAME = "inference-experiment-portal"
# Threads that need the same credentials wait in line for whoever asks STS. When that fails, this
# many seconds are enough for the line to hear of it instead of each asking in its turn.
_FAILURE_HOLDS = 1.0


def _without_traceback(record: logging.LogRecord) -> bool:
    # botocore would write AWS's message, which names the role and who may not assume it.
    record.exc_info = record.exc_text = None
    return True


logging.getLogger("botocore.credentials").addFilter(_without_traceback)


class AssumedRole(CredentialProvider):
    """A provider of a botocore session. Its credentials raise ``RoleError`` when they are used.

    ``find_credentials`` gives those that may assume the role, or None; ``make_client`` a client of
    STS that signs with the keys it is given, and on which a deadline holds.
    """

    METHOD = "assume-role"

    def __init__(
        self,
        role_arn: str,
        external_id: str | None,
        *,
        find_credentials: Callable[[], Any],
        make_client: Callable[..., Any],
    ) -> None:
        super().__init__()
        self._role_arn = role_arn
        self._arguments = {"RoleSessionName": SESSION_NAME}
        if external_id is not None:
            self._arguments["ExternalId"] = external_id
        self._find_credentials = find_credentials
        self._make_client = make_client
        self._failed: tuple[float, RoleError] | None = None

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(refresh_using=self._fetch, method=self.METHOD)

    def _fetch(self) -> dict[str, Any]:
        # botocore calls this in one thread at a time.
        if self._failed is not None and time.monotonic() - self._failed[0] < _FAILURE_HOLDS:
            raise RoleError(self._failed[1].problem)
        try:
            return self._ask()
        # Without what it was raised from, which holds AWS's message.
        except Exception as error:
            failure = RoleError(problem_of_credentials(error))
            self._failed = (time.monotonic(), failure)
            raise failure from None

    def _ask(self) -> dict[str, Any]:
        credentials = self._find_credentials()
        if credentials is None:
            raise NoCredentialsError
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=lambda _service, **keys: self._make_client(**keys),
            source_credentials=credentials,
            role_arn=self._role_arn,
            extra_args=self._arguments,
        )
        fetched: dict[str, Any] = fetcher.fetch_credentials()
        return fetched
