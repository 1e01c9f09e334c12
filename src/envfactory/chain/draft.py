"""`Draft`: a chain while it is being drawn; steps are appended, and taken back where a plan fails.

Besides the steps it keeps what later steps ask for: how deep each stands, which environments are
in use, what has been used to name a record so far, and which of those records are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from envfactory.chain.atlas import Need, Place
from envfactory.chain.model import Binding, FromDefault, FromStep, FromUser, Limits, Source, Step

_USER, _DEFAULT = -1, -2


class Origin(NamedTuple):
    """Where a value comes from; what a `Source` says, quick to compare.

    Attributes:
        step: The step that returned it, or below zero the user or the schema.
        path: Where in the result.
        slot: Which of the values that the user says.
    """

    step: int
    path: str = ""
    slot: int = 0

    @property
    def is_said(self) -> bool:
        """Whether the user says it."""
        return self.step == _USER

    def source(self) -> Source:
        """Return it as a chain holds it."""
        if self.step >= 0:
            return FromStep(step=self.step, path=self.path)
        return FromUser(slot=self.slot) if self.is_said else FromDefault()


DEFAULT = Origin(_DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A step in the making; `depth` is the length of the longest path of values up to it."""

    place: Place
    origins: Mapping[str, Origin]
    goal: bool
    depth: int

    def step(self) -> Step:
        """Return it as a chain holds it, with bindings in the order of the tool's inputs."""
        return Step(
            tool=self.place.name,
            bindings=tuple(
                self._binding(path, self.origins[path])
                for path in self.place.needs
                if path in self.origins
            ),
            goal=self.goal,
        )

    def _binding(self, path: str, origin: Origin) -> Binding:
        """Return a binding; the place keeps it for the chains that follow."""
        made = self.place.bindings.get((path, *origin))
        if made is None:
            made = Binding(input=path, source=origin.source())
            self.place.bindings[path, *origin] = made
        return made

    def does_as(self, other: Call) -> bool:
        """Say whether two calls of one tool have the same for all that every call needs.

        Calling a tool again has a purpose where it is called on something else, not where only
        optional parts differ.
        """
        return all(
            self.origins[need.path] == other.origins[need.path] for need in self.place.required
        )


class Waiting(NamedTuple):
    """A tool that waits for a result, with the sources it has so far."""

    place: Place
    origins: Mapping[str, Origin]


@dataclass(slots=True)
class Draft:
    """Calls in the making, within limits.

    Attributes:
        pending: The tools that wait for a result.
        slots: How many different values the user says so far.
        gone: What named the records that calls have removed.
    """

    limits: Limits
    calls: list[Call] = field(default_factory=list)
    pending: list[Waiting] = field(default_factory=list)
    slots: int = 0
    gone: set[Origin] = field(default_factory=set)

    def steps(self) -> tuple[Step, ...]:
        """Return the calls as a chain holds them."""
        return tuple(call.step() for call in self.calls)

    def has(self, tool: str) -> bool:
        """Say whether a call is there to this tool."""
        return any(call.place.name == tool for call in self.calls)

    def may_repeat(self) -> bool:
        """Say whether one more call may be to a tool that is called already."""
        tools = {call.place.name for call in self.calls}
        return len(self.calls) - len(tools) < self.limits.repeats

    def environments(self) -> set[str]:
        """Return the environments in use, and those of the tools that wait."""
        found = {call.place.environment for call in self.calls}
        found.update(waiting.place.environment for waiting in self.pending)
        return found

    def named_before(self, need: Need) -> Iterator[Origin]:
        """Yield what named a record of the need's entity, latest first, maybe more than once.

        Tools that wait for this one come before the calls: whom they are about is settled.
        """
        if need.subject is None:
            return
        latest_last: list[Call | Waiting] = [*self.calls, *self.pending]
        for each in reversed(latest_last):
            for path, origin in each.origins.items():
                if each.place.needs[path].subject == need.subject and origin not in self.gone:
                    yield origin

    def new_slot(self) -> Origin:
        """Return a source for a value that the user has not said before."""
        self.slots += 1
        return Origin(_USER, slot=self.slots - 1)

    def append(self, place: Place, origins: Mapping[str, Origin], goal: bool) -> bool:
        """Add a call, unless it does what another did, or removes what is still needed."""
        calls, depth = self.calls, 0
        for origin in origins.values():
            if origin.step >= 0 and calls[origin.step].depth > depth:
                depth = calls[origin.step].depth
        call = Call(place, origins, goal, depth + 1)
        for other in calls:
            if other.place is place and call.does_as(other):
                return False
        if place.removed is not None:
            removed = origins[place.removed]
            if any(removed in waiting.origins.values() for waiting in self.pending):
                return False
            self.gone.add(removed)
        self.calls.append(call)
        return True

    def take_back(self, length: int, slots: int) -> None:
        """Go back to the first `length` calls and `slots` slots."""
        del self.calls[length:]
        self.slots = slots
        if self.gone:
            self.gone = {
                call.origins[call.place.removed]
                for call in self.calls
                if call.place.removed is not None
            }
