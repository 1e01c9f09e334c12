"""States that a text says a record must be in for a tool to change it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler import compile_environment
from envfactory.spec import infer
from envfactory.spec.model import ActOnRecord, DeleteRecord, FieldSpec, Scalar, UpdateRecord
from envfactory.spec.writes.precondition import allowed_states
from envfactory.verify import verify
from envfactory.verify.checks import CHECKS
from tests.spec.sketches import LIBRARY, sketched, tool_of

STATES = ("placed", "in_progress", "shipped", "delivered", "cancelled")
STATUS = FieldSpec(
    name="status", source_name="status", type=Scalar(type="string", choices=STATES), role="status"
)
LOOKS = [check for check in CHECKS if check.id in ("load", "reachability", "behaviour")]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Cancel an order that was not shipped yet.", "placed in_progress"),
        ("Cancel an order which hasn't been shipped.", "placed in_progress delivered cancelled"),
        ("Cancel a placed order.", "placed"),
        ("Cancel an order, only if it is still in progress.", "in_progress"),
        ("Only placed or in-progress orders can be cancelled.", "placed in_progress"),
        ("Cancel an order. The order must be placed.", "placed"),
        ("Cancel an order. Fails if it is already shipped.", "placed in_progress"),
        ("Return an order that has been shipped.", "shipped"),
        ("Cancel an order. Fails if it has not been shipped.", "shipped"),
        ("Ship an order that is still open.", ""),
        ("Mark an order as shipped.", ""),
        ("Cancel an order.", ""),
        ("Cancel an order that was not placed by the user.", ""),
    ],
)  # fmt: skip
def test_texts_tell_the_states(text: str, states: str) -> None:
    expected = states.split()
    assert [*allowed_states(text, STATUS, ("order",))] == expected


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=8), max_size=6, unique=True))
def test_any_text_allows_some_states_or_says_nothing(text: str, choices: list[str]) -> None:
    field = STATUS.model_copy(update={"type": Scalar(type="string", choices=tuple(choices))})
    assert set(allowed_states(text, field, ("order",))) <= set(choices)


TOOLS = '''
def return_book(loan_id: str) -> Loan:
    """Take back a book. The loan must be open or overdue."""
def extend_loan(loan_id: str, new_due: date) -> Loan:
    """Extend a loan that is still open."""
def delete_loan(loan_id: str) -> None:
    """Forget a returned loan."""
'''


def test_actions_changes_and_removals_are_refused() -> None:
    spec = sketched(LIBRARY + TOOLS)
    acted = tool_of(spec, "return_book").behaviour
    changed, removed = (tool_of(spec, name).behaviour for name in ("extend_loan", "delete_loan"))
    assert isinstance(acted, ActOnRecord)
    assert acted.allowed_from == ("open", "overdue")
    assert isinstance(changed, UpdateRecord)
    assert isinstance(removed, DeleteRecord)
    assert (changed.field, changed.allowed_from) == ("status", ("open",))
    assert (removed.field, removed.allowed_from) == ("status", ("returned",))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('if loan.status != "open":', "if False:", "changed a record though status is"),
        ('if loan.status != "open":', "if True:", "refused though nothing forbids it"),
        ('if loan.status != "returned":', "if False:", "removed a record though status is"),
    ],
)
def test_what_is_refused_is_verified(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    path = compile_environment(sketched(LIBRARY + TOOLS), tmp_path, 0)
    assert verify(path, checks=LOOKS, effort=10).verified
    code = path / "environment.py"
    broken = code.read_text().replace(right, wrong)
    assert broken != code.read_text()
    code.write_text(broken)
    found = verify(path, checks=LOOKS, effort=10).result("behaviour").findings
    assert any(told in one.message for one in found)


def test_a_deletion_does_not_ask_for_what_it_leads_to(api) -> None:
    states = {"type": "string", "enum": ["ready", "failed", "deleted"]}
    files = {"type": "object", "properties": {"id": {"type": "string"}, "status": states}}

    def allowed(text: str) -> tuple[object, ...]:
        reads = api.operation("GET /orders/{id}", files)
        deletes = api.operation("DELETE /orders/{id}", None, description=text)
        lists = api.operation("GET /orders", {"type": "array", "items": files})
        tools = infer(api.describe(lists, reads, deletes)).tools
        behaviour = next(t.behaviour for t in tools if t.operation == "DELETE /orders/{id}")
        assert isinstance(behaviour, DeleteRecord)
        return behaviour.allowed_from

    assert allowed("Delete an order. Each order must be deleted individually.") == ()
    assert allowed("Delete an order. The order must be ready.") == ("ready",)
