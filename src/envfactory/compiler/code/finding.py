"""Finding the one record that a tool works on, however it is named.

By its key, within the scope that a path names: a task of another project is not found. By the
values that together belong to one record. As the only one of its kind. As the person who asks.
Where several tools find records in the same way, they share a private method.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from envfactory.compiler.code.conditions import (
    condition,
    equalities,
    is_equality,
    may_be_absent,
    unequal,
    value,
)
from envfactory.compiler.code.names import enumerate_words, free, owner_name, snake, words
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import indent, template
from envfactory.errors import DefinitionError
from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    CopyRecord,
    DeleteRecord,
    Finder,
    GetRecord,
    Match,
    RelateRecords,
    UpdateRecord,
)

OnOneRecord = (
    GetRecord
    | CopyRecord
    | UpdateRecord
    | DeleteRecord
    | ActOnRecord
    | RelateRecords
    | AdjustRecord
)
Part = str | tuple[str]
_Way = tuple[str, Finder, tuple[str, ...]]


@dataclass(frozen=True)
class Meant:
    """How a tool names the record that it works on.

    Attributes:
        by: The way, of which `scope` needs no key.
        key: The parameter that carries the key, where `by` is key.
        scope: What else must hold for the record, in a stable order.
    """

    by: Finder
    key: str | None
    scope: tuple[Match, ...]

    @classmethod
    def of(cls, behaviour: OnOneRecord) -> Meant:
        """Return how a behaviour names its record."""
        by: Finder = "key" if isinstance(behaviour, CopyRecord) else behaviour.by
        scope = () if isinstance(behaviour, RelateRecords) else behaviour.scope
        ordered = tuple(sorted(scope, key=lambda match: match.field or ""))
        if isinstance(behaviour, GetRecord) and behaviour.field is not None:
            by, looked_up = "scope", Match(parameter=behaviour.key, field=behaviour.field)
            ordered = (looked_up, *ordered)
        if by == "only" and scope:
            by = "scope"
        return cls(by, behaviour.key if by == "key" else None, ordered)


class Finders:
    """How the tools of one environment class find records, and the methods that they share."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = list(tools)
        uses = Counter(way for tool in self._tools if (way := _way(tool)))
        taken = {tool.design.name for tool in self._tools}
        taken |= {entity.table for tool in self._tools[:1] for entity in tool.spec.entities}
        self._methods: dict[_Way, str] = {}
        for way in sorted(way for way, count in uses.items() if count > 1):
            tool = next(tool for tool in self._tools if _way(tool) == way)
            link = "of" if way[1] == "key" else "by"
            named = "_and_".join(owner_name(tool.spec, tool.entity.field(f)) for f in way[2])
            joined = free(frozenset(taken), f"_{snake(tool.entity.name)}_{link}_{named}")
            taken.add(joined)
            self._methods[way] = joined

    def find(self, tool: Tool, *, bind: bool) -> list[str]:
        """Return the statements that make sure that the record exists, within its scope.

        Args:
            tool: A tool on one record.
            bind: Whether the body goes on to use the record, as the variable `tool.noun`.
        """
        meant = meant_by(tool)
        bind = bind or (meant.by in ("scope", "only"))
        binding = f"{tool.noun} = " if bind else ""
        method = self._methods.get(_way(tool) or ("", "key", ()))
        if method is not None:
            values = [value(tool, match) for match in meant.scope]
            arguments = ", ".join([*values, *([meant.key] if meant.key else [])])
            return [f"{binding}self.{method}({arguments})"]
        if meant.scope:
            return _find(tool, meant)
        return [f"{binding}{_look_up(tool, meant)}"] if bind else []

    def expression(self, tool: Tool) -> str | None:
        """Return the expression for the record where one look-up is all it takes."""
        lines = self.find(tool, bind=True)
        return lines[0].removeprefix(f"{tool.noun} = ") if len(lines) == 1 else None

    def key(self, tool: Tool) -> str:
        """Return the expression for the key of the record, once `find` has found it."""
        meant = meant_by(tool)
        if meant.key is not None:
            return meant.key
        return tool.me if meant.by == "me" else f"{tool.noun}.{tool.entity.key}"

    def method(self, table: str, field: str) -> str | None:
        """Return the method that takes an owner and a key, and finds the owner's record."""
        return self._methods.get((table, "key", (field,)))

    def write(self) -> list[str]:
        """Return the source of the private methods."""
        return [self._write(way, name) for way, name in self._methods.items()]

    def _write(self, way: _Way, name: str) -> str:
        tool = next(tool for tool in self._tools if _way(tool) == way)
        meant = meant_by(tool)
        names = [match.parameter for match in meant.scope if match.parameter is not None]
        names += [meant.key] if meant.key is not None else []
        arguments = ", ".join(
            f"{name}: {tool.annotations.plain(tool.parameter(name).type)}" for name in names
        )
        noun = words(tool.entity.name)
        owners = enumerate_words(_owner(tool, match) for match in meant.scope)
        told = (
            f"Return the {noun} if it belongs to that {owners}."
            if meant.by == "key"
            else f"Return the {noun} with that {owners}."
        )
        body = [*_find(tool, meant), f"return {tool.noun}"]
        return "\n".join(
            [
                f"def {name}(self, {arguments}) -> {tool.classes[tool.entity.name]}:",
                f'    """{told}"""',
                indent("\n".join(body)),
            ]
        )


