"""Whether the AWS settings of a source make a client, found out without calling AWS."""

import os

from botocore import exceptions

from experiments.aws import clients
from experiments.domain.source import Source


def misconfiguration(source: Source) -> str | None:
    """One line that names the setting, what it may be and what it was; None if all is well.

    The setting is the source's own key in the file of PORTAL_SOURCES where it has that key, with
    its line, and the standard variable that stands in for it where it has not.
    """
    try:
        clients.sagemaker(source)
    except exceptions.ProfileNotFound:
        allowed = "a profile of ~/.aws/config or ~/.aws/credentials"
        return _line(source, "profile", source.profile, "AWS_PROFILE", allowed)
    except exceptions.NoRegionError:
        if source.profile is not None:
            return (
                "region in PORTAL_SOURCES must be set, or AWS_REGION, or a region of the profile "
                f'"{source.profile}" (got nothing)'
            )
        return "AWS_REGION must be set, or AWS_PROFILE to a profile that has a region (got nothing)"
    except exceptions.InvalidRegionError:
        allowed = 'a region such as "eu-west-1"'
        return _line(source, "region", source.region, "AWS_REGION", allowed)
    except exceptions.BotoCoreError as error:
        kind = type(error).__name__
        return f"the files ~/.aws/config and ~/.aws/credentials cannot be used ({kind})"
    except ValueError:
        # What botocore raises on an endpoint address that is none.
        allowed = 'an address such as "https://…"'
        return _line(source, "endpoint_url", source.endpoint_url, "AWS_ENDPOINT_URL", allowed)
    return None


def _line(source: Source, key: str, own: str | None, variable: str, allowed: str) -> str:
    if own is None:
        return f'{variable} must be {allowed} (got "{os.environ.get(variable, "")}")'
    line = source.lines.get(key)
    where = f"line {line}, {key}" if line else key
    return f'{where} in PORTAL_SOURCES must be {allowed} (got "{own}")'
