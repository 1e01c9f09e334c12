"""`Rehearsal`: the reference solution of a task, executed, and variations of it played from there.

A variation knows only what it has been shown. Where the solution takes a value from the result of
an earlier call, a variation takes it from what that call returned in the variation: the same value
if it is there, whatever stands in its place otherwise; and it does not make a call for which it
lacks a value. Its answers tell the facts as it has seen them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from pydantic_core import to_json

from envfactory.environment import World, WorldState, diff
from envfactory.errors import EnvironmentFault
from envfactory.graph import values_at
from envfactory.graph.path import names
from envfactory.records import Json
from envfactory.task.goal import Judge, recorded
from envfactory.task.grounding.aggregate import aggregated
from envfactory.task.grounding.call import place
from envfactory.task.model import Fact, GoldCall, Injection, StateChange, Task

_UNSEEN = "(unknown)"

Footprint = frozenset[tuple[str, str, Json]]
"""Environment, table and key of the records that a call changes."""


@dataclass(frozen=True, slots=True)
class Move:
    """A call of a variation; `gold` is the call of the solution that it stands for, if any."""

    tool: str
    arguments: Mapping[str, Json]
    gold: int | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What a variation came to.

    Attributes:
        changes: What differs from the initial state.
        values: What stands for each gold call returned; refused and unmade calls are missing.
        shown: Everything that was returned, in order.
        broke: Whether a tool's body broke, which ends an episode.
        astray: Whether a value that was looked up was not there, and another was taken for it.
    """

    changes: tuple[StateChange, ...]
    values: Mapping[int, Json]
    shown: tuple[Json, ...] = ()
    broke: bool = False
    astray: bool = False


@dataclass
class Line:
    """The line to the tools, on which calls get lost as a task says.

    Attributes:
        injections: Which calls fail.
        patient: Whether a call that failed is made once more.
        made: How often each tool was called.
    """

    injections: Sequence[Injection]
    patient: bool
    made: Counter[str] = field(default_factory=Counter)

    def carries(self, tool: str) -> bool:
        """Say whether a call gets through, now or when it is made once more."""
        return self._passes(tool) or (self.patient and self._passes(tool))

    def _passes(self, tool: str) -> bool:
        self.made[tool] += 1
        number = self.made[tool] - 1
        return all((each.tool, each.occurrence) != (tool, number) for each in self.injections)


