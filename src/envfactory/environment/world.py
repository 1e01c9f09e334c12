"""`World`: several environments in one session, and what any session offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Protocol, Self

from envfactory.environment.failure import ToolFailure, ToolResult
from envfactory.environment.saved import SavedState, saved_changes
from envfactory.environment.state import Change, State, state_changes
from envfactory.environment.tool import ToolSpec
from envfactory.errors import DefinitionError, EnvironmentFault
from envfactory.records import Json

SEPARATOR = "__"
"""Between an environment's name and a tool's name."""


class Session(Protocol):
    """What every later stage needs of an environment, whatever it is made of."""

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call a tool as one transaction."""

    def fork(self) -> Self:
        """Return an independent session in the same state."""

    def snapshot(self) -> Any:
        """Return the present state."""

    def restore(self, mark: Any) -> None:
        """Go to a state that `snapshot` returned."""

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as JSON."""

    @property
    def state_hash(self) -> str:
        """The content of the state."""


class Blueprint(Protocol):
    """What makes sessions of one environment: a native class, or what adapts a foreign one."""

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""

    def key_fields(self) -> dict[str, str]:
        """Return the name of each table's key field, by the table's name."""

    def from_scenario(self, scenario: Mapping[str, Json]) -> Session:
        """Return a session in the state that a scenario describes."""

    def __call__(self) -> Session:
        """Return a session in the state that needs no scenario."""


class HeldElsewhere(ABC):
    """A state whose content another process holds, which alone can compare it with another."""

    @abstractmethod
    def changes_to(self, after: HeldElsewhere) -> tuple[Change, ...]:
        """Return what differs in a later state of the same environment."""


@dataclass(frozen=True, slots=True)
class WorldState:
    """The states of a world's environments, by name."""

    states: tuple[tuple[str, Any], ...]


class World:
    """Several environments under one session; their tools are named `<environment>__<tool>`."""

    __slots__ = ("_environments",)

    def __init__(self, environments: Mapping[str, Session]) -> None:
        """Put environments together; each is used as it is, not copied.

        Raises:
            DefinitionError: If a name is empty, no identifier, or contains the separator.
        """
        for name in environments:
            if not name.isidentifier() or SEPARATOR in name:
                raise DefinitionError(
                    f"world: {name!r} cannot name an environment; use letters, digits and single _"
                )
        self._environments = dict(environments)

    @property
    def environments(self) -> Mapping[str, Session]:
        """The environments by name."""
        return dict(self._environments)

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return the tools of all environments under their full names."""
        return tuple(
            replace(spec, name=f"{name}{SEPARATOR}{spec.name}")
            for name, environment in self._environments.items()
            for spec in environment.tools()
        )

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call `<environment>__<tool>`; see `Environment.call`.

        Raises:
            EnvironmentFault: If the tool's body broke.
        """
        prefix, separator, tool = str(name).partition(SEPARATOR)
        environment = self._environments.get(prefix) if separator else None
        if environment is None:
            known = ", ".join(f"{known}{SEPARATOR}..." for known in self._environments)
            return ToolResult(
                error=ToolFailure("unknown_tool", f"no tool {name!r:.80}; tools are named {known}")
            )
        try:
            return environment.call(tool, arguments)
        except EnvironmentFault as fault:
            raise EnvironmentFault(name, fault.problem) from fault

    def fork(self) -> World:
        """Return an independent world in the same state. O(environments)."""
        return World({name: env.fork() for name, env in self._environments.items()})

    def snapshot(self) -> WorldState:
        """Return the present states. O(environments)."""
        return WorldState(tuple((n, env.snapshot()) for n, env in self._environments.items()))

    def restore(self, mark: WorldState) -> None:
        """Go to the states that `snapshot` returned.

        Raises:
            TypeError: If they are not the states of this world's environments.
        """
        if not isinstance(mark, WorldState) or [n for n, _ in mark.states] != list(
            self._environments
        ):
            raise TypeError(f"this world cannot restore {mark!r:.80}")
        for name, state in mark.states:
            self._environments[name].restore(state)

    def to_scenario(self) -> dict[str, Json]:
        """Return the scenario of each environment, by name."""
        return {name: env.to_scenario() for name, env in self._environments.items()}

    @property
    def state_hash(self) -> str:
        """The content of all states as 64 hexadecimal digits."""
        digest = blake2b(digest_size=32)
        for name, environment in self._environments.items():
            digest.update(f"{name}={environment.state_hash}\n".encode())
        return digest.hexdigest()


def diff(
    before: State | WorldState | SavedState | HeldElsewhere,
    after: State | WorldState | SavedState | HeldElsewhere,
) -> tuple[Change, ...]:
    """Return what changed between two snapshots.

    Of native environments only what the states do not share is walked; of others, what they saved.

    Raises:
        ValueError: If they belong to different environments.
    """
    if isinstance(before, WorldState) and isinstance(after, WorldState):
        if [name for name, _ in before.states] != [name for name, _ in after.states]:
            raise ValueError("cannot compare states of different worlds")
        return tuple(
            replace(change, environment=name)
            for (name, was), (_, now) in zip(before.states, after.states, strict=True)
            for change in diff(was, now)
        )
    if isinstance(before, State) and isinstance(after, State):
        return tuple(state_changes(before, after))
    if isinstance(before, SavedState) and isinstance(after, SavedState):
        return tuple(saved_changes(before, after))
    if isinstance(before, HeldElsewhere) and isinstance(after, HeldElsewhere):
        return before.changes_to(after)
    raise ValueError(f"cannot compare {type(before).__name__} with {type(after).__name__}")
