"""A session that remembers answers as one that does not, from whichever state it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.audit.remembered import Memory, Remembered
from envfactory.environment import Package, Session
from envfactory.errors import EnvironmentFault

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_user", {"user_id": "usr_1"}),
    ("get_user", {"user_id": "usr_9"}),
    ("create_user", {"name": "Kim Lee", "email": "kim@example.com"}),
    ("update_user", {"user_id": "usr_2", "name": "Grace"}),
    ("update_user", {"name": "Grace", "user_id": "usr_2"}),
    ("place_order", {"user_id": "usr_1", "lines": [{"sku": "TEA-1", "quantity": 1}]}),
    ("draw_winner", {}),
    ("wait", {"hours": 1}),
    ("break_halfway", {"user_id": "usr_1"}),
    ("no_such_tool", {}),
)


def outcome(session: Session, tool: str, arguments: dict[str, Any]) -> tuple[Any, str]:
    try:
        return session.call(tool, arguments), session.state_hash
    except EnvironmentFault as fault:
        return str(fault), session.state_hash


@given(steps=st.lists(st.tuples(st.sampled_from(CALLS), st.integers(0, 5)), max_size=25))
def test_calls_come_to_the_same(package: Package, steps: list[Any]) -> None:
    """Before each call, both go back to a state in which they were before."""
    plain = package.start("small")
    knowing = Remembered(plain.fork(), Memory())
    plain_marks, marks = [plain.snapshot()], [knowing.snapshot()]
    for (tool, arguments), back in steps:
        plain.restore(plain_marks[back % len(marks)])
        knowing.restore(marks[back % len(marks)])
        assert outcome(plain, tool, arguments) == outcome(knowing, tool, arguments)
        plain_marks.append(plain.snapshot())
        marks.append(knowing.snapshot())


def test_a_call_is_made_once_in_a_state(package: Package, monkeypatch: Any) -> None:
    session, made = package.start("small"), []
    call = type(session).call

    def counted(self: Any, name: str, arguments: Any = None) -> Any:
        made.append(name)
        return call(self, name, arguments)

    monkeypatch.setattr(type(session), "call", counted)
    one = Remembered(session, Memory())
    start = one.snapshot()
    for each in (one, one.fork(), one):
        each.restore(start)
        assert each.call("create_user", CALLS[2][1]).ok
        assert each.call("get_user", {"user_id": "usr_3"}).ok
    assert made == ["create_user", "get_user"]


def test_what_was_not_needed_for_long_is_forgotten(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("envfactory.audit.remembered._CALLS", 2)
    memory = Memory()
    session = Remembered(package.start("small"), memory)
    for number in range(1, 4):
        session.call("get_user", {"user_id": f"usr_{number}"})
        session.call("get_user", {"user_id": "usr_1"})
    assert len(memory.outcomes) == 2
    assert any(b"usr_1" in arguments for _, _, arguments in memory.outcomes)
