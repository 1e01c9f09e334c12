"""Bodies of tools that work on one record: read, create, update, delete, act and relate."""

from __future__ import annotations

from envfactory.compiler.names import enumerate_words, free, words
from envfactory.compiler.scope import ScopeHelpers
from envfactory.compiler.signature import Tool
from envfactory.compiler.text import literal, template
from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CreateRecord,
    DeleteRecord,
    FieldSpec,
    GetRecord,
    ListOf,
    RelateRecords,
    Scalar,
    UpdateRecord,
)


def get_record(tool: Tool, behaviour: GetRecord, helpers: ScopeHelpers) -> list[str]:
    """Return the body of a tool that reads one record."""
    if behaviour.field is not None:
        return _look_up(tool, behaviour, behaviour.field)
    expression = helpers.expression(tool)
    if expression is not None:
        return [f"return {expression}"]
    return [*helpers.find(tool, bind=True), f"return {tool.noun}"]


def _look_up(tool: Tool, behaviour: GetRecord, field: str) -> list[str]:
    """Return the body of a tool that finds one record by a unique field."""
    message = template(f"no {words(tool.entity.name)} has the {words(field)} ", (behaviour.key,))
    return [
        f"{tool.noun} = {tool.table}.find({field}={behaviour.key})",
        f"if {tool.noun} is None:",
        f"    raise NotFound({message})",
        f"return {tool.noun}",
    ]


def create_record(tool: Tool, behaviour: CreateRecord, helpers: ScopeHelpers) -> list[str]:
    """Return the body of a tool that inserts a record, for owners that belong to each other."""
    moments = _moments(tool, behaviour.assigns, "created_at", "updated_at")
    arguments = _assignments(tool, behaviour.assigns, moments, reset=True)
    insert = _finish(tool, f"{tool.table}.insert({', '.join(arguments)})")
    return [*helpers.owners(tool), *insert]


def update_record(tool: Tool, behaviour: UpdateRecord, helpers: ScopeHelpers) -> list[str]:
    """Return the body of a tool that changes the fields of a record."""
    moments = _moments(tool, behaviour.assigns, "updated_at")
    arguments = _assignments(tool, behaviour.assigns, moments, reset=behaviour.replace)
    lines = helpers.find(tool, bind=False)
    return lines + _finish(tool, _update(tool, behaviour.key, arguments))


def delete_record(tool: Tool, behaviour: DeleteRecord, helpers: ScopeHelpers) -> list[str]:
    """Return the body of a tool that removes a record."""
    lines = helpers.find(tool, bind=False)
    return lines + _finish(tool, f"{tool.table}.delete({behaviour.key})")


def act_on_record(tool: Tool, behaviour: ActOnRecord, helpers: ScopeHelpers) -> list[str]:
    """Return the body of an action: refused where it is already so, or not allowed from there."""
    field = tool.entity.field(behaviour.field)
    held = f"{tool.noun}.{field.name}"
    this: list[str | tuple[str]] = [f"{words(tool.entity.name)} ", (behaviour.key,)]
    lines = helpers.find(tool, bind=True)
    lines += [
        f"if {_is(held, field, behaviour.target)}:",
        f"    raise Conflict({template(*this, _already(field, behaviour.target))})",
    ]
    allowed = [value for value in behaviour.allowed_from if value != behaviour.target]
    if allowed:
        listed = ", ".join(literal(value) for value in allowed)
        refused = f"{held} not in ({listed})" if len(allowed) > 1 else f"{held} != {listed}"
        choice = enumerate_words((str(value) for value in allowed), "or")
        message = template(*this, " is ", (held,), f", not {choice}")
        lines += [f"if {refused}:", f"    raise FailedPrecondition({message})"]
    change = Assign(field=field.name, source="constant", constant=behaviour.target)
    rest = [assign for assign in behaviour.assigns if assign.field != field.name]
    moments = _moments(tool, behaviour.assigns, "updated_at")
    arguments = _assignments(tool, (change, *rest), moments, reset=False)
    return lines + _finish(tool, _update(tool, behaviour.key, arguments))


