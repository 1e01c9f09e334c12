"""Proofs of what is conveyed without being said: made, and executed again, in this module alone.

What a proof claims is executed: its calls are made in a fork of the state of the turn, the records
that they return are held against what the request says, and the one that is left holds the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from envfactory.environment import World
from envfactory.graph.path import values_at
from envfactory.records import Json
from envfactory.task.grounding.mention import Extreme, leading, same
from envfactory.task.grounding.records import RecordJson
from envfactory.task.grounding.shift import shifted
from envfactory.task.model import Conveyed, Criterion, GoldCall, Proof, Task

_MISSING = object()


def rows_found(
    world: World, calls: Sequence[tuple[str, Mapping[str, Json]]], path: str
) -> list[RecordJson] | None:
    """Return the records that calls find in a fork of a world; None where one is refused."""
    fork = world.fork()
    value: Json = None
    for tool, arguments in calls:
        result = fork.call(tool, arguments)
        if not result.ok:
            return None
        value = result.value
    return [row for _, row in values_at(value, path) if isinstance(row, dict)]


def left_by(rows: Sequence[RecordJson], criteria: Sequence[Criterion]) -> list[RecordJson]:
    """Return the records that meet all criteria, each of which narrows what the last one left."""
    left = list(rows)
    for criterion in criteria:
        if criterion.test == "is":
            left = [row for row in left if same(row.get(criterion.field), criterion.value)]
        else:
            left = leading(left, Extreme(criterion.field, criterion.test == "most"))
    return left


def outcomes(proof: Proof, world: World, gold: Sequence[GoldCall]) -> list[Json]:
    """Return every value that a proof leaves: exactly one where it holds.

    Args:
        proof: Any but that of a withheld value, which nothing but the user tells.
        world: The state of the turn; it is not changed.
        gold: The calls of the conversation, of which `proof.earlier` is one.
    """
    if proof.earlier is not None:
        if not 0 <= proof.earlier < len(gold):
            return []
        call = gold[proof.earlier]
        whole: Json = {"arguments": call.arguments, "value": call.value}
        return [value for _, value in values_at(whole, proof.place)]
    left = left_by(rows_found(world, proof.calls, proof.path) or [], proof.criteria)
    values = [value for row in left for _, value in values_at(dict(row), proof.take)]
    return values if proof.plus is None else [shifted(value, proof.plus) for value in values]


def unproven(task: Task, start: Callable[[], World]) -> Iterator[tuple[Conveyed, str]]:
    """Execute every proof of a task again, and yield what does not hold, with the reason.

    Args:
        task: The task.
        start: Makes a world in the task's initial state.
    """
    world = start()
    gold = [call for turn in task.turns for call in turn.calls]
    for number, turn in enumerate(task.turns):
        for conveyed in turn.conveyed:
            problem = _problem(task, number, conveyed, world, gold)
            if problem:
                yield conveyed, problem
        for call in turn.calls:
            world.call(call.tool, call.arguments)


def _problem(
    task: Task, number: int, conveyed: Conveyed, world: World, gold: Sequence[GoldCall]
) -> str:
    """Return what is wrong with how one thing is conveyed; empty where nothing is."""
    if conveyed.kind == "explicit":
        return ""
    if conveyed.proof is None:
        return "no proof"
    call = gold[conveyed.call]
    wanted = next((v for _, v in values_at(dict(call.arguments), conveyed.path)), _MISSING)
    if conveyed.kind == "withheld":
        asked = {ask.about for ask in task.turns[number].asks}
        told = [
            known.value
            for known in task.user.knows
            if known.withheld and known.about in asked and known.call == conveyed.call
            if known.path == conveyed.path
        ]
        if len(told) != 1:
            return f"the user tells {len(told)} values"
        if not conveyed.proof.calls:
            return "" if told[0] == wanted else f"the user tells {told[0]!r}"
    found = outcomes(conveyed.proof, world, gold[: conveyed.call])
    if conveyed.proof.each:
        held = wanted in found if conveyed.path else bool(found)
        return "" if held else f"leaves {found!r}, not {wanted!r}"
    if len(found) != 1:
        return f"leaves {len(found)} values"
    if conveyed.path and found[0] != wanted:
        return f"leaves {found[0]!r} instead of {wanted!r}"
    return ""
