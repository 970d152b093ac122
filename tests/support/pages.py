"""Reading a page as a browser does."""

from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup, Tag


def parse(response: Any) -> BeautifulSoup:
    """The page, by the rules browsers parse by, so that text comes back as a reader gets it."""
    # Decoded here, because a poll's fragment names its encoding in no element of its own.
    return BeautifulSoup(response.content.decode(), "html5lib", multi_valued_attributes=None)


def fields(page: BeautifulSoup) -> dict[str, list[str]]:
    """Every member on the page: field path to the values its elements show."""
    found: dict[str, list[str]] = {}
    for element in page.select("[data-field]"):
        found.setdefault(str(element["data-field"]), []).append(_value(element))
    return found


def problem(page: BeautifulSoup) -> str | None:
    element = page.select_one("[data-problem]")
    return None if element is None else str(element["data-problem"])


def datetimes(page: BeautifulSoup) -> list[datetime]:
    """Every time that the page writes, from its machine-readable form."""
    return [datetime.fromisoformat(str(time["datetime"])) for time in page.select("time[datetime]")]


def words(element: BeautifulSoup | Tag | None) -> str:
    """The visible words of an element, runs of white space made one space."""
    assert element is not None
    return " ".join(element.get_text(" ").split())


def _value(element: Tag) -> str:
    time = element.select_one("time")
    if time is None:
        return element.get_text()
    return datetime.fromisoformat(str(time["datetime"])).isoformat()