def relate_records(tool: Tool, behaviour: RelateRecords) -> list[str]:
    """Return the body of a tool that adds a key to a list of references, or removes it."""
    field, member = tool.entity.field(behaviour.field), behaviour.member
    held = f"{tool.noun}.{field.name}"
    held = f"({held} or [])" if field.optional else held
    reference = field.reference or tool.parameter(member).reference
    noun = words(tool.spec.entity(reference.table).name) if reference else words(member)
    this = (f"{noun} ", (member,))
    whole = (f"{words(tool.entity.name)} ", (behaviour.key,))
    lines = [f"{tool.noun} = {tool.table}.get({behaviour.key})"]
    if behaviour.change == "add":
        message = template(*this, " is already in ", *whole)
        lines += [f"if {member} in {held}:", f"    raise Conflict({message})"]
        changed = f"[*{held}, {member}]"
    else:
        message = template(*this, " is not in ", *whole)
        other = free(tool.taken | {tool.noun}, "other", "kept")
        lines += [f"if {member} not in {held}:", f"    raise NotFound({message})"]
        changed = f"[{other} for {other} in {held} if {other} != {member}]"
    arguments = [f"{field.name}={changed}", *_moments(tool, (), "updated_at")]
    return lines + _finish(tool, _update(tool, behaviour.key, arguments))


def _finish(tool: Tool, expression: str) -> list[str]:
    """Return the last statement: the expression, returned where the tool returns the record."""
    return [expression if tool.design.result.shape == "none" else f"return {expression}"]


def _update(tool: Tool, key: str, arguments: list[str]) -> str:
    if not arguments:
        return f"{tool.table}.get({key})"
    return f"{tool.table}.update({', '.join([key, *arguments])})"


def _assignments(
    tool: Tool, assigns: tuple[Assign, ...], moments: list[str], *, reset: bool
) -> list[str]:
    """Return the keyword arguments that assign fields.

    Args:
        tool: The tool.
        assigns: What each field takes.
        moments: Further arguments, from the clock.
        reset: Whether the field of a parameter that is not given takes its default; otherwise
            it is left as it is.
    """
    always: list[str] = []
    maybe: list[str] = []
    for assign in assigns:
        field = tool.entity.field(assign.field)
        name = f"{field.name}="
        if assign.source == "now":
            always.append(name + moment(tool, field))
        elif assign.source == "constant":
            value = tool.annotations.value(assign.constant, field.type, field.name)
            always.append(name + value)
        elif assign.parameter is not None:
            if assign.or_now:
                always.append(f"{name}{assign.parameter} or {moment(tool, field)}")
            elif _is_member(tool, assign.parameter, field):
                always.append(f"{name}[{assign.parameter}]")
            elif not tool.may_be_absent(assign.parameter) or (reset and _none_is_default(field)):
                always.append(name + assign.parameter)
            elif reset and field.has_default:
                always.append(f"{name}{_or_default(tool, assign.parameter, field)}")
            else:
                maybe.append(name + assign.parameter)
    always += moments
    return [*always, f"**given({', '.join(maybe)})"] if maybe else always


def _or_default(tool: Tool, name: str, field: FieldSpec) -> str:
    """Return the expression for a parameter, or the field's default where it is not given."""
    default = tool.annotations.value(field.default, field.type, field.name)
    return (
        f"{name} or {default}" if not field.default else f"{default} if {name} is None else {name}"
    )


def _is_member(tool: Tool, name: str, field: FieldSpec) -> bool:
    """Return whether a list field starts with the one value that a parameter gives."""
    one_value = isinstance(tool.parameter(name).type, Scalar) and isinstance(field.type, ListOf)
    return one_value and not tool.may_be_absent(name)


def _none_is_default(field: FieldSpec) -> bool:
    return field.optional and not (field.has_default and field.default is not None)


def _moments(tool: Tool, assigns: tuple[Assign, ...], *roles: str) -> list[str]:
    """Return the keyword arguments that set fields of those roles from the clock."""
    done = {assign.field for assign in assigns}
    return [
        f"{field.name}={moment(tool, field)}"
        for field in tool.entity.fields
        if field.role in roles and field.name not in done
    ]


def moment(tool: Tool, field: FieldSpec) -> str:
    """Return the expression for the present moment in the form that the field holds."""
    kind = field.type.type if isinstance(field.type, Scalar) else "datetime"
    return {
        "date": "self.now().date()",
        "time": "self.now().time()",
        "integer": "int(self.now().timestamp())",
        "number": "self.now().timestamp()",
        "string": "self.now().isoformat()",
    }.get(kind, "self.now()")


def _is(held: str, field: FieldSpec, value: Json) -> str:
    """Return the condition that a field already holds a value."""
    if isinstance(value, bool):
        return held if value else f"not {held}"
    return f"{held} == {literal(value)}"


def _already(field: FieldSpec, target: Json) -> str:
    state = words(field.name).removeprefix("is ")
    if isinstance(target, bool):
        return f" is already {state}" if target else f" is not {state}"
    return f" is already {target}"
