"""Tables: reading, writing, keys, and what a delete does to those who refer."""

from typing import Annotated, Literal

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from shop import Shop

from envfactory.environment import (
    Conflict,
    Environment,
    InvalidArgument,
    Key,
    NotFound,
    Record,
    Ref,
    Table,
    Unique,
    given,
)
from envfactory.errors import DefinitionError


class Team(Record):
    team_id: Annotated[str, Key("team")]
    name: Annotated[str, Unique()]
    rank: int | None = None


class Person(Record):
    person_id: Annotated[int, Key()]
    team_id: Annotated[str, Ref("teams", on_delete="cascade")]
    boss: Annotated[int, Ref("people", on_delete="set_null")] | None = None
    badges: list[Annotated[str, Ref("badges", on_delete="set_null")]] = []


class Badge(Record):
    code: Annotated[str, Key(style="natural")]


class Seat(Record):
    place: int
    taken_by: Annotated[int, Ref("people")] | None = None
    below: "list[Seat]" = []


class Room(Record):
    room_id: Annotated[str, Key(style="uuid")]
    seats: list[Seat] = []
    by_day: dict[str, Annotated[int, Ref("people")]] = {}


class Club(Environment):
    """A club with teams, people, badges and rooms."""

    teams: Table[Team]
    people: Table[Person]
    badges: Table[Badge]
    rooms: Table[Room]


@pytest.fixture
def club():
    club = Club()
    for name in ("Red", "Blue"):
        club.teams.insert(name=name)
    for number in range(1, 13):
        club.people.insert(team_id=f"team_{number % 2 + 1}", boss=1 if number > 1 else None)
    return club


def test_generated_keys_come_in_order_and_are_never_given_twice(club):
    assert [team.team_id for team in club.teams] == ["team_1", "team_2"]
    assert [person.person_id for person in club.people] == list(range(1, 13))
    club.people.delete(12)
    assert club.people.insert(team_id="team_1").person_id == 13
    loaded = Club.from_scenario(club.to_scenario())
    loaded.people.delete(13)
    again = Club.from_scenario(loaded.to_scenario())
    assert again.people.insert(team_id="team_1").person_id == 14


def test_serial_keys_sort_as_numbers():
    club = Club()
    for number in range(12):
        club.teams.insert(name=str(number))
    assert [t.team_id for t in club.teams] == [f"team_{n}" for n in range(1, 13)]


def test_explicit_keys_move_the_serial_on(club):
    club.people.insert(person_id=40, team_id="team_1")
    assert club.people.insert(team_id="team_1").person_id == 41
    club.teams.insert(team_id="custom", name="Custom")
    assert club.teams.insert(name="Next").team_id == "team_3"


def test_uuid_keys_come_from_the_state():
    one, two = Club(), Club()
    assert one.rooms.insert().room_id == two.rooms.insert().room_id
    assert one.rooms.insert().room_id != one.rooms.insert().room_id
    assert len(one.rooms) == 3


def test_natural_keys_are_given_by_the_caller(club):
    with pytest.raises(TypeError, match="named by the caller"):
        club.badges.insert()
    with pytest.raises(InvalidArgument, match="1 to 1024"):
        club.badges.insert(code="")
    with pytest.raises(InvalidArgument, match="1 to 1024"):
        club.badges.insert(code="x" * 1025)
    club.badges.insert(code="x" * 1024)
    with pytest.raises(Conflict, match="already has"):
        club.badges.insert(code="x" * 1024)


def test_reading(club):
    assert club.people.get(3).team_id == "team_2"
    assert 3 in club.people
    assert 99 not in club.people
    with pytest.raises(NotFound, match="people has no 99"):
        club.people.get(99)
    with pytest.raises(TypeError, match="keys of people are integers"):
        club.people.get("3")
    with pytest.raises(TypeError, match="keys of teams are strings"):
        club.teams.get(None)
    assert club.people.count(team_id="team_1") == 6
    assert club.people.count() == len(club.people) == 12
    assert club.people.find(lambda p: p.boss is None).person_id == 1
    assert club.people.find(team_id="nowhere") is None
    assert [p.person_id for p in club.people.filter(team_id="team_2", offset=1, limit=2)] == [3, 5]
    assert club.people.filter(team_id="team_2", limit=0) == []
    with pytest.raises(TypeError, match="has no field 'colour'"):
        club.people.filter(colour="red")
    with pytest.raises(TypeError, match="to sort by"):
        club.people.all(order_by="colour")


def test_ordering_puts_none_last_and_is_stable():
    club = Club()
    for name, rank in (("A", 2), ("B", None), ("C", 1), ("D", 2)):
        club.teams.insert(name=name, rank=rank)
    names = [t.name for t in club.teams.all(order_by="rank")]
    assert names == ["C", "A", "D", "B"]
    assert [t.name for t in club.teams.all(order_by="rank", descending=True)] == [
        "A",
        "D",
        "C",
        "B",
    ]
    by_both = club.teams.filter(order_by=("rank", "name"), descending=True)
    assert [t.name for t in by_both] == ["D", "A", "C", "B"]
    assert [t.name for t in club.teams.all(descending=True)] == ["D", "C", "B", "A"]


def test_writing_refuses_what_would_break_the_state(club):
    before = club.snapshot()
    with pytest.raises(Conflict, match="name 'Red'"):
        club.teams.insert(name="Red")
    with pytest.raises(Conflict, match="name 'Red'"):
        club.teams.update("team_2", name="Red")
    with pytest.raises(NotFound, match="teams has no 'team_9'"):
        club.people.insert(team_id="team_9")
    with pytest.raises(NotFound, match="people has no 77"):
        club.people.update(2, boss=77)
    with pytest.raises(InvalidArgument, match="rank"):
        club.teams.update("team_1", rank="high")
    with pytest.raises(TypeError, match="colour"):
        club.teams.update("team_1", colour="red")
    with pytest.raises(TypeError, match="cannot change"):
        club.teams.update("team_1", team_id="team_5")
    with pytest.raises(TypeError, match="name"):
        club.teams.insert(rank=1)
    with pytest.raises(NotFound):
        club.teams.delete("team_7")
    assert club.snapshot() is before


