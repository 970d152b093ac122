"""What people outside see of an experiment: what its sharer chose, and nothing of the portal."""

import itertools
import json
import re
import secrets
from typing import Any

import pytest

from experiments import models
from experiments.domain.redaction import Part
from tests.support import links
from tests.support.examples import every_member, variant
from tests.support.links import HX, Link, address, look, make, stranger
from tests.support.pages import fields, parse
from tests.support.scripted_aws import ScriptedAws

ACCOUNT = "998877665544"
KEY = "5ec2e7c0-1d1f-4a2b-8c3d-0fa3e6b789ab"
# Each is a part's alone: none of them is seen unless that part is chosen, whatever else is.
CANARIES = {
    Part.ACCOUNT: ACCOUNT,
    Part.ARNS: "function:canary-of-arns",
    Part.ROLE: "CanaryOfRole7",
    Part.KMS: KEY,
    Part.S3: "canary-of-s3",
}
OWN = {
    "Arn": Part.ARNS,
    "RoleArn": Part.ROLE,
    "KmsKey": Part.KMS,
    "DataStorageConfig.KmsKey": Part.KMS,
    "DataStorageConfig.Destination": Part.S3,
}
UNKNOWN = "canary-of-tomorrow"
SOME: list[frozenset[Part]] = [
    frozenset(),
    frozenset({Part.ARNS}),
    frozenset({Part.ROLE, Part.S3}),
    frozenset({Part.KMS}),
    frozenset(Part),
]
COMBINATIONS = [
    frozenset(chosen)
    for number in range(len(Part) + 1)
    for chosen in itertools.combinations(Part, number)
]


def telling(name: str) -> dict[str, Any]:
    """A description that names everything twice: in its own member and in somebody's sentence."""
    said = (
        f"{ACCOUNT} may not use arn:aws:lambda:eu-west-1:{ACCOUNT}:function:canary-of-arns; "
        f"CanaryOfRole7 wrote to s3://canary-of-s3/team with {KEY}"
    )
    return every_member() | {
        "Arn": f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:inference-experiment/{name}",
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/service-role/CanaryOfRole7",
        "KmsKey": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{KEY}",
        "StatusReason": said,
        "Description": said,
        "EndpointMetadata": {
            "EndpointName": "checkout-ranker-prod",
            "EndpointStatus": "InService",
            "FailureReason": said,
            "NewKey": UNKNOWN,
        },
        "ModelVariants": [
            variant("production", Status="InService", NewRole=[{"Deep": UNKNOWN}]),
            variant("shadow"),
        ],
        "DataStorageConfig": {
            "Destination": "s3://canary-of-s3/team",
            "KmsKey": KEY,
            "ContentType": {"CsvContentTypes": ["text/csv"]},
            "NewPlace": UNKNOWN,
        },
        "Schedule": {"StartTime": 1795111200.0, "EndTime": 1795716000.5, "Cadence": UNKNOWN},
        "NewMember": UNKNOWN,
        "CanaryOfTomorrow": {"Inner": ["a", {UNKNOWN: 7}]},
        UNKNOWN: True,
    }


@pytest.fixture
def name(scripted_aws: ScriptedAws) -> str:
    name = f"telling-{secrets.token_hex(5)}"
    scripted_aws.describes(name, **telling(name))
    return name


def query(parts: frozenset[Part], kind: str) -> str:
    return "&".join(["hours=24", f"kind={kind}", *(f"shown={part}" for part in sorted(parts))])


def everything(link: Link, name: str, parts: frozenset[Part], kind: str) -> dict[str, str]:
    """All that shows what the link shows: where, and as a reader gets it."""
    browser = stranger()
    asked = {
        "page": browser.get(link.page),
        "poll": browser.get(f"{link.status}?seen=0-0", headers=HX),
        "export": browser.get(link.export),
    }
    for answer in asked.values():
        assert answer.status_code == 200
    preview = browser.get(f"{address(name)}share/preview/?{query(parts, kind)}")
    assert preview.status_code == 200
    return {
        where: answer.content.decode() + repr(dict(answer.headers))
        for where, answer in (asked | {"preview": preview}).items()
    }


