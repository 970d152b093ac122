"""Addresses of the AWS console. They are made from the source's region alone.

AWS documents no address of one shadow test, so the link goes to the endpoint, where the
console shows the test's variants.
"""

from urllib.parse import quote

from experiments.aws import clients, places
from experiments.domain.names import is_endpoint_name
from experiments.domain.source import Source

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def endpoint_url(source: Source, endpoint_name: str) -> str | None:
    """The console's page of an endpoint, or None where there is no address to be sure of."""
    region = clients.region(source)
    host = _HOSTS.get(places.partition(source) or "")
    # What AWS sends of another form is put into no address.
    if host is None or not is_endpoint_name(endpoint_name):
        return None
    return (
        f"https://{region}.{host}/sagemaker/home?region={region}#/endpoints/{quote(endpoint_name)}"
    )
