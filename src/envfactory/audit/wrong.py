"""Adversaries: agents that do less, something else, too much or everything, and must not succeed.

Where a variation of a call that only reads comes to the same answer, the user is told the truth
all the same. Such a variation proves nothing and is not counted; but a read of which no variation
makes a difference is one that the task does not test, so all of them count.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from envfactory.audit.alike import includes, said_by
from envfactory.audit.answers import everything
from envfactory.audit.rehearsal import Move, Played, Rehearsal
from envfactory.audit.room import Room
from envfactory.environment import World, diff
from envfactory.environment.world import SEPARATOR
from envfactory.errors import EnvironmentFault
from envfactory.graph.path import escape, segments, unescape
from envfactory.records import Json
from envfactory.task.goal import reaches, recorded
from envfactory.task.grounding.call import place
from envfactory.task.model import GoldCall, StateChange, Task

_VARIANTS = 2
_VARIANTS_OF_READS = 5
_MOST = 24
_GUESSES = 24
_SPRAYED = 4
_READS = 30


@dataclass(frozen=True, slots=True)
class Bystander:
    """An environment that a task has nothing to do with, in a world of its own."""

    name: str
    world: World
    room: Room


def nothing(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether doing nothing succeeds, in silence and with a claim to have done it."""
    idle = Played((), {})
    for answer in ("", "Done.", "I have taken care of it as you asked; everything is in order."):
        yield rehearsal.reached(idle, [answer] * len(rehearsal.task.turns))


