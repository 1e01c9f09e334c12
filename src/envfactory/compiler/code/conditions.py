"""What a match asks of a record: the value it compares with, and the condition as Python."""

from __future__ import annotations

from envfactory.compiler.code.names import HELPER, free
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import literal
from envfactory.spec.model import FieldSpec, ListOf, Match, Scalar

_OPERATORS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
_FILTER_OPTIONS = frozenset({"order_by", "descending", "offset", "limit", "self", "predicates"})


def is_equality(tool: Tool, match: Match) -> bool:
    """Return whether `filter(field=value)` says what the match means."""
    if match.op != "eq" or match.field is None or match.field in _FILTER_OPTIONS:
        return False
    return not isinstance(tool.entity.field(match.field).type, ListOf)


def equalities(tool: Tool, matches: tuple[Match, ...] | list[Match]) -> list[str]:
    """Return the keyword arguments that select the records whose fields equal the values."""
    always = [f"{m.field}={value(tool, m)}" for m in matches if not may_be_absent(tool, m)]
    maybe = [f"{m.field}={value(tool, m)}" for m in matches if may_be_absent(tool, m)]
    return [*always, f"**given({', '.join(maybe)})"] if maybe else always


def may_be_absent(tool: Tool, match: Match) -> bool:
    """Return whether the caller may leave the value out, so that the match asks for nothing."""
    return match.parameter is not None and tool.may_be_absent(match.parameter)


def value(tool: Tool, match: Match) -> str:
    """Return the expression for the value that a match compares with.

    Raises:
        DefinitionError: If it is the key of who asks, and the environment does not know that.
    """
    if match.source == "me":
        return tool.me
    if match.parameter is not None:
        return match.parameter
    if match.field is None:
        return literal(match.constant)
    type_ = tool.entity.field(match.field).type
    if isinstance(type_, ListOf) and not isinstance(match.constant, list):
        type_ = type_.item
    if isinstance(type_, Scalar) and isinstance(match.constant, list):
        type_ = ListOf(item=type_)
    return tool.annotations.value(match.constant, type_, match.field)


def condition(tool: Tool, match: Match, item: str) -> str:
    """Return the expression that says whether the record called `item` matches."""
    given = value(tool, match)
    if match.field is None:
        texts = ", ".join(_texts(item, field) for field in tool.entity.searched_fields())
        return f"{HELPER}({given}, {texts})"
    field = tool.entity.field(match.field)
    held = f"{item}.{field.name}"
    if isinstance(field.type, ListOf):
        return _held_by_list(tool, match, f"({held} or [])" if field.optional else held)
    if match.op == "eq":
        return _equals(held, match, given)
    if match.op == "one_of":
        return f"{held} in {given}"
    if match.op == "contains":
        return f"{HELPER}({given}, {held})"
    if match.op == "prefix":
        text = f"({held} or '')" if field.optional else held
        return f"{text}.startswith({given})"
    return _range(tool, match, field, held)


def _texts(item: str, field: FieldSpec) -> str:
    """Return the expression for the texts of a field, among the arguments of a call."""
    held = f"{item}.{field.name}"
    if isinstance(field.type, ListOf):
        return f"*({held} or [])" if field.optional else f"*{held}"
    return held


def unequal(tool: Tool, match: Match, item: str) -> str:
    """Return the expression that says that the record called `item` does not match."""
    if match.op != "eq" or match.field is None:
        return f"not ({condition(tool, match, item)})"
    held = f"{item}.{match.field}"
    field = tool.entity.field(match.field)
    if isinstance(field.type, ListOf):
        held = f"({held} or [])" if field.optional else held
        return f"{value(tool, match)} not in {held}"
    if match.source == "constant" and isinstance(match.constant, bool):
        return f"not {held}" if match.constant else held
    return f"{held} != {value(tool, match)}"


def _equals(held: str, match: Match, given: str) -> str:
    if match.source == "constant" and isinstance(match.constant, bool):
        return held if match.constant else f"not {held}"
    return f"{held} == {given}"


def _held_by_list(tool: Tool, match: Match, held: str) -> str:
    """Return the condition that a list field holds the value, or one of several values."""
    given = value(tool, match)
    several = match.parameter is not None and isinstance(
        tool.parameter(match.parameter).type, ListOf
    )
    if several or isinstance(match.constant, list):
        member = free(tool.taken | {tool.noun, tool.nouns}, "wanted", "member")
        return f"any({member} in {held} for {member} in {given})"
    return f"{given} in {held}"


def _range(tool: Tool, match: Match, field: FieldSpec, held: str) -> str:
    compared, given = held, value(tool, match)
    type_ = tool.parameter(match.parameter).type if match.parameter is not None else field.type
    if isinstance(type_, Scalar) and isinstance(field.type, Scalar):
        if (type_.type, field.type.type) == ("date", "datetime"):
            compared = f"{held}.date()"
        elif (type_.type, field.type.type) == ("datetime", "date"):
            given = f"{given}.date()"
    comparison = f"{compared} {_OPERATORS[match.op]} {given}"
    return f"{held} is not None and {comparison}" if field.optional else comparison
