"""Open anything: from what somebody has at hand to the page of the one experiment it names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from tests.support.eventually import eventually
from tests.support.pages import parse, words
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws
from tests.support.visits import Visit, get
from tests.support.watcher import summary

ONE, OTHER = "111122223333", "444455556666"
# Of each source the account and the region.
PLACES = {
    "prod-eu": (ONE, "eu-west-1"),
    "prod-us": (ONE, "us-east-1"),
    "lab": (OTHER, "eu-west-1"),
}
COMMAND = "aws sagemaker describe-inference-experiment --name"


def arn(name: str, source: str) -> str:
    account, region = PLACES[source]
    return f"arn:aws:sagemaker:{region}:{account}:inference-experiment/{name.lower()}"


@dataclass
class Place:
    """A portal of three sources, each in front of an AWS of its own."""

    url: str
    aws: dict[str, ScriptedAws]

    def open(self, text: str) -> Visit:
        return get(self.url, f"/open/?{urlencode({'q': text})}")

    def leads_to(self, text: str) -> str:
        visit = self.open(text)
        assert visit.status_code == 302, (text, words(parse(visit).select_one("main")))
        return str(visit.headers["Location"])

    def calls(self, name: str) -> dict[str, int]:
        return {source: aws.calls_for(name) for source, aws in self.aws.items()}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """``everywhere`` is in all three, ``Only-<source>`` in one, ``unlisted`` in no list."""
    aws = {source: ScriptedAws() for source in PLACES}
    for source, own in aws.items():
        names = ("everywhere", f"Only-{source}", "in-prod")
        listed = [name for name in names if name != "in-prod" or source != "lab"]
        for name in (*listed, f"unlisted-{source}"):
            own.describes(name, Arn=arn(name, source), Status="Completed")
        own.lists(*(summary(name, "Completed") for name in listed))
    aws["prod-us"].describes("unlisted", Arn=arn("unlisted", "prod-us"))
    file = tmp_path_factory.mktemp("opening") / "sources.toml"
    file.write_text(
        "".join(
            f'[sources.{source}]\nregion = "{region}"\nendpoint_url = "{aws[source].url}"\n'
            for source, (_, region) in PLACES.items()
        )
    )
    with running_portal("http://127.0.0.1:9", PORTAL_SOURCES=str(file)) as url:
        place = Place(url, aws)
        # Its lists have been read, and each account is known by an ARN.
        get(url, "/")
        for source in PLACES:
            assert get(url, f"/experiments/{source}/Only-{source}/").status_code == 200
        eventually(lambda: json.loads(get(url, "/fleet.json").content), lambda rows: len(rows) == 8)
        yield place


def choices(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select('[aria-label="Experiments"] a')]


@pytest.mark.parametrize("source", PLACES)
def test_a_name_that_one_source_has_leads_there(place: Place, source: str) -> None:
    page = f"/experiments/{source}/Only-{source}/"
    assert place.leads_to(f"Only-{source}") == page
    assert place.leads_to(f"  Only-{source}\n") == page
    assert place.leads_to(arn(f"Only-{source}", source)) == page, "an ARN has no capitals"
    others = {other: calls for other, calls in place.calls(f"Only-{source}").items() if calls}
    assert set(others) <= {source}, "the lists have told who has it"


def test_a_name_that_several_have_is_a_choice(place: Place) -> None:
    visit = place.open("everywhere")
    assert visit.status_code == 200
    page = parse(visit)
    assert sorted(choices(page)) == sorted(f"/experiments/{s}/everywhere/" for s in PLACES)
    assert sum(place.calls("everywhere").values()) == 0


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (f"{COMMAND} everywhere --region us-east-1", "prod-us"),
        ("AWS_REGION=us-east-1 " + COMMAND + " everywhere", "prod-us"),
        (arn("everywhere", "prod-eu"), "prod-eu"),
        (arn("everywhere", "prod-us"), "prod-us"),
        (arn("everywhere", "lab"), "lab"),
    ],
)
def test_account_and_region_choose_the_source(place: Place, text: str, source: str) -> None:
    assert place.leads_to(text) == f"/experiments/{source}/everywhere/"


def test_a_region_that_two_read_is_a_choice_of_two(place: Place) -> None:
    page = parse(place.open(f"{COMMAND} everywhere --region eu-west-1"))
    expected = ["/experiments/lab/everywhere/", "/experiments/prod-eu/everywhere/"]
    assert sorted(choices(page)) == expected


def test_where_no_source_reads_nobody_is_asked(place: Place) -> None:
    for text in (
        f"{COMMAND} elsewhere --region ap-south-1",
        f"{COMMAND} elsewhere --profile nobodys",
        "arn:aws:sagemaker:eu-west-1:999999999999:inference-experiment/elsewhere",
        "arn:aws-cn:sagemaker:cn-north-1:111122223333:inference-experiment/elsewhere",
    ):
        visit = place.open(text)
        assert visit.status_code == 404, text
        page = parse(visit)
        assert "elsewhere" in words(page.select_one('[aria-labelledby="understood"]'))
        assert "AWS was not asked" in words(page.select_one("main"))
        # What there is instead.
        assert set(PLACES) <= set(words(page.select_one('[aria-labelledby="sources"]')).split())
    assert sum(place.calls("elsewhere").values()) == 0


def test_a_name_that_no_list_holds_is_asked_for_where_the_text_says(place: Place) -> None:
    text = arn("unlisted", "prod-us")
    assert place.leads_to(text) == "/experiments/prod-us/unlisted/"
    nobody = place.open(f"{COMMAND} nobody --region us-east-1")
    assert nobody.status_code == 404
    assert place.calls("nobody") == {"prod-eu": 0, "prod-us": 1, "lab": 0}


def test_a_name_that_nobody_knows_says_what_each_source_said(place: Place) -> None:
    place.aws["lab"].fails("no-such-name", "AccessDeniedException")
    visit = place.open("no-such-name")
    assert visit.status_code == 404
    page = parse(visit)
    assert "no-such-name" in words(page.select_one("h1"))
    told = [str(line["data-problem"]) for line in page.select('[aria-labelledby="sources"] li')]
    assert sorted(told) == ["access-denied", "not-found", "not-found"]
    assert place.calls("no-such-name") == dict.fromkeys(PLACES, 1)
    # Asking again a moment later costs nothing.
    place.open("no-such-name")
    assert place.calls("no-such-name") == dict.fromkeys(PLACES, 1)


def test_a_name_that_only_aws_knows_is_found_by_asking(place: Place) -> None:
    assert place.leads_to("unlisted-lab") == "/experiments/lab/unlisted-lab/"


@pytest.mark.parametrize(
    ("options", "rest"),
    [
        ("", "/"),
        ("--output json", ".json"),
        ("--output table", ".table"),
        ("--output yaml --query Status", ".yaml?query=Status"),
        ("--query 'ModelVariants[].{A: ModelName}'", None),
        ("--output text --query ''", ".text?query="),
    ],
)
def test_what_a_command_wants_to_see_goes_along(
    place: Place, options: str, rest: str | None
) -> None:
    if rest is None:
        rest = ".json?" + urlencode({"query": "ModelVariants[].{A: ModelName}"})
    address = place.leads_to(f"{COMMAND} everywhere --region us-east-1 {options}")
    assert address == f"/experiments/prod-us/everywhere{rest}"
    assert get(place.url, address).status_code in {200, 400}


def test_a_choice_keeps_what_the_command_wants_to_see(place: Place) -> None:
    page = parse(place.open(f"{COMMAND} in-prod --query Status --output text"))
    assert choices(page) == [
        "/experiments/prod-eu/in-prod.text?query=Status",
        "/experiments/prod-us/in-prod.text?query=Status",
    ]


@pytest.mark.parametrize("elsewhere", ["--endpoint-url http://127.0.0.1:1/", "--no-such-option"])
def test_nobody_is_sent_past_what_the_portal_leaves_out(place: Place, elsewhere: str) -> None:
    visit = place.open(f"{COMMAND} Only-lab {elsewhere}")
    assert visit.status_code != 302
    option = elsewhere.split()[0]
    assert option in words(parse(visit).select_one("main"))
    if visit.status_code == 200:
        assert choices(parse(visit)) == ["/experiments/lab/Only-lab/"]


def test_a_link_of_this_portal_leads_back_to_its_page(place: Place) -> None:
    for rest in ("", "history/", "history/7/"):
        link = f"{place.url}/experiments/lab/everywhere/{rest}"
        assert place.leads_to(link).startswith("/experiments/lab/everywhere/")


def test_an_endpoint_of_the_console_leads_to_its_experiments(place: Place) -> None:
    link = (
        "https://us-east-1.console.aws.amazon.com/sagemaker/home?region=us-east-1#/endpoints/ranker"
    )
    assert place.leads_to(link) == "/?q=ranker&source=prod-us"


def test_suggestions_come_from_all_sources(place: Place) -> None:
    found = parse(get(place.url, "/open/suggestions/?q=ONLY")).select("[data-href]")
    assert sorted(str(one["data-href"]) for one in found) == sorted(
        f"/experiments/{source}/Only-{source}/" for source in PLACES
    )
