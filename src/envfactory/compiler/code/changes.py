"""Bodies of tools that work on one record: read, create, copy, update, delete, act and relate."""

from __future__ import annotations

from envfactory.compiler.code.assigning import Absent, assignments, but_key, moments
from envfactory.compiler.code.finding import Finders, Part, known_as, meant_by
from envfactory.compiler.code.names import collection_name, enumerate_words, free, words
from envfactory.compiler.code.owners import check_belonging
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import literal, template
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CopyRecord,
    CreateRecord,
    DeleteRecord,
    FieldSpec,
    GetRecord,
    RelateRecords,
    Scalar,
    UpdateRecord,
)


def get_record(tool: Tool, behaviour: GetRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that reads one record."""
    expression = finders.expression(tool)
    if expression is not None:
        return finish(tool, expression)
    return [*finders.find(tool, bind=True), *finish(tool, tool.noun)]


def create_record(tool: Tool, behaviour: CreateRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that inserts a record, for owners that belong to each other."""
    clock = moments(tool, behaviour.assigns, "created_at", "updated_at")
    arguments = assignments(tool, behaviour.assigns, clock, absent="reset")
    insert = finish(tool, f"{tool.table}.insert({', '.join(arguments)})")
    return [*check_belonging(tool, finders), *insert]


def copy_record(tool: Tool, behaviour: CopyRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that inserts a copy of a record under a new key."""
    assigned = {assign.field for assign in behaviour.assigns}
    clock = moments(tool, behaviour.assigns, "created_at", "updated_at")
    changes = assignments(tool, behaviour.assigns, clock, absent="kept")
    if tool.entity.key not in assigned:
        changes.insert(0, f"{tool.entity.key}=None")
    changes[1:1] = _renamed(tool, assigned)
    insert = f"{tool.table}.insert({', '.join([tool.noun, *changes])})"
    return [*finders.find(tool, bind=True), *finish(tool, insert)]


def update_record(tool: Tool, behaviour: UpdateRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that changes the fields of a record."""
    clock = moments(tool, behaviour.assigns, "updated_at")
    assigns = but_key(tool, behaviour.assigns)
    absent: Absent = "reset" if behaviour.replace else "kept"
    arguments = assignments(tool, assigns, clock, absent=absent)
    lines = finders.find(tool, bind=bool(behaviour.allowed_from))
    lines += _allowed(tool, behaviour.field, behaviour.allowed_from)
    return lines + finish(tool, update(tool, finders.key(tool), arguments))


def delete_record(tool: Tool, behaviour: DeleteRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that removes a record."""
    lines = finders.find(tool, bind=bool(behaviour.allowed_from))
    lines += _allowed(tool, behaviour.field, behaviour.allowed_from)
    return lines + finish(tool, f"{tool.table}.delete({finders.key(tool)})")


def act_on_record(tool: Tool, behaviour: ActOnRecord, finders: Finders) -> list[str]:
    """Return the body of an action: refused where it is already so, or not allowed from there."""
    field = tool.entity.field(behaviour.field)
    held = f"{tool.noun}.{field.name}"
    this = known_as(tool, meant_by(tool))
    lines = finders.find(tool, bind=True)
    lines += [
        f"if {_is(held, field, behaviour.target)}:",
        f"    raise Conflict({template(*this, _already(field, behaviour.target))})",
    ]
    allowed = tuple(one for one in behaviour.allowed_from if one != behaviour.target)
    lines += _allowed(tool, field.name, allowed)
    change = Assign(field=field.name, source="constant", constant=behaviour.target)
    rest = [assign for assign in behaviour.assigns if assign.field != field.name]
    clock = moments(tool, behaviour.assigns, "updated_at")
    arguments = assignments(tool, (change, *but_key(tool, tuple(rest))), clock, absent="kept")
    return lines + finish(tool, update(tool, finders.key(tool), arguments))


def _allowed(tool: Tool, field: str | None, allowed: tuple[Json, ...]) -> list[str]:
    """Return the statements that refuse a record which is in none of the allowed states."""
    if not allowed or field is None:
        return []
    held = f"{tool.noun}.{field}"
    listed = ", ".join(literal(one) for one in allowed)
    refused = f"{held} not in ({listed})" if len(allowed) > 1 else f"{held} != {listed}"
    choice = enumerate_words((str(one) for one in allowed), "or")
    message = template(*known_as(tool, meant_by(tool)), " is ", (held,), f", not {choice}")
    return [f"if {refused}:", f"    raise FailedPrecondition({message})"]


def relate_records(tool: Tool, behaviour: RelateRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that adds a key to a list of references, or removes it."""
    field = tool.entity.field(behaviour.field)
    member = tool.me if behaviour.member is None else behaviour.member
    held = f"{tool.noun}.{field.name}"
    held = f"({held} or [])" if field.optional else held
    this = (f"{member_noun(tool, behaviour)} ", (member,))
    whole: tuple[Part, ...] = (
        f"the {collection_name(field)} of ",
        *known_as(tool, meant_by(tool)),
    )
    lines = finders.find(tool, bind=True)
    if behaviour.change == "add":
        message = template(*this, " is already in ", *whole)
        lines += [f"if {member} in {held}:", f"    raise Conflict({message})"]
        changed = f"[*{held}, {member}]"
    else:
        message = template(*this, " is not in ", *whole)
        other = free(tool.taken | {tool.noun}, "other", "kept")
        lines += [f"if {member} not in {held}:", f"    raise NotFound({message})"]
        changed = f"[{other} for {other} in {held} if {other} != {member}]"
    arguments = [f"{field.name}={changed}", *moments(tool, (), "updated_at")]
    return lines + finish(tool, update(tool, finders.key(tool), arguments))


def finish(tool: Tool, expression: str) -> list[str]:
    """Return the last statements: what is done to one record, and what the tool returns of it."""
    match tool.design.result.shape:
        case "none":
            return [expression] if "(" in expression else []
        case "record":
            return [f"return {expression}"]
        case "list":
            return [f"return [{expression}]"]
        case "count":
            return [expression, f"return {tool.classes.count}(count=1)"]
        case shape:
            raise DefinitionError(f"{tool.design.name}: one record cannot be returned as a {shape}")


def update(tool: Tool, key: str, arguments: list[str]) -> str:
    """Return the expression that changes the fields of a record."""
    if not arguments:
        return f"{tool.table}.get({key})"
    return f"{tool.table}.update({', '.join([key, *arguments])})"


def _renamed(tool: Tool, assigned: set[str]) -> list[str]:
    """Return the arguments that keep a copy from sharing what no two records may share."""
    entity = tool.entity
    unique = [[f] for f in entity.fields if f.unique and f.name != entity.key]
    if entity.identity and entity.key not in entity.identity:
        unique.append([entity.field(name) for name in entity.identity])
    renamed: dict[str, str] = {}
    for fields in unique:
        if any(field.name in assigned or field.name in renamed for field in fields):
            continue
        for field in reversed(fields):
            if field.reference is None and _is_free_text(field):
                renamed[field.name] = template("Copy of ", (f"{tool.noun}.{field.name}",))
                break
            if field.optional:
                renamed[field.name] = "None"
                break
    return [f"{name}={expression}" for name, expression in renamed.items()]


def _is_free_text(field: FieldSpec) -> bool:
    type_ = field.type
    return isinstance(type_, Scalar) and type_.type == "string" and not type_.choices


def member_noun(tool: Tool, behaviour: RelateRecords) -> str:
    """Return what is put into a list of references, or taken out of it."""
    reference = tool.entity.field(behaviour.field).reference
    if reference is None and behaviour.member is not None:
        reference = tool.parameter(behaviour.member).reference
    if reference is not None:
        return words(tool.spec.entity(reference.table).name)
    return words(behaviour.member) if behaviour.member is not None else "caller"


def _is(held: str, field: FieldSpec, target: Json) -> str:
    """Return the condition that a field already holds a value."""
    if target is None:
        return f"{held} is None"
    if isinstance(target, bool):
        return held if target else f"not {held}"
    return f"{held} == {literal(target)}"


def _already(field: FieldSpec, target: Json) -> str:
    state = words(field.name).removeprefix("is ")
    if isinstance(target, bool):
        return f" is already {state}" if target else f" is not {state}"
    return f" has no {state}" if target is None else f" is already {target}"
