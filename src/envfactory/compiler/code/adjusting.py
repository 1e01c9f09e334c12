"""Bodies of tools by which a number of a record grows or shrinks, or moves to another record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from envfactory.compiler.code.assigning import moments
from envfactory.compiler.code.changes import create_record, finish, update
from envfactory.compiler.code.finding import Finders, Part, known_as, meant_by
from envfactory.compiler.code.names import free, words
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import template
from envfactory.spec.model import AdjustRecord, Scalar

DIGITS = 6
"""Decimals that sums are rounded to: 0.1 and 0.2 are 0.3."""


def adjust_record(tool: Tool, behaviour: AdjustRecord, finders: Finders) -> list[str]:
    """Return the body: refused amounts, the records, what is too little or too much, the sums."""
    lines = [*_refused_amount(tool, behaviour), *_refused_twin(behaviour)]
    lines += finders.find(tool, bind=True)
    other = None
    if behaviour.into is not None:
        other = free(tool.taken | {tool.noun}, "receiver", "other")
        lines.append(f"{other} = {tool.table}.get({behaviour.into})")
    lines += _limits(tool, behaviour, other)
    if other is not None:
        grown = _sum(tool, behaviour, other, "+")
        lines.append(update(tool, f"{behaviour.into}", [grown, *moments(tool, (), "updated_at")]))
    sign = "+" if behaviour.change == "add" else "-"
    change = [_sum(tool, behaviour, tool.noun, sign), *moments(tool, (), "updated_at")]
    changed = update(tool, finders.key(tool), change)
    if behaviour.entry is None:
        return lines + finish(tool, changed)
    written = replace(tool, design=tool.design.model_copy(update={"behaviour": behaviour.entry}))
    return [*lines, changed, *create_record(written, behaviour.entry, finders)]


def adjustment_refusals(tool: Tool, behaviour: AdjustRecord) -> Iterator[tuple[str, str]]:
    """Yield each error that such a tool raises beside those of finding the record, and when."""
    noun, field = words(tool.entity.name), words(behaviour.field)
    amount = "one" if behaviour.amount is None else f"the {words(behaviour.amount)}"
    if behaviour.amount is not None and not _is_whole(tool, behaviour):
        yield "InvalidArgument", f"{amount} is not more than 0"
    if behaviour.into is not None:
        yield "InvalidArgument", f"both are the same {noun}"
    if behaviour.floor is not None and behaviour.change == "subtract":
        yield "FailedPrecondition", f"the {field} would be below {behaviour.floor:g}"
    if behaviour.ceiling is not None and (behaviour.change == "add" or behaviour.into is not None):
        yield "FailedPrecondition", f"the {field} would be above {behaviour.ceiling:g}"


def _is_whole(tool: Tool, behaviour: AdjustRecord) -> bool:
    """Tell whether the schema of the amount sees to it that it is more than nothing."""
    type_ = tool.parameter(behaviour.amount).type if behaviour.amount is not None else None
    return isinstance(type_, Scalar) and (type_.minimum or 0) > 0


def _refused_amount(tool: Tool, behaviour: AdjustRecord) -> list[str]:
    if behaviour.amount is None or _is_whole(tool, behaviour):
        return []
    said = template(f"{words(behaviour.amount)} must be more than 0, not ", (behaviour.amount,))
    return [f"if {behaviour.amount} <= 0:", f"    raise InvalidArgument({said})"]


def _refused_twin(behaviour: AdjustRecord) -> list[str]:
    """Return the statements that refuse to move something to where it is."""
    if behaviour.into is None:
        return []
    message = template((f"{behaviour.key}",), " cannot give to itself")
    return [
        f"if {behaviour.into} == {behaviour.key}:",
        f"    raise InvalidArgument({message})",
    ]


def _limits(tool: Tool, behaviour: AdjustRecord, other: str | None) -> list[str]:
    """Return the statements that refuse what would leave too little, or give too much."""
    field, amount = behaviour.field, behaviour.amount or "1"
    this, held = known_as(tool, meant_by(tool)), f"{tool.noun}.{field}"
    by: Part = (behaviour.amount,) if behaviour.amount is not None else "1"
    lines: list[str] = []
    if behaviour.floor is not None and behaviour.change == "subtract":
        too_low = f"{held} < {amount}" if not behaviour.floor else ""
        too_low = too_low or f"{held} - {amount} < {behaviour.floor:g}"
        message = template(*this, f" has {words(field)} ", (held,), ", less than ", by)
        lines += [f"if {too_low}:", f"    raise FailedPrecondition({message})"]
    grows = other if other is not None else tool.noun if behaviour.change == "add" else None
    if behaviour.ceiling is not None and grows is not None:
        most = f"{behaviour.ceiling:g}"
        message = template(
            f"the {words(field)} is ", (f"{grows}.{field}",), f" and can be {most} at most"
        )
        lines += [f"if {grows}.{field} + {amount} > {most}:"]
        lines += [f"    raise FailedPrecondition({message})"]
    return lines


def _sum(tool: Tool, behaviour: AdjustRecord, record: str, sign: str) -> str:
    """Return the argument that gives the field its new value."""
    field = tool.entity.field(behaviour.field)
    summed = f"{record}.{field.name} {sign} {behaviour.amount or '1'}"
    whole = isinstance(field.type, Scalar) and field.type.type == "integer"
    return f"{field.name}={summed}" if whole else f"{field.name}=round({summed}, {DIGITS})"
