"""Looking again until what happens in the background has happened."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.support.pages import parse, problem

T = TypeVar("T")

OFTEN_SECONDS = 0.05


def eventually(look: Callable[[], T], holds: Callable[[T], object], seconds: float = 5) -> T:
    """The first thing seen of which ``holds`` is true."""
    until = time.monotonic() + seconds
    while True:
        seen = look()
        if holds(seen):
            return seen
        assert time.monotonic() < until, f"not within {seconds} s; the last look saw {seen!r}"
        time.sleep(OFTEN_SECONDS)


def has_problem(kind: str | None) -> Callable[[Any], bool]:
    """Whether a page tells of this problem; of none, for None."""
    return lambda response: problem(parse(response)) == kind


def shows(text: str) -> Callable[[Any], bool]:
    return lambda response: text in response.content.decode()
