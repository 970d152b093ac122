"""Whether the AWS settings of a source make a client, found out without calling AWS."""

import os

from botocore import exceptions

from experiments.aws import clients
from experiments.domain.source import Source


def misconfiguration(source: Source) -> str | None:
    """One line that names the variable, what it may be and what it was; None if all is well."""
    try:
        clients.sagemaker(source)
    except exceptions.ProfileNotFound:
        return _line("AWS_PROFILE", "a profile of ~/.aws/config or ~/.aws/credentials")
    except exceptions.NoRegionError:
        return "AWS_REGION must be set, or AWS_PROFILE to a profile that has a region (got nothing)"
    except exceptions.InvalidRegionError:
        return _line("AWS_REGION", 'a region such as "eu-west-1"')
    except exceptions.BotoCoreError as error:
        kind = type(error).__name__
        return f"the files ~/.aws/config and ~/.aws/credentials cannot be used ({kind})"
    except ValueError:
        # What botocore raises on an endpoint address that is none.
        return _line("AWS_ENDPOINT_URL", 'an address such as "https://…"')
    return None


def _line(variable: str, allowed: str) -> str:
    return f'{variable} must be {allowed} (got "{os.environ.get(variable, "")}")'
