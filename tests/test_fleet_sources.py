"""The fleet of several sources, of which some do not answer, and some are not for everybody."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.support import authorisation
from tests.support.authorisation import ABSENT, OPEN, SEALED, House
from tests.support.eventually import eventually
from tests.support.fleet import shown
from tests.support.pages import parse, problem, words
from tests.support.portal import running_portal
from tests.support.scripted_aws import Answer, ScriptedAws
from tests.support.visits import get
from tests.support.watcher import exists, summary


@dataclass
class Place:
    """A portal; ``zoo`` and ``lab`` answer, ``denied`` and ``refused`` do not."""

    url: str
    aws: dict[str, ScriptedAws]

    def look(self, query: str = "") -> BeautifulSoup:
        visit = get(self.url, f"/{query}")
        assert visit.status_code == 200
        return parse(visit)

    def exported(self, query: str = "") -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(get(self.url, f"/fleet.json{query}").content)
        return rows


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    aws = {source: ScriptedAws() for source in ("zoo", "lab", "denied")}
    aws["zoo"].lists(summary("same", "Completed"), summary("of-zoo", "Cancelled"))
    aws["lab"].lists(summary("same", "Cancelled"), exists(aws["lab"], "of-lab"))
    aws["denied"].listings[None] = Answer(b'{"__type":"AccessDeniedException"}', 400)
    urls = {source: own.url for source, own in aws.items()} | {"refused": "http://127.0.0.1:9"}
    file = tmp_path_factory.mktemp("sources") / "sources.toml"
    file.write_text(
        "".join(
            f'[sources.{source}]\nregion = "eu-west-1"\nendpoint_url = "{url}"\n'
            for source, url in urls.items()
        )
    )
    with running_portal("http://127.0.0.1:9", PORTAL_SOURCES=str(file)) as url:
        place = Place(url, aws)
        failing = eventually(
            lambda: place.look().select("[data-problem]"), lambda found: len(found) == 2
        )
        assert failing
        yield place


def test_all_sources_are_one_table(place: Place) -> None:
    expected = ["lab/of-lab", "lab/same", "zoo/of-zoo", "zoo/same"]
    assert sorted(shown(place.look())) == expected
    assert sorted(f"{row['source']}/{row['name']}" for row in place.exported()) == expected
    statuses = {(row["source"], row["name"]): row["status"] for row in place.exported()}
    # One name in two sources is two experiments.
    assert (statuses["zoo", "same"], statuses["lab", "same"]) == ("Completed", "Cancelled")
    page = place.look("?sort=source")
    assert shown(page)[:2] in (["lab/of-lab", "lab/same"], ["lab/same", "lab/of-lab"])
    links = {str(link["href"]) for link in page.select("[data-experiment] a")}
    assert {"/experiments/zoo/same/", "/experiments/lab/same/"} <= links


def test_one_of_them_can_be_chosen(place: Place) -> None:
    page = place.look("?source=lab")
    assert sorted(shown(page)) == ["lab/of-lab", "lab/same"]
    assert words(page.select_one('[data-count="all"] b')) == "2"
    assert {row["source"] for row in place.exported("?source=lab")} == {"lab"}
    # The file's order, not the alphabet's.
    options = [str(option["value"]) for option in page.select("select[name=source] option")]
    assert options == ["", "zoo", "lab", "denied", "refused"]
    assert shown(place.look("?source=denied")) == []


def test_sources_that_fail_are_named_with_the_reason_while_the_others_show(place: Place) -> None:
    page = place.look()
    assert len(shown(page)) == 4
    told = {str(b["data-source"]): str(b["data-problem"]) for b in page.select("[data-problem]")}
    assert told == {"denied": "access-denied", "refused": "unreachable"}
    denied = words(page.select_one('[data-source="denied"]'))
    assert "sagemaker:ListInferenceExperiments" in denied


def test_a_source_that_nobody_set_up_has_its_page(place: Place) -> None:
    for source in ("other", "%3Cb%3E%00", "LAB"):
        visit = get(place.url, f"/?source={source}")
        page = parse(visit)
        assert (visit.status_code, problem(page)) == (404, "unknown-source")
        assert b"<b>" not in visit.content
        for path in ("/fleet.json", "/fleet.csv", "/fleet/status/"):
            visit = get(place.url, f"{path}?source={source}")
            assert (visit.status_code, problem(parse(visit))) == (404, "unknown-source")


def test_one_source_needs_no_choice(tmp_path: Path) -> None:
    aws = ScriptedAws()
    aws.lists(summary("alone", "Completed"))
    with running_portal(aws.url) as url:
        page = parse(get(url, "/"))
        assert shown(page) == ["default/alone"]
        assert page.select("select[name=source]") == []
        assert get(url, "/?source=default").status_code == 200


# Who sees what: SEALED is hidden from ``blind``, and both sources are in front of one AWS.

HIDDEN = "of-the-hidden-source"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = authorisation.house()
    usual = dict(house.aws.listings)
    house.aws.describes(HIDDEN, Status="Completed", EndpointMetadata={"EndpointName": HIDDEN})
    # It is known of the hidden source alone.
    assert house["viewer"].get(f"/experiments/{SEALED}/{HIDDEN}/").status_code == 200
    yield house
    house.aws.listings = usual


def test_who_sees_the_source_sees_its_experiments(house: House) -> None:
    assert f"{SEALED}/{HIDDEN}" in shown(parse(house["viewer"].get(f"/?q={HIDDEN}")))
    assert HIDDEN in house["viewer"].get("/fleet.json").text
    assert HIDDEN in house["viewer"].get("/open/suggestions/?q=hidden").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=hidden",
        "/?status=Completed",
        f"/?q={HIDDEN[:6]}&sort=name",
        "/fleet/status/",
        "/fleet/status/?q=hidden",
        "/fleet.json",
        "/fleet.csv?q=hidden",
        f"/fleet.json?source={SEALED}",
        "/open/suggestions/?q=hidden",
        "/open/suggestions/?q=of-the",
    ],
)
@pytest.mark.parametrize("who", ["blind", "outsider"])
def test_a_hidden_sources_experiments_are_nowhere(house: House, who: str, path: str) -> None:
    assert HIDDEN in house["viewer"].get("/fleet.json").text
    answer = house[who].get(path)
    assert HIDDEN not in answer.text
    if "source=" not in path:
        assert answer.status_code == 200
        assert SEALED not in answer.text
        return
    # What is asked for by its name is told apart from what there is not by that name alone.
    absent = house[who].get(path.replace(SEALED, ABSENT))
    assert (answer.status_code, absent.status_code) == (404, 404)
    said, of_none = (words(parse(one).select_one("main")) for one in (answer, absent))
    assert said.replace(SEALED, ABSENT) == of_none


def test_a_hidden_sources_experiments_are_not_counted(house: House) -> None:
    for who, number in (("viewer", "1"), ("blind", "0")):
        page = parse(house[who].get(f"/?q={HIDDEN}"))
        assert words(page.select_one('[data-count="all"] b')) == number
        assert words(page.select_one('[data-count="recent"] b')) in {"0", number}


def test_what_is_opened_is_looked_for_in_the_sources_that_one_sees(house: House) -> None:
    """AWS has it in both, since both are one AWS, so blind is sent to the one that is open."""
    assert house["blind"].get(f"/open/?q={HIDDEN}").location == f"/experiments/{OPEN}/{HIDDEN}/"
    for who in ("blind", "outsider"):
        answers = [
            house[who].get(f"/open/?q=https%3A%2F%2F{authorisation.HOST}/experiments/{source}/x/")
            for source in (SEALED, ABSENT)
        ]
        told = [answer.text.replace(ABSENT, SEALED) for answer in answers]
        assert {answer.status_code for answer in answers} == {404}
        forms = [authorisation.FORM_TOKEN.sub("", text) for text in told]
        assert forms[0] == forms[1]
