"""Bodies of tools that list records: filters, searches, order and pages."""

from __future__ import annotations

from envfactory.compiler.names import HELPER, free, words
from envfactory.compiler.signature import Tool
from envfactory.compiler.text import literal
from envfactory.spec.model import FieldSpec, ListOf, ListRecords, Match, Scalar

_OPERATORS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
_FILTER_OPTIONS = frozenset({"order_by", "descending", "offset", "limit", "self", "predicates"})


def list_records(tool: Tool, behaviour: ListRecords) -> list[str]:
    """Return the body of a tool that lists records."""
    by_field = {m.field: m for m in reversed(behaviour.matches) if _is_equality(tool, m)}
    equal = [match for match in behaviour.matches if by_field.get(match.field) is match]
    others = [match for match in behaviour.matches if match not in equal]
    order = _order(tool)
    lines = _check_owners(tool, equal)
    if not others and behaviour.paging is None and tool.design.result.shape == "list":
        return [*lines, f"return {_select(tool, equal, order)}"]
    if not others and _slices_itself(tool, behaviour):
        return [*lines, f"return {_select(tool, equal, [*order, *_slice_options(tool)])}"]
    lines.append(f"{tool.nouns} = {_select(tool, equal, order)}")
    for match in others:
        lines += _narrow(tool, match)
    return lines + _pages(tool)


def _check_owners(tool: Tool, equal: list[Match]) -> list[str]:
    """Look up the records that the list belongs to, so that an unknown one is not found."""
    lines = []
    for match in equal:
        parameter = tool.parameter(match.parameter)
        if parameter.required and parameter.reference is not None:
            owner = words(tool.spec.entity(parameter.reference.table).name)
            look_up = f"self.{parameter.reference.table}.get({parameter.name})"
            lines.append(f"{look_up}  # an unknown {owner} is not found")
    return lines


def _is_equality(tool: Tool, match: Match) -> bool:
    """Return whether `filter(field=parameter)` says what the match means."""
    if match.op != "eq" or match.field is None or match.field in _FILTER_OPTIONS:
        return False
    return not isinstance(tool.entity.field(match.field).type, ListOf)


def _select(tool: Tool, equal: list[Match], options: list[str]) -> str:
    """Return the expression that reads the records which fields select."""
    always = [f"{m.field}={m.parameter}" for m in equal if not tool.may_be_absent(m.parameter)]
    maybe = [f"{m.field}={m.parameter}" for m in equal if tool.may_be_absent(m.parameter)]
    if maybe:
        always.append(f"**given({', '.join(maybe)})")
    sliced = any(option.startswith(("offset=", "limit=")) for option in options)
    method = "filter" if always or sliced else "all"
    return f"{tool.table}.{method}({', '.join([*options, *always])})"


def _order(tool: Tool) -> list[str]:
    sorting = tool.sorting
    if sorting is None:
        return []
    options = [f"order_by={sorting.parameter}"]
    if sorting.direction_parameter is not None:
        options.append(f"descending={_descending(tool, sorting.direction_parameter)}")
    return options


def _descending(tool: Tool, name: str) -> str:
    """Return the condition under which the order is reversed."""
    type_ = tool.parameter(name).type
    if isinstance(type_, Scalar) and type_.type == "boolean":
        return f"bool({name})" if tool.may_be_absent(name) else name
    choices = type_.choices if isinstance(type_, Scalar) else ()
    downward = [choice for choice in choices if str(choice).lower().lstrip("-").startswith("desc")]
    return f"{name} == {literal(downward[0] if downward else 'desc')}"


def _slices_itself(tool: Tool, behaviour: ListRecords) -> bool:
    paging = behaviour.paging
    return tool.design.result.shape == "list" and paging is not None and paging.style == "offset"


def _slice_options(tool: Tool) -> list[str]:
    paging = tool.paging
    assert paging is not None
    options = [f"offset={paging.position}"] if paging.position else []
    return [*options, f"limit={paging.limit or paging.default_limit}"]


