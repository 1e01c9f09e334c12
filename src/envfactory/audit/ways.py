"""Other tools for the same change: whoever replaces where the solution updates is as right.

A call of the solution that changes something may have another tool that does just that: a
replacement for an update, one that takes several records for several calls, or the other way round.
Which tools do is found by doing it: what the other call changes is compared with what the solution
changes there, and only where it is the same the goal has to be reached that way as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from envfactory.audit.holdings import plain
from envfactory.audit.rehearsal import Move, Rehearsal
from envfactory.audit.room import Room
from envfactory.environment.world import SEPARATOR
from envfactory.records import Json, canonical_json
from envfactory.task.model import GoldCall, StateChange

_TRIED = 24
"""Other tools that are tried for a task; each takes a call or two."""

Arguments = Mapping[str, Json]


def other_tools(rehearsal: Rehearsal, room: Room) -> Iterator[bool]:
    """Yield of each other tool that makes a change of the solution whether it reaches the goal."""
    contents: dict[tuple[int, int], Counter[bytes]] = {}
    for number, count, moves in islice(_all(rehearsal, room), _TRIED):
        if (number, count) not in contents:
            own = rehearsal.moves()[number : number + count]
            contents[number, count] = _content(rehearsal.effect(own, number))
        wanted, effect = contents[number, count], rehearsal.effect(moves, number)
        if len(effect) == wanted.total() > 0 and _content(effect) == wanted:
            played = rehearsal.play([*moves, *rehearsal.moves()[number + count :]], number)
            taken = [n for n in range(number, number + count) if rehearsal.taken(n)]
            if all(played.values.get(n) == rehearsal.played.values.get(n) for n in taken):
                yield rehearsal.reached(played)


def _content(changes: Sequence[StateChange]) -> Counter[bytes]:
    """Return changes as they can be compared: of new records, whatever but their own keys."""
    found: Counter[bytes] = Counter()
    for change in changes:
        made, record = change.kind == "insert", change.after
        if made and isinstance(record, dict):
            record = {name: value for name, value in record.items() if value != change.key}
        place = [change.environment, change.table, None if made else change.key, change.field]
        found[canonical_json([change.kind, place, change.before, record])] += 1
    return found


def _all(rehearsal: Rehearsal, room: Room) -> Iterator[tuple[int, int, list[Move]]]:
    """Yield where the solution changes something, in how many calls, and what to do instead."""
    for number, count in _stretches(rehearsal):
        calls = rehearsal.calls[number : number + count]
        environment = calls[0].tool.partition(SEPARATOR)[0]
        given = calls[0].arguments
        apart = any(isinstance(value, list) for value in given.values())
        for tool in sorted(room.tools):
            if tool == calls[0].tool or tool.partition(SEPARATOR)[0] != environment:
                continue
            if apart or room.lists(tool) or room.parameters(tool).keys() >= given.keys():
                for moves in _instead(tool, calls, number, room):
                    yield number, count, moves


def _stretches(rehearsal: Rehearsal) -> Iterator[tuple[int, int]]:
    """Yield where changes begin, alone and as long as the same tool is called in the same turn."""
    calls, turns = rehearsal.calls, rehearsal.turns
    places = [n for n, call in enumerate(calls) if call.changes_state]
    for _, run in groupby(places, key=lambda n: (calls[n].tool, turns[n])):
        held = list(run)
        for number in held:
            yield number, 1
        if len(held) > 1 and held[-1] - held[0] == len(held) - 1:
            yield held[0], len(held)


def _instead(tool: str, calls: Sequence[GoldCall], number: int, room: Room) -> Iterator[list[Move]]:
    """Yield calls of another tool that could do what some calls of the solution do."""
    given = [dict(call.arguments) for call in calls]
    whole = [_batched(tool, given, room)]
    if len(calls) == 1:
        whole.append(_filled(tool, given[0], calls[0].tool, room))
        singles = _taken_apart(tool, given[0], room)
        if singles:
            yield [Move(tool, each) for each in singles]
    for arguments in whole:
        if arguments is not None:
            yield [Move(tool, arguments, number)]


def _filled(tool: str, given: Arguments, instead_of: str, room: Room) -> Arguments | None:
    """Return the arguments for a tool that takes them all, and what the record has for the rest."""
    parameters = room.parameters(tool)
    if not set(given) <= set(parameters):
        return None
    row = _record(given, instead_of, room)
    filled = {**{name: row[name] for name in parameters if name in row}, **given}
    return filled if set(room.required(tool)) <= set(filled) else None


def _record(given: Arguments, tool: str, room: Room) -> Mapping[str, Json]:
    """Return the record that a call works on, as it was at first; nothing where it names none."""
    environment = tool.partition(SEPARATOR)[0]
    for name, value in given.items():
        table = room.schema(tool, (name,)).get("x-entity")
        if isinstance(table, str) and isinstance(value, str | int):
            row = room.rows(environment, table).get(value)
            if row is not None:
                return row
    return {}


def _batched(tool: str, given: Sequence[Arguments], room: Room) -> Arguments | None:
    """Return the arguments for a tool that takes a list of what single calls take."""
    for name, schema in room.lists(tool).items():
        items = plain(schema.get("items", {}))
        others = [other for other in room.required(tool) if other != name]
        shared = {key: given[0][key] for key in others if key in given[0]}
        same = all(each.get(key) == value for each in given for key, value in shared.items())
        if len(shared) < len(others) or not same:
            continue
        own = [{k: v for k, v in each.items() if k not in shared} for each in given]
        inner = items.get("properties")
        if isinstance(inner, dict) and all(set(each) <= set(inner) for each in own):
            return {**shared, name: list[Json](own)}
        if inner is None and all(len(each) == 1 for each in own):
            return {**shared, name: [value for each in own for value in each.values()]}
    return None


def _taken_apart(tool: str, given: Arguments, room: Room) -> list[dict[str, Json]]:
    """Return the arguments of single calls for a call that takes a list."""
    lists = [name for name, value in given.items() if isinstance(value, list) and value]
    parameters = room.parameters(tool)
    if len(lists) != 1:
        return []
    shared = {name: value for name, value in given.items() if name != lists[0]}
    free = [name for name in room.required(tool) if name not in shared]
    apart: list[dict[str, Json]] = []
    members = given[lists[0]]
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict):
            apart.append({**shared, **member})
        elif len(free) == 1:
            apart.append({**shared, free[0]: member})
    fits = all(set(room.required(tool)) <= set(each) <= set(parameters) for each in apart)
    return apart if fits else []
