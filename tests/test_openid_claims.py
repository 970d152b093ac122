"""What the claims of an OpenID provider are taken for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.people.openid.claims import (
    EMAIL_LENGTH,
    GROUP_LENGTH,
    MAX_GROUPS,
    NAME_LENGTH,
    NoSubject,
    claimed,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def groups(value: Any, claim: str = "groups") -> set[str]:
    return set(claimed({"sub": "1", "groups": value}, claim).groups)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "b"], {"a", "b"}),
        (["with space", "a,b"], {"with space", "a,b"}),
        ("a,b , c d", {"a", "b", "c d"}),
        ("a b", {"a b"}),
        ("", set()),
        ([], set()),
        (None, set()),
        (7, set()),
        ({"a": True}, set()),
        (["a\nb", "a\u2028b", "\x00", " ", "x" * (GROUP_LENGTH + 1), "ok"], {"ok"}),
        (["a", ["b"], {"name": "c"}, 5, None], {"a"}),
    ],
)
def test_groups_are_a_list_or_a_text(value: Any, expected: set[str]) -> None:
    assert groups(value) == expected


def test_groups_are_limited_in_number() -> None:
    many = [f"group-{number}" for number in range(MAX_GROUPS * 2)]
    assert groups(many) == set(many[:MAX_GROUPS])


def test_groups_may_be_inside_of_objects() -> None:
    claims = {"sub": "1", "realm_access": {"roles": ["a"]}, "https://example.org/roles": ["b"]}
    assert claimed(claims, "realm_access.roles").groups == {"a"}
    assert claimed(claims, "https://example.org/roles").groups == {"b"}
    assert claimed(claims, "realm_access.nothing.here").groups == frozenset()
    assert claimed(claims, "sub.roles").groups == frozenset()


@pytest.mark.parametrize(
    ("claims", "username"),
    [
        ({"preferred_username": "ada", "email": "a@example.org"}, "ada"),
        ({"email": "a@example.org"}, "a@example.org"),
        ({"email": "no address"}, "auth0-1"),
        ({"preferred_username": "CORP\\Ada Lovelace"}, "CORP-Ada-Lovelace"),
        ({"preferred_username": "😀"}, "auth0-1"),
        ({}, "auth0-1"),
    ],
)
def test_a_user_name_is_the_first_that_can_be_one(claims: dict[str, Any], username: str) -> None:
    assert claimed(claims | {"sub": "auth0|1"}, "groups").username == username


@pytest.mark.parametrize("subject", [None, "", 5, ["1"], "x" * 192, "a\nb", "a\x00"])
def test_nobody_is_nobody(subject: Any) -> None:
    with pytest.raises(NoSubject):
        claimed({"sub": subject}, "groups")


@given(
    st.fixed_dictionaries(
        {"sub": st.just("1")},
        optional=dict.fromkeys(("preferred_username", "name", "email", "groups"), JSON),
    ),
    st.text(),
)
def test_whatever_is_claimed_fits_into_the_database(claims: dict[str, Any], claim: str) -> None:
    person = claimed(claims, claim)
    assert 0 < len(person.username) <= NAME_LENGTH
    assert len(person.name) <= NAME_LENGTH
    assert len(person.email) <= EMAIL_LENGTH
    assert len(person.groups) <= MAX_GROUPS
    for text in (person.username, person.name, person.email, *person.groups):
        assert text.isprintable()
