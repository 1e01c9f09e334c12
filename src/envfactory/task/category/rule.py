"""House rules: which of them a call would break, as execution shows, and rules made for a task.

Where an environment has rules as data, those hold; for others, they are made here. Such a rule
names a field with a few values (a status, a type) or an amount of money, because these are what
people make rules of, or else a record by its name. It never covers all records of its table.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from envfactory.environment import World, diff
from envfactory.environment.policy import covers
from envfactory.environment.world import SEPARATOR
from envfactory.records import Json
from envfactory.task.goal import recorded
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Glossary
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import plural, spaced, with_article
from envfactory.task.model import GoldCall, HouseRule, StateChange

_RULED = frozenset({"status", "state", "type", "kind", "priority", "visibility", "severity"})
_MOST_CHOICES = 12
_IS = {
    "create": (
        "{Plural} with the {label} {value} may not be created.",
        "Do not create {plural} with the {label} {value}; the office does that itself.",
    ),
    "change": (
        "{Plural} whose {label} is {value} may not be changed in any way.",
        "Leave {plural} as they are while their {label} is {value}: nothing about them is changed.",
        "{A} whose {label} is {value} must not be edited, whoever asks for it.",
    ),
    "delete": (
        "{Plural} whose {label} is {value} may not be deleted.",
        "Never delete {a} whose {label} is {value}; it is kept for the records.",
    ),
}
_NAMED = {
    "change": (
        "Nothing about the {noun} ‘{value}’ may be changed.",
        "The {noun} ‘{value}’ is under review, and stays as it is until that is over.",
    ),
    "delete": (
        "The {noun} ‘{value}’ may not be deleted.",
        "Never delete the {noun} ‘{value}’: others rely on it.",
    ),
}
_ABOVE = {
    "create": (
        "{Plural} with {alabel} above {value} may not be created without approval, which "
        "cannot be had here.",
    ),
    "change": ("{Plural} with {alabel} above {value} may not be changed; that is for managers.",),
    "delete": ("{Plural} with {alabel} above {value} may not be deleted; that is for managers.",),
}


def rules_about(
    call: GoldCall, entity: EntityMeaning, world: World, rng: random.Random
) -> Iterator[HouseRule]:
    """Yield rules that forbid a call in the present state of a world, which is left as it is.

    Args:
        call: A call that changes a record of the kind.
        entity: The kind.
        world: The state before the call.
        rng: Decides among fields and wordings.
    """
    for action, row, _ in _touched([call], entity, world.fork()):
        others = [other for other in _rows(world, entity) if other != row]
        fields = [field for field in entity.fields.values() if row.get(field.name) is not None]
        rng.shuffle(fields)
        for field in fields:
            value = row[field.name]
            if _is_kind(field) and any(other.get(field.name) != value for other in others):
                yield _rule(entity, field, action, "is", value, rng)
            elif is_money(field.label) and isinstance(value, int | float) and value > 1:
                bound = _round_below(value)
                if any((_number(other.get(field.name)) or 0) <= bound for other in others):
                    yield _rule(entity, field, action, "above", bound, rng)
        title = entity.fields.get(entity.title or "")
        named = row.get(title.name) if title is not None else None
        if title is not None and isinstance(named, str) and named and action in _NAMED and others:
            yield _rule(entity, title, action, "is", named, rng)


def broken_by(rule: HouseRule, calls: Sequence[GoldCall], world: World, known: Glossary) -> bool:
    """Make calls in a world, one after the other, and say whether one of them breaks a rule."""
    entity = known.entity(rule.environment, rule.table)
    return entity is not None and any(
        action == rule.action and covers(rule, row, state)
        for action, row, state in _touched(calls, entity, world)
    )


def _touched(
    calls: Sequence[GoldCall], entity: EntityMeaning, world: World
) -> Iterator[tuple[str, dict[str, Json], dict[str, Json]]]:
    """Make calls and yield what each does to records of a kind, to which, and the state before.

    A record that is changed or deleted is as it was before the call, a new one as it is made.
    """
    for call in calls:
        if not call.tool.startswith(f"{entity.environment}{SEPARATOR}"):
            world.call(call.tool, call.arguments)
            continue
        state = world.environments[entity.environment].to_scenario()
        rows = {str(row.get(entity.key)): row for row in _held(state, entity)}
        mark = world.snapshot()
        world.call(call.tool, call.arguments)
        for change in recorded(diff(mark, world.snapshot())):
            if (change.environment, change.table) == (entity.environment, entity.table):
                yield _action(change), _row(change, rows), state


def _action(change: StateChange) -> str:
    return {"insert": "create", "delete": "delete"}.get(change.kind, "change")


def _row(change: StateChange, rows: dict[str, dict[str, Json]]) -> dict[str, Json]:
    if change.kind == "insert":
        return change.after if isinstance(change.after, dict) else {}
    return rows.get(str(change.key), {})


def _rows(world: World, entity: EntityMeaning) -> list[dict[str, Json]]:
    return _held(world.environments[entity.environment].to_scenario(), entity)


def _held(state: dict[str, Json], entity: EntityMeaning) -> list[dict[str, Json]]:
    table = state.get(entity.table)
    return [row for row in table if isinstance(row, dict)] if isinstance(table, list) else []


def _is_kind(field: FieldMeaning) -> bool:
    named = field.role == "status" or field.label.split()[-1] in _RULED
    return named and field.shape.kind == "choice" and len(field.shape.choices) <= _MOST_CHOICES


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _round_below(value: float) -> int:
    """Return a round number below a value: 80 for 97, 1,000 for 1,500."""
    scale = 10 ** (len(str(int(value))) - 1)
    lead = int(value // scale)
    return lead * scale if lead * scale < value else max(lead - 1, 0) * scale or int(value) // 2


def _rule(
    entity: EntityMeaning,
    field: FieldMeaning,
    action: str,
    test: str,
    value: Json,
    rng: random.Random,
) -> HouseRule:
    named = field.name == entity.title
    if isinstance(value, str):
        told = value if named else spaced(value)
    else:
        told = f"{value:,}" if isinstance(value, int | float) else str(value)
    many, one = plural(entity.noun), with_article(entity.noun)
    texts = _NAMED if named else _IS if test == "is" else _ABOVE
    text = rng.choice(texts[action]).format(
        noun=entity.noun,
        Plural=many[:1].upper() + many[1:],
        plural=many,
        a=one,
        A=one[:1].upper() + one[1:],
        label=field.label,
        alabel=with_article(field.label),
        value=told,
    )
    return HouseRule.model_validate(
        {
            "environment": entity.environment,
            "text": text,
            "action": action,
            "table": entity.table,
            "field": field.name,
            "test": test,
            "value": value,
        }
    )
