"""Bodies of tools that make an order of what is in a cart, and empty it."""

from __future__ import annotations

from collections.abc import Iterator

from envfactory.compiler.code.adjusting import DIGITS
from envfactory.compiler.code.assigning import assignments, moments
from envfactory.compiler.code.changes import finish
from envfactory.compiler.code.names import free, snake, words
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import template
from envfactory.errors import DefinitionError
from envfactory.spec.model import ListOf, Nested, OrderRecords, Scalar


def order_records(tool: Tool, behaviour: OrderRecords) -> list[str]:
    """Return the body: what is held, what is too scarce, what is written down, and the order."""
    held = tool.spec.entity(behaviour.held)
    taken = tool.taken | {tool.noun}
    items = free(taken, held.table, "items")
    item = free(taken | {items}, snake(held.name), "item")
    product = free(taken | {items, item}, snake(tool.spec.entity(behaviour.product).name), "thing")
    lines = [
        f"{items} = self.{held.table}.all()",
        f"if not {items}:",
        f"    raise FailedPrecondition({template(f'there are no {words(held.table)}')})",
    ]
    sums = {"total": "0", "lines": "[]"}
    names = {k: free(taken | {items, item, product}, k, f"{k}_") for k in sums}
    lines += [f"{names[k]} = {v}" for k, v in sums.items() if getattr(behaviour, k) is not None]
    body = [f"{product} = self.{behaviour.product}.get({item}.{behaviour.item})"]
    by = f"{item}.{behaviour.quantity}" if behaviour.quantity is not None else "1"
    if not (behaviour.stock or behaviour.total or behaviour.line):
        body = []
    if behaviour.stock is not None:
        body += _less(tool, behaviour, product, by)
    if behaviour.total is not None:
        body.append(f"{names['total']} += {product}.{behaviour.price} * {by}")
    if behaviour.lines is not None:
        body.append(f"{names['lines']}.append({_line(tool, behaviour, item, product)})")
    body.append(f"self.{held.table}.delete({item}.{held.key})")
    lines += [f"for {item} in {items}:", *(f"    {line}" for line in body)]
    return lines + _insert(tool, behaviour, names)


def order_refusals(tool: Tool, behaviour: OrderRecords) -> Iterator[tuple[str, str]]:
    """Yield each error that such a tool raises, and when."""
    yield "FailedPrecondition", f"there are no {words(behaviour.held)}"
    if behaviour.stock is not None:
        scarce = words(tool.spec.entity(behaviour.product).name)
        yield "FailedPrecondition", f"the {words(behaviour.stock)} of a {scarce} is too low"


def _less(tool: Tool, behaviour: OrderRecords, product: str, by: str) -> list[str]:
    """Return the statements that take what is ordered from the stock, or refuse it."""
    entity = tool.spec.entity(behaviour.product)
    stock, key = f"{product}.{behaviour.stock}", f"{product}.{entity.key}"
    message = template(
        f"{words(entity.name)} ", (key,), f" has {words(behaviour.stock or '')} ", (stock,),
        ", less than ", (by,),
    )  # fmt: skip
    change = [f"{behaviour.stock}={stock} - {by}"]
    return [
        f"if {stock} < {by}:",
        f"    raise FailedPrecondition({message})",
        f"self.{behaviour.product}.update({', '.join([key, *change])})",
    ]


def _line(tool: Tool, behaviour: OrderRecords, item: str, product: str) -> str:
    """Return what is written down of one thing."""
    type_ = tool.entity.field(behaviour.lines or "").type
    if not (isinstance(type_, ListOf) and isinstance(type_.item, Nested)):
        raise DefinitionError(f"{tool.design.name}: {behaviour.lines} is no list of objects")
    of = {"item": item, "product": product}
    parts = [f"{one.part}={of[one.source]}.{one.field}" for one in behaviour.line]
    return f"{tool.classes[type_.item.name]}({', '.join(parts)})"


def _insert(tool: Tool, behaviour: OrderRecords, names: dict[str, str]) -> list[str]:
    clock = moments(tool, behaviour.assigns, "created_at", "updated_at")
    arguments = assignments(tool, behaviour.assigns, clock, absent="reset")
    if behaviour.lines is not None:
        arguments.insert(0, f"{behaviour.lines}={names['lines']}")
    if behaviour.total is not None:
        type_ = tool.entity.field(behaviour.total).type
        whole = isinstance(type_, Scalar) and type_.type == "integer"
        total = f"int({names['total']})" if whole else f"round({names['total']}, {DIGITS})"
        arguments.insert(0, f"{behaviour.total}={total}")
    return finish(tool, f"{tool.table}.insert({', '.join(arguments)})")
