"""The problems of docs/interface.md as pages."""

from typing import Any

from bs4 import BeautifulSoup

from tests.support.pages import fields, parse, problem

STATUS = {
    "not-found": 404,
    "invalid-name": 404,
    "unknown-source": 404,
    "access-denied": 403,
    "bad-response": 502,
    "throttled": 503,
    "unreachable": 503,
    "expired-credentials": 503,
}
RETRIED = {"throttled", "unreachable"}


def assert_problem_page(response: Any, kind: str) -> BeautifulSoup:
    """The whole page of a problem, with nothing of an experiment on it."""
    page = parse(response)
    assert problem(page) == kind
    assert response.status_code == STATUS[kind]
    assert ("Retry-After" in response) == (kind in RETRIED)
    assert fields(page) == {}
    assert response["Cache-Control"] == "no-store, private"
    return page
