"""One demo SageMaker that is two accounts in two regions, and the sources that read all four.

with four_sources(tmp_path / "sources.toml") as accounts:
    accounts.clients["lab-us"].create_inference_experiment(...)
    with running_portal(accounts.url, PORTAL_SOURCES=str(accounts.file)) as url: ...
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3.session
from botocore.config import Config

from experiments.demo.server import DemoSageMaker

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

# The account and the region of each source, in the file's order.
PLACES = {
    "prod-eu": ("111122223333", "eu-west-1"),
    "prod-us": ("111122223333", "us-east-1"),
    "lab-eu": ("444455556666", "eu-west-1"),
    "lab-us": ("444455556666", "us-east-1"),
}
EXTERNAL_ID = "canary-external-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What a test needs of them; ``clients`` act in the account and region of their source."""

    demo: DemoSageMaker
    file: Path
    clients: Mapping[str, "SageMakerClient"]

    @property
    def url(self) -> str:
        return self.demo.url

    @property
    def variables(self) -> dict[str, str]:
        """Those of a portal that finds SageMaker and STS there (``tests.support.starting``)."""
        return {"PORTAL_SOURCES": str(self.file), "AWS_ENDPOINT_URL": self.url}


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/experiments-reader"


@contextmanager
def four_sources(file: Path, **keys: str) -> Iterator[Accounts]:
    """Serve inside the block; ``keys`` are lines of TOML to add to a source's table, by its name
    with ``_`` for its hyphen."""
    file.write_text("".join(table(name, keys.get(name.replace("-", "_"), "")) for name in PLACES))
    with DemoSageMaker() as demo:
        clients = {name: _client(demo.url, *place) for name, place in PLACES.items()}
        yield Accounts(demo=demo, file=file, clients=clients)


def table(name: str, more: str = "") -> str:
    """The table of one of the sources, as it stands in the file."""
    account, region = PLACES[name]
    return (
        f'[sources.{name}]\nregion = "{region}"\nrole_arn = "{role(account)}"\n'
        f'external_id = "{EXTERNAL_ID}"\n{more}\n'
    )


def _client(url: str, account: str, region: str) -> "SageMakerClient":
    """A client with credentials of the account, which a role of it gives, as anywhere in AWS."""
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    anybody = boto3.session.Session("somebody", "secret", region_name=region)
    sts = anybody.client("sts", endpoint_url=url, config=config)
    assumed = sts.assume_role(RoleArn=role(account), RoleSessionName="test")["Credentials"]
    session = boto3.session.Session(
        assumed["AccessKeyId"],
        assumed["SecretAccessKey"],
        assumed["SessionToken"],
        region_name=region,
    )
    return session.client("sagemaker", endpoint_url=url, config=config)
