"""Bodies of tools that change a record, or create it where there is none."""

from __future__ import annotations

from envfactory.compiler.code.assigning import Absent, assignments, but_key, moments
from envfactory.compiler.code.changes import finish
from envfactory.compiler.code.conditions import equalities, is_equality
from envfactory.compiler.code.finding import Finders, Meant, meant_by
from envfactory.compiler.code.names import enumerate_words, words
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import literal
from envfactory.errors import DefinitionError
from envfactory.spec.model import Assign, FieldSpec, UpdateRecord
from envfactory.spec.words.prose import article


def upsert_record(tool: Tool, behaviour: UpdateRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that changes a record, or creates it where there is none.

    Raises:
        DefinitionError: If nothing gives a field its value that every record has.
    """
    meant = meant_by(tool)
    if meant.by == "key":
        is_there = f"{meant.key} in {tool.table}"
        found = finders.find(tool, bind=False)
        change = [*found, *_change(tool, behaviour, str(meant.key))]
        return [f"if {is_there}:", *_indented(change), *_create(tool, behaviour, meant)]
    equal = [match for match in meant.scope if is_equality(tool, match)]
    if len(equal) < len(meant.scope):
        raise DefinitionError(f"{tool.design.name}: only equal values tell what to create")
    found = [f"{tool.noun} = {tool.table}.find({', '.join(equalities(tool, equal))})"]
    change = _change(tool, behaviour, f"{tool.noun}.{tool.entity.key}")
    return [
        *found,
        f"if {tool.noun} is not None:",
        *_indented(change),
        *_create(tool, behaviour, meant),
    ]


def _change(tool: Tool, behaviour: UpdateRecord, key: str) -> list[str]:
    clock = moments(tool, behaviour.assigns, "updated_at")
    assigns = but_key(tool, behaviour.assigns)
    absent: Absent = "reset" if behaviour.replace else "kept"
    arguments = assignments(tool, assigns, clock, absent=absent)
    if not arguments:
        return finish(tool, f"{tool.table}.get({key})")
    changed = finish(tool, f"{tool.table}.update({', '.join([key, *arguments])})")
    return changed if tool.design.result.shape != "none" else [*changed, "return"]


def _create(tool: Tool, behaviour: UpdateRecord, meant: Meant) -> list[str]:
    """Return the statements that create the record, with the key or the values that name it."""
    assigned = {assign.field for assign in behaviour.assigns}
    named: list[Assign] = []
    if meant.key is not None:
        named.append(Assign(field=tool.entity.key, source="parameter", parameter=meant.key))
    for match in meant.scope:
        if match.field is not None and match.field not in assigned:
            named.append(
                Assign(
                    field=match.field,
                    source=match.source,
                    parameter=match.parameter,
                    constant=match.constant,
                )
            )
    named = [assign for assign in named if assign.field not in assigned]
    assigns = (*named, *behaviour.assigns)
    clock = moments(tool, assigns, "created_at", "updated_at")
    needed = _required(tool, assigns)
    arguments = assignments(tool, assigns, clock, absent="new", certain=needed)
    insert = finish(tool, f"{tool.table}.insert({', '.join(arguments)})")
    return [*_ask_for(tool, needed), *insert]


def _required(tool: Tool, assigns: tuple[Assign, ...]) -> list[str]:
    """Return the parameters that may be left out in a change, but not for a new record."""
    by_field = {assign.field: assign for assign in assigns}
    needed = []
    for field in tool.entity.fields:
        if not _must_be_given(tool, field):
            continue
        assign = by_field.get(field.name)
        if assign is None:
            raise DefinitionError(f"{tool.design.name}: a new record would lack a required field")
        if assign.parameter is None or assign.or_now:
            continue
        if tool.may_be_absent(assign.parameter):
            needed.append(assign.parameter)
    return needed


def _must_be_given(tool: Tool, field: FieldSpec) -> bool:
    if field.optional or field.has_default or field.role in ("created_at", "updated_at"):
        return False
    return field.name != tool.entity.key or tool.entity.key_style == "natural"


def _ask_for(tool: Tool, needed: list[str]) -> list[str]:
    if not needed:
        return []
    absent = " or ".join(f"{name} is None" for name in needed)
    listed = enumerate_words(article(words(name)) for name in needed)
    message = f"a new {words(tool.entity.name)} needs {listed}"
    return [f"if {absent}:", f"    raise InvalidArgument({literal(message)})"]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
