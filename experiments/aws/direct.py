"""One DescribeInferenceExperiment as the AWS CLI version 2 makes it, for the command.

What a person runs in a shell waits as long as that person says, with the credentials and files that
the AWS CLI takes. So there is no deadline here, and nothing is shared with the portal's clients.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.configprovider import ChainProvider, EnvironmentProvider, ScopedConfigProvider
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.handlers import disable_signing
from botocore.utils import IMDSRegionProvider, JSONFileCache, parse_timestamp

from experiments.aws import sessions
from experiments.aws.failures import translated
from experiments.aws.roles import SESSION_NAME
from experiments.aws.tracing import Trace

# Where the AWS CLI keeps the temporary credentials of a profile's role. Who has just typed the code
# of a second factor for the one is not asked again by the other.
_CACHE = Path("~/.aws/cli/cache")
_CACHING = ("assume-role", "assume-role-with-web-identity", "sso")
# botocore prefers AWS_DEFAULT_PROFILE, and knows AWS_DEFAULT_REGION only.
_VARIABLES = {
    "profile": (None, ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], None, None),
    "region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to ask and how. What is None comes from the standard variables and files; timeouts
    are seconds, None for without end; ``verify`` is what botocore calls it."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    verify: bool | str | None = None
    sign_requests: bool = True
    connect_timeout: float | None = 60
    read_timeout: float | None = 60
    role_arn: str | None = None
    external_id: str | None = None


class Profile:
    """What the files of the AWS CLI say beside credentials: the tables of one profile."""

    def __init__(self, name: str | None) -> None:
        self.session = botocore.session.Session(session_vars=_VARIABLES)
        self.session.register_component("data_loader", sessions.loader())
        if name:
            self.session.set_config_variable("profile", name)

    def get(self, key: str) -> str | None:
        """A setting of the profile, None also for a profile that is not there.

        Raises DirectError for files that cannot be read.
        """
        try:
            value = self.session.get_scoped_config().get(key)
        except exceptions.ProfileNotFound:
            return None
        except exceptions.BotoCoreError as error:
            raise translated(error) from error
        return value if isinstance(value, str) else None

    def names(self) -> list[str]:
        return list(self.session.available_profiles)

    def regions(self) -> list[str]:
        return list(self.session.get_available_regions("sagemaker"))


class Client:
    """A client of SageMaker that describes, and does nothing else."""

    def __init__(
        self,
        profile: Profile,
        door: Door,
        *,
        times: Callable[[Any], Any],
        trace: Trace | None = None,
    ) -> None:
        """``times`` makes what is printed of a time as it came; ``trace`` hears of every call.

        Raises DirectError.
        """
        self._session = profile.session
        if trace is not None:
            # Clients that botocore makes for credentials have the handlers of their session.
            trace.follow(self._session)
        self._prepare(door, times)
        try:
            _check_retries(self._session)
            self._client: Any = self._session.create_client(
                "sagemaker",
                region_name=door.region,
                endpoint_url=door.endpoint_url,
                verify=door.verify,
            )
        except Exception as error:
            raise translated(error) from error

    def describe(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The members of the answer that botocore's model knows. Raises DirectError."""
        try:
            response: dict[str, Any] = self._client.describe_inference_experiment(**request)
        except Exception as error:
            raise translated(error) from error
        response.pop("ResponseMetadata", None)
        return response

    def check(self, request: Mapping[str, Any]) -> None:
        """Raise DirectError as ``describe`` does before it calls."""
        self._client.meta.events.register_first("before-call", _answer_nothing)
        self.describe(request)

    def _prepare(self, door: Door, times: Callable[[Any], Any]) -> None:
        session = self._session
        timeouts = Config(connect_timeout=door.connect_timeout, read_timeout=door.read_timeout)
        session.set_default_client_config(timeouts)
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=times)
        if not door.sign_requests:
            session.get_component("event_emitter").register_first("choose-signer", disable_signing)
        store = session.get_component("config_store")
        if door.region:
            session.set_config_variable("region", door.region)
        chain: list[Any] = [
            EnvironmentProvider(name="AWS_REGION", env=os.environ),
            EnvironmentProvider(name="AWS_DEFAULT_REGION", env=os.environ),
            ScopedConfigProvider(config_var_name="region", session=session),
            IMDSRegionProvider(session),
        ]
        if not door.region:
            store.set_config_provider("region", ChainProvider(providers=chain))
        try:
            found = session.get_component("credential_provider")
        except exceptions.BotoCoreError:
            # A profile that is not there is told by what needs it.
            return
        for method in _CACHING:
            found.get_provider(method).cache = JSONFileCache(_CACHE.expanduser())
        if door.role_arn is not None and door.sign_requests:
            role = _Role(session, door, door.role_arn, found)
            session.register_component("credential_provider", CredentialResolver([role]))


class _Role(CredentialProvider):
    """The role of a source, assumed with the credentials that the session had before."""

    METHOD = "assume-role"

    def __init__(self, session: Any, door: Door, role_arn: str, found: Any) -> None:
        super().__init__()
        self._session, self._door, self._role_arn, self._found = session, door, role_arn, found

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(refresh_using=self._fetch, method=self.METHOD)

    def _fetch(self) -> dict[str, Any]:
        configured = self._found.load_credentials()
        if configured is None:
            raise exceptions.NoCredentialsError
        arguments = {"RoleSessionName": SESSION_NAME}
        if self._door.external_id is not None:
            arguments["ExternalId"] = self._door.external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._sts,
            source_credentials=configured,
            role_arn=self._role_arn,
            extra_args=arguments,
        )
        fetched: dict[str, Any] = fetcher.fetch_credentials()
        return fetched

    def _sts(self, service: str, **keys: Any) -> Any:
        return self._session.create_client(
            service, region_name=self._door.region, verify=self._door.verify, **keys
        )


def _check_retries(session: Any) -> None:
    """botocore has one more mode than the AWS CLI version 2, and retries otherwise in it."""
    mode, most = (session.get_config_variable(name) for name in ("retry_mode", "max_attempts"))
    if mode not in {"standard", "adaptive"}:
        raise ValueError(
            f'Invalid value provided to "mode": "{mode}" must be one of: "standard" or "adaptive"'
        )
    if most is not None and most < 1:
        raise ValueError(
            f'Value provided to "max_attempts": {most} must be an integer greater than or equal to '
            "one."
        )


def _answer_nothing(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
    # What an event answers here stands for the call, which is then not made.
    return AWSResponse("", 200, HTTPHeaders(), None), {}


def as_it_came(value: Any) -> Any:
    return value


def in_iso_8601(value: Any) -> str:
    """In the zone of this machine, as the AWS CLI prints times."""
    return str(parse_timestamp(value).isoformat())
