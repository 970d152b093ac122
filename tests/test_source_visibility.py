"""A source for one group: to everybody else it is one that the portal does not have.

``sealed`` is hidden from ``blind``, a viewer, and ``outsider``, a sharer; no source is called
``absent``, which is as long.
"""

import secrets

import pytest

from tests.support import authorisation
from tests.support.authorisation import ABSENT, SEALED, Answer, House
from tests.support.eventually import eventually

NAME = "seen-by-some"
ADDRESSES = (
    "",
    "?seen=1-abc",
    "status/",
    "status/?seen=1-0-abc",
    "check/",
    "history/",
    "history/?before=7",
    "history/1/",
    "history/99/",
    "history/no-number/",
    "compare/",
    "compare/?older=1&newer=1",
    "share/",
    "share/?observation=1",
    "share/preview/",
    "share/preview/?kind=frozen&shown=role",
    "and/more/",
    "nothing/of/this/",
)
FORM = {"kind": "live", "audience": "anyone", "hours": "24"}


@pytest.fixture(scope="module")
def house() -> House:
    house = authorisation.house()
    # It is there with a history, so that there is something to give away.
    house.aws.describes(NAME)
    assert house["viewer"].get(f"/experiments/{SEALED}/{NAME}/history/").status_code == 200
    return house


def _told(answer: Answer, source: str) -> tuple[int, list[str], str]:
    """The whole answer, with the source's name taken out of it."""
    status, headers, body = answer.told()
    return (
        status,
        [line.replace(source, "SOURCE") for line in headers],
        body.replace(source, "SOURCE"),
    )


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "poll"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("who", ["blind", "outsider"])
def test_a_hidden_source_and_one_that_is_not_there_answer_alike(
    house: House, who: str, method: str, headers: dict[str, str]
) -> None:
    asked = len(house.aws.calls)
    for name in (NAME, "no-such-experiment", "-bad-"):
        for rest in ADDRESSES:
            form = FORM | {"form": secrets.token_urlsafe(24)} if method == "POST" else None
            hidden, absent = (
                house[who].ask(method, f"/experiments/{source}/{name}/{rest}", form, **headers)
                for source in (SEALED, ABSENT)
            )
            assert _told(hidden, SEALED) == _told(absent, ABSENT), (name, rest)
            assert hidden.status_code in {403, 404, 405} or rest.startswith("status/"), (name, rest)
    # Nor does anybody find out by how long AWS takes.
    assert len(house.aws.calls) == asked


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("who", ["blind", "outsider"])
def test_exports_of_a_hidden_source_and_of_none_are_alike(
    house: House, who: str, method: str
) -> None:
    asked = len(house.aws.calls)
    for name in (NAME, "no-such-experiment", "-bad-"):
        for rest in ("json", "table?download", "yaml?query=Name", "text?query=Name[", "xml"):
            hidden, absent = (
                house[who].ask(method, f"/experiments/{source}/{name}.{rest}")
                for source in (SEALED, ABSENT)
            )
            assert _told(hidden, SEALED) == _told(absent, ABSENT), (name, rest)
            assert hidden.status_code == (405 if method == "POST" else 404), (name, rest)
    assert len(house.aws.calls) == asked


@pytest.mark.parametrize("who", ["blind", "outsider"])
def test_the_lists_of_a_hidden_source_and_of_none_are_alike(house: House, who: str) -> None:
    for query in ("source={}", "source={}&page=2", "source={}&page=" + "x" * 9000):
        hidden, absent = (
            house[who].get(f"/?{query.format(source)}") for source in (SEALED, ABSENT)
        )
        assert _told(hidden, SEALED) == _told(absent, ABSENT)
        assert hidden.status_code == 404


def test_a_hidden_source_is_on_no_page(house: House) -> None:
    house.aws.describes("open-to-see")
    sees = {who: _pages(house, who) for who in ("viewer", "blind", "outsider")}
    assert SEALED in sees["viewer"]["/"]
    for who in ("blind", "outsider"):
        assert [path for path, page in sees[who].items() if SEALED in page] == []


