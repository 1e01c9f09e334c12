"""Names of new people: said once, and the same in every detail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.grounding.namesake import agreeing, repeats

WORD = st.from_regex(r"[A-Z][a-z]{1,9}", fullmatch=True)


@pytest.mark.parametrize("label", ["first name", "given name", "last name", "surname"])
def test_parts_of_a_name_are_not_said_after_it(label: str) -> None:
    assert repeats(label, [("display name", "Andrea Sanders")])
    assert not repeats(label, [("display name", "Reception")])
    assert not repeats(label, [("company name", "Northern Lights")])
    assert not repeats("job title", [("display name", "Andrea Sanders")])


def test_a_full_name_is_not_said_after_its_parts() -> None:
    parts = [("first name", "Andrea"), ("last name", "Sanders")]
    assert repeats("name", parts)
    assert not repeats("name", parts[:1])
    assert agreeing("full name", "Kim Fox", parts) == "Andrea Sanders"


@given(WORD, WORD)
def test_what_has_to_be_said_agrees_with_the_name(first: str, last: str) -> None:
    said = [("name", f"{first} {last}")]
    assert agreeing("first name", "Christina", said) == first
    assert agreeing("family name", "Meyer", said) == last
    email = f"{first}.{last}@example.com".lower()
    assert agreeing("email address", "kim@example.com", said) == email


@pytest.mark.parametrize("value", [None, 7, "Berlin", "kim@", "a b@c"])
def test_other_values_stay(value: object) -> None:
    assert agreeing("email address", value, [("name", "Andrea Sanders")]) == value
    assert agreeing("first name", "Kim", [("name", "Reception")]) == "Kim"
