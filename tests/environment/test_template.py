from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import Environment, Key, Record, Table, tool
from envfactory.environment.template import ALPHABETS, read_template
from envfactory.errors import DefinitionError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = st.text("abXY01-_./", max_size=5)


class Parcel(Record):
    """Something on its way."""

    parcel_id: Annotated[str, Key("PA-{n:04}/DE")]
    note: str = ""


class Visit(Record):
    """Somebody came by."""

    visit_id: Annotated[str, Key("vis_{base62:14}", style="token")]


class Depot(Environment):
    """Parcels and visits."""

    parcels: Table[Parcel]
    visits: Table[Visit]

    @tool
    def add_parcel(self) -> Parcel:
        """Add a parcel."""
        return self.parcels.insert(note="new")

    @tool
    def add_visit(self) -> Visit:
        """Add a visit."""
        return self.visits.insert()


@given(TEXT, TEXT, st.integers(0, 12), st.integers(1, 10**12))
def test_numbers_go_into_keys_and_come_back(before, after, digits, number):
    template = read_template(f"{before}{{n:{digits}}}{after}")
    key = template.numbered(number)
    assert key.startswith(before)
    assert key.endswith(after)
    assert template.number(key) == number


@given(TEXT, st.sampled_from(sorted(ALPHABETS)), st.integers(8, 40), st.integers(0, 2**32))
def test_random_parts_have_their_letters_and_length(before, kind, size, seed):
    template = read_template(f"{before}{{{kind}:{size}}}")
    key = template.draw(random.Random(seed), NOW)
    assert re.fullmatch(re.escape(before) + f"[{re.escape(ALPHABETS[kind])}]{{{size}}}", key)
    assert template.draw(random.Random(seed), NOW) == key


def test_a_ulid_begins_with_the_time():
    early, late = (
        read_template("{ulid}").draw(random.Random(1), datetime(2026, month, 2, tzinfo=UTC))
        for month in (1, 2)
    )
    assert len(early) == 26
    assert early[:10] < late[:10]


@pytest.mark.parametrize(
    "text",
    ["", "ord", "{", "}{n}", "{n}{n}", "{n}{hex:8}", "{hex}", "{hex:2}", "{what:8}", "{hex:999}"],
)
def test_templates_without_a_meaning_are_refused(text):
    with pytest.raises(DefinitionError, match="key template"):
        read_template(text)


def test_the_style_says_whether_a_key_is_random():
    with pytest.raises(DefinitionError, match="token"):
        Key("{hex:24}")
    with pytest.raises(DefinitionError, match="token"):
        Key("ORD-{n}", style="token")


def test_keys_of_a_scenario_are_continued():
    scenario = {"parcels": [{"parcel_id": "PA-0041/DE"}, {"parcel_id": "PA-0009/DE"}]}
    depot = Depot.from_scenario(scenario)
    assert depot.call("add_parcel", {}).value["parcel_id"] == "PA-0042/DE"
    again = Depot.from_scenario(depot.to_scenario())
    assert again.state_hash == depot.state_hash
    assert again.call("add_parcel", {}).value["parcel_id"] == "PA-0043/DE"


def test_random_keys_follow_the_state():
    depot = Depot.from_scenario({"seed": 7})
    twin = depot.fork()
    made = [depot.call("add_visit", {}).value["visit_id"] for _ in range(20)]
    assert [twin.call("add_visit", {}).value["visit_id"] for _ in range(20)] == made
    assert len(set(made)) == 20
