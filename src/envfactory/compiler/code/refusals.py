"""When a tool refuses a call, as the `Raises:` section of its docstring says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from envfactory.compiler.code.adjusting import adjustment_refusals
from envfactory.compiler.code.changes import member_noun
from envfactory.compiler.code.finding import Meant, OnOneRecord, meant_by
from envfactory.compiler.code.names import collection_name, enumerate_words, owner_name, words
from envfactory.compiler.code.ordering import order_refusals
from envfactory.compiler.code.owners import owner_named
from envfactory.compiler.code.signature import Tool
from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    Assign,
    CopyRecord,
    CountRecords,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    ListRecords,
    Match,
    OrderRecords,
    PickRecord,
    RelateRecords,
    UpdateRecord,
    UpdateRecords,
)

_NAMES = ("InvalidArgument", "NotFound", "Conflict", "FailedPrecondition")


def raises(tool: Tool) -> str:
    """Return the `Raises:` section of a tool's docstring; empty where it refuses nothing."""
    found: dict[str, list[str]] = {}
    for name, when in _refusals(tool):
        if when not in found.setdefault(name, []):
            found[name].append(when)
    if not found:
        return ""
    lines = [f"    {name}: If {', or '.join(found[name])}." for name in _NAMES if name in found]
    return "\n".join(["Raises:", *lines])


def _refusals(tool: Tool) -> Iterator[tuple[str, str]]:
    """Yield each error that a tool raises, and when."""
    behaviour, noun = tool.design.behaviour, words(tool.entity.name)
    if isinstance(behaviour, OnOneRecord) and not getattr(behaviour, "or_create", False):
        yield from _not_there(tool, meant_by(tool), noun)
    match behaviour:
        case ListRecords() | CountRecords() | PickRecord() | UpdateRecords() | DeleteRecords():
            yield from _owners(tool, behaviour.matches)
    match behaviour:
        case ListRecords() | CountRecords() if behaviour.through and behaviour.through.key:
            owner = words(tool.spec.entity(behaviour.through.table).name)
            yield "NotFound", f"there is no such {owner}"
        case PickRecord():
            yield "NotFound", f"no {noun} matches"
        case UpdateRecords() | DeleteRecords() if behaviour.keys:
            yield "NotFound", f"one of the {words(tool.entity.table)} does not exist"
        case CreateRecord() | CreateRecords() | CopyRecord():
            yield from _dangling(tool, behaviour.assigns)
            if getattr(behaviour, "named_by", None) is None:
                yield from _taken(tool)
        case UpdateRecord():
            yield from _dangling(tool, behaviour.assigns)
            if behaviour.or_create:
                yield from _no_owner(tool, behaviour.scope)
            if {assign.field for assign in behaviour.assigns} & _told_apart_by(tool):
                yield from _taken(tool, keys=False)
        case ActOnRecord():
            yield from _action(tool, behaviour)
        case OrderRecords():
            yield from order_refusals(tool, behaviour)
            yield from _dangling(tool, behaviour.assigns)
        case AdjustRecord():
            yield from adjustment_refusals(tool, behaviour)
        case RelateRecords():
            held = collection_name(tool.entity.field(behaviour.field))
            member = member_noun(tool, behaviour)
            if behaviour.change == "remove":
                yield "NotFound", f"the {member} is not in the {held}"
            else:
                yield "NotFound", f"there is no such {member}"
                yield "Conflict", f"the {member} is already in the {held}"
    if isinstance(behaviour, UpdateRecord | DeleteRecord):
        yield from _barred(behaviour.allowed_from)
    if isinstance(behaviour, DeleteRecord | DeleteRecords) and _may_be_held(tool):
        yield "Conflict", f"another record refers to the {noun}"


def _not_there(tool: Tool, meant: Meant, noun: str) -> Iterator[tuple[str, str]]:
    owners = [
        words(owner_name(tool.spec, field))
        for match in meant.scope
        if match.field is not None
        and match.source == "parameter"
        and (field := tool.entity.field(match.field)).reference is not None
    ]
    if meant.by in ("key", "scope"):
        of = f" of that {enumerate_words(owners)}" if owners else ""
        yield "NotFound", f"there is no such {noun}{of}"


def _owners(tool: Tool, matches: tuple[Match, ...]) -> Iterator[tuple[str, str]]:
    for match in matches:
        parameter = owner_named(tool, match)
        if parameter is not None and parameter.reference is not None:
            owner = words(tool.spec.entity(parameter.reference.table).name)
            yield "NotFound", f"there is no such {owner}"


def _no_owner(tool: Tool, scope: tuple[Match, ...]) -> Iterator[tuple[str, str]]:
    for match in scope:
        field = tool.entity.field(match.field) if match.field is not None else None
        if match.source == "parameter" and field is not None and field.reference is not None:
            owner = words(tool.spec.entity(field.reference.table).name)
            yield "NotFound", f"there is no such {owner}"


def _dangling(tool: Tool, assigns: tuple[Assign, ...]) -> Iterator[tuple[str, str]]:
    for assign in assigns:
        field = tool.entity.field(assign.field)
        if assign.source == "parameter" and field.reference is not None:
            other = words(tool.spec.entity(field.reference.table).name)
            yield "NotFound", f"there is no such {other}"


def _taken(tool: Tool, *, keys: bool = True) -> Iterator[tuple[str, str]]:
    entity = tool.entity
    another = f"another {words(entity.name)}"
    behaviour = tool.design.behaviour
    given = {assign.field for assign in getattr(behaviour, "assigns", ())}
    for field in entity.fields:
        if behaviour.kind == "create" and field.name not in given:
            continue  # nobody can give the value of another record
        if field.unique or (keys and field.name == entity.key and entity.key_style == "natural"):
            yield "Conflict", f"{another} has that {words(field.name)}"
    if len(entity.identity) > 1 and entity.key not in entity.identity:
        names = (words(owner_name(tool.spec, entity.field(name))) for name in entity.identity)
        yield "Conflict", f"{another} has that {enumerate_words(names)}"


def _told_apart_by(tool: Tool) -> set[str]:
    return {field.name for field in tool.entity.fields if field.unique} | {*tool.entity.identity}


def _action(tool: Tool, behaviour: ActOnRecord) -> Iterator[tuple[str, str]]:
    state = words(behaviour.field).removeprefix("is ")
    if isinstance(behaviour.target, bool):
        yield "Conflict", f"it is already {state}" if behaviour.target else f"it is not {state}"
    elif behaviour.target is None:
        yield "Conflict", f"it has no {state}"
    else:
        yield "Conflict", f"it is already {behaviour.target}"
    yield from _barred(value for value in behaviour.allowed_from if value != behaviour.target)


def _barred(allowed: Iterable[Json]) -> Iterator[tuple[str, str]]:
    states = [str(value) for value in allowed]
    if states:
        listed = enumerate_words(states, "nor")
        yield "FailedPrecondition", f"it is {'neither' if len(states) > 1 else 'not'} {listed}"


def _may_be_held(tool: Tool) -> bool:
    """Return whether a record of another kind may keep one from being deleted."""
    return any(
        field.reference is not None
        and field.reference.table == tool.entity.table
        and field.reference.on_delete == "restrict"
        for entity in tool.spec.entities
        for field in entity.fields
    )
