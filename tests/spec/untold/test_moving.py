"""Tools that move numbers: sketches of banks, shops and clubs, and names that only look alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.spec.model import AdjustRecord
from tests.spec.sketches import left_out, sketched, tool_of

BANK = '''
"""A bank: accounts and transactions."""
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

class Kind(str, Enum):
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"

@dataclass
class Account:
    account_id: str
    holder: str
    balance: float

@dataclass
class Transaction:
    transaction_id: str
    account_id: str
    kind: Kind
    amount: float
    note: str | None
    created_at: datetime

def open_account(holder: str) -> Account: ...
def get_account(account_id: str) -> Account: ...
def list_transactions(account_id: str) -> list[Transaction]: ...
'''
WALLET = '''
"""Wallets of riders."""
def create_wallet(owner, email): "Create a wallet."
def get_wallet(wallet_id): "Get a wallet."
'''


def moved(text: str, name: str) -> AdjustRecord:
    behaviour = tool_of(sketched(text), name).behaviour
    assert isinstance(behaviour, AdjustRecord)
    return behaviour


@pytest.mark.parametrize(
    ("tool", "change", "floor", "into"),
    [
        ("deposit(account_id: str, amount: float) -> Account", "add", None, None),
        ("withdraw_money(account_id: str, amount: float) -> Account", "subtract", 0, None),
        ("add_funds(account_id: str, amount: float) -> Account", "add", None, None),
        (
            "transfer(from_account: str, to_account: str, amount: float) -> None",
            "subtract",
            0,
            "to_account",
        ),
        (
            "send_money(source_account_id: str, target_account_id: str, amount: float) -> bool",
            "subtract",
            0,
            "target_account_id",
        ),
    ],
)
def test_a_verb_an_amount_and_a_key_move_a_balance(
    tool: str, change: str, floor: float | None, into: str | None
) -> None:
    found = moved(f"{BANK}\ndef {tool}: ...\n", tool.partition("(")[0])
    assert (found.field, found.change, found.floor, found.into) == ("balance", change, floor, into)


def test_what_is_answered_with_is_written_down(tmp_path: Path) -> None:
    text = f"""{BANK}
def deposit(account_id: str, amount: float, note: str | None = None) -> Transaction: ...
def withdraw(account_id: str, amount: float) -> Transaction: ...
"""
    bank = Package.load(compile_environment(sketched(text), tmp_path / "bank", 7)).environment()
    account = bank.call("open_account", {"holder": "Ada"}).value["account_id"]
    put = bank.call("deposit", {"account_id": account, "amount": 30, "note": "rent"}).value
    assert (put["kind"], put["amount"], put["note"]) == ("deposit", 30, "rent")
    assert bank.call("withdraw", {"account_id": account, "amount": 10}).value["kind"] == (
        "withdrawal"
    )
    assert bank.call("get_account", {"account_id": account}).value["balance"] == 20
    refused = bank.call("withdraw", {"account_id": account, "amount": 21})
    assert refused.error.code == "failed_precondition"
    assert len(bank.call("list_transactions", {"account_id": account}).value) == 2


def test_a_record_that_nothing_describes_gets_the_number_that_the_verb_implies() -> None:
    text = f"""{WALLET}
def top_up_wallet(wallet_id, amount): "Top up a wallet."
def pay_fare(wallet_id, amount: float): "Pay a fare from a wallet."
"""
    spec = sketched(text)
    assert spec.entity("wallets").field("balance").default == 0
    assert [moved(text, name).change for name in ("top_up_wallet", "pay_fare")] == [
        "add",
        "subtract",
    ]


def test_points_are_given_and_not_set() -> None:
    text = '''
"""A club."""
from dataclasses import dataclass
@dataclass
class Member:
    member_id: str
    name: str
    points: int
def list_members() -> list[Member]: ...
def earn_points(member_id: str, points: int) -> Member: ...
def set_points(member_id: str, points: int) -> Member: ...
'''
    assert moved(text, "earn_points").change == "add"
    assert tool_of(sketched(text), "set_points").behaviour.kind == "update"


def test_what_moves_is_no_field_beside_the_number() -> None:
    text = '''
"""A hotel."""
from dataclasses import dataclass
@dataclass
class Guest:
    guest_id: str
    name: str
    loyalty_points: int
def list_guests() -> list[Guest]: ...
def add_loyalty_points(guest_id: str, points: int) -> Guest: ...
'''
    assert moved(text, "add_loyalty_points").field == "loyalty_points"
    fields = sketched(text).entity("guests").fields
    assert [field.name for field in fields] == ["guest_id", "name", "loyalty_points"]


def test_credits_that_a_name_speaks_of_are_credits() -> None:
    text = f'{WALLET}\ndef add_credits(wallet_id, credits: int): "Add credits."\n'
    assert moved(text, "add_credits").field == "credits"


def test_what_is_booked_of_a_record_is_a_booking() -> None:
    text = '''
"""A gym."""
def add_class(title, day): "Add a class."
def list_classes(day=None): "List classes."
def book_class(class_id, member_name): "Book a place in a class."
def list_bookings(member_name=None): "List bookings."
'''
    behaviour = tool_of(sketched(text), "book_class").behaviour
    assert (behaviour.kind, behaviour.table) == ("create", "bookings")
    given = text.replace("book_class", "add_special_class")
    assert tool_of(sketched(given), "add_special_class").behaviour.table != "bookings"


def test_a_vote_counts_one() -> None:
    text = '''
"""Polls."""
def add_option(poll_id: str, label: str): "Add an option."
def list_options(poll_id: str): "List options."
def upvote_option(option_id: str): "Vote for an option."
'''
    found = moved(text, "upvote_option")
    assert (found.field, found.amount, found.change) == ("votes", None, "add")


@pytest.mark.parametrize(
    "tool",
    [
        "transfer_account(account_id: str, new_holder: str) -> Account",  # to another holder
        "deposit(account_id: str, note: str) -> Transaction",  # nothing says how much
        "credit_check(account_id: str, amount: float) -> bool",  # asks, and gives nothing
        "vote_account(account_id: str, vote: str) -> bool",  # yes or no
        "add_note(account_id: str, amount: float) -> Account",  # a note is no number
        "transfer(account_id: str, amount: float) -> Account",  # to nobody
        "increase_limit(account_id: str, limit: float) -> Account",  # to a limit, not by one
    ],
)
def test_names_that_only_look_alike_move_nothing(tool: str) -> None:
    spec = sketched(f"{BANK}\ndef {tool}: ...\n")
    name = tool.partition("(")[0]
    kinds = [one.behaviour.kind for one in spec.tools if one.name == name]
    assert kinds != ["adjust"]
    assert kinds or f"CALL /{name}" in left_out(spec)


def test_a_declared_record_without_such_a_number_moves_none() -> None:
    spec = sketched(BANK.replace("    balance: float\n", "") + "def deposit(account_id: str, "
                    "amount: float) -> Transaction: ...\n")  # fmt: skip
    assert tool_of(spec, "deposit").behaviour.kind == "create"
