"""Editing source text where its syntax tree says what is to change; the rest stays as it is."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

Change = tuple[ast.expr | ast.stmt, str]


def replaced(source: str, changes: Sequence[Change]) -> str:
    """Return a source with nodes of its own tree exchanged for other text. O(its length).

    Args:
        source: A module.
        changes: Nodes of `ast.parse(source)` that do not overlap, each with its new text.
    """
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    whole = b"".join(lines)
    spans = sorted(
        (
            (starts[node.lineno - 1] + node.col_offset, _end(node, starts), text.encode())
            for node, text in changes
        ),
        reverse=True,
    )
    for start, end, text in spans:
        whole = whole[:start] + text + whole[end:]
    return whole.decode()


def _end(node: ast.expr | ast.stmt, starts: Sequence[int]) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.end_lineno - 1] + node.end_col_offset


def method_text(source: str, name: str) -> str | None:
    """Return the text of a method, decorators included and without its indent; None if none."""
    node = method_of(ast.parse(source), name)
    if node is None:
        return None
    lines = source.splitlines()[_first(node) - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines))


def with_method(source: str, name: str, text: str) -> str:
    """Return a source with the text of a method exchanged.

    Raises:
        KeyError: If it has no such method.
    """
    node = method_of(ast.parse(source), name)
    if node is None:
        raise KeyError(name)
    lines = source.splitlines()
    fresh = textwrap.indent(text, " " * node.col_offset).splitlines()
    return "\n".join([*lines[: _first(node) - 1], *fresh, *lines[node.end_lineno :], ""])


def method_of(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """Return the method called `name` of a class of a module, or None."""
    for holder in tree.body:
        if isinstance(holder, ast.ClassDef):
            for item in holder.body:
                if isinstance(item, ast.FunctionDef) and item.name == name:
                    return item
    return None


def with_import(source: str, name: str) -> str:
    """Return a source that imports a name from the kernel."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "envfactory.environment":
            names = [ast.unparse(alias) for alias in node.names]
            if name in names:
                return source
            inside = ", ".join(sorted([*names, name], key=str.casefold))
            return replaced(source, [(node, f"from envfactory.environment import {inside}")])
    return source


def _first(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
