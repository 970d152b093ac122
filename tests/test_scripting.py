"""No text makes markup, whoever wrote it: what AWS sends, what readers ask for, and what people are
called or note.

Every page is compared with its twin, in which each hostile text is one of as many x. A browser has
to build the same tree of both: not one element, attribute or address comes of a text. That nothing
runs in a browser either is tests/browser/test_scripting.py.
"""

import csv
import io
import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import html5lib
import pytest
import time_machine
from django.test import Client

from experiments import models
from experiments.domain import parsing
from experiments.domain.answer import Answer
from experiments.domain.fleet.entry import Entry
from experiments.people import identity
from experiments.people.models import User
from tests.support import people
from tests.support.examples import KMS, every_member
from tests.support.fleet import fill, forget
from tests.support.links import HX, Link, address, look, make, stranger
from tests.support.payloads import GROUPS, MARK, PAYLOADS, PRODUCT, harmless
from tests.support.scripted_aws import ScriptedAws, description

# Templates escape what a database gives back, which the fault matrix compares on each kind.
pytestmark = pytest.mark.same_on_any_database

Shape = list[tuple[str, tuple[str, ...]]]
# Where a text may stand in an attribute: nothing follows these, runs them or reads them as markup.
OF_TEXT = {
    "aria-label",
    "content",
    "data-copy",
    "data-count",
    "data-experiment",
    "data-field",
    "data-name",
    "data-status",
    "placeholder",
    "title",
    "value",
}
# An address may hold a text as part of its query or of a path, with every sign in it quoted.
QUOTED = re.compile(
    r"(?:/(?!/)|\?|https://[a-z0-9.-]+\.console\.aws\.amazon\.com/)[A-Za-z0-9_.~%&=+/?#:-]*"
)
TURNS = range(len(GROUPS))
BEGAN = datetime.now(UTC)


@contextmanager
def moment(turn: int) -> Iterator[None]:
    """The same for a text and for its twin, since what is drawn of a time depends on it."""
    with time_machine.travel(BEGAN + timedelta(minutes=turn), tick=False):
        yield


def document(answer: Any) -> Any:
    return html5lib.parse(answer.content.decode(), treebuilder="etree")


def shape(page: Any) -> Shape:
    """Every element with the names of its attributes, in order. The panel of the history is judged
    with the page of the history: what is told of a change depends on words."""
    if page.get("id") == "history":
        return []
    own = (str(page.tag), tuple(sorted(map(str, page.attrib))))
    return [own, *itertools.chain.from_iterable(map(shape, page))]


def misplaced(page: Any) -> list[tuple[str, str, str]]:
    """Attributes that hold of a hostile text more than a text."""
    return [
        (str(element.tag), str(name), value)
        for element in page.iter()
        for name, value in element.attrib.items()
        if MARK in value.lower() and name not in OF_TEXT and not QUOTED.fullmatch(value)
    ]


def difference(found: Shape, wanted: Shape) -> Any:
    """The first place in which two trees are not alike."""
    for number, pair in enumerate(itertools.zip_longest(found, wanted)):
        if pair[0] != pair[1]:
            return found[max(0, number - 5) : number + 2], wanted[number : number + 2]
    return None


def assert_harmless(answer: Any, twin: Any, where: str, *, loosely: bool = False) -> None:
    """``loosely``: where it depends on a text's words what is masked or told of it, there are the
    same kinds of elements as in the twin."""
    page = document(answer)
    assert misplaced(page) == [], where
    wanted = twin if isinstance(twin, list) else shape(document(twin))
    if loosely:
        assert set(shape(page)) <= set(wanted), where
    else:
        assert difference(shape(page), wanted) is None, where
    assert_says_nothing_else(answer, where)


def assert_says_nothing_else(answer: Any, where: str) -> None:
    assert PRODUCT not in answer.content.decode(), where
    told = {name: value for name, value in answer.headers.items() if name != "Location"}
    assert MARK not in repr(told).lower(), where