def meant_by(tool: Tool) -> Meant:
    """Return how a tool names the record that it works on."""
    behaviour = tool.design.behaviour
    assert isinstance(behaviour, OnOneRecord)
    meant = Meant.of(behaviour)
    if meant.by == "key" and meant.key is None:
        raise DefinitionError(f"{tool.design.name}: no parameter carries the key of the record")
    if meant.by == "scope" and not meant.scope:
        raise DefinitionError(f"{tool.design.name}: nothing says which record is meant")
    return meant


def known_as(tool: Tool, meant: Meant) -> list[Part]:
    """Return the parts of a message that name the record: `task tsk_1`."""
    noun = words(tool.entity.name)
    if meant.by == "key" and meant.key is not None:
        return [f"{noun} ", (meant.key,)]
    if meant.by == "me":
        return [f"{noun} ", (tool.me,)]
    return [f"the {noun}", *_with(tool, meant.scope)]


def missing(tool: Tool, matches: tuple[Match, ...]) -> str:
    """Return the message that no record has those values: `no star with user u1 and repo r2`."""
    return template(f"no {words(tool.entity.name)}", *_with(tool, matches))


def _with(tool: Tool, matches: tuple[Match, ...]) -> list[Part]:
    parts: list[Part] = []
    for number, match in enumerate(matches):
        parts.append(f"{' and ' if number else ' with '}{_owner(tool, match)} ")
        constant = match.source == "constant"
        parts.append(str(match.constant) if constant else (value(tool, match),))
    return parts


def _way(tool: Tool) -> _Way | None:
    """Return what tools have in common that share a method; None where none is worth it."""
    if not isinstance(tool.design.behaviour, OnOneRecord):
        return None
    meant = meant_by(tool)
    shared = meant.scope and all(
        match.source == "parameter"
        and match.op == "eq"
        and match.field is not None
        and not may_be_absent(tool, match)
        for match in meant.scope
    )
    if not shared or meant.by not in ("key", "scope"):
        return None
    return tool.entity.table, meant.by, tuple(match.field or "" for match in meant.scope)


def _look_up(tool: Tool, meant: Meant) -> str:
    if meant.by == "only":
        return f"{tool.table}.only()"
    return f"{tool.table}.get({tool.me if meant.by == 'me' else meant.key})"


def _find(tool: Tool, meant: Meant) -> list[str]:
    """Return the statements that find a record for which a scope holds."""
    if meant.by == "scope":
        return _find_by_values(tool, meant)
    outside = [
        f"({value(tool, match)} is not None and {unequal(tool, match, tool.noun)})"
        if may_be_absent(tool, match)
        else unequal(tool, match, tool.noun)
        for match in meant.scope
    ]
    return [
        f"{tool.noun} = {_look_up(tool, meant)}",
        f"if {' or '.join(outside)}:",
        f"    raise NotFound({_outside(tool, meant)})",
    ]


def _outside(tool: Tool, meant: Meant) -> str:
    """Return the message that a record lies outside its scope."""
    named = known_as(tool, meant)
    if any(match.source == "constant" for match in meant.scope):
        return template("no ", *named, *_with(tool, meant.scope))
    for number, match in enumerate(meant.scope):
        named.append(" and " if number else " does not belong to ")
        named += [f"{_owner(tool, match)} ", (value(tool, match),)]
    return template(*named)


def _find_by_values(tool: Tool, meant: Meant) -> list[str]:
    equal = [match for match in meant.scope if is_equality(tool, match)]
    others = [match for match in meant.scope if match not in equal]
    tests = [f"lambda {tool.noun}: {condition(tool, match, tool.noun)}" for match in others]
    arguments = ", ".join([*tests, *equalities(tool, equal)])
    return [
        f"{tool.noun} = {tool.table}.find({arguments})",
        f"if {tool.noun} is None:",
        f"    raise NotFound({missing(tool, meant.scope)})",
    ]


def _owner(tool: Tool, match: Match) -> str:
    if match.field is None:
        return "text"
    return words(owner_name(tool.spec, tool.entity.field(match.field)))
