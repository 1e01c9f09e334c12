"""Selecting the records that several matches mean, for tools that list, count, pick or change."""

from __future__ import annotations

from envfactory.compiler.code.conditions import (
    condition,
    equalities,
    is_equality,
    may_be_absent,
    value,
)
from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.names import free, snake
from envfactory.compiler.code.owners import check_owners
from envfactory.compiler.code.signature import Tool
from envfactory.errors import DefinitionError
from envfactory.spec.model import ListOf, Match, Through


class Selection:
    """The records for which every match holds, as statements and as an expression.

    What a table can select by itself (equal fields, members of another record's list) is asked of
    the table; the other matches narrow down what it returned.
    """

    def __init__(
        self,
        tool: Tool,
        matches: tuple[Match, ...],
        finders: Finders,
        through: Through | None = None,
    ) -> None:
        self._tool = tool
        by_field = {m.field: m for m in reversed(matches) if is_equality(tool, m)}
        self._equal = [match for match in matches if by_field.get(match.field) is match]
        self._others = [match for match in matches if match not in self._equal]
        self._through = through
        self.checks = check_owners(tool, finders, matches)
        if through is not None:
            self.checks.append(f"{self._holder} = {self._holder_found(through)}")

    @property
    def is_plain(self) -> bool:
        """Whether the table alone can say which records are meant."""
        return not self._others

    def read(self, *options: str) -> str:
        """Return the expression for what the table selects, with options of `Table.filter`."""
        tests = [self._is_member(self._through)] if self._through is not None else []
        arguments = [*tests, *options, *equalities(self._tool, self._equal)]
        only_ordered = all(o.startswith(("order_by=", "descending=")) for o in arguments)
        return f"{self._tool.table}.{'all' if only_ordered else 'filter'}({', '.join(arguments)})"

    def count(self) -> str:
        """Return the expression for how many records the table selects."""
        tests = [self._is_member(self._through)] if self._through is not None else []
        arguments = [*tests, *equalities(self._tool, self._equal)]
        if not arguments:
            return f"len({self._tool.table})"
        return f"{self._tool.table}.count({', '.join(arguments)})"

    def statements(self, *options: str) -> list[str]:
        """Return the statements that bind the records to `tool.nouns`."""
        lines = [*self.checks, f"{self._tool.nouns} = {self.read(*options)}"]
        for match in self._others:
            lines += self._narrow(match)
        return lines

    def _narrow(self, match: Match) -> list[str]:
        """Return the statements that keep what a match asks for."""
        tool = self._tool
        item = tool.noun
        kept = f"[{item} for {item} in {tool.nouns} if {condition(tool, match, item)}]"
        narrow = f"{tool.nouns} = {kept}"
        if may_be_absent(tool, match):
            return [f"if {value(tool, match)} is not None:", f"    {narrow}"]
        return [narrow]

    @property
    def _holder(self) -> str:
        """The local variable for the record whose list is looked at."""
        assert self._through is not None
        tool = self._tool
        noun = snake(tool.spec.entity(self._through.table).name)
        return free(tool.taken | {tool.noun, tool.nouns}, noun, "owner", "holder")

    def _holder_found(self, through: Through) -> str:
        if through.by == "key" and through.key is None:
            raise DefinitionError(f"{self._tool.design.name}: nothing names whose list is meant")
        key = self._tool.me if through.by == "me" else through.key
        return f"self.{through.table}.get({key})"

    def _is_member(self, through: Through) -> str:
        tool = self._tool
        field = tool.spec.entity(through.table).field(through.field)
        held = f"{self._holder}.{field.name}"
        if isinstance(field.type, ListOf) and field.optional:
            held = f"({held} or [])"
        return f"lambda {tool.noun}: {tool.noun}.{tool.entity.key} in {held}"
