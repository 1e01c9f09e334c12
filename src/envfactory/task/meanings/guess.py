"""`guess_tool`: the meaning of a tool read off its name and schemas, where no specification is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from envfactory.graph.words import READING_VERBS, WRITING_VERBS
from envfactory.graph.words import words as split_words
from envfactory.task.meanings.meaning import EntityMeaning, Filter, ToolKind, ToolMeaning
from envfactory.task.meanings.shape import Shape

_MAKING = frozenset({"create", "add", "insert", "new", "register", "place", "book", "post", "open"})
_CHANGING = frozenset({"update", "edit", "modify", "patch", "change", "set", "rename", "put"})
_REMOVING = frozenset({"delete", "remove", "destroy", "purge", "erase"})
_SEARCHING = frozenset({"q", "query", "search", "keyword", "keywords", "term", "text"})


def guess_tool(tool: ToolMeaning, entities: Mapping[tuple[str, str], EntityMeaning]) -> ToolMeaning:
    """Return a tool with what its name and schemas suggest that it does.

    Args:
        tool: The tool as far as its schemas tell.
        entities: The kinds of records of its environment, among others.
    """
    returned, single = _returned(tool.result)
    verb = next((w for w in split_words(tool.short) if w in READING_VERBS | WRITING_VERBS), "")
    key = _key_parameter(tool, returned)
    table = returned or (tool.arguments.fields[key].entity if key else None)
    entity = entities.get((tool.environment, table)) if table else None
    if table is None or entity is None:
        return tool
    kind = _kind(verb, key is not None, returned is not None, single)
    if kind == "create":
        key = None
    known = replace(tool, kind=kind, table=table, key=key, replace=verb == "replace")
    names = [name for name in tool.arguments.fields if name != key]
    if kind == "list":
        return _with_filters(known, entity, names)
    own = {name: name for name in names if name in entity.fields}
    references = {n: f for n, f in own.items() if tool.arguments.fields[n].entity}
    if kind in ("create", "update"):
        sets = own if kind == "create" else {n: f for n, f in own.items() if n not in references}
        return replace(known, sets=sets, scope=references if kind == "create" else {})
    return replace(known, scope=references)


def _kind(verb: str, has_key: bool, returns: bool, single: bool) -> ToolKind:
    if verb in READING_VERBS:
        if not single and returns:
            return "list"
        return "get" if has_key and returns else "other"
    if verb in _REMOVING and has_key:
        return "delete"
    if verb in _MAKING and returns:
        return "create"
    if (verb in _CHANGING or verb == "replace") and has_key:
        return "update"
    if verb in WRITING_VERBS and has_key:
        return "action"
    return "other"


def _with_filters(tool: ToolMeaning, entity: EntityMeaning, names: list[str]) -> ToolMeaning:
    fields = tool.arguments.fields
    required = tool.arguments.required
    scope = {n: n for n in names if n in entity.fields and fields[n].entity and n in required}
    filters = [
        Filter(n, n)
        for n in names
        if n in entity.fields and n not in scope and fields[n].kind not in ("list", "object")
    ]
    filters += [
        Filter(n, None, "search") for n in names if n in _SEARCHING and fields[n].kind == "text"
    ]
    return replace(tool, scope=scope, filters=tuple(filters))


def _returned(result: Shape) -> tuple[str | None, bool]:
    """Return the table of the records in a result, and whether it is a single record."""
    key = result.key_field
    if key is not None:
        return result.fields[key].entity, True
    listed = [result, *result.fields.values()]
    for part in listed:
        inner = part.item
        if inner is not None and inner.key_field is not None:
            return inner.fields[inner.key_field].entity, False
    return None, False


def _key_parameter(tool: ToolMeaning, returned: str | None) -> str | None:
    """Return the required parameter that names the record which the tool works on."""
    fields = tool.arguments.fields
    named = [n for n, part in fields.items() if part.entity and n in tool.arguments.required]
    same = [n for n in named if fields[n].entity == returned]
    if same:
        return same[-1]
    return named[-1] if returned is None and named else None
