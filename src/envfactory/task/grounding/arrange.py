"""`arrange`: from the calls that were found to the calls that are needed, turn by turn.

A look-up stays only if an argument of a later call has its value from no other call. Look-ups move
to right before the first call that needs them, and the result is executed again, since a look-up
returns something else where a change comes before it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from envfactory.environment import Change, World, diff
from envfactory.graph import ToolGraph, values_at
from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.call import Call, lasting
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.sources import Sources, says_key
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.model import Origin

_MAX_TURNS = 4
_MAX_ACTS = 3
_ALONE = 0.6
"""How often something that could be asked for in the same message gets a message of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The solution, in order.

    Attributes:
        calls: All calls.
        origins: For each call, where its arguments come from, by pointer.
        turns: For each turn, the numbers of its calls.
        net: What differs between the first and the last state, clock and seed apart.
    """

    calls: tuple[Call, ...]
    origins: tuple[dict[str, Origin], ...]
    turns: tuple[tuple[int, ...], ...]
    net: tuple[Change, ...]


def arrange(
    calls: Sequence[Call],
    graph: ToolGraph,
    glossary: Glossary,
    world: World,
    records: Records,
    rng: random.Random,
    *,
    apart: bool = False,
) -> Plan | Dropped:
    """Return the needed calls in turns, or why there is no good order.

    Args:
        calls: What grounding found.
        graph: Where tools return the keys of records.
        glossary: What tools and records mean.
        world: The initial state; it is not changed.
        records: What it holds.
        rng: Decides where turns end.
        apart: Whether each wish gets a turn of its own, as far as there may be so many.
    """
    sources = Sources(graph)
    needed = _needed(_without_repeated_answers(calls), sources)
    if not any(call.is_act for call in needed):
        return Dropped("nothing to ask about", ", ".join(call.meaning.tool for call in calls))
    for ordered in (_late(needed, sources), needed):
        trial = world.fork()
        start = trial.snapshot()
        executed = _executed(ordered, trial, records, glossary)
        if executed is None:
            continue
        origins = [_origins(executed, number, sources) for number in range(len(executed))]
        if all(found is not None for found in origins):
            known = tuple(found for found in origins if found is not None)
            net = lasting(diff(start, trial.snapshot()))
            return Plan(
                tuple(executed), known, _turns(executed, rng, 1.0 if apart else _ALONE), net
            )
    return Dropped("a value has no source", "in the needed calls alone")


def _without_repeated_answers(calls: Sequence[Call]) -> list[Call]:
    """Ask of a look-up what it answers already, rather than of a call that says it again.

    Where a listing holds the record in full, fetching the record is a call that can be dropped; the
    question is then about the listing.
    """
    kept = list(calls)
    for call in calls:
        about = call.about
        if call.writes or not call.wanted or about is None or call.meaning.kind != "get":
            continue
        place = next(number for number, other in enumerate(kept) if other is call)
        earlier = [other for other in kept[:place] if record_in(other, about) is not None]
        if not earlier:
            continue
        unchanged = not any(other.writes for other in kept[:place][kept.index(earlier[-1]) :])
        if earlier[-1].is_act or not unchanged:
            kept[place] = replace(call, wanted=False)
            continue
        found = next(number for number, other in enumerate(kept) if other is earlier[-1])
        kept[found] = replace(kept[found], wanted=True, about=about)
        del kept[place]
    return kept


def record_in(call: Call, mention: Mention) -> str | None:
    """Return the path at which a call's result holds a record in full, or None."""
    entity = mention.entity
    if call.meaning.environment != entity.environment or call.meaning.table != entity.table:
        return None
    for path, value in _objects(call.value):
        if value.get(entity.key) == mention.key and set(value) >= set(entity.fields):
            return path
    return None


def _objects(value: Json, path: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield the objects in a result, with their paths: itself, and the members of its lists."""
    if isinstance(value, dict):
        yield path, value
        for name, part in value.items():
            if isinstance(part, list):
                yield from _objects(part, f"{path}/{escape(name)}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            if isinstance(part, dict):
                yield f"{path}/{place}", part


def _needed(calls: Sequence[Call], sources: Sources) -> list[Call]:
    """Leave out what nobody asked for and nothing needs, from the last to the first."""
    kept = list(calls)
    for call in reversed(calls):
        if call.wanted:
            continue
        without = [other for other in kept if other is not call]
        if _unsourced(without, sources) <= _unsourced(kept, sources):
            kept = without
    return kept


def _unsourced(calls: Sequence[Call], sources: Sources) -> int:
    """Return how many arguments and questions are about a record that nobody could recognise."""
    arguments = sum(
        sources.find(calls, number, leaf, _value(call, pointer)) is None
        for number, call in enumerate(calls)
        for pointer, leaf in call.leaves.items()
        if leaf.kind != "said"
    )
    questions = sum(
        not sources.recognises(calls, number + 1, call.about)
        for number, call in enumerate(calls)
        if call.about is not None
    )
    return arguments + questions


def _late(calls: Sequence[Call], sources: Sources) -> list[Call]:
    """Move each look-up to right before the first act that needs it, directly or not."""
    ordered: list[Call] = []

    def place(number: int) -> None:
        call = calls[number]
        if any(other is call for other in ordered):
            return
        for pointer, leaf in call.leaves.items():
            origin = sources.find(calls, number, leaf, _value(call, pointer))
            source = None if origin is None else origin.call
            if source is not None and not calls[source].is_act:
                place(source)
        ordered.append(call)

    for number, call in enumerate(calls):
        if call.is_act:
            place(number)
    return ordered


def _executed(
    calls: Sequence[Call], world: World, records: Records, glossary: Glossary
) -> list[Call] | None:
    """Make the calls again in this order; None where one of them now fails."""
    done: list[Call] = []
    for call in calls:
        mark = world.snapshot()
        result = world.call(call.meaning.tool, call.arguments)
        if not result.ok:
            return None
        changed = diff(mark, world.snapshot())
        changes, before = lasting(changed), records
        records = records.after(changed, glossary.keys) if changed else records
        done.append(
            replace(call, value=result.value, changes=changes, before=before, after=records)
        )
    return done


def _origins(calls: Sequence[Call], number: int, sources: Sources) -> dict[str, Origin] | None:
    """Return where the arguments of a call come from; None where one has no source."""
    call = calls[number]
    origins: dict[str, Origin] = {}
    for pointer, leaf in call.leaves.items():
        if leaf.kind == "said":
            origins[pointer] = Origin(kind="user")
            continue
        found = sources.find(calls, number, leaf, _value(call, pointer))
        if found is None:
            if leaf.mention is None or leaf.field or not says_key(leaf.mention):
                return None
            found = Origin(kind="user")
        origins[pointer] = found
    return origins


def _value(call: Call, pointer: str) -> Json:
    return next(value for _, value in values_at(dict(call.arguments), pointer))


def _turns(calls: Sequence[Call], rng: random.Random, alone: float) -> tuple[tuple[int, ...], ...]:
    """Cut the calls into turns: each ends with something the user asks for."""
    groups: list[list[int]] = [[]]
    acts = 0
    for number, call in enumerate(calls):
        groups[-1].append(number)
        if not call.is_act:
            continue
        acts += 1
        more = any(other.is_act for other in calls[number + 1 :])
        if more and len(groups) < _MAX_TURNS and (acts == _MAX_ACTS or rng.random() < alone):
            groups.append([])
            acts = 0
    return tuple(tuple(group) for group in groups)
