"""Whose credentials a source uses: a session for each profile, and for each source with a role."""

import os
import threading
from functools import cache
from typing import Any

import boto3
import botocore.session
import urllib3
from botocore.config import Config
from botocore.credentials import CredentialResolver
from botocore.loaders import create_loader
from urllib3.exceptions import InsecureRequestWarning

from experiments.aws.deadline import DeadlineSession
from experiments.aws.roles import AssumedRole
from experiments.domain.source import Source

# Who sets verify_ssl = false hears of it from the doctor, and not with every connection.
urllib3.disable_warnings(InsecureRequestWarning)

# boto3 sessions are shared by threads, which is safe except while one of them makes a client.
making = threading.RLock()


@cache
def base(profile: str | None) -> boto3.session.Session:
    """The session of a profile, or of the standard chain: of the credentials that are configured.

    Raises ``BotoCoreError`` for a profile or files that cannot be used.
    """
    # A profile that is passed here goes before AWS_ACCESS_KEY_ID; one that AWS_PROFILE names and
    # botocore finds by itself comes after it, as in the AWS CLI.
    return _session(profile, _core())


@cache
def session(source: Source) -> boto3.session.Session:
    """The session that signs a source's calls: with its role's credentials where it has a role.

    Raises ``BotoCoreError`` as ``base`` does; assumes nothing before the first call.
    """
    if source.role_arn is None:
        return base(source.profile)
    configured = base(source.profile)
    role = AssumedRole(
        source.role_arn,
        source.external_id,
        find_credentials=configured.get_credentials,
        make_client=lambda **keys: sts(source, configured, **keys),
    )
    own = _core()
    own.register_component("credential_provider", CredentialResolver([role]))
    return _session(source.profile, own)


def sts(source: Source, signing: boto3.session.Session, **keys: Any) -> Any:
    """A client of STS in the region of a source, with the verification that the source asks for.

    Its address is that of the standard variables and files: the source's own is SageMaker's.
    """
    with making:
        client = signing.client(
            "sts",
            region_name=source.region,
            verify=verification(source),
            # Who waits for SageMaker as well has 6.5 s for both.
            config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2}),
            **keys,
        )
    bound(client)
    return client


def bound(client: Any) -> None:
    """Hold ``deadline`` over the calls of a client."""
    # botocore offers no public way to put a deadline around a call, nor to bring a session of
    # one's own; this attribute has been here since its first release.
    endpoint = client._endpoint
    endpoint.http_session = DeadlineSession(endpoint.http_session)


def verification(source: Source) -> bool | str | None:
    """What botocore calls ``verify``; None leaves AWS_CA_BUNDLE its say."""
    return source.ca_bundle if source.verify_ssl else False


def _core() -> botocore.session.Session:
    made = botocore.session.Session()
    # Models are large, and dozens of sources would read each of them dozens of times.
    made.register_component("data_loader", loader())
    # For the clients that botocore makes for itself to get credentials, on which there is no
    # deadline: without this, each of their calls may take five minutes.
    made.set_default_client_config(
        Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    )
    return made


@cache
def loader() -> Any:
    return create_loader(os.environ.get("AWS_DATA_PATH"))


def _session(profile: str | None, made: botocore.session.Session) -> boto3.session.Session:
    # boto3 reads AWS_DEFAULT_REGION but not AWS_REGION, which the AWS CLI and every container
    # platform set.
    return boto3.session.Session(
        botocore_session=made,
        profile_name=profile,
        region_name=os.environ.get("AWS_REGION") or None,
    )
