"""Bodies of tools that read several records: lists in pages, counts and picks."""

from __future__ import annotations

from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.names import free, words
from envfactory.compiler.code.selection import Selection
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import literal
from envfactory.errors import DefinitionError
from envfactory.spec.model import CountRecords, ListRecords, Near, Order, PickRecord, Scalar

_KILOMETRES = {"km": 1, "m": 0.001, "mi": 1.609344}
"""What units of distances come to."""


def list_records(tool: Tool, behaviour: ListRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that lists records."""
    if tool.design.result.shape not in ("list", "page"):
        raise DefinitionError(f"{tool.design.name}: a list is returned as a list or a page")
    selection = Selection(tool, behaviour.matches, finders, behaviour.through)
    order = _order(tool, behaviour)
    if behaviour.near is not None:
        return [*selection.statements(), *_nearest(tool, behaviour.near), *_pages(tool)]
    if _has_cursor(tool) and behaviour.at_most is None:
        return [*selection.statements(), *_page_after_cursor(tool, order)]
    options = order
    if behaviour.at_most is not None and selection.is_plain:
        options = [*order, f"limit={behaviour.at_most}"]
    if selection.is_plain and tool.design.result.shape == "list":
        if behaviour.paging is None:
            return [*selection.checks, f"return {selection.read(*options)}"]
        if behaviour.paging.style == "offset" and behaviour.at_most is None:
            return [*selection.checks, f"return {selection.read(*order, *_slice_options(tool))}"]
    lines = selection.statements(*options)
    if behaviour.at_most is not None and not selection.is_plain:
        cut = f"{tool.nouns}[:{behaviour.at_most}]"
        if behaviour.paging is None and tool.design.result.shape == "list":
            return [*lines, f"return {cut}"]
        lines.append(f"{tool.nouns} = {cut}")
    if _has_cursor(tool):
        return lines + _page_after_cursor(tool, order)
    return lines + _pages(tool)


def count_records(tool: Tool, behaviour: CountRecords, finders: Finders) -> list[str]:
    """Return the body of a tool that says how many records match."""
    if tool.design.result.shape != "count":
        raise DefinitionError(f"{tool.design.name}: what is counted is returned as a count")
    selection = Selection(tool, behaviour.matches, finders, behaviour.through)
    if selection.is_plain:
        return [*selection.checks, f"return {tool.classes.count}(count={selection.count()})"]
    return [*selection.statements(), f"return {tool.classes.count}(count=len({tool.nouns}))"]


def pick_record(tool: Tool, behaviour: PickRecord, finders: Finders) -> list[str]:
    """Return the body of a tool that returns the first record in an order, or any."""
    if tool.design.result.shape != "record":
        raise DefinitionError(f"{tool.design.name}: what is picked is returned as a record")
    selection = Selection(tool, behaviour.matches, finders)
    order = _own_order(behaviour.order) if behaviour.order is not None else []
    first = "self.random().choice({})" if behaviour.order is None else "{}[0]"
    return [
        *selection.statements(*order),
        f"if not {tool.nouns}:",
        f"    raise NotFound({literal(f'no {words(tool.entity.name)} matches')})",
        f"return {first.format(tool.nouns)}",
    ]


# ------------------------------------------------------------------------------ places
def _nearest(tool: Tool, near: Near) -> list[str]:
    """Return the statements that keep what lies around a place, the nearest first."""
    item, items = tool.noun, tool.nouns
    held = f"{item}.{near.latitude_field}, {item}.{near.longitude_field}"
    away = f"kilometres({near.latitude}, {near.longitude}, {held})"
    lines = []
    if near.radius is not None:
        factor = _KILOMETRES[near.unit]
        limit = near.radius if factor == 1 else f"{near.radius} * {factor}"
        keep = f"{items} = [{item} for {item} in {items} if {away} <= {limit}]"
        absent = tool.may_be_absent(near.radius)
        lines = [f"if {near.radius} is not None:", f"    {keep}"] if absent else [keep]
    return [*lines, f"{items} = sorted({items}, key=lambda {item}: {away})"]


# ------------------------------------------------------------------------------ order
def _own_order(order: Order) -> list[str]:
    options = [f"order_by={literal(order.field)}"]
    return [*options, "descending=True"] if order.descending else options


def _order(tool: Tool, behaviour: ListRecords) -> list[str]:
    """Return the options that order a list: as the caller asks, else as the operation says."""
    sorting, own = behaviour.sorting, behaviour.order
    if sorting is None:
        return _own_order(own) if own is not None else []
    asked = sorting.parameter
    optional = tool.may_be_absent(asked)
    field = f"{asked} or {literal(own.field)}" if own is not None and optional else asked
    options = [f"order_by={field}"]
    downwards = own is not None and own.descending and optional
    direction = sorting.direction_parameter
    if direction is None:
        return [*options, f"descending={asked} is None"] if downwards else options
    reversed_ = _descending(tool, direction)
    if downwards and tool.may_be_absent(direction):
        reversed_ += f" or ({asked} is None and {direction} is None)"
    return [*options, f"descending={reversed_}"]


def _descending(tool: Tool, name: str) -> str:
    """Return the condition under which a caller reverses the order."""
    type_ = tool.parameter(name).type
    if isinstance(type_, Scalar) and type_.type == "boolean":
        return f"bool({name})" if tool.may_be_absent(name) else name
    choices = type_.choices if isinstance(type_, Scalar) else ()
    downward = [choice for choice in choices if str(choice).lower().lstrip("-").startswith("desc")]
    return f"{name} == {literal(downward[0] if downward else 'desc')}"


# ------------------------------------------------------------------------------ pages
def _slice_options(tool: Tool) -> list[str]:
    paging = tool.paging
    assert paging is not None
    options = [f"offset={paging.position}"] if paging.position else []
    return [*options, f"limit={paging.limit or paging.default_limit}"]


def _has_cursor(tool: Tool) -> bool:
    return tool.paging is not None and tool.paging.style == "cursor" and bool(tool.paging.position)


def _page_after_cursor(tool: Tool, order: list[str]) -> list[str]:
    """Return the statements that return the records after the one that a cursor names."""
    paging = tool.paging
    assert paging is not None
    limit = paging.limit or str(paging.default_limit)
    arguments = ", ".join([tool.nouns, paging.position or "None", limit, *order])
    part = free(tool.taken | {tool.noun, tool.nouns}, "page", "part")
    if tool.design.result.shape == "list":
        return [f"return {tool.table}.page({arguments}).items"]
    page = tool.classes.page(tool.entity.table)
    values = f"items={part}.items, total=len({tool.nouns}), next_cursor={part}.next_cursor"
    return [f"{part} = {tool.table}.page({arguments})", f"return {page}({values})"]


def _pages(tool: Tool) -> list[str]:
    """Return the statements that cut the records to one page and return them."""
    records, paging = tool.nouns, tool.paging
    page = tool.classes.page(tool.entity.table)
    paged = tool.design.result.shape == "page"
    if paging is None:
        whole = f"{page}(items={records}, total=len({records}))" if paged else records
        return [f"return {whole}"]
    limit = paging.limit or str(paging.default_limit)
    lines, start = [], paging.position or "0"
    if paging.style == "page" and paging.position:
        start = free(tool.taken | {tool.noun, tool.nouns}, "start", "first")
        origin = f"({paging.position} - {paging.first_page})"
        origin = paging.position if paging.first_page == 0 else origin
        lines.append(f"{start} = {origin} * {limit}")
    cut = f"{records}[:{limit}]" if start == "0" else f"{records}[{start} : {start} + {limit}]"
    return [
        *lines,
        f"return {page}(items={cut}, total=len({records}))" if paged else f"return {cut}",
    ]