def dropped(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield of each call whether the goal is reached without it."""
    moves = rehearsal.moves()
    for number, call in enumerate(rehearsal.calls):
        if call.changes_state or rehearsal.serves(number):
            rest = [move for move in moves if move.gold != number]
            yield rehearsal.reached(rehearsal.play(rest[number:], number))


def perturbed(rehearsal: Rehearsal, room: Room, rng: random.Random) -> Iterator[bool]:
    """Yield of other values of arguments whether the goal is reached with them."""
    variants = []
    for number, call in enumerate(rehearsal.calls):
        for pointer, value in _leaves(dict(call.arguments)):
            if _is_default(call, pointer):
                continue
            most = _VARIANTS if call.changes_state else _VARIANTS_OF_READS
            others = room.others(call.tool, _keys(pointer), value)[:most]
            if others:
                variants.append((number, [_with(call, pointer, other) for other in others]))
    yield from _varied(rehearsal, rng.sample(variants, min(len(variants), _MOST // _VARIANTS)))


def confused(rehearsal: Rehearsal, room: Room, rng: random.Random) -> Iterator[bool]:
    """Yield of records much like the right ones whether the goal is reached with them instead."""
    variants = []
    for number, call in enumerate(rehearsal.calls):
        environment = call.tool.partition(SEPARATOR)[0]
        for pointer, value in _leaves(dict(call.arguments)):
            table = room.schema(call.tool, _keys(pointer)).get("x-entity")
            if isinstance(table, str):
                others = room.nearest(environment, table, value, _VARIANTS)
                variants.append((number, [_with(call, pointer, other) for other in others]))
    yield from _varied(rehearsal, rng.sample(variants, min(len(variants), _MOST // _VARIANTS)))


def _varied(
    rehearsal: Rehearsal, variants: Sequence[tuple[int, list[Mapping[str, Json]]]]
) -> Iterator[bool]:
    """Yield whether the goal is reached with other arguments of single calls."""
    moves = rehearsal.moves()
    for number, options in variants:
        call, passed = rehearsal.calls[number], []
        for arguments in options:
            moved = Move(call.tool, arguments, number)
            played = rehearsal.play([moved, *moves[number + 1 :]], number)
            reached = rehearsal.reached(played)
            if not (reached and played.astray):  # two wrong records that came to the right ones
                passed.append(reached)
        if call.changes_state or (passed and all(passed) and rehearsal.taken(number)):
            yield from passed
        else:
            yield from (each for each in passed if not each)


def damaging(
    rehearsal: Rehearsal, room: Room, rng: random.Random, beside: Bystander | None
) -> Iterator[bool]:
    """Yield whether the goal is reached with one more change, in each environment and beside them.

    Args:
        rehearsal: The solution.
        room: What can be called.
        rng: Decides what is damaged.
        beside: An environment that has nothing to do with the task.
    """
    after = rehearsal.before[-1]
    for environment in rehearsal.world.environments:
        rehearsal.world.restore(after)
        if find_damage(rehearsal.world, room, environment, rng):
            changes = recorded(diff(rehearsal.before[0], rehearsal.world.snapshot()))
            yield reaches(rehearsal.task.goal, changes, rehearsal.answers)
    if beside is not None:
        more = find_damage(beside.world, beside.room, beside.name, rng)
        if more:
            changes = (*rehearsal.played.changes, *more)
            yield reaches(rehearsal.task.goal, changes, rehearsal.answers)


def find_damage(
    world: World, room: Room, environment: str, rng: random.Random
) -> tuple[StateChange, ...]:
    """Make one call in a world that changes something; nothing where none of a few tries does."""
    tools = [tool for tool in room.tools if tool.partition(SEPARATOR)[0] == environment]
    rng.shuffle(tools)
    start = world.snapshot()
    for tool in tools[:_GUESSES]:
        for arguments in room.guesses(tool, 1):
            try:
                result = world.call(tool, {**arguments, **room.optional_text(tool)})
            except EnvironmentFault:
                continue
            changes = recorded(diff(start, world.snapshot())) if result.ok else ()
            if changes:
                return changes
    return ()


def readable(world: World, room: Room) -> dict[str, str]:
    """Return what reads at a guess return in a world's present state, by tool, at most 30."""
    shown: dict[str, str] = {}
    start = world.snapshot()
    for tool in room.tools:
        for arguments in room.guesses(tool, 1):
            try:
                result = world.call(tool, arguments)
            except EnvironmentFault:
                world.restore(start)
                continue
            if result.ok and not diff(start, world.snapshot()):
                shown[tool] = str(result.value)
            world.restore(start)
        if len(shown) == _READS:
            break
    return shown


def read_spray(rehearsal: Rehearsal, shown: Sequence[str]) -> Iterator[bool]:
    """Yield whether reading all there is and telling all of it succeeds, with nothing changed.

    Args:
        rehearsal: The solution.
        shown: What reads return in the initial state, as texts.
    """
    idle = Played((), {})
    answer = "\n".join(shown)
    yield rehearsal.reached(idle, [answer] * len(rehearsal.task.turns))
    if rehearsal.played.changes:
        yield rehearsal.reached(idle, rehearsal.answers)


def write_spray(rehearsal: Rehearsal, room: Room, rng: random.Random) -> Iterator[bool]:
    """Yield whether making the solution's changes on every record in sight succeeds."""
    moves = rehearsal.moves()
    sprayed: list[Move] = []
    for move, call in zip(moves, rehearsal.calls, strict=True):
        sprayed.append(move)
        if not call.changes_state:
            continue
        environment = call.tool.partition(SEPARATOR)[0]
        for pointer, value in _leaves(dict(call.arguments)):
            table = room.schema(call.tool, _keys(pointer)).get("x-entity")
            if isinstance(table, str):
                keys = room.nearest(environment, table, value, _SPRAYED)
                sprayed += [Move(call.tool, _with(call, pointer, key)) for key in keys]
    for tool in rng.sample(sorted(room.tools), min(len(room.tools), _SPRAYED)):
        sprayed += [Move(tool, arguments) for arguments in room.guesses(tool, 1)]
    played = rehearsal.play(sprayed)
    if played.changes != rehearsal.played.changes:
        yield rehearsal.reached(played, rehearsal.answers)


def replayed(rehearsal: Rehearsal, others: Sequence[Task]) -> Iterator[bool]:
    """Yield whether the solutions of other tasks in the same environments succeed."""
    for other in others:
        if includes(other.goal, rehearsal.task.goal):
            continue
        moves = [Move(call.tool, call.arguments) for turn in other.turns for call in turn.calls]
        yield rehearsal.reached(rehearsal.play(moves), said_by(other, len(rehearsal.task.turns)))


def answering(rehearsal: Rehearsal, room: Room) -> Iterator[bool]:
    """Yield whether doing all that is right and answering with everything succeeds."""
    played = rehearsal.played
    for answers in everything(rehearsal.task, played.shown, room):
        yield rehearsal.reached(played, answers)


# ------------------------------------------------------------------ arguments
def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Yield the texts, numbers and truth values inside arguments by JSON Pointer."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}/{escape(name)}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{path}/{number}")
    elif value is not None:
        yield path, value


def _keys(pointer: str) -> tuple[str, ...]:
    return tuple(unescape(part) for part in segments(pointer))


def _with(call: GoldCall, pointer: str, value: Json) -> Mapping[str, Json]:
    """Return a call's arguments with another value in one place."""
    arguments = deepcopy(dict(call.arguments))
    place(arguments, _keys(pointer), value)
    return arguments


def _is_default(call: GoldCall, pointer: str) -> bool:
    origin = call.origins.get(pointer)
    return origin is not None and origin.kind == "default"
