"""What is taken away is gone in every process within a second, on either database."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from experiments.people.models import User
from tests.support import links
from tests.support.examples import every_member
from tests.support.links import HX, Link
from tests.support.pages import fields, parse, problem
from tests.support.portal import running_portal
from tests.support.postgresql import ThrowawayPostgresql, empty_database
from tests.support.scripted_aws import ScriptedAws
from tests.support.served import Browser, Portal
from tests.support.visits import Visit
from tests.support.watcher import rows_of

SOURCE = "canary-of-source"
# Each is a connection of its own, so that all four processes get some.
CROWD = 24
WITHIN_SECONDS = 1.0


@contextmanager
def log_in(file: Path) -> Iterator[None]:
    """What is started inside writes its log there."""
    kept = os.dup(2)
    with file.open("ab") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'portal.sqlite3'}"
        return
    server: ThrowawayPostgresql = request.getfixturevalue("postgresql_server")
    with empty_database(server.url) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Four processes with one database and a sign-in."""
    folder, aws = tmp_path_factory.mktemp("portal"), ScriptedAws()
    sources = folder / "sources.toml"
    sources.write_text(f'[sources.{SOURCE}]\nregion = "eu-west-1"\n')
    with database(request.param, folder, request) as database_url, log_in(folder / "log"):
        serving = running_portal(
            aws.url,
            PORTAL_WORKERS="4",
            PORTAL_LOGIN="password",
            PORTAL_DATABASE_URL=database_url,
            PORTAL_SOURCES=str(sources),
        )
        with serving as url:
            yield Portal(url, database_url, aws, folder / "log", SOURCE)


@pytest.fixture
def name(portal: Portal) -> str:
    name = f"shared-{secrets.token_hex(5)}"
    portal.aws.describes(name, **every_member())
    return name