def members(turn: int, said: Callable[[str], str]) -> dict[str, Any]:
    """A hostile text in every member that is one: after all turns, every text was in each."""
    counted = iter(range(100))

    def text() -> str:
        return said(GROUPS[(turn + next(counted)) % len(GROUPS)])

    def variant() -> dict[str, Any]:
        return {
            "ModelName": text(),
            "VariantName": text(),
            "InfrastructureConfig": {
                "InfrastructureType": text(),
                "RealTimeInferenceConfig": {"InstanceType": text(), "InstanceCount": 1},
            },
            "Status": text(),
        }

    return {
        "Arn": text(),
        "Type": text(),
        "Status": text(),
        "StatusReason": text(),
        "Description": text(),
        "RoleArn": text(),
        "KmsKey": text(),
        "EndpointMetadata": {
            "EndpointName": text(),
            "EndpointConfigName": text(),
            "EndpointStatus": text(),
            "FailureReason": text(),
        },
        "ModelVariants": [variant(), variant()],
        "DataStorageConfig": {
            "Destination": text(),
            "KmsKey": text(),
            "ContentType": {
                "CsvContentTypes": [text(), text()],
                "JsonContentTypes": [text()],
            },
        },
        "ShadowModeConfig": {
            "SourceModelVariantName": text(),
            "ShadowModelVariants": [{"ShadowModelVariantName": text(), "SamplingPercentage": 10}],
        },
        "NewMember": {"Inner": [text()], "New": text()},
        text(): text(),
    }


@cache
def lived(aws: ScriptedAws, said: Callable[[str], str]) -> str:
    """An experiment that was described in as many ways as there are turns."""
    name = f"hostile-{secrets.token_hex(5)}"
    for turn in TURNS:
        describes(aws, name, turn, said)
    return name


def describes(aws: ScriptedAws, name: str, turn: int, said: Callable[[str], str]) -> None:
    aws.says(name, description(name) | members(turn, said))
    with moment(turn):
        stranger().post(f"{address(name)}check/")
        assert stranger().get(address(name)).status_code == 200


def as_it_is(text: str) -> str:
    return text


PAGES_OF_A_TURN: dict[str, Callable[[str, Link], Any]] = {
    "detail": lambda name, _: stranger().get(address(name)),
    "share": lambda name, _: stranger().get(f"{address(name)}share/"),
    "preview": lambda name, _: stranger().get(
        f"{address(name)}share/preview/?hours=1&kind=live&preview=on&"
        "shown=account&shown=arns&shown=role&shown=kms&shown=s3"
    ),
    "shared": lambda _, link: stranger().get(link.page),
}


def test_no_member_of_an_answer_makes_markup_on_a_page(scripted_aws: ScriptedAws) -> None:
    """Every text in every member, on every page that shows the present."""
    parts = ["account", "arns", "role", "kms", "s3"]
    hostile, twin = (f"{word}-{secrets.token_hex(5)}" for word in ("hostile", "twin"))
    describes(scripted_aws, hostile, 0, as_it_is)
    describes(scripted_aws, twin, 0, harmless)
    link, like = (make(name, shown=parts, preview="on") for name in (hostile, twin))
    others = shape(document(share_of_an_ordinary(scripted_aws)))
    for turn in TURNS:
        if turn:
            describes(scripted_aws, hostile, turn, as_it_is)
            # What has been seen so far is drawn, so the twin has to have as long a life.
            describes(scripted_aws, twin, turn, harmless)
        for where, get in PAGES_OF_A_TURN.items():
            with moment(turn):
                answer, wanted = get(hostile, link), shape(document(get(twin, like)))
            assert answer.status_code == 200
            assert MARK in answer.content.decode()
            # What is masked in the form depends on words that two texts have in common.
            loosely = where == "share"
            if loosely:
                wanted += others
            assert_harmless(answer, wanted, f"{where}, turn {turn}", loosely=loosely)
        with moment(turn):
            assert_the_fragments_are_those_of_the_pages(hostile, link)
            assert_the_export_is_data(link, turn)


