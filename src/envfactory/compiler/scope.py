"""Finding the one record that a tool works on, within the scope that its path names.

A task is looked up inside the project that the caller names: a task of another project is not
found. Where several tools share a scope, they share a private method.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from envfactory.compiler.names import enumerate_words, free, owner_name, snake, words
from envfactory.compiler.signature import Tool
from envfactory.compiler.text import indent, template
from envfactory.spec.model import (
    ActOnRecord,
    DeleteRecord,
    FieldSpec,
    GetRecord,
    ListOf,
    Match,
    ParameterSpec,
    UpdateRecord,
)

Scoped = GetRecord | UpdateRecord | DeleteRecord | ActOnRecord
_Scope = tuple[str, tuple[str, ...]]


class ScopeHelpers:
    """The private look-up methods of one environment class."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = list(tools)
        uses = Counter(scope for tool in self._tools if (scope := _scope(tool)))
        taken = {tool.design.name for tool in self._tools}
        self._methods: dict[_Scope, str] = {}
        for table, fields in sorted(scope for scope, count in uses.items() if count > 1):
            noun = next(snake(t.entity.name) for t in self._tools if t.entity.table == table)
            entity = self._tools[0].spec.entity(table)
            owners = "_".join(owner_name(self._tools[0].spec, entity.field(f)) for f in fields)
            name = free(frozenset(taken), f"_{noun}_of_{owners}")
            taken.add(name)
            self._methods[table, fields] = name

    def find(self, tool: Tool, *, bind: bool) -> list[str]:
        """Return the statements that make sure that the record exists, within its scope.

        Args:
            tool: A tool on one record.
            bind: Whether the body goes on to use the record, as the variable `tool.noun`.
        """
        behaviour = tool.design.behaviour
        assert isinstance(behaviour, Scoped)
        scope = _scope(tool)
        binding = f"{tool.noun} = " if bind else ""
        if scope is None:
            return [f"{binding}{tool.table}.get({behaviour.key})"] if bind else []
        if scope in self._methods:
            owners = [match.parameter for match in _ordered(behaviour.scope)]
            arguments = ", ".join([*owners, behaviour.key])
            return [f"{binding}self.{self._methods[scope]}({arguments})"]
        return _find_inline(tool, behaviour)

    def expression(self, tool: Tool) -> str | None:
        """Return the expression for the record where one look-up is all it takes."""
        lines = self.find(tool, bind=True)
        return lines[0].removeprefix(f"{tool.noun} = ") if len(lines) == 1 else None

    def owners(self, tool: Tool) -> list[str]:
        """Return the statements that make sure that the owners in a path belong to each other.

        Under `/projects/{project}/lists/{list}/tasks` nothing is created for a list of another
        project.
        """
        named = [p for p in tool.design.parameters if _in_path(tool, p) and p.reference]
        lines: list[str] = []
        for inner in named:
            for outer in named:
                field = _owner_field(tool, inner, outer)
                if field is None:
                    continue
                assert inner.reference is not None
                table = inner.reference.table
                method = self._methods.get((table, (field.name,)))
                if method is not None:
                    lines.append(f"self.{method}({outer.name}, {inner.name})")
                else:
                    lines += _check_owner(tool, inner, outer, field)
        return lines

    def write(self) -> list[str]:
        """Return the source of the private methods."""
        return [self._write(scope, name) for scope, name in self._methods.items()]

    def _write(self, scope: _Scope, name: str) -> str:
        tool = next(tool for tool in self._tools if _scope(tool) == scope)
        behaviour = tool.design.behaviour
        assert isinstance(behaviour, Scoped)
        matches = _ordered(behaviour.scope)
        names = [*(match.parameter for match in matches), behaviour.key]
        arguments = ", ".join(
            f"{name}: {tool.annotations.plain(tool.parameter(name).type)}" for name in names
        )
        noun = words(tool.entity.name)
        owners = enumerate_words(_owner(tool, match) for match in matches)
        body = [*_find_inline(tool, behaviour), f"return {tool.noun}"]
        return "\n".join(
            [
                f"def {name}(self, {arguments}) -> {tool.classes[tool.entity.name]}:",
                f'    """Return the {noun} if it belongs to that {owners}."""',
                indent("\n".join(body)),
            ]
        )


def _in_path(tool: Tool, parameter: ParameterSpec) -> bool:
    return "{" + parameter.source_name + "}" in tool.design.operation


def _owner_field(tool: Tool, inner: ParameterSpec, outer: ParameterSpec) -> FieldSpec | None:
    """Return the one field by which what `inner` names belongs to what `outer` names."""
    if inner is outer or inner.reference is None or outer.reference is None:
        return None
    if inner.reference.table == outer.reference.table:
        return None
    fields = [
        field
        for field in tool.spec.entity(inner.reference.table).fields
        if field.reference is not None
        and field.reference.table == outer.reference.table
        and not field.optional
        and not isinstance(field.type, ListOf)
    ]
    return fields[0] if len(fields) == 1 else None


def _check_owner(
    tool: Tool, inner: ParameterSpec, outer: ParameterSpec, field: FieldSpec
) -> list[str]:
    assert inner.reference is not None
    entity = tool.spec.entity(inner.reference.table)
    noun = words(entity.name)
    owner = words(owner_name(tool.spec, field))
    held = free(tool.taken, snake(entity.name), f"found_{snake(entity.name)}")
    message = template(f"{noun} ", (inner.name,), f" does not belong to {owner} ", (outer.name,))
    return [
        f"{held} = self.{entity.table}.get({inner.name})",
        f"if {held}.{field.name} != {outer.name}:",
        f"    raise NotFound({message})",
    ]


def _scope(tool: Tool) -> _Scope | None:
    """Return the table and the scope fields of a tool, or None where it has no scope."""
    behaviour = tool.design.behaviour
    if not isinstance(behaviour, Scoped) or not behaviour.scope:
        return None
    return behaviour.table, tuple(match.field or "" for match in _ordered(behaviour.scope))


def _owner(tool: Tool, match: Match) -> str:
    return words(owner_name(tool.spec, tool.entity.field(match.field or "")))


def _ordered(matches: tuple[Match, ...]) -> list[Match]:
    return sorted(matches, key=lambda match: match.field or "")


def _find_inline(tool: Tool, behaviour: Scoped) -> list[str]:
    lines = [f"{tool.noun} = {tool.table}.get({behaviour.key})"]
    outside = []
    for match in _ordered(behaviour.scope):
        held = f"{tool.noun}.{match.field}"
        is_list = isinstance(tool.entity.field(match.field or "").type, ListOf)
        outside.append(
            f"{match.parameter} not in {held}" if is_list else f"{held} != {match.parameter}"
        )
    parts: list[str | tuple[str]] = [f"{words(tool.entity.name)} ", (behaviour.key,)]
    for number, match in enumerate(_ordered(behaviour.scope)):
        parts.append(" and " if number else " does not belong to ")
        parts += [f"{_owner(tool, match)} ", (match.parameter,)]
    condition = " or ".join(outside)
    return [*lines, f"if {condition}:", f"    raise NotFound({template(*parts)})"]
