"""Where a source reads: its region, partition and profile, by its own keys or the standard ones."""

import os
from functools import cache

import botocore.session
from botocore.exceptions import UnknownRegionError

from experiments.aws import clients
from experiments.domain.source import Source


def partition(source: Source) -> str | None:
    """``aws``, ``aws-cn``, ``aws-us-gov``…; None where the region is of none that is known."""
    region = clients.region(source)
    return None if region is None else partition_of(region)


def profile(source: Source) -> str:
    """The profile of ~/.aws/config that the AWS CLI would use for it."""
    return source.profile or os.environ.get("AWS_PROFILE") or "default"


@cache
def partition_of(region: str) -> str | None:
    # AWS_PROFILE may name one that is not there while every source has its own.
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    try:
        name: str = session.get_partition_for_region(region)
    except UnknownRegionError:
        return None
    return name
