"""Operators: the kinds of faults, each as the changes that it makes of one piece of code."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import TypeVar

from envfactory.verify.mutants.records import Shape, table_of

Replacement = ast.AST | list[ast.stmt]
_Node = TypeVar("_Node", bound=ast.AST)
Operator = Callable[[ast.AST, Shape], Iterator[Replacement]]

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SIGNS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_READS = frozenset({"filter", "all", "count", "find", "page"})
_SLICING = frozenset({"offset", "limit"})


def flip_comparison(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Turn a comparison round, `and` into `or`, and take off a `not`."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _FLIPPED:
        yield _changed(node, ops=[_FLIPPED[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield copy.deepcopy(node.operand)


def skip_validation(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Leave out an `if ...: raise`, or a look-up that only checks."""
    if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise) and not node.orelse:
        yield ast.Pass()
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = table_of(node.value)
        checks = called is not None and called[1] == "get"
        function = node.value.func
        if checks or (isinstance(function, ast.Attribute) and function.attr.startswith("_")):
            yield ast.Pass()


def drop_write(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Read the record instead of changing or removing it."""
    if isinstance(node, ast.Call) and _writes(node, "update", "delete"):
        yield _changed(node, func=_method(node, "get"), args=node.args[:1], keywords=[])


def misdirect_write(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Change the first record of the table, whichever is meant.

    Of a table that holds one record alone that is the same record: such mutants are not bred.
    """
    called = table_of(node) if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and called and _writes(node, "update", "delete") and node.args:
        held = ast.unparse(_function(node).value)
        kind = shape.tables.get(called[0], "")
        key = next((n for n, a in shape.fields.get(kind, {}).items() if "Key(" in a), None)
        if key is not None and called[0] not in shape.singles:
            first = ast.parse(f"{held}.all()[0].{key}", mode="eval").body
            yield _changed(node, args=[first, *node.args[1:]])


def stale_result(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Return the record as it was before the change."""
    call = node.value if isinstance(node, ast.Return) else None
    if isinstance(call, ast.Call) and _writes(call, "update") and call.args:
        key, held = ast.unparse(call.args[0]), ast.unparse(_function(call).value)
        source = f"stale = {held}.get({key})\n{ast.unparse(call)}\nreturn stale"
        yield list(ast.parse(source).body)


def lose_field(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Leave one field out of a write, or give its value to another field."""
    if not isinstance(node, ast.Call):
        return
    called = table_of(node)
    if not (_writes(node, "update", "insert") or _is_given(node)):
        return
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        yield _without(node, keyword)
        other = shape.other_field(called[0], keyword.arg) if called else None
        if other is not None and all(one.arg != other for one in node.keywords):
            renamed = ast.keyword(other, copy.deepcopy(keyword.value))
            yield _changed(node, keywords=[renamed if k is keyword else k for k in node.keywords])


def wrong_constant(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Write the opposite of a constant truth value."""
    value = node.value if isinstance(node, ast.keyword) and node.arg != "descending" else None
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield _changed(node, value=ast.Constant(not value.value))


def lose_filter(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Leave out one condition of a selection."""
    if isinstance(node, ast.Call):
        called = table_of(node)
        if called is not None and called[1] in _READS:
            for keyword in node.keywords:
                if keyword.arg not in (None, "order_by", "descending", *_SLICING):
                    yield _without(node, keyword)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _changed(node, ifs=[])


def change_order(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Leave out the order of a selection, or turn it round."""
    if isinstance(node, ast.Call):
        called = table_of(node)
        if called is None or called[1] not in _READS:
            return
        for keyword in node.keywords:
            if keyword.arg == "order_by":
                yield _without(node, keyword)
            elif keyword.arg == "descending":
                turned = ast.keyword("descending", ast.UnaryOp(ast.Not(), keyword.value))
                yield _changed(
                    node, keywords=[turned if k is keyword else k for k in node.keywords]
                )


def miss_page(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Begin or end a page one record further on."""
    if isinstance(node, ast.Slice):
        if node.upper is not None:
            yield _changed(node, upper=_more(node.upper))
        if node.lower is not None:
            yield _changed(node, lower=_more(node.lower))
    elif isinstance(node, ast.keyword) and node.arg in _SLICING:
        yield _changed(node, value=_more(node.value))
    elif isinstance(node, ast.BinOp) and ast.unparse(node).endswith(" - 1"):
        yield copy.deepcopy(node.left)


def wrong_field(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Compare another field of the record, of the same type."""
    if isinstance(node, ast.Compare):
        for part in (node.left, *node.comparators):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                other = shape.other_attribute(part.attr)
                if other is not None and part.value.id != "self":
                    swapped = _changed(part, attr=other)
                    sides = [swapped if one is part else one for one in node.comparators]
                    left = swapped if node.left is part else node.left
                    yield _changed(node, left=left, comparators=sides)


def turn_sign(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Add to what a record holds what is to be taken away, and the other way round."""
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Attribute):
        held = node.left.value
        if isinstance(held, ast.Name) and held.id != "self" and type(node.op) in _SIGNS:
            yield _changed(node, op=_SIGNS[type(node.op)]())


def wrong_clock(node: ast.AST, shape: Shape) -> Iterator[Replacement]:
    """Take another year from the clock."""
    if isinstance(node, ast.Call) and ast.unparse(node) == "self.now()":
        yield ast.parse("self.now().replace(year=2001)", mode="eval").body


OPERATORS: dict[str, Operator] = {
    "comparison flipped": flip_comparison,
    "validation skipped": skip_validation,
    "write dropped": drop_write,
    "write misdirected": misdirect_write,
    "stale result": stale_result,
    "field lost or wrong": lose_field,
    "constant turned": wrong_constant,
    "filter lost": lose_filter,
    "order changed": change_order,
    "page off by one": miss_page,
    "wrong field compared": wrong_field,
    "sign turned": turn_sign,
    "clock wrong": wrong_clock,
}
"""Every operator by its name."""


def _changed(node: _Node, **attributes: object) -> _Node:
    made = copy.copy(node)
    for name, value in attributes.items():
        setattr(made, name, value)
    return copy.deepcopy(made)


def _writes(node: ast.Call, *methods: str) -> bool:
    called = table_of(node)
    return called is not None and called[1] in methods


def _is_given(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "given" and len(node.keywords) > 1


def _function(node: ast.Call) -> ast.Attribute:
    assert isinstance(node.func, ast.Attribute)
    return node.func


def _method(node: ast.Call, name: str) -> ast.Attribute:
    return _changed(_function(node), attr=name)


def _without(node: ast.Call, keyword: ast.keyword) -> ast.Call:
    return _changed(node, keywords=[one for one in node.keywords if one is not keyword])


def _more(value: ast.expr) -> ast.BinOp:
    return ast.BinOp(copy.deepcopy(value), ast.Add(), ast.Constant(1))
