"""Addresses of the AWS console. They are made from the source's region alone.

AWS documents no address of one shadow test, so the link goes to the endpoint, where the
console shows the test's variants.
"""

import re
from urllib.parse import quote

from experiments.aws import clients, places
from experiments.domain.source import Source

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
# AWS's own pattern. What AWS sends of another form is put into no address.
_ENDPOINT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


def endpoint_url(source: Source, endpoint_name: str) -> str | None:
    """The console's page of an endpoint, or None where there is no address to be sure of."""
    region = clients.region(source)
    host = _HOSTS.get(places.partition(source) or "")
    if host is None or len(endpoint_name) > 63 or not _ENDPOINT_NAME.fullmatch(endpoint_name):
        return None
    return (
        f"https://{region}.{host}/sagemaker/home?region={region}#/endpoints/{quote(endpoint_name)}"
    )
