"""`trace_score`: how much of the reference solution is found in the calls of an episode.

The reference is a partial order, not a list. A call that changes something is found in any
successful call of the same tool with the same arguments, made in its turn or later; what it takes
from another call of the solution must have been returned before. Keys that the environment
generated are followed rather than compared, arguments that leave the outcome as it is are masked,
and a look-up counts as made once any results have shown what the solution takes from it. Calls and
steps are assigned to each other as well as they can be, so the score does not depend on the order
in which anything is looked at. Failed attempts do not count against it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from envfactory.graph import values_at
from envfactory.graph.path import escape
from envfactory.records import Json, canonical_json
from envfactory.task.model import GoldCall, Task
from envfactory.trajectory import Step, Trajectory

Mask = Callable[[GoldCall, str], bool]
"""Says of a gold call and a JSON Pointer into its arguments whether the value does not matter."""


@dataclass(frozen=True, slots=True)
class TraceScore:
    """How many calls of the solution were found.

    Attributes:
        expected: Calls of the solution.
        found: For each of them, the index of the step that stands for it, or None.
        excess: Calls that were made beside them.
    """

    expected: int
    found: tuple[int | None, ...]
    excess: int

    @property
    def value(self) -> float:
        """The share of the solution's calls that were found, 0 to 1; 1 where there are none."""
        if not self.expected:
            return 1.0
        return sum(step is not None for step in self.found) / self.expected


def defaults_masked(call: GoldCall, pointer: str) -> bool:
    """Mask what the solution left at the tool's own default."""
    origin = call.origins.get(pointer)
    return origin is not None and origin.kind == "default"


def trace_score(task: Task, trajectory: Trajectory, mask: Mask = defaults_masked) -> TraceScore:
    """Look for the calls of the reference solution among those of a trajectory.

    Args:
        task: Has the solution.
        trajectory: What was done.
        mask: Which arguments do not matter.

    Time is the number of gold calls times the number of steps, times the size of a result.
    """
    match = _Match(task, trajectory.steps, mask)
    found = match.assigned()
    excess = len(trajectory.steps) - sum(step is not None for step in set(found))
    return TraceScore(expected=len(found), found=found, excess=excess)


