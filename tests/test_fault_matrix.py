"""Every way in which AWS fails, to three sorts of readers, on each kind of database.

All faults are tried at the same time against one portal, each on experiments of its own, while
somebody else looks at experiments that nothing is wrong with. What they saw is then compared with
docs/interface.md.
"""

import http.client
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from experiments.demo.server import DemoSageMaker
from tests.demo.builders import create_request
from tests.support.faulty_aws import CANARY, FAULTS, ODD_CHARACTERS, REFUSED, FaultyAws
from tests.support.pages import fields, parse, problem
from tests.support.portal import running_portal
from tests.support.postgresql import ThrowawayPostgresql, empty_database
from tests.support.problems import RETRIED, STATUS, assert_problem_page

# What the portal calls each fault; None is an answer that is shown.
KINDS = {
    "throttled": "throttled",
    "too-many": "throttled",
    "internal-error": "unreachable",
    "unavailable": "unreachable",
    "refused": "unreachable",
    "reset": "unreachable",
    "hang": "unreachable",
    "drip-feed": "unreachable",
    "slow": None,
    "empty": "bad-response",
    "html": "bad-response",
    "truncated": "bad-response",
    "short-body": "bad-response",
    "wrong-experiment": "bad-response",
    "variants-a-string": "bad-response",
    "status-a-number": "bad-response",
    "huge": "bad-response",
    "odd-characters": None,
    "expired-token": "expired-credentials",
    "access-denied": "access-denied",
    "clock-skew": "expired-credentials",
    "skewed-signature": "expired-credentials",
    "deleted": "not-found",
    "redirect-301": "unreachable",
    "redirect-302": "unreachable",
    "redirect-307": "unreachable",
}
DEFINITE = {"not-found", "access-denied"}
# Those that take the longest come first.
BY_NAME = sorted((f for f in FAULTS if f != REFUSED), key=lambda f: f not in {"hang", "drip-feed"})
DESCRIBED = "Known before anything went wrong"
SHOWN = re.sub("[\x00\ud800-\udfff]", "\ufffd", ODD_CHARACTERS)

AT_ONCE = 1.0
IN_TIME = 8.0
# An answer in transition is fresh for 3 s, and a call takes 7 s at most.
NEWS = 15.0
# Ten failures of a source in a row, and it is left alone: fewer than that are under way at a time.
AT_A_TIME = 8


@dataclass(frozen=True)
class Page:
    """What came back, and how long that took."""

    seconds: float
    status_code: int
    headers: HTTPMessage
    content: bytes

    def __contains__(self, header: str) -> bool:
        return header in self.headers

    def __getitem__(self, header: str) -> str:
        return str(self.headers[header])

    @property
    def problem(self) -> str | None:
        # Many pages are looked at while others are timed, so not by parsing all of each.
        found = re.search(rb'data-problem="([^"]*)"', self.content)
        return found[1].decode() if found else None

    @property
    def as_of(self) -> str | None:
        found = re.search(rb'id="as-of".*?<time[^>]* datetime="([^"]*)"', self.content, re.DOTALL)
        return found[1].decode() if found else None


@dataclass
class Matrix:
    """What everybody saw, by fault, and what the database holds afterwards."""

    first: dict[str, Page] = field(default_factory=dict)
    older: dict[str, list[Page]] = field(default_factory=dict)
    checked: dict[str, tuple[Page, list[Page]]] = field(default_factory=dict)
    others: list[Page] = field(default_factory=list)
    while_refused: list[Page] = field(default_factory=list)
    recorded: dict[str, list[str]] = field(default_factory=dict)
    followed: int = 0
    seconds: float = 0.0

    def pages(self, fault: str) -> list[Page]:
        return [self.first[fault], *self.older[fault], *self.checked[fault][1]]


