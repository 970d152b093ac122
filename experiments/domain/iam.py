"""The IAM statements that a source needs, as JSON to paste into a policy."""

import json
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source reads. ``account`` is None where nobody has told it."""

    region: str
    partition: str = "aws"
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement and the policy that it belongs in."""

    belongs: str
    json: str


def describe(place: Place) -> Statement:
    resource = (
        f"arn:{place.partition}:sagemaker:{place.region}:{place.account or '*'}:"
        "inference-experiment/*"
    )
    return _reading("sagemaker:DescribeInferenceExperiment", {"Resource": resource})


def listing(place: Place) -> Statement:
    # AWS knows no resources for it, so the region is all that can be narrowed.
    condition = {"StringEquals": {"aws:RequestedRegion": place.region}}
    return _reading("sagemaker:ListInferenceExperiments", {"Resource": "*", "Condition": condition})


def assuming(role_arn: str) -> Statement:
    return Statement(
        belongs="a policy of whoever assumes the role",
        json=_json({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role_arn}),
    )


def trusting(role_arn: str, caller: str | None, *, external_id: bool) -> Statement:
    """What the role's trust policy needs. An external id is not told, only that there is one."""
    trusted = {"AWS": _principal(caller) if caller else f"{_partition(role_arn)}:ACCOUNT:root"}
    statement = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    condition = {"StringEquals": {"sts:ExternalId": "the external_id of the source"}}
    return Statement(
        belongs="the trust policy of the role",
        json=_json(statement | ({"Condition": condition} if external_id else {})),
    )


def account_of(arn: str) -> str | None:
    """The account that an ARN names."""
    found = re.match(r"arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):", arn)
    return found[1] if found else None


def _principal(caller: str) -> str:
    """Whom a trust policy can name: of a session of a role, the role."""
    session = re.fullmatch(r"(arn:[^:]*):sts::([0-9]{12}):assumed-role/([^/]+)/.*", caller)
    return f"{session[1]}:iam::{session[2]}:role/{session[3]}" if session else caller


def _partition(arn: str) -> str:
    return ":".join(arn.split(":")[:2]) + ":iam:"


def _reading(action: str, more: dict[str, object]) -> Statement:
    return Statement(
        belongs="a policy of the role or user that reads",
        json=_json({"Effect": "Allow", "Action": action} | more),
    )


def _json(statement: object) -> str:
    return json.dumps(statement, indent=2)
