"""`ReplayedSession`: a session whose state is how it came about.

For environments that hold their state where no copy can be made of it: in a process, behind a URL,
in an object that cannot be refilled. A state is the scenario that it started from and the calls
that were made since; going to one means starting an instance and making the calls again, or loading
what it saved where that is all there is. An instance stays with its session while it goes forward,
so only going back, forking and failing cost anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from envfactory.environment.failure import ToolFailure, ToolResult
from envfactory.environment.foreign.asked import plain_arguments
from envfactory.environment.saved import SavedState
from envfactory.environment.tool import ToolSpec
from envfactory.errors import EnvironmentFault
from envfactory.records import Json


class Instance(Protocol):
    """Something that runs, with one state, used by one session."""

    @property
    def disturbed(self) -> bool:
        """Whether the last call may have left something behind that `save` does not show."""

    @property
    def loads_what_it_saves(self) -> bool:
        """Whether a saved state can be loaded again and is then the whole of it."""

    def load(self, scenario: Mapping[str, Json] | None) -> None:
        """Go to the state of a scenario; called once, first.

        Raises:
            ScenarioError: If there is no such state.
        """

    def call(self, tool: str, arguments: Mapping[str, Json]) -> ToolResult:
        """Call a tool.

        Raises:
            EnvironmentFault: If it broke.
            InfrastructureError: If nobody answers.
        """

    def save(self) -> dict[str, Json]:
        """Return the state as JSON."""

    def told(self, saved: dict[str, Json]) -> dict[str, Json]:
        """Return the part of a saved state that has a meaning."""

    def close(self) -> None:
        """End what runs."""


class ReplayedState(SavedState):
    """A state, and how to get to it: from `earlier` by one call, or from a scenario."""

    def __init__(
        self,
        saved: Mapping[str, Json],
        told: Mapping[str, Json],
        scenario: Mapping[str, Json] | None,
        earlier: ReplayedState | None = None,
        step: tuple[str, dict[str, Json]] | None = None,
    ) -> None:
        """Keep a state; it is opaque to everyone but the sessions of its environment."""
        super().__init__(saved, told)
        self.start, self.earlier, self.step = scenario, earlier, step

    def calls(self) -> list[tuple[str, dict[str, Json]]]:
        """Return the calls since the scenario, the first one first."""
        found, state = [], self
        while state.earlier is not None and state.step is not None:
            found.append(state.step)
            state = state.earlier
        return found[::-1]


class ReplayedSession:
    """A session that goes back by starting again.

    Attributes:
        about: What agents are told of it.
        left_something: Whether the last call failed and left the state changed, which was undone.
    """

    def __init__(
        self,
        make: Callable[[], Instance],
        tools: tuple[ToolSpec, ...],
        state: ReplayedState,
        about: str = "",
    ) -> None:
        """Start in a state; nothing runs before the first call."""
        self._make, self._tools, self._state, self.about = make, tools, state, about
        self._instance: Instance | None = None
        self.left_something = False

    @classmethod
    def begin(
        cls,
        make: Callable[[], Instance],
        tools: tuple[ToolSpec, ...],
        scenario: Mapping[str, Json] | None,
        about: str = "",
    ) -> ReplayedSession:
        """Return a session in the state of a scenario.

        Args:
            make: Starts an instance.
            tools: What it offers.
            scenario: The scenario; None for whatever an instance starts with.
            about: What agents are told about the environment.

        Raises:
            ScenarioError: If the instance does not load it.
        """
        instance = make()
        try:
            instance.load(scenario)
            start = None if scenario is None else dict(scenario)
            saved = instance.save()
            state = ReplayedState(saved, instance.told(saved), start)
            session = cls(make, tools, state, about)
        except BaseException:
            instance.close()
            raise
        session._instance = instance
        return session

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._tools

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call a tool; after a failure the session goes on from the state before it.

        Raises:
            EnvironmentFault: If the tool broke, or the state cannot be reached again.
            InfrastructureError: If nobody answers.
        """
        given = plain_arguments(self._tools, name, arguments)
        if isinstance(given, ToolFailure):
            return ToolResult(error=given)
        instance = self._running()
        before = self._state
        self.left_something = False
        try:
            result = instance.call(name, given)
            saved = instance.save()
            told = instance.told(saved)
        except BaseException:
            self.close()
            raise
        if result.ok:
            self._state = ReplayedState(saved, told, before.start, before, (name, given))
        else:
            self.left_something = SavedState(told).hash != before.hash
            if instance.disturbed or self.left_something:
                self.close()
        return result

    def fork(self) -> ReplayedSession:
        """Return an independent session in the same state; it starts with its first call."""
        return ReplayedSession(self._make, self._tools, self._state, self.about)

    def snapshot(self) -> ReplayedState:
        """Return the present state. O(1)."""
        return self._state

    def restore(self, mark: ReplayedState) -> None:
        """Go to a state that `snapshot` returned; it is reached with the next call.

        Raises:
            TypeError: If it is no state of such a session.
        """
        if not isinstance(mark, ReplayedState):
            raise TypeError(f"this session cannot restore {mark!r:.80}")
        if mark is not self._state:
            self.close()
            self._state = mark

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as JSON."""
        return self._state.scenario()

    @property
    def state_hash(self) -> str:
        """The content of the state as 64 hexadecimal digits."""
        return self._state.hash

    def close(self) -> None:
        """End what runs for this session; it goes on with the next call all the same."""
        if self._instance is not None:
            self._instance.close()
            self._instance = None

    def __del__(self) -> None:
        self.close()

    def _running(self) -> Instance:
        """Return an instance in the present state."""
        if self._instance is None:
            instance = self._make()
            try:
                if instance.loads_what_it_saves:
                    instance.load(self._state.scenario())
                else:
                    self._replay(instance)
                if SavedState(instance.told(instance.save())).hash != self._state.hash:
                    raise EnvironmentFault(
                        self._tools[0].name, "the state is another one when its calls are replayed"
                    )
            except BaseException:
                instance.close()
                raise
            self._instance = instance
        return self._instance

    def _replay(self, instance: Instance) -> None:
        instance.load(self._state.start)
        for tool, arguments in self._state.calls():
            if not instance.call(tool, arguments).ok:
                raise EnvironmentFault(tool, "fails when it is replayed")