@pytest.mark.parametrize("kind", ["live", "frozen"])
def test_of_each_combination_exactly_what_was_chosen_is_seen(name: str, kind: str) -> None:
    """All 32 of a live link, in the page, the poll's fragment, the export and the preview."""
    look(name)
    wrong = []
    few_or_most = (parts for parts in COMBINATIONS if len(parts) not in {2, 3})
    for parts in COMBINATIONS if kind == "live" else few_or_most:
        link = make(name, kind=kind, shown=[part.value for part in parts])
        for where, text in everything(link, name, parts, kind).items():
            wrong += [
                (sorted(parts), where, part.value)
                for part, canary in CANARIES.items()
                if (canary in text) is not (part in parts)
            ]
            if UNKNOWN in text or "Cadence" in text or "CanaryOfTomorrow" in text:
                wrong.append((sorted(parts), where, UNKNOWN))
    assert wrong == []


@pytest.mark.parametrize("kind", ["live", "frozen"])
def test_what_is_hidden_has_no_place_of_its_own(name: str, kind: str) -> None:
    for parts in SOME:
        link = make(name, kind=kind, shown=[part.value for part in parts])
        for answer in (
            stranger().get(link.page),
            stranger().get(f"{link.status}?seen=0-0", headers=HX),
            stranger().get(f"{address(name)}share/preview/?{query(parts, kind)}"),
        ):
            shown = fields(parse(answer))
            assert {path for path in OWN if path in shown} == {
                path for path, part in OWN.items() if part in parts
            }
            assert [path for path in shown if "New" in path or UNKNOWN in path] == []
        exported = json.dumps(stranger().get(link.export).json())
        assert ('"RoleArn"' in exported) is ("role" in parts)
        assert ('"Destination"' in exported) is ("s3" in parts)


def test_what_is_not_hidden_is_all_there(name: str) -> None:
    inside = fields(parse(look(name)))
    outside = fields(parse(stranger().get(make(name, shown=list(Part)).page)))
    unknown = {path for path in inside if "New" in path or path.startswith(("Canary", UNKNOWN))}
    assert unknown
    assert outside == {
        path: values
        for path, values in inside.items()
        if path not in unknown | {"Schedule.Cadence"}
    }


def test_of_a_hidden_member_that_is_there_the_page_says_so(name: str) -> None:
    page = parse(stranger().get(make(name).page))
    assert len(page.select("#details .redact")) == 3
    assert "hidden" in page.select("#details .redact")[0].get_text()


def test_the_export_is_the_answer_without_what_is_hidden(name: str) -> None:
    answer = stranger().get(make(name, shown=list(Part)).export)
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="shared-experiment.json"'
    whole = answer.json()
    assert whole["Arn"] == telling(name)["Arn"]
    assert whole["StatusReason"] == telling(name)["StatusReason"]
    assert set(whole) == set(telling(name)) - {"NewMember", "CanaryOfTomorrow", UNKNOWN} | {"Name"}
    assert set(whole["Schedule"]) == {"StartTime", "EndTime"}
    assert set(whole["EndpointMetadata"]) == {"EndpointName", "EndpointStatus", "FailureReason"}


