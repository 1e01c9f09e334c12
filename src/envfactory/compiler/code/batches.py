"""Bodies of tools that create, change or delete several records, all of them or none."""

from __future__ import annotations

from envfactory.compiler.code.assigning import assignments, but_key, moments, none_is_default
from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.names import free, snake
from envfactory.compiler.code.owners import check_belonging
from envfactory.compiler.code.selection import Selection
from envfactory.compiler.code.signature import Tool
from envfactory.errors import DefinitionError
from envfactory.spec.model import (
    CreateRecords,
    DeleteRecords,
    FieldSpec,
    ListOf,
    MapOf,
    Nested,
    ObjectSpec,
    UpdateRecords,
)


def create_records(tool: Tool, behaviour: CreateRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that inserts a record for each object of a list."""
    if behaviour.named_by is not None:
        return _overwrite_records(tool, behaviour, behaviour.named_by)
    item = free(tool.taken | {tool.nouns}, "item", snake(tool.entity.name), "entry")
    given = {field.name: field for field in _object(tool, behaviour).fields}
    always = [
        f"{name}={item}.{name}" for name in behaviour.fields if not _may_be_none(tool, given[name])
    ]
    maybe = [
        f"{name}={item}.{name}" for name in behaviour.fields if _may_be_none(tool, given[name])
    ]
    clock = [
        argument
        for argument in moments(tool, behaviour.assigns, "created_at", "updated_at")
        if argument.partition("=")[0] not in behaviour.fields
    ]
    shared = assignments(tool, behaviour.assigns, clock, absent="reset")
    spread = [f"**given({', '.join(maybe)})"] if maybe else []
    insert = f"{tool.table}.insert({', '.join([*always, *shared, *spread])})"
    return [*check_belonging(tool, finders), *_each(tool, insert, f"{item} in {behaviour.items}")]


def _overwrite_records(tool: Tool, behaviour: CreateRecords, name: str) -> list[str]:
    """Return the body of a tool that inserts records, or gives those of the same name new values.

    Raises:
        DefinitionError: If the tool returns something, or a map has not just names and values.
    """
    others = [field for field in behaviour.fields if field != name]
    if tool.design.result.shape != "none":
        raise DefinitionError(f"{tool.design.name}: returns what it overwrites")
    if isinstance(tool.parameter(behaviour.items).type, MapOf):
        if len(others) != 1:
            raise DefinitionError(f"{tool.design.name}: {behaviour.items} is a map of records")
        taken = tool.taken | {tool.noun}
        key = free(taken, name, f"{name}_key")
        values = {name: key, others[0]: free(taken | {key}, others[0], f"{others[0]}_value")}
        loop = f"for {key}, {values[others[0]]} in {behaviour.items}.items():"
    else:
        item = free(tool.taken | {tool.noun}, "item", snake(tool.entity.name), "entry")
        values = {field: f"{item}.{field}" for field in behaviour.fields}
        loop = f"for {item} in {behaviour.items}:"
    same = assignments(tool, behaviour.assigns, [], absent="reset")
    found = ", ".join([*same, f"{name}={values[name]}"])
    changes = ", ".join(f"{field}={values[field]}" for field in others)
    return [
        loop,
        f"    {tool.noun} = {tool.table}.find({found})",
        f"    if {tool.noun} is None:",
        f"        {tool.table}.insert({found}, {changes})",
        "    else:",
        f"        {tool.table}.update({tool.noun}.{tool.entity.key}, {changes})",
    ]


def update_records(tool: Tool, behaviour: UpdateRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that changes several records in the same way."""
    clock = moments(tool, behaviour.assigns, "updated_at")
    assigns = but_key(tool, behaviour.assigns)
    changes = ", ".join(assignments(tool, assigns, clock, absent="kept"))
    if behaviour.keys is not None:
        key = _key_variable(tool)
        once = f"{key} in dict.fromkeys({behaviour.keys})"
        return _each(tool, f"{tool.table}.update({key}, {changes})", once)
    selection = Selection(tool, behaviour.matches, finders)
    change = f"{tool.table}.update({tool.noun}.{tool.entity.key}, {changes})"
    if selection.is_plain:
        return [*selection.checks, *_each(tool, change, f"{tool.noun} in {selection.read()}")]
    return [*selection.statements(), *_each(tool, change, f"{tool.noun} in {tool.nouns}")]


def delete_records(tool: Tool, behaviour: DeleteRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that removes several records."""
    if behaviour.keys is not None:
        key = _key_variable(tool)
        once = f"dict.fromkeys({behaviour.keys})"
        if not _may_take_others(tool):
            return _each(tool, f"{tool.table}.delete({key})", f"{key} in {once}")
        lines = [f"{tool.nouns} = [{tool.table}.get({key}) for {key} in {once}]"]
    else:
        selection = Selection(tool, behaviour.matches, finders)
        delete = f"{tool.table}.delete({tool.noun}.{tool.entity.key})"
        if not _may_take_others(tool):
            if selection.is_plain:
                each = f"{tool.noun} in {selection.read()}"
                return [*selection.checks, *_each(tool, delete, each)]
            return [*selection.statements(), *_each(tool, delete, f"{tool.noun} in {tool.nouns}")]
        lines = selection.statements()
    return [
        *lines,
        f"for {tool.noun} in {tool.nouns}:",
        f"    if {tool.noun}.{tool.entity.key} in {tool.table}:  # unless a parent took it along",
        f"        {tool.table}.delete({tool.noun}.{tool.entity.key})",
        *_return(tool, tool.nouns),
    ]


def _each(tool: Tool, expression: str, loop: str) -> list[str]:
    """Return the statements that do something for each record, and return what became of them."""
    if tool.design.result.shape == "none":
        return [f"for {loop}:", f"    {expression}"]
    if tool.design.result.shape == "list":
        return [f"return [{expression} for {loop}]"]
    done = free(tool.taken | {tool.noun}, tool.entity.table, "records", "done")
    return [f"{done} = [{expression} for {loop}]", *_return(tool, done)]


def _return(tool: Tool, records: str) -> list[str]:
    match tool.design.result.shape:
        case "none":
            return []
        case "list":
            return [f"return {records}"]
        case "count":
            return [f"return {tool.classes.count}(count=len({records}))"]
        case "page":
            page = tool.classes.page(tool.entity.table)
            return [f"return {page}(items={records}, total=len({records}))"]
        case shape:
            raise DefinitionError(
                f"{tool.design.name}: several records cannot be returned as a {shape}"
            )


def _key_variable(tool: Tool) -> str:
    return free(tool.taken | {tool.noun, tool.nouns}, tool.entity.key, f"{tool.noun}_key", "key")


def _object(tool: Tool, behaviour: CreateRecords) -> ObjectSpec:
    """Return the nested object of which the tool takes a list.

    Raises:
        DefinitionError: If it takes something else.
    """
    type_ = tool.parameter(behaviour.items).type
    if isinstance(type_, ListOf) and isinstance(type_.item, Nested):
        for record in tool.spec.objects:
            if record.name == type_.item.name:
                return record
    raise DefinitionError(f"{tool.design.name}: {behaviour.items} is no list of nested objects")


def _may_be_none(tool: Tool, given: FieldSpec) -> bool:
    """Return whether an object may leave a field out whose record has a default of its own."""
    return given.optional and not none_is_default(tool.entity.field(given.name))


def _may_take_others(tool: Tool) -> bool:
    """Return whether deleting one record may delete others of its table, too."""
    return any(
        field.reference is not None
        and field.reference.table == tool.entity.table
        and field.reference.on_delete == "cascade"
        for field in tool.entity.fields
    )