def test_a_record_may_refer_to_itself_and_keep_its_unique_value(club):
    assert club.people.insert(person_id=50, team_id="team_1", boss=50).boss == 50
    assert club.teams.update("team_1", name="Red", rank=1).rank == 1


def test_deleting_cascades_clears_or_is_refused(club):
    club.badges.insert(code="gold")
    club.badges.insert(code="iron")
    club.people.update(3, badges=["gold", "iron", "gold"])
    club.badges.delete("gold")
    assert club.people.get(3).badges == ["iron"]
    club.people.delete(1)
    assert all(person.boss is None for person in club.people)
    room = club.rooms.insert(seats=[{"place": 1, "below": [{"place": 2, "taken_by": 4}]}])
    with pytest.raises(Conflict, match=r"people 4 is in use: rooms .* seats"):
        club.people.delete(4)
    before = club.snapshot()
    with pytest.raises(Conflict):
        club.teams.delete("team_1")  # cascades to 4, which the room needs
    assert club.snapshot() is before
    club.rooms.update(room.room_id, seats=[])
    club.teams.delete("team_1")
    assert club.people.count(team_id="team_1") == 0
    assert Club.from_scenario(club.to_scenario()).state_hash == club.state_hash


def test_a_cascade_reaches_records_that_it_has_just_cleared(club):
    """Deleting a team clears the bosses of people whom the same cascade has yet to delete."""
    for person in club.people.filter(team_id="team_2"):
        club.people.update(person.person_id, boss=None)
    for person in club.people.filter(team_id="team_1"):
        club.people.update(person.person_id, boss=2)
    club.teams.delete("team_1")
    assert club.people.count(team_id="team_1") == 0
    assert Club.from_scenario(club.to_scenario()).state_hash == club.state_hash


def test_references_are_found_in_nested_records_lists_and_dicts(club):
    with pytest.raises(NotFound, match="people has no 99"):
        club.rooms.insert(seats=[{"place": 1, "below": [{"place": 2, "taken_by": 99}]}])
    with pytest.raises(NotFound, match="people has no 98"):
        club.rooms.insert(by_day={"monday": 98})
    club.rooms.insert(by_day={"monday": 5})
    with pytest.raises(Conflict, match="by_day"):
        club.people.delete(5)


def test_given_leaves_out_none():
    assert given(a=1, b=None, c=False, d="") == {"a": 1, "c": False, "d": ""}


def test_an_inserted_record_is_copied_and_the_insert_may_override_fields():
    club = Club()
    team = Team(team_id="team_7", name="Red")
    assert club.teams.insert(team, rank=3).rank == 3
    team.__dict__["name"] = "tampered"
    assert club.teams.get("team_7").name == "Red"


@settings(max_examples=50, deadline=None)
@examples(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3)), max_size=40))
def test_filtering_by_an_indexed_field_equals_a_scan(orders):
    shop = Shop()
    for name in "ABC":
        shop.users.insert(user_id=f"usr_{name}", name=name, email=name)
    for name, hours in orders:
        order = shop.orders.insert(user_id=f"usr_{name}", lines=[], placed_at=shop.now())
        if hours == 0:
            shop.orders.update(order.order_id, status="shipped")
        if hours == 1 and len(shop.orders) > 1:
            shop.orders.delete(order.order_id)
    for name in "ABCD":
        user_id = f"usr_{name}"
        assert shop.orders.filter(user_id=user_id, status="shipped") == [
            o for o in shop.orders if o.user_id == user_id and o.status == "shipped"
        ]


def test_layouts_that_cannot_work_fail_with_the_class():
    class NoKey(Record):
        name: str

    class TwoKeys(Record):
        a: Annotated[str, Key()]
        b: Annotated[str, Key()]

    class FloatKey(Record):
        a: Annotated[float, Key()]

    class Lost(Record):
        a: Annotated[str, Key()]
        b: Annotated[str, Ref("nowhere")]

    class Stubborn(Record):
        a: Annotated[str, Key()]
        b: Annotated[str, Ref("things", on_delete="set_null")]

    class ManyUnique(Record):
        a: Annotated[str, Key()]
        b: Annotated[list[str], Unique()]

    for kind, fix in (
        (NoKey, "mark exactly one field"),
        (TwoKeys, "2 keys"),
        (FloatKey, "must be str or int"),
        (Lost, "refers to 'nowhere'; the tables are things"),
        (Stubborn, "cannot be set to None"),
        (ManyUnique, "a Unique field is str or int"),
        (str, "derived from Record"),
    ):
        with pytest.raises(DefinitionError) as error:
            type("Bad", (Environment,), {"__annotations__": {"things": Table[kind]}})
        assert fix in str(error.value)


class Slot(Record):
    slot_id: Annotated[str, Key("slot")]
    day: Annotated[Literal["monday", "tuesday"], Unique()]


class Calendar(Environment):
    """A slot for each day."""

    slots: Table[Slot]


def test_a_choice_can_be_unique() -> None:
    calendar = Calendar()
    calendar.slots.insert(day="monday")
    calendar.slots.insert(day="tuesday")
    with pytest.raises(Conflict, match="monday"):
        calendar.slots.insert(day="monday")
    assert calendar.slots.find(day="tuesday") is not None