def share_of_an_ordinary(aws: ScriptedAws) -> Any:
    """The page before a link to what says its secrets in sentences, too."""
    name, role = f"ordinary-{secrets.token_hex(5)}", every_member()["RoleArn"]
    aws.describes(
        name,
        **every_member() | {"Description": f"{role}, {KMS}" + " long" * 99, "StatusReason": role},
    )
    return stranger().get(f"{address(name)}share/")


def region(answer: Any) -> str:
    found = re.search(r'<section id="experiment".*</section>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return found[0]


def assert_the_fragments_are_those_of_the_pages(name: str, link: Link) -> None:
    """What a poll brings has been judged with its page, but for the title that goes with it."""
    for page, poll in ((address(name), f"{address(name)}status/"), (link.page, link.status)):
        fragment = stranger().get(f"{poll}?seen=0", headers=HX)
        assert region(fragment) == region(stranger().get(page))
        rest = fragment.content.decode().replace(region(fragment), "")
        tree = html5lib.parseFragment(rest, treebuilder="etree")
        assert [str(element.tag).rpartition("}")[2] for element in tree] == ["title", "link"]
        assert_says_nothing_else(fragment, poll)


def assert_the_export_is_data(link: Link, turn: int) -> None:
    export = stranger().get(link.export)
    assert export["Content-Type"] == "application/json"
    assert export["X-Content-Type-Options"] == "nosniff"
    assert export["Content-Disposition"] == 'attachment; filename="shared-experiment.json"'
    sent = members(turn, lambda text: re.sub("[\x00\ud800-\udfff]", "\ufffd", text))
    assert export.json()["Description"] == sent["Description"]
    assert export.json()["ModelVariants"] == sent["ModelVariants"]
    assert_says_nothing_else(export, "export")


def test_no_member_of_an_answer_makes_markup_in_the_history(scripted_aws: ScriptedAws) -> None:
    hostile, twin = lived(scripted_aws, as_it_is), lived(scripted_aws, harmless)
    last = len(GROUPS)
    paths = [
        "history/",
        *(f"history/{number}/" for number in range(1, last + 1)),
        # Each text is on the older or the newer side.
        *(f"compare/?older={number}&newer={number + 1}" for number in range(1, last, 2)),
    ]
    for path in paths:
        # Not later, since what had to be asked again meanwhile would go on being seen.
        with moment(TURNS[-1]):
            answer, like = (stranger().get(f"{address(name)}{path}") for name in (hostile, twin))
        assert answer.status_code == 200
        assert MARK in answer.content.decode()
        strictly = path.startswith("history/") and path != "history/"
        assert_harmless(answer, like, path, loosely=not strictly)


def test_no_experiment_of_the_fleet_makes_markup(scripted_aws: ScriptedAws) -> None:
    """What a list says of it and what a description adds, in the table and in what is suggested."""

    def pages(said: Callable[[str], str]) -> list[Any]:
        forget()
        with moment(0):
            fill(*(told(turn, said) for turn in TURNS))
            paths = ("/", "/?sort=model", "/fleet/status/", "/open/suggestions/?q=in-the-fleet")
            return [stranger().get(path) for path in paths]

    def told(turn: int, said: Callable[[str], str]) -> Entry:
        """Each is the only one of its status, as its twin is."""
        name = f"in-the-fleet-{turn}"
        found = members(turn, lambda text: storable(said(text)))
        body = description(name) | found | {"Status": f"{turn} {found['Status']}"}
        return Entry.of("default", parsing.parse(Answer(body)), BEGAN)

    for answer, twin in zip(pages(as_it_is), pages(harmless), strict=True):
        assert answer.status_code == 200
        assert MARK in answer.content.decode()
        assert_harmless(answer, twin, answer.request["PATH_INFO"])
    forget()


# What readers ask for

ASKED = [
    "/{path}",
    "/?source={query}",
    "/?q={query}&status={query}&sort={query}&page={query}",
    "/fleet/status/?q={query}&status={query}&seen={query}",
    "/fleet.{path}",
    "/open/?q={query}",
    "/open/suggestions/?q={query}",
    "/experiments/default/{path}/",
    "/experiments/{path}/name/",
    "/experiments/default/{name}/?{query}={query}",
    "/experiments/default/{name}/history/?before={query}&older={query}",
    "/experiments/default/{name}/history/{path}/",
    "/experiments/default/{name}/compare/?older={query}&newer={query}",
    (
        "/experiments/default/{name}/share/?kind={query}&note={query}&hours={query}&shown={query}"
        "&form={query}&audience={query}"
    ),
    "/experiments/default/{name}/share/preview/?kind={query}&note={query}&back={query}",
    "/links/?before={query}&of={query}",
    "/operators/audit/?action={query}&before={query}",
    "/operators/people/?q={query}&after={query}",
    "/sign-in/?next={query}&because={query}",
    "/sign-in/?next=%2F{query}",
    "/s/{path}/",
]


def test_nothing_that_a_reader_asks_for_makes_markup(
    scripted_aws: ScriptedAws, settings: Any
) -> None:
    name = f"asked-{secrets.token_hex(5)}"
    scripted_aws.describes(name)
    look(name)
    operator = signed_in(User.objects.get(username=people.add("operator")))
    for pattern in ASKED:
        known = pattern.startswith(("/sign-in", "/operators"))
        settings.PORTAL_LOGIN = "password" if known else "off"
        identity.forget()
        browser = operator if pattern.startswith("/operators") else stranger()

        def ask(text: str, pattern: str = pattern, browser: Client = browser) -> Any:
            text = text.encode(errors="replace").decode()
            return browser.get(
                pattern.format(path=quote(text, safe=""), query=quote(text, safe=""), name=name)
            )

        for text in GROUPS:
            answer, twin = ask(text), ask(harmless(text))
            assert answer.status_code == twin.status_code, pattern
            assert_harmless(answer, twin, f"{pattern} {text!r}")


def test_nothing_that_a_sharer_sends_makes_markup(scripted_aws: ScriptedAws) -> None:
    name = f"sent-{secrets.token_hex(5)}"
    scripted_aws.describes(name)

    def send(text: str) -> Any:
        return stranger().post(
            f"{address(name)}share/",
            dict.fromkeys(("kind", "hours", "shown", "audience", "note", "form"), text),
        )

    for text in map(storable, GROUPS):
        answer = send(text)
        assert answer.status_code == 422
        assert_harmless(answer, send(harmless(text)), text)


def test_a_name_that_somebody_tries_to_sign_in_with_makes_no_markup(settings: Any) -> None:
    settings.PORTAL_LOGIN = "password"
    shapes = [
        [shape(page) for page in tried(said) if misplaced(page) == []]
        for said in (as_it_is, harmless)
    ]
    assert shapes[0] == shapes[1]


def tried(said: Callable[[str], str]) -> Iterator[Any]:
    for text in GROUPS:
        text = said(text.encode(errors="replace").decode())
        answer = stranger().post("/sign-in/", {"username": text, "password": "no", "next": text})
        assert answer.status_code == 422
        yield document(answer)


# What people note and are called


def storable(text: str) -> str:
    """As a database takes it."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


@pytest.fixture
def _clean() -> Iterator[None]:
    """These rows would be on the pages of other tests."""
    yield
    models.ShareLink.objects.filter(form__startswith="hostile-").delete()
    models.AuditEvent.objects.filter(address="192.0.2.77").delete()
    User.objects.filter(email="hostile@example.org").delete()
    identity.forget()


def noted(said: Callable[[str], str]) -> list[Any]:
    """The pages of links with these notes, whose makers and enders have such names."""
    now = datetime.now(UTC)
    models.ShareLink.objects.filter(form__startswith="hostile-").delete()
    models.ShareLink.objects.bulk_create(
        models.ShareLink(
            digest=secrets.token_hex(32),
            form=f"hostile-{secrets.token_hex(8)}",
            source="default",
            name="any",
            kind="live",
            audience="anyone",
            note=said(storable(PAYLOADS[turn])),
            made_by=said(storable(PAYLOADS[turn - 1])),
            revoked_by=said(storable(PAYLOADS[turn - 2])),
            revoked_at=now,
            made_at=now,
            expires_at=now + timedelta(days=turn % 2),
        )
        for turn in range(len(PAYLOADS))
    )
    first = models.ShareLink.objects.latest("pk").pk
    return [stranger().get("/links/"), stranger().get(f"/links/?before={first - 8}")]


@pytest.mark.usefixtures("_clean")
def test_no_note_of_a_link_and_no_name_beside_it_makes_markup() -> None:
    hostile = noted(as_it_is)
    for answer, twin in zip(hostile, noted(harmless), strict=True):
        assert MARK in answer.content.decode()
        # What links of other tests add is the same on both.
        assert_harmless(answer, twin, "links")


def happened(said: Callable[[str], str]) -> None:
    models.AuditEvent.objects.filter(address="192.0.2.77").delete()
    models.AuditEvent.objects.bulk_create(
        models.AuditEvent(
            at=datetime.now(UTC),
            action="sign-in refused",
            person=said(storable(PAYLOADS[turn]))[:150],
            about=said(storable(PAYLOADS[turn - 1])),
            address="192.0.2.77",
        )
        for turn in range(len(PAYLOADS))
    )


@pytest.mark.usefixtures("_clean")
def test_nothing_in_the_audit_trail_makes_markup_or_a_formula() -> None:
    asked = "?" + urlencode({"action": "sign-in refused"})
    happened(harmless)
    twin = stranger().get(f"/operators/audit/{asked}")
    happened(as_it_is)
    answer = stranger().get(f"/operators/audit/{asked}")
    assert MARK in answer.content.decode()
    assert_harmless(answer, twin, "audit")
    table = stranger().get(f"/operators/audit.csv{asked}")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table["Content-Disposition"].startswith("attachment; ")
    text = b"".join(table).decode()
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if "192.0.2.77" in row]
    assert len(rows) == len(PAYLOADS)
    assert {len(row) for row in rows} == {6}
    assert [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))] == []
    lines = b"".join(stranger().get(f"/operators/audit.jsonl{asked}")).decode().split("\n")
    ours = [json.loads(line) for line in lines if "192.0.2.77" in line]
    assert {event["person"] for event in ours} == {storable(text)[:150] for text in PAYLOADS}


def called(said: Callable[[str], str]) -> list[User]:
    User.objects.filter(email="hostile@example.org").delete()
    return [
        User.objects.create(
            username=f"{said(storable(text))[:130]} -hostile-{number}",
            name=said(storable(PAYLOADS[number - 1]))[:150],
            email="hostile@example.org",
            group_names=said(storable(PAYLOADS[number - 2]).replace("\n", " ")),
            role="operator",
        )
        for number, text in enumerate(PAYLOADS)
    ]


def signed_in(user: User) -> Client:
    browser = stranger()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.mark.usefixtures("_clean")
def test_no_name_of_a_person_and_no_group_makes_markup(settings: Any) -> None:
    """In the list of people, on their own page, and in the header of every page that they see."""
    pages: dict[Callable[[str], str], list[Any]] = {}
    settings.PORTAL_LOGIN = "password"
    for said in (harmless, as_it_is):
        found = called(said)
        some = found[:: len(found) // 9]
        identity.forget()
        pages[said] = [signed_in(user).get("/account/") for user in some]
        operator = signed_in(found[0])
        pages[said] += [
            *(operator.get(f"/operators/people/{user.pk}/") for user in some[1:]),
            operator.get("/operators/people/?q=-hostile-"),
        ]
    for answer, twin in zip(pages[as_it_is], pages[harmless], strict=True):
        assert answer.status_code == 200
        assert MARK in answer.content.decode()
        # In the list they stand by their names, in which order nobody's twin does.
        assert_harmless(answer, twin, "people", loosely=answer is pages[as_it_is][-1])
