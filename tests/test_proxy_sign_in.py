"""Signing in through a proxy, at the real server: the header counts from the proxy alone."""

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.eventually import eventually
from tests.support.pages import parse
from tests.support.portal import new_database, running_portal
from tests.support.scripted_aws import ScriptedAws

ADA = {"PortalUser": "ada", "PortalGroups": "ml, platform team"}


@pytest.fixture(scope="module")
def portal(scripted_aws: ScriptedAws) -> Iterator[str]:
    variables = {
        "PORTAL_LOGIN": "proxy",
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        "PORTAL_PROXY_GROUPS_HEADER": "PortalGroups",
        "PORTAL_PROXY_SIGN_OUT": "https://proxy.example/out",
        "PORTAL_OPERATORS": "platform team",
        "PORTAL_DATABASE_URL": new_database(),
    }
    with running_portal(scripted_aws.url, None, **variables) as url:
        yield url


def get(url: str, path: str, headers: dict[str, str], source: str = "127.0.0.1") -> tuple[int, str]:
    """As somebody whose connection comes from ``source``, which is 127.0.0.1 for the proxy."""
    port = urlsplit(url).port
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(source, 0))
    with closing(connection):
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}", **headers})
        response = connection.getresponse()
        return response.status, response.read().decode()


def test_whom_the_proxy_names_is_signed_in_with_their_groups(portal: str) -> None:
    status, page = get(portal, "/account/", ADA)
    assert status == 200
    assert "ada" in page
    assert "platform team" in page
    assert get(portal, "/operators/people/", ADA)[0] == 200
    assert get(portal, "/operators/people/", ADA | {"PortalGroups": "ml"})[0] == 403


def test_whom_the_proxy_does_not_name_is_told_where_to_sign_in(portal: str) -> None:
    for headers in ({}, {"PortalUser": ""}, {"Portal-User": "ada"}, {"X-Forwarded-User": "ada"}):
        assert get(portal, "/account/", headers)[0] == 401


def test_nobody_else_can_name_themselves(portal: str) -> None:
    assert get(portal, "/account/", ADA, source="127.0.0.2")[0] == 401
    # Nor does it help to say that the proxy has forwarded it.
    forwarded = ADA | {"X-Forwarded-For": "127.0.0.1"}
    assert get(portal, "/account/", forwarded, source="127.0.0.2")[0] == 401


def test_whom_an_operator_disables_is_out_though_the_proxy_names_them(portal: str) -> None:
    bob = {"PortalUser": "bob"}
    assert get(portal, "/account/", bob)[0] == 200
    with requests.Session() as operator:
        operator.headers.update(ADA)
        people = parse(operator.get(f"{portal}/operators/people/", params={"q": "bob"}))
        links = (str(link["href"]) for link in people.select("main a[href]"))
        address = portal + next(link for link in links if re.search("/people/[0-9]+/", link))
        token = parse(operator.get(address)).select_one("main [name=csrfmiddlewaretoken]")
        assert token is not None
        disabled = {"csrfmiddlewaretoken": str(token["value"]), "role": ""}
        sent = operator.post(address, disabled, allow_redirects=False)
        assert sent.status_code == 303
    eventually(lambda: get(portal, "/account/", bob)[0], lambda status: status == 401)
