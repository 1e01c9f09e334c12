"""Other right ways: the solution in another order, by other look-ups, with detours, in words."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import chain

from envfactory.audit.answers import curt, detailed, respelled, verbose
from envfactory.audit.rehearsal import Line, Move, Rehearsal, shows
from envfactory.audit.room import Room

_SWAPS = 4
_DETOURS = 4
_LOOKUPS = 4
_NO_SUCH = {"no_such_argument": True}


def reordered(rehearsal: Rehearsal, rng: random.Random) -> Iterator[bool]:
    """Yield of each order of independent calls whether it reaches the goal.

    Two neighbours in a turn are independent when neither takes anything from the other, they
    change no record in common, and the solution sees the same in either order.
    """
    moves, turns = rehearsal.moves(), rehearsal.turns
    swaps = [
        n
        for n in range(len(moves) - 1)
        if turns[n] == turns[n + 1] and _independent(rehearsal, n, n + 1)
    ]
    rng.shuffle(swaps)
    for number in swaps[:_SWAPS]:
        order = [*moves]
        order[number], order[number + 1] = order[number + 1], order[number]
        played = rehearsal.play(order[number:], number)
        whole = len(played.values) == len(moves) and not played.astray
        if whole and not rehearsal.lacking(played):
            yield rehearsal.reached(played)


def _independent(rehearsal: Rehearsal, first: int, second: int) -> bool:
    takes = {origin.call for origin in rehearsal.calls[second].origins.values()}
    footprints = rehearsal.footprints
    return first not in takes and not footprints[first] & footprints[second]


def alternatives(rehearsal: Rehearsal, room: Room, rng: random.Random) -> Iterator[bool]:
    """Yield of each other way to the same end whether it reaches the goal."""
    moves = rehearsal.moves()
    reads = _plain_reads(rehearsal, room, rng)
    if reads:
        yield rehearsal.reached(
            rehearsal.play([step for move in moves for step in (*reads, move)] + reads)
        )
    slips = [Move(call.tool, {**call.arguments, **_NO_SUCH}) for call in rehearsal.calls]
    slipped = rehearsal.play(slips)
    if not slipped.changes and not slipped.shown:
        pairs = zip(slips, moves, strict=True)
        yield rehearsal.reached(rehearsal.play([step for pair in pairs for step in pair]))
    yield from _other_lookups(rehearsal, room, reads)


def retried(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether making a call again that failed for a moment reaches the goal."""
    injections = rehearsal.task.injections
    if injections:
        yield rehearsal.reached(rehearsal.play(rehearsal.moves(), line=Line(injections, True)))


def other_words(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield of answers that say the same in other words, or more, whether they reach the goal."""
    task, played = rehearsal.task, rehearsal.played
    words = chain(verbose(task), curt(task), respelled(task), detailed(task, played.values))
    for answers in words:
        yield rehearsal.reached(played, answers)


def _plain_reads(rehearsal: Rehearsal, room: Room, rng: random.Random) -> list[Move]:
    """Return calls that anybody can make and that change nothing."""
    found = []
    tools = [tool for tool in room.tools if not room.required(tool)]
    rng.shuffle(tools)
    for tool in tools:
        played = rehearsal.play([Move(tool, {})])
        if played.shown and not played.changes and not played.broke:
            found.append(Move(tool, {}))
        if len(found) == _DETOURS:
            break
    return found


def _other_lookups(rehearsal: Rehearsal, room: Room, reads: Sequence[Move]) -> Iterator[bool]:
    """Yield whether the goal is reached where another read shows what a look-up is made for."""
    asked = {fact.call for fact in rehearsal.task.goal.facts}
    moves, tried = rehearsal.moves(), 0
    for number, call in enumerate(rehearsal.calls):
        taken = rehearsal.taken(number)
        if call.changes_state or number in asked or not taken or tried == _LOOKUPS:
            continue
        needed = (
            {n: call.arguments[n] for n in room.required(call.tool)}
            if (call.tool in room.tools)
            else call.arguments
        )
        broad = [Move(call.tool, needed, number)] if needed != call.arguments else []
        others = [Move(read.tool, read.arguments, number) for read in reads]
        for other in (*broad, *others):
            if other.tool == call.tool and other.arguments == call.arguments:
                continue
            seen = rehearsal.play([other], number).values.get(number)
            if seen is not None and shows(seen, taken):
                tried += 1
                rest = moves[number + 1 :]
                yield rehearsal.reached(rehearsal.play([other, *rest], number))
                break
