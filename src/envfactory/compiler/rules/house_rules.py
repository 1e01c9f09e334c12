"""`house_rules`: what a business of that kind would forbid, drawn from what its records hold.

A rule speaks of a field that people make rules of: a status or type, an amount, a quantity, how
long ago something was, how soon it is, whose it is. It covers some of the records that scenarios
hold and never all of any scenario. Where the tools permit something milder, the rule says so:
another status in the place of a deletion, an amount up to the bound.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from envfactory.compiler.rules.rule_words import ruled, spaced
from envfactory.environment.policy import Instead, PolicyRule, covers
from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    CreateRecord,
    DeleteRecord,
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    Scalar,
    ToolDesign,
    UpdateRecord,
)
from envfactory.spec.words.name import words

Action = Literal["create", "change", "delete"]
_Test = Literal["is", "above", "older", "within", "not_mine"]
_Value = str | int | float | bool
_Row = Mapping[str, Json]

_MOST_RULES = 16
_FEWEST_ROWS = 2
_LEAST, _MOST = 0.2, 0.75
"""Share of the records, over all scenarios, that a rule may cover."""
_MILD = 0.8
"""How often something milder is permitted where there is such a thing."""
_KINDS = frozenset({"status", "state", "type", "kind", "priority", "visibility", "severity"})
_MOST_CHOICES = 12
_AMOUNTS = frozenset(
    {"amount", "balance", "budget", "cost", "discount", "fee", "price", "salary", "total", "value"}
)
_QUANTITIES = frozenset({"capacity", "guests", "quantity", "seats", "stock", "units"})
_AHEAD = frozenset({"appointment", "departure", "due", "end", "ends", "event", "start", "starts"})
_AGO_DAYS = (30, 90, 180, 365)
_AHEAD_DAYS = (7, 14, 30, 60)
_RESTING = (
    *("archived", "cancelled", "canceled", "closed", "voided", "void", "inactive", "disabled"),
    *("hidden", "suspended", "completed", "done", "paused", "draft"),
)
"""What records are set to where they are not to be deleted, the likeliest first."""
_EARLY = ("draft", "pending", "planned", "tentative", "open", "new", "inactive", "hidden")
"""What new records are made as where they may not be made as asked for."""
_MARKS = frozenset(
    {"archived", "cancelled", "canceled", "disabled", "hidden", "inactive", "paused"}
)
_UNMARKS = frozenset({"active", "enabled", "published", "visible"})
"""Marks that do the same, and those whose absence does."""
_PREFERRED = 3
"""How much likelier a rule is drawn that permits something milder."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of record, with the tools that touch it and the rows of each scenario."""

    entity: EntitySpec
    tools: Mapping[Action, Sequence[ToolDesign]]
    scenarios: Sequence[tuple[_Row, Sequence[_Row]]]


def house_rules(
    spec: EnvironmentSpec, scenarios: Mapping[str, Mapping[str, Json]], seed: int
) -> tuple[PolicyRule, ...]:
    """Return the rules of an environment, at most 16: one per kind of record and act at most.

    Deterministic in its arguments. Linear in the size of the scenarios for each field.

    Args:
        spec: The environment.
        scenarios: What the records are in each, by its name.
        seed: Decides among what could be forbidden, and how it is put.
    """
    rng = random.Random(f"policy/{spec.name}/{seed}")
    found: list[tuple[int, PolicyRule]] = []
    for place, entity in enumerate(spec.entities):
        kind = _kind(spec, entity, scenarios)
        for action in kind.tools:
            rules = list(_rules(spec, kind, action, rng))
            if rules:
                weights = [_PREFERRED if rule.instead is not None else 1 for rule in rules]
                found.append((place, rng.choices(rules, weights)[0]))
    if len(found) > _MOST_RULES:
        found = sorted(rng.sample(found, _MOST_RULES), key=lambda each: each[0])
    return tuple(rule for _, rule in found)


def _kind(
    spec: EnvironmentSpec, entity: EntitySpec, scenarios: Mapping[str, Mapping[str, Json]]
) -> _Kind:
    tools: dict[Action, list[ToolDesign]] = {}
    for tool in spec.tools:
        action = _action(tool)
        if action is not None and tool.behaviour.table == entity.table:
            tools.setdefault(action, []).append(tool)
    return _Kind(entity, tools, [(s, _held(s, entity.table)) for s in scenarios.values()])


def _held(state: Mapping[str, Json], table: str) -> list[_Row]:
    rows = state.get(table)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _action(tool: ToolDesign) -> Action | None:
    match tool.behaviour:
        case CreateRecord():
            return "create"
        case UpdateRecord() | ActOnRecord():
            return "change"
        case DeleteRecord():
            return "delete"
    return None


def _rules(
    spec: EnvironmentSpec, kind: _Kind, action: Action, rng: random.Random
) -> Iterator[PolicyRule]:
    """Yield what could be forbidden to do to records of a kind."""
    for field in kind.entity.fields:
        if field.name == kind.entity.key or (action == "create" and not _is_given(kind, field)):
            continue
        for test, value in _tests(spec, field, kind, action):
            bare = PolicyRule(
                text="-",
                action=action,
                table=kind.entity.table,
                field=field.name,
                test=test,
                value=value,
            )
            if not _spares_some(bare, kind):
                continue
            instead = _instead(kind, bare) if rng.random() < _MILD else None
            text = ruled(kind.entity.name, bare, instead, rng)
            yield bare.model_copy(update={"text": text, "instead": instead})


