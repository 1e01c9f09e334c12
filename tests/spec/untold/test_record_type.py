"""What tools say by the types of the records that they answer with."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.source import tool_list
from envfactory.source.document import document_of
from envfactory.spec import infer
from envfactory.spec.model import (
    ActOnRecord,
    CountRecords,
    CreateRecord,
    GetRecord,
    ListRecords,
    Match,
    UpdateRecord,
)
from tests.spec.sketches import LIBRARY, left_out, sketched, tool_of


def test_one_record_that_is_found_is_got_by_the_field_that_tells_it_apart() -> None:
    spec = sketched(LIBRARY)
    found = tool_of(spec, "find_member")
    assert found.behaviour == GetRecord(table="members", key="email", field="email")
    assert spec.entity("members").key == "member_id"
    assert spec.entity("members").field("email").unique
    assert [field.name for field in spec.entity("members").fields] == ["member_id", "name", "email"]


@pytest.mark.parametrize("verb", ["borrow_book", "lend", "check_out_book", "order_book", "open"])
def test_a_record_whose_key_nobody_gives_is_made(verb: str) -> None:
    spec = sketched(f"{LIBRARY}\ndef {verb}(book_id: str, member_id: str) -> Loan: ...")
    made = tool_of(spec, verb)
    assert isinstance(made.behaviour, CreateRecord)
    assert {one.field for one in made.behaviour.assigns} == {"book_id", "member_id"}
    assert spec.entity("loans").field("status").default == "open"
    assert spec.entity("loans").field("due").optional


def test_new_values_go_into_the_fields_that_they_name() -> None:
    spec = sketched(f"{LIBRARY}\ndef extend_loan(loan_id: str, new_due: date) -> Loan: ...")
    tool = tool_of(spec, "extend_loan")
    assert isinstance(tool.behaviour, UpdateRecord)
    assert [(one.field, one.parameter) for one in tool.behaviour.assigns] == [("due", "new_due")]
    assert [one.name for one in tool.parameters if one.required] == ["loan_id", "new_due"]
    assert "new_due" not in {field.name for field in spec.entity("loans").fields}


def test_the_key_tells_which_record_is_changed_whatever_the_name_says() -> None:
    for result in ("Loan", "None", "dict"):
        spec = sketched(f"{LIBRARY}\ndef return_book(loan_id: str) -> {result}: ...")
        acted = tool_of(spec, "return_book").behaviour
        assert isinstance(acted, ActOnRecord)
        assert (acted.table, acted.field, acted.target) == ("loans", "status", "returned")


def test_states_of_two_words_are_found() -> None:
    states = LIBRARY.replace('OVERDUE = "overdue"', 'OVERDUE = "checked_in"')
    spec = sketched(f"{states}\ndef check_in(loan_id: str) -> Loan: ...")
    acted = tool_of(spec, "check_in").behaviour
    assert isinstance(acted, ActOnRecord)
    assert acted.target == "checked_in"


@pytest.mark.parametrize("name", ["count_overdue", "count_overdue_loans"])
def test_records_in_one_state_are_counted(name: str) -> None:
    spec = sketched(f"{LIBRARY}\ndef {name}() -> int: ...")
    overdue = Match(source="constant", constant="overdue", field="status")
    assert tool_of(spec, name).behaviour == CountRecords(table="loans", matches=(overdue,))


@pytest.mark.parametrize("name", ["list_overdue_loans", "overdue_loans", "get_overdue_loans"])
def test_records_in_one_state_are_listed(name: str) -> None:
    spec = sketched(f"{LIBRARY}\ndef {name}() -> list[Loan]: ...")
    overdue = Match(source="constant", constant="overdue", field="status")
    assert tool_of(spec, name).behaviour == ListRecords(table="loans", matches=(overdue,))


def test_a_name_of_its_own_for_a_list_of_records() -> None:
    spec = sketched(f"{LIBRARY}\ndef get_history(member_id: str) -> list[Loan]: ...")
    tool = tool_of(spec, "get_history")
    assert tool.behaviour.table == "loans"
    assert isinstance(tool.behaviour, ListRecords)


def test_removing_one_record_never_removes_the_one_it_answers_with() -> None:
    spec = sketched(f"{LIBRARY}\ndef remove_book(book_id: str, loan_id: str) -> Loan: ...")
    assert all(tool.behaviour.kind != "delete" or tool.behaviour.table == "books"
               for tool in spec.tools)  # fmt: skip


def test_what_is_worked_out_is_left_out() -> None:
    spec = sketched(f"{LIBRARY}\ndef count_words(text: str) -> int: ...")
    assert left_out(spec)["CALL /count_words"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "borrow",
                "give",
                "extend",
                "count",
                "find",
                "list",
                "check",
                "overdue",
                "book",
                "loan",
            ]
        ),
        min_size=1,
        max_size=4,
    ).map("_".join),
    st.sets(st.sampled_from(["loan_id", "book_id", "member_id", "new_due", "email", "text"])),
    st.sampled_from(["Loan", "list[Loan]", "Loan | None", "int", "None", "dict", "Book"]),
)
def test_any_name_with_any_types_is_read_or_left_out(
    name: str, inputs: set[str], result: str
) -> None:
    spec = sketched(f"{LIBRARY}\ndef {name}({', '.join(sorted(inputs))}) -> {result}: ...")
    assert f"CALL /{name}" in {tool.operation for tool in spec.tools} | set(left_out(spec))


ROOMS = '''
"""A hotel."""
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal

class Kind(Enum):
    SINGLE = "single"
    DOUBLE = "double"

@dataclass
class Room:
    number: str
    price_per_night: float
    facilities: list[str]

@dataclass
class Booking:
    reference: str
    room_number: str
    check_in: date
    kind: Kind
    status: Literal["booked", "frozen", "cancelled"]

def list_rooms(max_price: float | None = None) -> list[Room]: ...
def get_room(number: str) -> Room: ...
def list_bookings(room_number: str) -> list[Booking]: ...
def get_booking(reference: str) -> Booking: ...
def book(room_number: str, check_in: date, kind: Kind = Kind.DOUBLE) -> Booking: ...
def freeze_booking(reference: str) -> Booking: ...
def unfreeze_booking(reference: str) -> Booking: ...
'''


def test_keys_without_an_id_link_records() -> None:
    spec = sketched(ROOMS)
    rooms, bookings = spec.entity("rooms"), spec.entity("bookings")
    assert (rooms.key, bookings.key) == ("number", "reference")
    room = bookings.field("room_number")
    assert room.reference is not None
    assert (room.reference.table, room.optional) == ("rooms", False)
    assert bookings.field("kind").default == "double"


def test_a_range_is_of_the_field_that_begins_with_its_name() -> None:
    listed = tool_of(sketched(ROOMS), "list_rooms").behaviour
    assert isinstance(listed, ListRecords)
    assert listed.matches == (Match(parameter="max_price", field="price_per_night", op="lte"),)


def test_undoing_leads_back_to_the_first_state() -> None:
    acted = tool_of(sketched(ROOMS), "unfreeze_booking").behaviour
    assert isinstance(acted, ActOnRecord)
    assert acted.target == "booked"


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        ("def available_rooms(check_in: date, check_out: date) -> list[Room]:", "selection"),
        ("def upcoming_bookings() -> list[Booking]:", "selection"),
        ("def add_facility(number: str, facility: str) -> Room:", "another kind of record"),
    ],
)
def test_what_the_declared_records_cannot_tell_is_left_out(tool: str, reason: str) -> None:
    spec = sketched(f'{ROOMS}\n{tool}\n    """Do it."""')
    (found,) = (why for where, why in left_out(spec).items() if where.startswith("CALL"))
    assert reason in found


def test_a_field_whose_name_has_no_word_is_no_key() -> None:
    text = {"type": "string"}
    shelf = {"title": "Shelf", "type": "object", "properties": {"$": text, "room": text}}
    listed = {"type": "array", "items": {"$ref": "#/$defs/Shelf"}, "$defs": {"Shelf": shelf}}
    tools = [
        {"name": "list_shelves", "inputSchema": {"type": "object"}, "outputSchema": listed},
        {
            "name": "get_book",
            "inputSchema": {"type": "object", "properties": {"book_id": text}},
        },
    ]
    document = document_of(json.dumps({"tools": tools}).encode(), "tools.json", "tools.json")
    spec = infer(tool_list.read(document))
    assert "list_shelves" in {tool.name for tool in spec.tools}