def _pages(house: House, who: str) -> dict[str, str]:
    paths = ["/", "/account/", "/links/", "/open/?q=-bad-", f"/open/?q={NAME}", "/nowhere"]
    paths += ["/fleet/status/", "/fleet.json", "/fleet.csv", "/open/suggestions/?q=e"]
    address = "/experiments/open/open-to-see/"
    paths += [address, f"{address}history/", f"{address}history/1/", f"{address}share/"]
    answers = {path: house[who].get(path) for path in paths}
    return {path: f"{answer.location} {answer.text}" for path, answer in answers.items()}


def test_a_name_is_looked_for_in_the_sources_that_somebody_sees(house: House) -> None:
    # Both are in front of one AWS, so AWS is asked where the open one has not been listed yet.
    answer, page = house["viewer"].get(f"/open/?q={NAME}"), f"/experiments/{SEALED}/{NAME}/"
    assert answer.location == page or f'href="{page}"' in answer.text
    assert house["blind"].get(f"/open/?q={NAME}").location == f"/experiments/open/{NAME}/"


def test_nobody_shares_what_they_do_not_see(house: House) -> None:
    form = FORM | {"form": secrets.token_urlsafe(24)}
    answer = house["outsider"].post(f"/experiments/{SEALED}/{NAME}/share/", form)
    assert answer.status_code == 404
    assert authorisation.LINK.search(answer.text) is None
    # The form has made nothing: whoever sees the source can still send it.
    made = house["sharer"].post(f"/experiments/{SEALED}/{NAME}/share/", form)
    assert made.status_code == 200


def test_whoever_leaves_the_group_sees_nothing_from_then_on(house: House) -> None:
    page = f"/experiments/{SEALED}/{NAME}/"
    leaver = house.enter({"leaver": ("viewer", authorisation.GROUP)})["leaver"]
    assert leaver.get(page).status_code == 200
    form = {"role": "viewer", "groups": "another, ml2", "active": "on"}
    number = house.number("leaver")
    assert house["operator"].post(f"/operators/people/{number}/", form).status_code == 303
    for rest in ("", "history/", "compare/?older=1&newer=1"):
        assert leaver.get(f"{page}{rest}").status_code == 404
    assert SEALED not in leaver.get("/").text


def test_a_link_is_held_while_its_maker_does_not_see_the_experiment(house: House) -> None:
    house.people |= house.enter({"maker": ("sharer", authorisation.GROUP)})
    _, token = house.share(SEALED, NAME, by="maker")
    number = house.number("maker")

    def opened() -> int:
        return house["nobody"].get(f"/s/{token}/").status_code

    assert opened() == 200
    for groups, expected in (("another", 404), (authorisation.GROUP, 200)):
        form = {"role": "sharer", "groups": groups, "active": "on"}
        assert house["operator"].post(f"/operators/people/{number}/", form).status_code == 303
        eventually(opened, expected.__eq__)


def test_a_source_has_no_second_spelling(house: House) -> None:
    for spelling in (
        "SEALED",
        "Sealed",
        "sealed%20",
        "sealed%00",
        "%73ealed%2f",
        "./sealed",
        "sealed.",
    ):
        for who in ("blind", "viewer"):
            answer = house[who].get(f"/experiments/{spelling}/{NAME}/")
            assert answer.status_code in {400, 404}, (spelling, who)
    # The same letters, written in another way, are the same source.
    assert house["blind"].get(f"/experiments/%73ealed/{NAME}/").status_code == 404
    assert house["viewer"].get(f"/experiments/%73ealed/{NAME}/").status_code == 200


def test_operators_run_every_source(house: House) -> None:
    assert house["operator"].get(f"/experiments/{SEALED}/{NAME}/").status_code == 200
    assert SEALED in house["operator"].get("/").text
    assert SEALED in house["operator"].get("/operators/sources/").text