def _is_given(kind: _Kind, field: FieldSpec) -> bool:
    """Return whether callers say what a field of a new record is to hold."""
    return any(
        assign.field == field.name and assign.source == "parameter"
        for tool in kind.tools.get("create", ())
        if isinstance(tool.behaviour, CreateRecord)
        for assign in tool.behaviour.assigns
    )


def _tests(
    spec: EnvironmentSpec, field: FieldSpec, kind: _Kind, action: Action
) -> Iterator[tuple[_Test, _Value]]:
    """Yield what a rule could ask of a field."""
    if action != "create" and spec.persona is not None and field.reference is not None:
        if field.reference.table == spec.persona.table:
            yield "not_mine", spec.persona.value
        return
    if not isinstance(field.type, Scalar) or field.reference is not None:
        return
    values = [row[field.name] for _, rows in kind.scenarios for row in rows if field.name in row]
    named = set(words(field.name))
    match field.type.type:
        case "string" | "integer" if field.role == "status" or named & _KINDS:
            held = dict.fromkeys(v for v in values if isinstance(v, str) and _is_word(v))
            yield from (("is", value) for value in held if len(held) <= _MOST_CHOICES)
        case "number" | "integer" if named & (_AMOUNTS | _QUANTITIES):
            numbers = sorted(v for v in values if isinstance(v, int | float) and v > 0)
            for share in (2, 4):
                if numbers:
                    yield "above", _round(numbers[len(numbers) * (share + 3) // 8])
        case "date" | "datetime" if action != "create":
            ahead = bool(named & _AHEAD)
            for days in _AHEAD_DAYS if ahead else _AGO_DAYS:
                yield ("within" if ahead else "older"), days


def _is_word(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z][A-Za-z_ -]{1,28}", value) is not None


def _round(value: float) -> int | float:
    """Return a round number not far below a value: 80 for 97, 1,500 for 1,560."""
    if value <= 2:
        return 1
    scale = 10 ** (len(str(int(value))) - 1)
    step = scale if value < 5 * scale else scale // 2 or 1
    return int(value // step) * step


def _spares_some(rule: PolicyRule, kind: _Kind) -> bool:
    """Return whether a rule covers enough records, not most of them, and all of no scenario."""
    hit = total = 0
    for state, rows in kind.scenarios:
        covered = sum(covers(rule, row, state) for row in rows)
        if rows and covered == len(rows):
            return False
        hit, total = hit + covered, total + len(rows)
    return hit >= _FEWEST_ROWS and _LEAST <= hit / total <= _MOST


def _instead(kind: _Kind, rule: PolicyRule) -> Instead | None:
    """Return something milder that the tools permit, if there is such a thing."""
    if rule.action == "create":
        resting = _resting(kind.entity, rule.field, _EARLY)
        milder = rule.value if rule.test == "above" else resting
        if milder is None or (rule.test == "is" and milder == rule.value):
            return None
        return Instead(arguments={rule.field: milder}, text=_set(rule.field, milder))
    if rule.action != "delete":
        return None
    for tool, field, target in _settings(kind):
        if not _changes_most(kind, rule, field, target):
            continue
        given: dict[str, Json] = {}
        if isinstance(tool.behaviour, UpdateRecord):
            assigns = tool.behaviour.assigns
            given = {a.parameter: target for a in assigns if a.field == field and a.parameter}
        return Instead(tool=tool.name, arguments=given, text=_set(field, target))
    return None


def _set(field: str, value: Json) -> str:
    """Return what is done to a field, in words."""
    if isinstance(value, bool):
        return f"mark it as {'' if value else 'no longer '}{spaced(field)}"
    told = f"{value:,}" if isinstance(value, int | float) else spaced(str(value))
    return f"set the {spaced(field)} to {told}"


def _settings(kind: _Kind) -> Iterator[tuple[ToolDesign, str, str | bool]]:
    """Yield tools that put a record to rest, with the field that they set and to what."""
    for tool in kind.tools.get("change", ()):
        done = tool.behaviour
        if isinstance(done, ActOnRecord) and done.by == "key" and not done.assigns:
            if str(done.target).casefold() in _RESTING:
                yield tool, done.field, str(done.target)
        elif isinstance(done, UpdateRecord) and done.by == "key" and not done.replace:
            for assign in done.assigns:
                target = _resting(kind.entity, assign.field)
                if assign.source == "parameter" and target is not None:
                    yield tool, assign.field, target


def _changes_most(kind: _Kind, rule: PolicyRule, field: str, target: str | bool) -> bool:
    """Return whether most records that a rule covers are not as something milder leaves them."""
    covered = [row for s, rows in kind.scenarios for row in rows if covers(rule, row, s)]
    return 2 * sum(row.get(field) == target for row in covered) < len(covered)


def _resting(
    entity: EntitySpec, name: str, statuses: Sequence[str] = _RESTING
) -> str | bool | None:
    """Return what a field is set to in the place of something harsher: a status, or a mark."""
    field, named = entity.field(name), set(words(name))
    if not isinstance(field.type, Scalar):
        return None
    if field.type.type == "boolean":
        return True if named & _MARKS else False if named & _UNMARKS else None
    if not named & {"status", "state"}:
        return None
    choices = {str(choice).casefold(): str(choice) for choice in field.type.choices}
    return next((choices[each] for each in statuses if each in choices), None)