class Run:
    """One portal, in front of an AWS in which everything goes wrong."""

    def __init__(self, portal: str, aws: FaultyAws, demo: DemoSageMaker) -> None:
        self._netloc, self._aws = urlsplit(portal).netloc, aws
        self._client = demo.client()
        self._before: dict[str, Page] = {}
        self.matrix = Matrix()

    def everything(self) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(AT_A_TIME) as readers:
            # Before everything else, so that what is older need not be waited for. The first looks
            # of each process also load what all later ones use.
            self._create(*(f"older-{fault}" for fault in FAULTS))
            seen = readers.map(self._look, (address(f"older-{fault}") for fault in FAULTS))
            self._before = dict(zip(FAULTS, seen, strict=True))
        self._create(*(f"{role}-{fault}" for fault in FAULTS for role in ("first", "checked")))
        self._create("bystander")
        with ThreadPoolExecutor(AT_A_TIME) as readers, self._somebody_else():
            tries = [self._something_older, self._first_look, self._check_now]
            looks = [readers.submit(look, fault) for fault in BY_NAME for look in tries]
            for look in looks:
                look.result()
        self._refused()
        self.matrix.followed = self._aws.followed
        self.matrix.seconds = time.monotonic() - began

    def _first_look(self, fault: str) -> None:
        with self._aws.fault(f"first-{fault}", fault):
            self.matrix.first[fault] = self._look(address(f"first-{fault}"))

    def _something_older(self, fault: str) -> None:
        name, before = f"older-{fault}", self._before[fault]
        with self._aws.fault(name, fault):
            self.matrix.older[fault] = [before, *self._look_until_news(name, fault, before)]

    def _check_now(self, fault: str) -> None:
        name = f"checked-{fault}"
        self._look(address(name))
        with self._aws.fault(name, fault):
            answer = self._post(f"{address(name)}check/")
            self.matrix.checked[fault] = answer, self._look_until_news(name, fault)

    def _refused(self) -> None:
        """For every experiment at once, since nobody knows whom a refused connection was for."""
        for name in ("checked-refused", "bystander"):
            self._look(address(name))
        before = self._before[REFUSED]
        with self._aws.fault(None, REFUSED):
            self.matrix.first[REFUSED] = self._look(address("first-refused"))
            checked = self._post(f"{address('checked-refused')}check/")
            news = self._look_until_news("checked-refused", REFUSED)
            self.matrix.checked[REFUSED] = checked, news
            news = self._look_until_news("older-refused", REFUSED, before)
            self.matrix.older[REFUSED] = [before, *news]
            self.matrix.while_refused += self._look("/healthz"), self._look(address("bystander"))

    @contextmanager
    def _somebody_else(self) -> Iterator[None]:
        """Somebody for whom nothing is wrong, with one page again and again, and with new ones."""
        over = threading.Event()

        def look() -> None:
            number = 0
            while not over.wait(0.1):
                # A good answer says that the source as a whole is well.
                self._create(f"healthy-{number}")
                assert self._look(address(f"healthy-{number}")).status_code == 200
                self.matrix.others += self._look("/healthz"), self._look(address("bystander"))
                number += 1

        with ThreadPoolExecutor(1) as one:
            looking = one.submit(look)
            try:
                yield
            finally:
                over.set()
            looking.result()

    def _look_until_news(self, name: str, fault: str, before: Page | None = None) -> list[Page]:
        """Look again and again until the page tells what AWS's last answer was."""
        pages = []
        deadline = time.monotonic() + NEWS
        while time.monotonic() < deadline:
            pages.append(self._look(address(name)))
            if is_news(pages[-1], fault, before):
                break
            time.sleep(0.4)
        return pages

    def _create(self, *names: str) -> None:
        """Experiments in transition, which the portal asks about again every 3 s."""
        for name in names:
            request = create_request(name, "stays-in:Creating", Description=DESCRIBED)
            self._client.create_inference_experiment(**request)

    def _look(self, path: str) -> Page:
        return self._ask("GET", path)

    def _post(self, path: str) -> Page:
        # A page's form sends what its cookie holds, and nothing else is asked of either.
        token = secrets.token_hex(16)
        headers = {
            "Cookie": f"csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._ask("POST", path, f"csrfmiddlewaretoken={token}", headers)

    def _ask(self, method: str, path: str, body: str = "", headers: Any = ()) -> Page:
        began = time.monotonic()
        with closing(http.client.HTTPConnection(self._netloc, timeout=30)) as connection:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
        seconds = time.monotonic() - began
        return Page(seconds, response.status, response.headers, content)


def address(name: str) -> str:
    return f"/experiments/default/{name}/"


def is_news(page: Page, fault: str, before: Page | None) -> bool:
    if (kind := KINDS[fault]) is not None:
        return page.problem == kind
    if fault == "odd-characters":
        return SHOWN.encode() in page.content
    return before is None or page.as_of != before.as_of


def recorded(database_url: str) -> dict[str, list[str]]:
    """The answers that are kept of each experiment, the oldest first, "" for none."""
    query = (
        "SELECT name, number, experiments_observation.answer FROM experiments_observation "
        "JOIN experiments_snapshot ON experiments_snapshot.id = snapshot_id ORDER BY name, number"
    )
    connect: Callable[[], Any]
    if database_url.startswith("sqlite:///"):
        connect = lambda: sqlite3.connect(database_url.removeprefix("sqlite:///"))  # noqa: E731
    else:
        connect = lambda: psycopg.connect(database_url)  # noqa: E731
    answers: dict[str, list[str]] = {}
    with closing(connect()) as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        for name, number, answer in cursor.fetchall():
            answers.setdefault(name, []).append(answer)
            assert number == len(answers[name]), "numbered without a gap"
    return answers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'portal.sqlite3'}"
        else:
            server: ThrowawayPostgresql = request.getfixturevalue("postgresql_server")
            url = stack.enter_context(empty_database(server.url))
        demo = stack.enter_context(DemoSageMaker())
        aws = stack.enter_context(FaultyAws(demo.url))
        portal = stack.enter_context(running_portal(aws.url, PORTAL_DATABASE_URL=url))
        run = Run(portal, aws, demo)
        run.everything()
        run.matrix.recorded = recorded(url)
        return run.matrix


