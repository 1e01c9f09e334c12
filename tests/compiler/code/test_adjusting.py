"""Numbers that grow, shrink and move: what the compiled tools do and refuse, and what shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler import compile_environment
from envfactory.compiler.code.codegen import write_code
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.verify import THOROUGH, verify
from envfactory.verify.laws import LAWS, Judge
from tests.compiler.ledger import ledger

STATE = {
    "accounts": [
        {"account_id": "acc_1", "owner": "Ada", "balance": 0.3, "points": 5},
        {"account_id": "acc_2", "owner": "Ben", "balance": 50},
    ]
}


@pytest.fixture(scope="module")
def bank_class() -> type[Environment]:
    return execute(write_code(ledger()).encode(), "ledger", Path("environment.py"))


@pytest.fixture
def bank(bank_class: type[Environment]) -> Environment:
    return bank_class.from_scenario(STATE)


def test_what_is_added_is_there_and_sums_are_what_people_expect(bank: Environment) -> None:
    grown = bank.call("deposit", {"account_id": "acc_1", "amount": 0.1})
    assert grown.value["balance"] == 0.4
    assert bank.call("earn_point", {"account_id": "acc_1"}).value["points"] == 6


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "said"),
    [
        ("withdraw", {"account_id": "acc_1", "amount": 1}, "failed_precondition", "less than 1"),
        ("redeem_points", {"account_id": "acc_1", "amount": 6}, "failed_precondition", "points 5"),
        ("deposit", {"account_id": "acc_2", "amount": 99_951}, "failed_precondition", "100000"),
        ("deposit", {"account_id": "acc_2", "amount": -1}, "invalid_argument", "more than 0"),
        ("charge", {"account_id": "acc_1", "amount": 0}, "invalid_argument", "more than 0"),
        (
            "transfer",
            {"giver_id": "acc_2", "taker_id": "acc_2", "amount": 1},
            "invalid_argument",
            "itself",
        ),
        ("transfer", {"giver_id": "acc_2", "taker_id": "acc_9", "amount": 1}, "not_found", "acc_9"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    bank: Environment, tool: str, arguments: dict[str, object], code: str, said: str
) -> None:
    before = bank.state_hash
    refused = bank.call(tool, arguments)
    assert refused.error is not None
    assert (refused.error.code, said in refused.error.message) == (code, True)
    assert bank.state_hash == before


@given(st.lists(st.tuples(st.booleans(), st.floats(-1, 60, allow_nan=False)), max_size=6))
def test_a_transfer_conserves_the_sum(
    bank_class: type[Environment], moves: list[tuple[bool, float]]
) -> None:
    bank = bank_class.from_scenario(STATE)
    for there, amount in moves:
        giver, taker = ("acc_1", "acc_2") if there else ("acc_2", "acc_1")
        bank.call("transfer", {"giver_id": giver, "taker_id": taker, "amount": amount})
    balances = [one["balance"] for one in bank.to_scenario()["accounts"]]
    assert sum(balances) == pytest.approx(50.3, abs=1e-4)
    assert min(balances) >= 0


def test_what_is_written_down_of_a_change_is_the_answer(bank: Environment) -> None:
    charged = bank.call("charge", {"account_id": "acc_2", "amount": 20}).value
    assert charged["amount"] == 20
    assert bank.call("get_account", {"account_id": "acc_2"}).value["balance"] == 30
    assert [one["charge_id"] for one in bank.call("list_charges", {}).value] == ["chg_1"]


@pytest.mark.parametrize(
    ("right", "wrong", "law"),
    [
        ("balance=round(account.balance + amount, 6))", "balance=account.balance)", "adjust"),
        ("receiver.balance + amount", "receiver.balance + amount + 1", "conserve"),
        ("if account.balance < amount:", "if account.balance <= amount:", "adjust"),
        ("if amount <= 0:", "if amount < 0:", "adjust"),
    ],
)
def test_the_laws_catch_what_moves_a_number_wrongly(right: str, wrong: str, law: str) -> None:
    spec = ledger()
    source = write_code(spec)
    assert right in source
    code = source.replace(right, wrong).encode()
    session = execute(code, "ledger", Path("environment.py")).from_scenario(STATE)
    judge, broken = Judge(spec, LAWS), set()
    for tool, amounts in (("deposit", (0, 2)), ("withdraw", (50, 51)), ("transfer", (7,))):
        for amount in amounts:
            keys = {"giver_id": "acc_2", "taker_id": "acc_1"}
            who = keys if tool == "transfer" else {"account_id": "acc_2"}
            found = judge.call(session.fork(), tool, {**who, "amount": amount})
            broken |= {law.id for law, _ in found.problems}
    assert law in broken


def test_a_bank_is_verified_and_its_seeded_faults_are_caught(tmp_path: Path) -> None:
    package = compile_environment(ledger(), tmp_path / "ledger", 7)
    certificate = verify(package, checks=THOROUGH)
    assert certificate.level == "strong"
    (mutants,) = [one for one in certificate.results if one.id == "mutants"]
    assert mutants.tried["caught"] == mutants.tried["tried"]
