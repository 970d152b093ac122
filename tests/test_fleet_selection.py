"""What an address selects of the fleet: a link that somebody sends means the same everywhere."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.domain.fleet.sections import Section, section
from experiments.domain.fleet.selection import (
    BY_ATTENTION,
    LARGEST_FIRST,
    LAST_PAGE,
    LONGEST_SEARCH,
    SORTS,
    Preset,
    Selection,
)
from experiments.domain.status import EXPERIMENT

sorts = st.sampled_from([BY_ATTENTION, *SORTS, *(f"-{column}" for column in SORTS)])
# What a query string can hold.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
odd_numbers = st.sampled_from(["0", "-1", "1e9", "٣", "²", "9" * 400, " 2", "2_0", "٠", "07"])
numbers = odd_numbers | st.integers(0, 10**7).map(str)
queries = st.fixed_dictionaries(
    {},
    optional={
        "q": texts | st.just("x" * 199 + " y") | st.just(" spaces  inside "),
        "status": texts | st.sampled_from([*EXPERIMENT, *Preset]),
        "source": texts,
        "sort": texts | sorts,
        "page": texts | numbers,
        "seen": texts,
    },
)


def written_and_read(selection: Selection) -> Selection:
    parsed = dict(parse_qsl(selection.query.removeprefix("?"), keep_blank_values=True))
    return Selection.read(parsed)


@given(queries)
def test_whatever_an_address_says_is_a_selection_that_an_address_can_say(
    query: dict[str, str],
) -> None:
    selection = Selection.read(query)
    assert written_and_read(selection) == selection
    assert "seen" not in selection.query
    assert "\0" not in selection.q + selection.status
    assert 1 <= selection.page <= LAST_PAGE
    assert len(selection.q) <= LONGEST_SEARCH


@given(queries, st.sampled_from(SORTS))
def test_a_heading_leads_to_what_it_says(query: dict[str, str], column: str) -> None:
    changed = Selection.read(query).sorted_by(column)
    assert written_and_read(changed) == changed


def test_an_address_that_says_nothing_selects_everything() -> None:
    assert Selection.read({}) == Selection()
    assert Selection().query == ""
    assert not Selection().filtered
    assert Selection().preset is None
    assert Selection().words == ()


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ({"sort": "modified; drop table"}, ""),
        ({"sort": "--name"}, ""),
        ({"sort": "Name"}, ""),
        ({"sort": "-attention"}, ""),
        ({"sort": "-name"}, "?sort=-name"),
        ({"page": "0"}, ""),
        ({"page": "-7"}, ""),
        ({"page": "٣"}, ""),
        ({"page": "9" * 400}, ""),
        ({"page": "00012"}, "?page=12"),
        ({"page": "99999999"}, f"?page={LAST_PAGE}"),
        ({"q": "  ranker v7 \n"}, "?q=ranker+v7"),
        ({"q": "\0ran\0ker"}, "?q=ranker"),
        ({"q": "ranker", "colour": "red"}, "?q=ranker"),
        ({"status": " Running "}, "?status=Running"),
        ({"status": "Hibernating"}, "?status=Hibernating"),
        ({"q": "a&b=c#d/é"}, "?q=a%26b%3Dc%23d%2F%C3%A9"),
    ],
)
def test_words_that_nobody_knows_are_as_good_as_none(query: dict[str, str], normal: str) -> None:
    assert Selection.read(query).query == normal


def test_a_heading_turns_its_own_column_around() -> None:
    for column in SORTS:
        first = replace(Selection(), q="kept", page=7).sorted_by(column)
        assert first.descending is (column in LARGEST_FIRST)
        assert (first.column, first.q, first.page) == (column, "kept", 1)
        second = replace(first, page=3).sorted_by(column)
        assert second.descending is not first.descending
        assert (second.column, second.page) == (column, 1)
        assert second.sorted_by(column) == first


def test_awss_words_are_no_presets() -> None:
    assert {preset.value for preset in Preset}.isdisjoint(EXPERIMENT)
    assert Selection(status="attention").preset is Preset.ATTENTION
    assert Selection(status="Attention").preset is None


def test_every_word_of_a_search_counts_once_whatever_its_capitals() -> None:
    assert Selection(q="Ranker  RANKER straße STRASSE v7").words == ("ranker", "strasse", "v7")


def test_every_status_has_its_section() -> None:
    found = {word: section(word, needs_attention=False) for word in [*EXPERIMENT, "Hibernating"]}
    assert found == {
        "Creating": Section.COMING,
        "Created": Section.COMING,
        "Updating": Section.ACTIVE,
        "Starting": Section.ACTIVE,
        "Running": Section.ACTIVE,
        "Stopping": Section.ACTIVE,
        "Completed": Section.ENDED,
        "Cancelled": Section.ENDED,
        "Hibernating": Section.ACTIVE,
    }
    assert {section(word, needs_attention=True) for word in found} == {Section.ATTENTION}
