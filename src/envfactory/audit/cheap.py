"""Cheap policies: agents that need no understanding of a task, and must not succeed at it.

Whoever stops half way, does everything twice, repeats the request, asks instead of acting, refuses
whatever is asked, takes whichever record comes first, or answers with what is most often so has not
done the task, however often that may look like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy

from envfactory.audit.rehearsal import Line, Move, Played, Rehearsal
from envfactory.audit.room import Room
from envfactory.graph.path import escape, names, unescape, values_at
from envfactory.records import Json
from envfactory.task.grounding.call import place as put
from envfactory.task.model import Fact, GoldCall

_REFUSALS = (
    "I'm sorry, I can't do that. {request}",
    "I'm afraid there is no tool for it, and it is not allowed either. You asked: {request}",
)
_FEWEST_RECORDS = 4
"""Of a kind of which there are fewer, nobody can tell what is usual."""


def halfway(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether the goal is reached by whoever stops early and claims to be done.

    Tried after each turn but the last, and in a single turn before the last change.
    """
    moves, turns = rehearsal.moves(), rehearsal.turns
    count = len(rehearsal.task.turns)
    for stop in range(1, count):
        played = rehearsal.play(
            [move for move, turn in zip(moves, turns, strict=True) if turn < stop]
        )
        yield rehearsal.reached(
            played, (*rehearsal.told(played)[:stop], *["Done."] * (count - stop))
        )
    changing = [n for n, call in enumerate(rehearsal.calls) if call.changes_state]
    if count == 1 and len(changing) > 1:
        yield rehearsal.reached(rehearsal.play(moves[: changing[-1]]), rehearsal.answers)


def giving_up(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether the goal is reached without a call that failed for a moment, as is claimed."""
    injections = rehearsal.task.injections
    if injections:
        played = rehearsal.play(rehearsal.moves(), line=Line(injections, False))
        yield rehearsal.reached(played)
        if played.changes != rehearsal.played.changes:
            yield rehearsal.reached(played, rehearsal.answers)


def twice(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether making each change twice succeeds, where that comes to something else."""
    again = [
        step
        for move, call in zip(rehearsal.moves(), rehearsal.calls, strict=True)
        for step in ((move, Move(move.tool, move.arguments)) if call.changes_state else (move,))
    ]
    played = rehearsal.play(again)
    if played.changes != rehearsal.played.changes:
        yield rehearsal.reached(played, rehearsal.answers)


def parroting(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether repeating the requests succeeds, with nothing done, and as the only answer."""
    requests = tuple(turn.request for turn in rehearsal.task.turns)
    yield rehearsal.reached(Played((), {}), requests)
    if rehearsal.task.goal.facts or rehearsal.task.goal.refusals:
        yield rehearsal.reached(rehearsal.played, requests)


def asking(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether asking the user again and again succeeds, with all that they say repeated."""
    task = rehearsal.task
    known = "; ".join(f"{each.about}: {each.said}" for each in task.user.knows)
    offers = " Or ".join(f"shall I {each.words[0]} instead?" for each in task.user.consents)
    asked = tuple(f"{turn.request} Is that what you want? {offers}" for turn in task.turns)
    yield rehearsal.reached(Played((), {}), asked)
    if known:
        told = tuple(f"You told me this: {known}. {words} What else?" for words in asked)
        yield rehearsal.reached(Played((), {}), told)


def first_in_sight(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether taking whichever record a list shows first succeeds, or last.

    Where the right ones stand there by chance, it is the solution and not tried. Where nothing but
    look-ups differ and they come to the same answer, the user is told the truth all the same.
    """
    for place in (0, -1):
        moves = [
            Move(call.tool, _taken_at(place, call, rehearsal), number)
            for number, call in enumerate(rehearsal.calls)
        ]
        other = [
            call.changes_state
            for move, call in zip(moves, rehearsal.calls, strict=True)
            if move.arguments != call.arguments
        ]
        if not other:
            continue
        reached = rehearsal.reached(rehearsal.play(moves))
        if any(other) or not reached:
            yield reached


def _taken_at(place: int, call: GoldCall, rehearsal: Rehearsal) -> Mapping[str, Json]:
    """Return a call's arguments with what stands first or last in the lists they are taken from."""
    arguments = deepcopy(dict(call.arguments))
    for pointer, origin in call.origins.items():
        if origin.kind != "result" or origin.call is None or origin.path is None:
            continue
        keys = names(origin.path)
        number = next((n for n in range(len(keys)) if keys[n].isdigit()), None)
        if number is None:
            continue
        above = "".join(f"/{escape(key)}" for key in keys[:number])
        below = "".join(f"/{escape(key)}" for key in keys[number + 1 :])
        shown = rehearsal.played.values.get(origin.call)
        rows = next((part for _, part in values_at(shown, above)), None)
        if isinstance(rows, list) and rows:
            for _, value in values_at(rows[place], below):
                put(arguments, names(pointer), value)
    return arguments


def refusing(rehearsal: Rehearsal) -> Iterator[bool]:
    """Yield whether saying no to everything succeeds."""
    for words in _REFUSALS:
        said = [words.format(request=turn.request) for turn in rehearsal.task.turns]
        yield rehearsal.reached(Played((), {}), said)


def guessing(rehearsal: Rehearsal, room: Room) -> Iterator[bool]:
    """Yield whether answering with what most records hold succeeds, without looking it up.

    Tried where nothing but answers is wanted.
    """
    task = rehearsal.task
    usual = {fact.path: _usual(fact, room) for fact in task.goal.facts}
    if not usual or task.goal.changes or task.goal.refusals or None in usual.values():
        return
    said = list(rehearsal.answers)
    for fact in task.goal.facts:
        told = fact.forms[0] if usual[fact.path] == fact.value else str(usual[fact.path])
        for form in sorted(fact.forms, key=len, reverse=True):
            said[fact.turn] = said[fact.turn].replace(form, told)
    yield rehearsal.reached(Played((), {}), said)


def _usual(fact: Fact, room: Room) -> Json:
    """Return what the field of a fact holds in most records of its kind; None where not known."""
    name = unescape(fact.path.rpartition("/")[2])
    for rows in room.tables():
        held = [row[name] for row in rows if row.get(name) is not None]
        plain = [value for value in held if isinstance(value, str | int | float)]
        if fact.value in plain and len(plain) >= _FEWEST_RECORDS:
            ((value, times),) = Counter(plain).most_common(1)
            return value if 2 * times > len(plain) else None
    return None