class _Match:
    """Which steps may stand for which calls of the solution."""

    def __init__(self, task: Task, steps: Sequence[Step], mask: Mask) -> None:
        self._steps, self._mask = steps, mask
        self._calls = [call for turn in task.turns for call in turn.calls]
        self._turns = [number for number, turn in enumerate(task.turns) for _ in turn.calls]
        self._asked = {fact.call for fact in task.goal.facts}
        self._taken = self._read(task)
        self._fits: list[tuple[int, ...]] = []
        for number in range(len(self._calls)):
            self._fits.append(tuple(self._candidates(number)))

    def _read(self, task: Task) -> list[list[tuple[str, Json]]]:
        """Return what the solution takes from each of its calls: path and value."""
        taken: list[list[tuple[str, Json]]] = [[] for _ in self._calls]
        for call in self._calls:
            for pointer, origin in call.origins.items():
                if origin.kind == "result" and origin.call is not None:
                    value = _at(call.arguments, pointer)
                    taken[origin.call].append((origin.path or "", value))
        for fact in task.goal.facts:
            if fact.call < len(taken):
                taken[fact.call].append((fact.path, fact.value))
        return taken

    def _candidates(self, number: int) -> Iterator[int]:
        """Yield the steps that may stand for a call, those that make it and then others."""
        call = self._calls[number]
        direct = [s for s in range(len(self._steps)) if self._is(number, s)]
        yield from direct
        if direct or call.changes_state or not self._taken[number]:
            return
        for place, step in enumerate(self._steps):
            if step.ok and all(_shows(step.value, value) for _, value in self._taken[number]):
                yield place

    def _is(self, number: int, place: int) -> bool:
        """Say whether a step makes a call of the solution."""
        call, step = self._calls[number], self._steps[place]
        if not step.ok or step.tool != call.tool:
            return False
        if call.changes_state and step.turn < self._turns[number]:
            return False
        given = {name: value for name, value in step.arguments.items() if value is not None}
        wanted = {name: value for name, value in call.arguments.items() if value is not None}
        missing = [n for n in wanted if n not in given and not self._mask(call, f"/{escape(n)}")]
        beyond = [n for n in given if n not in wanted]
        if missing or (beyond and call.changes_state):
            return False
        return all(
            self._alike(call, f"/{escape(name)}", wanted[name], given[name], place)
            for name in wanted
            if name in given
        )

    def _alike(self, call: GoldCall, path: str, wanted: Json, given: Json, place: int) -> bool:
        """Compare an argument: equal, or the same generated key under another name."""
        if self._mask(call, path):
            return True
        if isinstance(wanted, dict) and isinstance(given, dict):
            keys = {k for k, v in wanted.items() if v is not None}
            if keys != {k for k, v in given.items() if v is not None}:
                return False
            return all(
                self._alike(call, f"{path}/{escape(key)}", wanted[key], given[key], place)
                for key in keys
            )
        if isinstance(wanted, list) and isinstance(given, list):
            if len(wanted) == len(given) and all(
                self._alike(call, f"{path}/{n}", one, other, place)
                for n, (one, other) in enumerate(zip(wanted, given, strict=True))
            ):
                return True
            return sorted(map(_plain, wanted)) == sorted(map(_plain, given))
        return _plain(wanted) == _plain(given) or self._is_renamed(call, path, given, place)

    def _is_renamed(self, call: GoldCall, path: str, given: Json, place: int) -> bool:
        """Say whether a step that stands for the maker of a key returned this one before."""
        origin = call.origins.get(path)
        if origin is None or origin.call is None or not self._calls[origin.call].changes_state:
            return False
        return any(
            maker < place
            and any(
                value == given
                for _, value in values_at(self._steps[maker].value, origin.path or "")
            )
            for maker in self._fits[origin.call]
        )

    def assigned(self) -> tuple[int | None, ...]:
        """Return the step that stands for each call, so that as many as possible have one.

        Calls that change something need a step each (maximum bipartite matching by augmenting
        paths); what was looked up may have been shown by a step that stands for another call too.
        """
        holder: dict[int, int] = {}

        def place(number: int, tried: set[int]) -> bool:
            for step in self._fits[number]:
                if step in tried:
                    continue
                tried.add(step)
                if step not in holder or place(holder[step], tried):
                    holder[step] = number
                    return True
            return False

        for number, call in enumerate(self._calls):
            if call.changes_state:
                place(number, set())
        steps: dict[int, int] = {number: step for step, number in holder.items()}
        for number, call in enumerate(self._calls):
            if not call.changes_state and self._fits[number]:
                steps[number] = self._fits[number][0]
        return tuple(steps.get(number) for number in range(len(self._calls)))


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every part of an argument by JSON Pointer, containers included."""
    yield path, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}/{escape(name)}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{path}/{number}")


def _at(arguments: Mapping[str, Json], pointer: str) -> Json:
    return next((value for _, value in values_at(dict(arguments), pointer)), None)


def _shows(value: Json, wanted: Json) -> bool:
    """Say whether a result holds a value anywhere."""
    plain = _plain(wanted)
    return any(
        _plain(part) == plain
        for _, part in _leaves(value)
        if not isinstance(part, dict | list) or isinstance(wanted, dict | list)
    )


def _plain(value: Json) -> bytes:
    """Return the bytes that stand for a value however it is written: 2.0 is 2, `Z` is `+00:00`."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return canonical_json(int(value))
    if isinstance(value, str):
        return canonical_json(_moment(value.strip()))
    if isinstance(value, dict):
        return b"{%s}" % b",".join(
            canonical_json(name) + b":" + _plain(value[name]) for name in sorted(value)
        )
    if isinstance(value, list):
        return b"[%s]" % b",".join(sorted(map(_plain, value)))
    return canonical_json(value)


def _moment(text: str) -> str:
    """Return a moment in UTC, and any other text as it is."""
    if len(text) < 16 or not text[:4].isdigit() or text[4] != "-":
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        return text
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        return text