@dataclass
class Rehearsal:
    """A task with its solution executed; `world` is its own and moves about."""

    task: Task
    world: World
    calls: tuple[GoldCall, ...] = ()
    turns: tuple[int, ...] = ()
    before: list[WorldState] = field(default_factory=list)
    footprints: list[Footprint] = field(default_factory=list)
    played: Played = field(default_factory=lambda: Played((), {}))
    _judge: Judge = field(init=False)
    _compared: dict[tuple[int, ...], tuple[WorldState, tuple[StateChange, ...]]] = field(
        default_factory=dict
    )
    _agreed: dict[int, tuple[tuple[StateChange, ...], bool]] = field(default_factory=dict)
    _answered: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Execute the solution.

        Raises:
            EnvironmentFault: If it breaks a tool.
        """
        self.calls = tuple(call for turn in self.task.turns for call in turn.calls)
        self._judge = Judge(self.task.goal)
        self.turns = tuple(n for n, turn in enumerate(self.task.turns) for _ in turn.calls)
        self.before.append(self.world.snapshot())
        values: dict[int, Json] = {}
        for number, call in enumerate(self.calls):
            result = self.world.call(call.tool, call.arguments)
            if result.ok:
                values[number] = result.value
            after = self.world.snapshot()
            changes = recorded(diff(self.before[-1], after))
            self.footprints.append(frozenset((c.environment, c.table, c.key) for c in changes))
            self.before.append(after)
        self.played = Played(
            recorded(diff(self.before[0], self.before[-1])), values, tuple(values.values())
        )

    @property
    def answers(self) -> tuple[str, ...]:
        """What a good agent answers."""
        return tuple(turn.answer for turn in self.task.turns)

    def moves(self) -> list[Move]:
        """Return the solution as moves."""
        return [Move(call.tool, call.arguments, n) for n, call in enumerate(self.calls)]

    def play(self, moves: Sequence[Move], prefix: int = 0, line: Line | None = None) -> Played:
        """Play moves after the first `prefix` calls of the solution, on a line that may fail."""
        self.world.restore(self.before[prefix])
        values = {n: v for n, v in self.played.values.items() if n < prefix}
        shown = list(values.values())
        broke = astray = False
        for move in moves:
            known = self._arguments(move, values)
            if known is None:
                continue
            arguments, misled = known
            astray = astray or misled
            if line is not None and not line.carries(move.tool):
                continue
            try:
                result = self.world.call(move.tool, arguments)
            except EnvironmentFault:
                broke = True
                break
            if result.ok:
                shown.append(result.value)
                if move.gold is not None:
                    values[move.gold] = result.value
        return Played(self._changes(), values, tuple(shown), broke, astray)

    def effect(self, moves: Sequence[Move], prefix: int) -> tuple[StateChange, ...]:
        """Return what moves change after the first `prefix` calls; nothing where a tool breaks."""
        if self.play(moves, prefix).broke:
            return ()
        return recorded(diff(self.before[prefix], self.world.snapshot()))

    def _changes(self) -> tuple[StateChange, ...]:
        """Return what differs from the initial state; each state is compared once."""
        after = self.world.snapshot()
        place = tuple(id(state) for _, state in after.states)
        if place not in self._compared:
            self._compared[place] = after, recorded(diff(self.before[0], after))
        return self._compared[place][1]

    def _arguments(
        self, move: Move, values: Mapping[int, Json]
    ) -> tuple[Mapping[str, Json], bool] | None:
        """Return a move's arguments with what was returned in this variation.

        Beside them, whether another record was taken for one that is not there; None where there
        is nothing to take.
        """
        if move.gold is None:
            return move.arguments, False
        replaced: dict[str, Json] | None = None
        misled = False
        for pointer, origin in self.calls[move.gold].origins.items():
            if origin.kind != "result" or origin.call is None:
                continue
            wanted = value_at(move.arguments, pointer)
            if wanted != value_at(self.calls[move.gold].arguments, pointer):
                continue  # the variation puts something else there
            if origin.call not in values:
                return None
            if values[origin.call] == self.played.values.get(origin.call):
                continue
            seen = values[origin.call]
            if origin.path is None or (not self._makes(origin.call) and shows(seen, [wanted])):
                continue
            found = next((value for _, value in values_at(seen, origin.path)), None)
            if found is None:
                return None
            if replaced is None:
                replaced = deepcopy(dict(move.arguments))
            place(replaced, names(pointer), found)
            misled = misled or not self._makes(origin.call)
        return (move.arguments if replaced is None else replaced), misled

    def _makes(self, number: int) -> bool:
        return self.calls[number].changes_state

    # ------------------------------------------------------------------ what it came to
    def lacking(self, played: Played) -> tuple[Fact, ...]:
        """Return the facts that a variation has not seen as they are."""
        return tuple(
            fact
            for fact in self.task.goal.facts
            if fact.call not in played.values
            or fact.value not in _told(played.values[fact.call], fact)
        )

    def told(self, played: Played) -> tuple[str, ...]:
        """Return what an agent answers that saw what the variation saw."""
        answers = list(self.answers)
        for fact in self.lacking(played):
            seen = _told(played.values.get(fact.call), fact)
            instead = str(seen[0]) if seen and seen[0] is not None else _UNSEEN
            for form in sorted(fact.forms, key=len, reverse=True):
                answers[fact.turn] = answers[fact.turn].replace(form, instead)
        return tuple(answers)

    def reached(self, played: Played, answers: Sequence[str] | None = None) -> bool:
        """Say whether the goal checks take a variation for a success."""
        if played.broke:
            return False
        return self._agrees(played.changes) and self._tells(
            self.told(played) if answers is None else tuple(answers)
        )

    def _agrees(self, changes: tuple[StateChange, ...]) -> bool:
        """Say whether changes are what the goal expects; the same tuple is compared once."""
        if id(changes) not in self._agreed:
            self._agreed[id(changes)] = changes, self._judge.agrees(changes)
        return self._agreed[id(changes)][1]

    def _tells(self, answers: tuple[str, ...]) -> bool:
        """Say whether answers are what the goal expects; the same ones are judged once."""
        if answers not in self._answered:
            self._answered[answers] = self._judge.answered(answers)
        return self._answered[answers]

    def taken(self, number: int) -> tuple[Json, ...]:
        """Return the values that the solution takes from a call, for later calls and answers."""
        values = [
            value_at(call.arguments, pointer)
            for call in self.calls
            for pointer, origin in call.origins.items()
            if origin.kind == "result" and origin.call == number
        ]
        return (*values, *(fact.value for fact in self.task.goal.facts if fact.call == number))

    def serves(self, number: int) -> bool:
        """Say whether anything comes of what a call shows: a change, or what is to be told.

        A look-up that leads to nothing but look-ups of which nothing comes serves nothing.
        """
        if any(fact.call == number for fact in self.task.goal.facts):
            return True
        takers = (
            place
            for place, call in enumerate(self.calls)
            if any((o.kind, o.call) == ("result", number) for o in call.origins.values())
        )
        return any(self.calls[place].changes_state or self.serves(place) for place in takers)


def value_at(arguments: Mapping[str, Json], pointer: str) -> Json:
    """Return the value at a JSON Pointer, None where there is none."""
    return next((value for _, value in values_at(dict(arguments), pointer)), None)


def _told(value: Json, fact: Fact) -> list[Json]:
    """Return what a result holds at the place of a fact; of a list, what it comes to."""
    found = [part for _, part in values_at(value, fact.path)] if value is not None else []
    if fact.over is not None:
        return [aggregated(part, fact.over) for part in found]
    count = isinstance(fact.value, int) and not isinstance(fact.value, bool)
    return [len(part) if count and isinstance(part, list) else part for part in found]


def scalars(value: Json) -> list[Json]:
    """Return every text, number and truth value inside a value, in document order."""
    found: list[Json] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(reversed(part.values()))
        elif isinstance(part, list):
            waiting.extend(reversed(part))
        elif part is not None:
            found.append(part)
    return found


def shows(value: Json, wanted: Sequence[Json]) -> bool:
    """Say whether a value holds each of some values anywhere.

    What is not in the value's JSON text is nowhere in it, which is found out much sooner.
    """
    text = to_json(value)
    if not all(to_json(each) in text for each in wanted):
        return False
    return all(_holds(value, each) for each in wanted)


def _holds(value: Json, wanted: Json) -> bool:
    """Say whether a value is another one, of the same type, or holds it anywhere."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif part == wanted and type(part) is type(wanted) and part is not None:
            return True
    return False