def test_every_fault_has_its_kind() -> None:
    assert set(KINDS) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_first_look_says_what_is_wrong_and_in_time(matrix: Matrix, fault: str) -> None:
    page, kind = matrix.first[fault], KINDS[fault]
    assert page.seconds < IN_TIME
    if kind is None:
        assert page.status_code == 200
        assert problem(parse(page)) is None
        assert fields(parse(page))["Description"] == [said(fault)]
    else:
        assert_problem_page(page, kind)


@pytest.mark.parametrize("fault", FAULTS)
def test_who_has_something_older_never_waits_and_goes_on_seeing_it(
    matrix: Matrix, fault: str
) -> None:
    before, *unaware, last = matrix.older[fault]
    assert max(page.seconds for page in (*unaware, last)) < AT_ONCE
    for page in unaware:
        assert (page.status_code, page.problem, page.as_of) == (200, None, before.as_of)
    assert_tells(last, fault, before)


@pytest.mark.parametrize("fault", FAULTS)
def test_who_asks_for_a_check_waits_for_it_and_sees_what_came_of_it(
    matrix: Matrix, fault: str
) -> None:
    answer, pages = matrix.checked[fault]
    assert (answer.status_code, answer["Location"]) == (303, address(f"checked-{fault}"))
    assert answer.seconds < IN_TIME
    # Another process of the portal may go on for a second with what it remembers.
    assert len(pages) <= 5
    assert max(page.seconds for page in pages) < AT_ONCE
    assert_tells(pages[-1], fault, None)


def assert_tells(page: Page, fault: str, before: Page | None) -> None:
    """The page of somebody who knew the experiment before, now that the portal has asked again."""
    kind = KINDS[fault]
    assert problem(parse(page)) == kind
    if kind in DEFINITE:
        assert page.status_code == STATUS[kind]
        assert "Description" not in fields(parse(page))
        assert DESCRIBED.encode() not in page.content
        return
    assert page.status_code == 200
    assert fields(parse(page))["Description"] == [DESCRIBED if kind else said(fault)]
    assert page.as_of is not None
    if before is not None:
        assert (page.as_of == before.as_of) == (kind is not None)


def said(fault: str) -> str:
    return SHOWN if fault == "odd-characters" else DESCRIBED


@pytest.mark.parametrize("fault", FAULTS)
def test_only_what_aws_said_is_recorded(matrix: Matrix, fault: str) -> None:
    first = matrix.recorded.get(f"first-{fault}", [])
    assert len(first) == (1 if KINDS[fault] is None else 0)
    for role in ("older", "checked"):
        good, *more = matrix.recorded[f"{role}-{fault}"]
        assert DESCRIBED in good
        # An answer that differs, or that there is no experiment any more.
        assert len(more) == (1 if fault in {"odd-characters", "deleted"} else 0)
        if fault == "deleted":
            assert more == [""]
    assert CANARY not in str(matrix.recorded)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_page_holds_what_aws_said_of_the_portal(matrix: Matrix, fault: str) -> None:
    for page in matrix.pages(fault):
        assert CANARY.encode() not in page.content
        assert (page.status_code == 503 and page.problem in RETRIED) == ("Retry-After" in page)


def test_nobody_else_notices(matrix: Matrix) -> None:
    assert len(matrix.others) > 20
    assert {page.status_code for page in matrix.others} == {200}
    assert {page.problem for page in matrix.others} == {None}
    assert max(page.seconds for page in matrix.others) < AT_ONCE


def test_pages_stay_while_aws_refuses_everybody(matrix: Matrix) -> None:
    assert [page.status_code for page in matrix.while_refused] == [200, 200]
    assert max(page.seconds for page in matrix.while_refused) < AT_ONCE


def test_no_redirect_is_followed(matrix: Matrix) -> None:
    assert matrix.followed == 0


def test_all_of_it_takes_less_than_a_minute(matrix: Matrix) -> None:
    assert matrix.seconds < 60