def crowd(look: Callable[[], Visit]) -> set[int]:
    """The status codes that many visitors get at the same time."""
    with ThreadPoolExecutor(CROWD // 2) as visitors:
        return {
            visit.result().status_code for visit in [visitors.submit(look) for _ in range(CROWD)]
        }


def test_what_is_taken_away_is_gone_everywhere_within_a_second(portal: Portal, name: str) -> None:
    """A link that is revoked, one that is frozen and revoked, one that expires, and a person who
    is disabled; all four processes had just answered for each of them."""
    sharer, operator = portal.sign_in(portal.add("sharer")), portal.sign_in(portal.add("operator"))
    who = portal.add("viewer")
    reader, nobody = portal.sign_in(who), Browser(portal.url)
    with rows_of(portal.database_url) as rows:
        pk = User.objects.using(rows.alias).get(username=who).pk
    live, frozen, ending, of_people, staying = (
        portal.link(sharer, name, **choices)
        for choices in ({}, {"kind": "frozen"}, {}, {"audience": "people"}, {})
    )
    looks: list[tuple[Callable[[], Visit], int]] = [
        (lambda: nobody.get(f"{live.status}?seen=1"), 404),
        (lambda: nobody.get(frozen.page), 404),
        (lambda: nobody.get(ending.export), 404),
        (lambda: reader.get(f"{of_people.status}?seen=1"), 302),
        (lambda: reader.get("/account/"), 302),
        (lambda: nobody.get(staying.export), 200),
    ]
    for look, _ in looks:
        assert crowd(look) == {200}
    ends = datetime.now(UTC) + timedelta(seconds=0.5)
    portal.expires(ending, ends)
    for link in (live, frozen):
        assert sharer.post(f"/links/{portal.key(link)}/revoke/").status_code == 303
    disabled = operator.post(f"/operators/people/{pk}/", role="viewer", groups="")
    assert disabled.status_code == 303
    time.sleep(max(WITHIN_SECONDS, (ends - datetime.now(UTC)).total_seconds()))
    assert [crowd(look) for look, _ in looks] == [{status} for _, status in looks]
    polled = nobody.get(f"{live.status}?seen=1", **HX)
    assert (polled.status_code, polled.headers["HX-Redirect"]) == (200, "/s/closed/")


def test_all_processes_show_the_same_of_a_frozen_link(portal: Portal, name: str) -> None:
    sharer = portal.sign_in(portal.add("sharer"))
    link = portal.link(sharer, name, kind="frozen")
    before = {portal_answer(Browser(portal.url).get(link.page)) for _ in range(12)}
    assert len(before) == 1
    portal.aws.describes(name, Status="Completed")
    check = f"{links.address(name, SOURCE)}check/"
    assert sharer.post(check).status_code == 303
    assert b"Completed" in sharer.get(links.address(name, SOURCE)).content
    assert {portal_answer(Browser(portal.url).get(link.page)) for _ in range(12)} == before


def portal_answer(visit: Visit) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """But for the time of the day, which every server says."""
    told = tuple(
        (header, sorted(value.split("; ")).__repr__())
        for header, value in visit.headers.items()
        if header.lower() != "date"
    )
    return visit.status_code, told, visit.content


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_closed_links_look_alike_on_the_wire(portal: Portal, name: str) -> None:
    sharer, nobody = portal.sign_in(portal.add("sharer")), Browser(portal.url)
    link = portal.link(sharer, name)
    assert sharer.post(f"/links/{portal.key(link)}/revoke/").status_code == 303
    time.sleep(0.6)
    asked = [link.page, f"/s/{'N' * 43}/", link.status, link.export, "/s/0", "/s/%00/", "/s/é/"]
    assert len({portal_answer(nobody.get(path.replace("é", "%C3%A9"))) for path in asked}) == 1
    assert len({portal_answer(nobody.head(path.replace("é", "%C3%A9"))) for path in asked}) == 1


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_no_page_outside_names_the_source(portal: Portal, name: str) -> None:
    sharer, nobody = portal.sign_in(portal.add("sharer")), Browser(portal.url)
    parts = ["account", "arns", "role", "kms", "s3"]
    inside = sharer.get(links.address(name, SOURCE))
    assert SOURCE in inside.content.decode()
    for kind in ("frozen", "live"):
        link = portal.link(sharer, name, kind=kind, shown=parts, preview="on")
        answers = [
            nobody.get(link.page),
            nobody.get(f"{link.status}?seen=0", **HX),
            nobody.get(link.export),
        ]
        assert fields(parse(answers[0]))["Name"] == [name]
        for answer in answers:
            assert SOURCE not in answer.content.decode() + str(answer.headers)
    portal.aws.fails(name, "AccessDeniedException")
    sharer.post(f"{links.address(name, SOURCE)}check/")
    away = nobody.get(link.page)
    assert problem(parse(away)) == "access-denied"
    assert SOURCE not in away.content.decode() + str(away.headers)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_no_log_names_a_link(portal: Portal, name: str) -> None:
    sharer, nobody = portal.sign_in(portal.add("sharer")), Browser(portal.url)
    opened = portal.link(sharer, name)
    made_up = [Link(secrets.token_urlsafe(32)) for _ in range(2)]
    for link in (opened, *made_up):
        for path in (
            link.page,
            link.status,
            link.export,
            link.page.rstrip("/"),
            f"{link.page}nothing/",
            f"/{link.page}",
            f"/nothing{link.page}",
            # Mistyped or cut when it was pasted.
            f"/{link.token}/",
            f"/share/{link.token}",
            f"/sign-in/?next={link.page}",
            f"/sign-in/?next=%2Fs%2F{link.token}%2F",
            f"/experiments/{SOURCE}{link.page}",
            f"/experiments/{SOURCE}/%2Fs%2F{link.token}/",
            f"/open/?q={link.page}",
        ):
            nobody.get(path, Referer=f"{portal.url}{link.page}")
            nobody.get(path, Host="evil.example")
            nobody.post(path)
            Browser(portal.url, {}).post(path)
        wrong = {"username": "somebody", "password": "wrong", "next": link.page}
        nobody.post("/sign-in/", **wrong)
        nobody.post(f"/sign-in/?next={link.page}", **wrong)
    log = portal.log.read_text()
    assert "link made" in log
    assert "Not Found: /s/" in log
    assert [link.token for link in (opened, *made_up) if link.token[:12] in log] == []