@pytest.mark.parametrize("kind", ["live", "frozen"])
def test_a_shared_page_leads_nowhere_into_the_portal(
    scripted_aws: ScriptedAws, name: str, kind: str
) -> None:
    look(name)
    scripted_aws.describes(name, **telling(name) | {"StatusReason": "A second observation"})
    assert parse(look(name, minutes=1)).select("#history .seen-list > li")
    link = make(name, kind=kind, shown=list(Part), preview="on", note="note-of-the-sharer")
    for answer in (
        stranger().get(link.page),
        stranger().get(f"{link.status}?seen=0-0", headers=HX),
    ):
        page = parse(answer)
        for there in (
            "#history",
            "#check",
            "#find",
            "#account",
            "form",
            "[type=search]",
            "[name=csrfmiddlewaretoken]",
            "a[href^='http']",
            "a[href*='console']",
            "a[href*='/share/']",
        ):
            assert page.select(there) == [], there
        leading = {
            str(element[attribute])
            for element in page.select("[href], [action], [hx-get], [hx-post], [formaction]")
            for attribute in ("href", "action", "hx-get", "hx-post", "formaction")
            if attribute in element.attrs
        }
        elsewhere = [each for each in leading if not each.startswith(("#", "/static/", link.page))]
        assert elsewhere == []
        assert "note-of-the-sharer" not in answer.content.decode()
        # The source's name stands on every page inside.
        assert "default" not in page.get_text(" ")
        assert not re.search(r"\bdefault\b", answer.content.decode())


def test_a_page_without_an_answer_says_nothing_of_the_portal_either(
    scripted_aws: ScriptedAws, name: str
) -> None:
    link = make(name)
    for code, status in (
        ("AccessDeniedException", 400),
        ("ResourceNotFound", 400),
        ("ExpiredTokenException", 400),
    ):
        scripted_aws.fails(name, code, status, f"{ACCOUNT} canary-of-aws")
        look(name, minutes=10)
        links.forget()
        answer = stranger().get(link.page)
        text = answer.content.decode()
        for canary in ("canary-of-aws", *CANARIES.values(), "sagemaker:", "/experiments/"):
            assert canary not in text, code
        assert not re.search(r"\bdefault\b", text)
        assert parse(answer).select("#history, #check, #find, form") == []


# What a version tells


def version(link: Link) -> str:
    region = parse(stranger().get(link.page)).select_one("#experiment")
    assert region is not None
    return str(region["hx-get"]).partition("?seen=")[2]


def test_no_page_holds_a_digest_of_what_is_hidden(name: str) -> None:
    """Who can guess a value could otherwise hash the guess and compare."""
    link = make(name)
    digest = models.Snapshot.objects.get(name=name).digest
    assert re.fullmatch("[0-9a-f]{12}", digest)
    assert digest in look(name).content.decode()
    for answer in (
        stranger().get(link.page),
        stranger().get(f"{link.status}?seen=0-0", headers=HX),
        stranger().get(link.export),
    ):
        said = answer.content.decode() + repr(dict(answer.headers))
        assert digest not in said
        assert "ETag" not in answer.headers
        assert "Last-Modified" not in answer.headers


def test_the_versions_of_two_links_are_never_alike(scripted_aws: ScriptedAws, name: str) -> None:
    """Of one answer or of two that differ in what is hidden alone: no version tells which."""
    one, another = make(name), make(name)
    marks = {version(one).partition("-")[2], version(another).partition("-")[2]}
    scripted_aws.describes(name, **telling(name) | {"RoleArn": "arn:aws:iam::1:role/Other"})
    look(name, minutes=1)
    marks |= {version(one).partition("-")[2], version(another).partition("-")[2]}
    scripted_aws.describes(name, **telling(name))
    look(name, minutes=2)
    # Not even within one link: what is hidden has become what it was before.
    marks |= {version(one).partition("-")[2], version(another).partition("-")[2]}
    assert len(marks) == 6
    assert all(re.fullmatch("[0-9a-f]{16}", mark) for mark in marks)


def test_the_preview_is_what_the_link_shows(name: str) -> None:
    look(name)
    for kind in ("live", "frozen"):
        link = make(name, kind=kind, shown=["role"])
        path = f"{address(name)}share/preview/?{query(frozenset({Part.ROLE}), kind)}"
        opened, preview = parse(stranger().get(link.page)), parse(stranger().get(path))
        assert fields(preview) == fields(opened)
        assert preview.select("#history, #check, a[href*='console.aws']") == []
    assert not models.ShareLink.objects.filter(name=name, opened__gt=1).exists()
