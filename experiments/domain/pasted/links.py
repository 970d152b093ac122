"""Links to the AWS console and to this portal. They are read and never followed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from experiments.domain.names import is_endpoint_name, is_experiment_name, is_region
from experiments.domain.pasted import arn
from experiments.domain.pasted.tidying import is_writable
from experiments.domain.pasted.understood import Form, UnclearError, Understood

_PARTITIONS = {
    "console.aws.amazon.com": "aws",
    "console.amazonaws.cn": "aws-cn",
    "console.amazonaws-us-gov.com": "aws-us-gov",
}
# Consoles of several accounts at a time have the account in front.
_CONSOLE = re.compile(
    r"""(?:(?:(?P<account>[0-9]{12})-[a-z0-9]{4,16}\.)?
        (?P<region>[a-z]{2,8}(?:-[a-z]{1,12}){1,4}-[0-9]{1,2})\.)?
        (?P<site>console\.aws\.amazon\.com|console\.amazonaws\.cn
            |console\.amazonaws-us-gov\.com)""",
    re.VERBOSE,
)
# AWS documents no address of one shadow test, so these are the words it may stand under.
_EXPERIMENTS = {"inference-experiments", "inference-experiment", "shadow-tests", "shadow-test"}
_ENDPOINTS = {"endpoints", "endpoint"}
_PORTAL = re.compile(
    r"""/experiments/(?P<source>[a-z0-9](?:-?[a-z0-9]){0,39})/(?P<name>[a-zA-Z0-9-]{1,120})
        (?:\.(?P<output>json|yaml|yaml-stream|text|table)|/(?:[a-z-]{1,20}/(?:[^/]{1,40}/)?)?)?""",
    re.VERBOSE,
)
_LINK = re.compile(r"\bhttps?://[^\s\"'`<>|“”]+", re.IGNORECASE)


def links_in(text: str) -> tuple[str, ...]:
    """Every http address in a text, each once, without the punctuation after it."""
    return tuple(dict.fromkeys(found.rstrip(".,;:!?)]}") for found in _LINK.findall(text)))


def read(text: str) -> Understood:
    """What the one link in a text leads to. Raises UnclearError."""
    links = links_in(text)
    if len(links) != 1:
        raise UnclearError("The text holds several links. Paste the one that you want to open.")
    try:
        parts = urlsplit(links[0])
        query = parse_qs(parts.query, max_num_fields=20)
    except ValueError:
        raise UnclearError(_no_link()) from None
    host = parts.netloc.lower()
    console = _CONSOLE.fullmatch(host)
    if console is not None and parts.scheme.lower() == "https":
        return _console(console, query.get("region", []), [parts.path, parts.fragment])
    portal = _PORTAL.fullmatch(parts.path)
    if not is_writable("".join(query.get("query", []))):
        raise UnclearError(_no_link())
    if portal is not None and "@" not in host and is_experiment_name(portal["name"]):
        return Understood(
            form=Form.NAME,
            name=portal["name"],
            source=portal["source"],
            output=portal["output"] or "",
            query=query.get("query", [None])[0] if portal["output"] else None,
        )
    if parts.path.startswith("/s/"):
        raise UnclearError("This is a share link. It needs no search: follow it in the browser.")
    if any(site in host for site in _PARTITIONS):
        raise UnclearError(
            "This only looks like a link to the AWS console: its host is none of the console's. "
            "Paste the experiment's name or ARN instead."
        )
    raise UnclearError(_no_link())


def _console(host: re.Match[str], asked: list[str], places: list[str]) -> Understood:
    regions = {region for region in (host["region"], *asked) if region}
    if len(regions) > 1 or not all(map(is_region, regions)):
        raise UnclearError(
            "The link to the AWS console names no region clearly. Copy it again from the console, "
            "or paste the experiment's ARN."
        )
    understood = Understood(
        form=Form.CONSOLE,
        partition=_PARTITIONS[host["site"]],
        account=host["account"] or "",
        region=next(iter(regions), ""),
    )
    if not places[0].startswith("/sagemaker/"):
        raise UnclearError(
            "This is a link to another page of the AWS console. The portal opens those of an "
            "inference experiment (a shadow test) or an endpoint of SageMaker."
        )
    for word, rest in _under_words(places):
        if rest.startswith("arn:"):
            return _merged(understood, arn.read(rest))
        name = rest.split("/")[0]
        if word in _EXPERIMENTS and is_experiment_name(name):
            return replace(understood, name=name)
        if word in _ENDPOINTS and is_endpoint_name(name):
            return replace(understood, endpoint=name)
    raise UnclearError(
        "This link to the SageMaker console names no inference experiment and no endpoint. "
        "Open one of them there and copy its address, or paste the experiment's name."
    )


def _under_words(places: list[str]) -> Iterator[tuple[str, str]]:
    """The last known word of each place with what stands after it, the fragment first."""
    for place in reversed(places):
        segments = unquote(place.partition("?")[0]).strip("/").split("/")
        for at in range(len(segments) - 2, -1, -1):
            if segments[at] in _EXPERIMENTS | _ENDPOINTS:
                yield segments[at], "/".join(segments[at + 1 :])
                break


def _merged(place: Understood, named: Understood) -> Understood:
    for said, says in (
        (place.region, named.region),
        (place.partition, named.partition),
        (place.account, named.account),
    ):
        if said and said != says:
            raise UnclearError(
                "The link and the ARN in it name different places. Paste the ARN alone."
            )
    return replace(named, form=Form.CONSOLE)


def _no_link() -> str:
    return (
        "This is a link that the portal does not know. It opens links to inference experiments and "
        "endpoints in the AWS console and to its own pages; or paste the experiment's name or ARN."
    )
