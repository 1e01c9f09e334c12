"""The parts of a task that follow from a `Plan`: its calls executed, its numbers, what is known."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.environment import World, diff
from envfactory.records import Json, canonical_json
from envfactory.task.grounding.call import lasting
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.model import Calibration, Difficulty, GoldCall, Turn
from envfactory.task.shapes.sketch import Known, Planned, Sketch
from envfactory.task.surface.polish import capital, tidy
from envfactory.task.user import Knowledge

Plan = tuple[Sketch, ...]
"""A sketch for each turn; the calls of later ones are counted over the whole task."""


def executed(calls: Sequence[Planned], world: World) -> tuple[GoldCall, ...] | None:
    """Make calls in a world, and return them with their results; None where one is refused."""
    gold: list[GoldCall] = []
    for call in calls:
        mark = world.snapshot()
        result = world.call(call.tool, call.arguments)
        if not result.ok:
            return None
        changes = bool(lasting(diff(mark, world.snapshot())))
        gold.append(as_gold(call, result.value, changes=changes))
    return tuple(gold)


def still_known(made: Sequence[GoldCall], world: World) -> Known:
    """Return what tells which of these calls, made before, would return the same now."""
    places: dict[tuple[str, bytes], int] = {}
    for number, call in enumerate(made):
        if not call.changes_state:
            again = world.fork().call(call.tool, call.arguments)
            if again.ok and again.value == call.value:
                places.setdefault((call.tool, canonical_json(call.arguments)), number)
    return lambda planned: places.get((planned.tool, canonical_json(dict(planned.arguments))))


def as_gold(call: Planned, value: Json = None, *, changes: bool = True) -> GoldCall:
    """Return a call as it stands in a task, with what it returned."""
    return GoldCall(
        tool=call.tool,
        arguments=dict(call.arguments),
        origins=dict(call.origins),
        value=value,
        changes_state=changes,
    )


def knowledge_of(turns: Sequence[Turn], glossary: Glossary) -> tuple[Knowledge, ...]:
    """Return the values that the user says, as things that can be asked for."""
    gold = [call for turn in turns for call in turn.calls]
    known: dict[str, Knowledge] = {}
    for number, turn in enumerate(turns):
        for conveyed in turn.conveyed:
            call = gold[conveyed.call]
            origin = call.origins.get(conveyed.path)
            if origin is None or origin.kind != "user" or conveyed.kind != "explicit":
                continue
            tool = glossary.tools[call.tool]
            entity = glossary.entity(tool.environment, tool.table)
            name = conveyed.path[1:]
            field = entity.fields.get(tool.sets.get(name, name)) if entity is not None else None
            noun = entity.noun if entity is not None else tool.short
            about = f"{field.label if field is not None else name} of the {noun}"
            earlier = known.get(about)
            if earlier is not None and earlier.turn != number:
                about = f"{about} (request {number + 1})"
            known[about] = Knowledge(
                about=about,
                value=call.arguments[name],
                said=conveyed.text,
                turn=number,
                call=conveyed.call,
                path=conveyed.path,
            )
    return tuple(known.values())


def calibration_of(plan: Plan, target: float) -> Calibration | None:
    """Return how far a plan comes to a target; None where it is off by a value or more."""
    conveyed = [each for sketch in plan for each in sketch.conveyed]
    implicit = sum(each.kind != "explicit" for each in conveyed)
    if abs(implicit - target * len(conveyed)) >= 1:
        return None
    return Calibration(
        target=round(target, 4),
        values=len(conveyed),
        implicit=implicit,
        proofs=sum(each.proof is not None for each in conveyed),
        failed=0,
    )


def difficulty_of(turns: Sequence[Turn], calibration: Calibration, world: World) -> Difficulty:
    """Measure the solution."""
    calls = [call for turn in turns for call in turn.calls]
    return Difficulty(
        turns=len(turns),
        calls=len(calls),
        writes=sum(call.changes_state for call in calls),
        lookups=sum(not call.changes_state for call in calls),
        tools_offered=sum(spec.actor == "agent" for spec in world.tools()),
        implicitness=round(calibration.implicit / max(calibration.values, 1), 4),
    )


def sentences(text: str) -> str:
    """Return an answer as a sentence."""
    return tidy(capital(text).rstrip(".") + ".")
