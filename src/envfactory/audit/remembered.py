"""`Remembered`: a session that makes no call twice in the same state.

An audit plays a solution dozens of times with small differences, and every task of a scenario
starts from the same state, so most of its calls have been made before. Nothing outside the state
decides a result, so what a call came to can be looked up by the state and the arguments. States are
told apart by identity, which costs nothing: native environments hand out the same object for as
long as nothing changes, and the memory goes back to the very objects that it holds. Sessions that
make a new object for each snapshot are played as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from envfactory.environment import Session, ToolResult, ToolSpec
from envfactory.errors import EnvironmentFault
from envfactory.records import Json

_CALLS = 1 << 12
"""Calls that are remembered, those that were needed last; lists of a few hundred records each."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a call came to; `before` is kept so that nothing else is taken for that state."""

    before: Any
    after: Any
    result: ToolResult | EnvironmentFault


@dataclass(frozen=True, slots=True)
class Memory:
    """What calls came to in the sessions of a package, by state, tool and arguments."""

    outcomes: OrderedDict[tuple[int, str, bytes], _Outcome] = field(default_factory=OrderedDict)

    def get(self, state: Any, tool: str, arguments: bytes) -> _Outcome | None:
        """Return what a call came to, if it is remembered."""
        outcome = self.outcomes.get((id(state), tool, arguments))
        if outcome is not None:
            self.outcomes.move_to_end((id(state), tool, arguments))
        return outcome

    def put(self, outcome: _Outcome, tool: str, arguments: bytes) -> None:
        """Remember what a call came to, and forget what was not needed for the longest time."""
        self.outcomes[id(outcome.before), tool, arguments] = outcome
        if len(self.outcomes) > _CALLS:
            self.outcomes.popitem(last=False)


class Remembered:
    """A session whose calls are looked up where they were made before; see `Session`."""

    def __init__(self, session: Session, memory: Memory) -> None:
        """Wrap a session, which is from then on used by nobody else.

        Args:
            session: Where calls are made that nobody has made.
            memory: Shared by the sessions of one package; values in it are never changed.
        """
        self._session, self._memory = session, memory

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._session.tools()

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Return what a call comes to; its value is shared, and not to be changed.

        Raises:
            EnvironmentFault: If the tool's body breaks.
        """
        before = self._session.snapshot()
        given = to_json(arguments or {})
        known = self._memory.get(before, name, given)
        if known is None:
            known = self._made(before, name, arguments)
            self._memory.put(known, name, given)
        else:
            self._session.restore(known.after)
        if isinstance(known.result, EnvironmentFault):
            raise EnvironmentFault(known.result.tool, known.result.problem)
        return known.result

    def _made(self, before: Any, name: str, arguments: Mapping[str, object] | None) -> _Outcome:
        try:
            result: ToolResult | EnvironmentFault = self._session.call(name, arguments)
        except EnvironmentFault as fault:
            result = fault
        return _Outcome(before, self._session.snapshot(), result)

    def fork(self) -> Remembered:
        """Return an independent session in the same state, with the same memory."""
        return Remembered(self._session.fork(), self._memory)

    def snapshot(self) -> Any:
        """Return the present state."""
        return self._session.snapshot()

    def restore(self, mark: Any) -> None:
        """Go to a state that `snapshot` returned."""
        self._session.restore(mark)

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as JSON."""
        return self._session.to_scenario()

    @property
    def state_hash(self) -> str:
        """The content of the state."""
        return self._session.state_hash