def _narrow(tool: Tool, match: Match) -> list[str]:
    """Return the statements that keep what a match asks for."""
    item = tool.noun
    narrow = f"{tool.nouns} = [{item} for {item} in {tool.nouns} if {_condition(tool, match)}]"
    if tool.may_be_absent(match.parameter):
        return [f"if {match.parameter} is not None:", f"    {narrow}"]
    return [narrow]


def _condition(tool: Tool, match: Match) -> str:
    """Return the expression that says whether one record matches."""
    item, given = tool.noun, match.parameter
    if match.field is None:
        texts = ", ".join(f"{item}.{field.name}" for field in tool.entity.searched_fields())
        return f"{HELPER}({given}, {texts})"
    field = tool.entity.field(match.field)
    value = f"{item}.{field.name}"
    if isinstance(field.type, ListOf):
        held = f"({value} or [])" if field.optional else value
        return f"{_folded_member(tool, match, held)}"
    if match.op == "eq":
        return f"{value} == {given}"
    if match.op == "one_of":
        return f"{value} in {given}"
    if match.op == "contains":
        return f"{HELPER}({given}, {value})"
    if match.op == "prefix":
        held = f"({value} or '')" if field.optional else value
        return f"{held}.startswith({given})"
    return _range(tool, match, field, value)


def _folded_member(tool: Tool, match: Match, held: str) -> str:
    """Return the condition that a list field holds the value, or one of several values."""
    if isinstance(tool.parameter(match.parameter).type, ListOf):
        member = free(tool.taken | {tool.noun, tool.nouns}, "wanted", "member")
        return f"any({member} in {held} for {member} in {match.parameter})"
    return f"{match.parameter} in {held}"


def _range(tool: Tool, match: Match, field: FieldSpec, value: str) -> str:
    compared, given = value, match.parameter
    parameter = tool.parameter(given).type
    if isinstance(parameter, Scalar) and isinstance(field.type, Scalar):
        if (parameter.type, field.type.type) == ("date", "datetime"):
            compared = f"{value}.date()"
        elif (parameter.type, field.type.type) == ("datetime", "date"):
            given = f"{given}.date()"
    condition = f"{compared} {_OPERATORS[match.op]} {given}"
    return f"{value} is not None and {condition}" if field.optional else condition


def _pages(tool: Tool) -> list[str]:
    """Return the statements that cut the records to one page and return them."""
    records, paging = tool.nouns, tool.paging
    page = tool.classes.page(tool.entity.table)
    paged = tool.design.result.shape == "page"
    if paging is None:
        return [f"return {page}(items={records}, total=len({records}))" if paged else _plain(tool)]
    limit = paging.limit or str(paging.default_limit)
    lines, start = [], paging.position or "0"
    if paging.style != "offset" and paging.position:
        start = free(tool.taken | {tool.noun, tool.nouns}, "start", "first")
        origin = paging.position if paging.first_page == 0 else f"({paging.position} - 1)"
        first = f"{origin} * {limit}" if paging.style == "page" else _cursor(tool, paging.position)
        lines.append(f"{start} = {first}")
    end = f"{start} + {limit}" if start != "0" else limit
    cut = f"{records}[{start}:{end}]" if start != "0" else f"{records}[:{end}]"
    if not paged:
        return [*lines, f"return {cut}"]
    values = [f"items={cut}", f"total=len({records})"]
    if paging.style == "cursor":
        values.append(f"next_cursor=str({end}) if {end} < len({records}) else None")
    return [*lines, f"return {page}({', '.join(values)})"]


def _plain(tool: Tool) -> str:
    return f"return {tool.nouns}"


def _cursor(tool: Tool, name: str) -> str:
    return f"int({name} or 0)" if tool.may_be_absent(name) else f"int({name})"
