"""Small questions about the nodes of parsed code."""

from __future__ import annotations

import ast
import re
from typing import TypeGuard


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a text on its own, as documentation is."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_special(name: str) -> bool:
    """Whether a name is one of Python's own, with two underscores on both sides."""
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def is_name(node: ast.expr | None, *names: str) -> bool:
    """Whether a node is one of these names."""
    return isinstance(node, ast.Name) and node.id in names


def called_name(function: ast.expr) -> str:
    """Return the last name of what is called; empty where it has none."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def bound_names(node: ast.Assign) -> list[str]:
    """Return the plain names that an assignment binds."""
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def is_shared(statement: ast.stmt) -> TypeGuard[ast.Assign | ast.AnnAssign]:
    """Whether a statement in a class body sets what all instances share, and nothing copies."""
    if isinstance(statement, ast.Assign):
        return bound_names(statement) != ["model_config"]
    return isinstance(statement, ast.AnnAssign) and "ClassVar" in ast.unparse(statement.annotation)


def reaches_inside(holder: ast.expr) -> bool:
    """Whether a node is a format string that reads private attributes."""
    text = holder.value if isinstance(holder, ast.Constant) else None
    return isinstance(text, str) and re.search(r"\{[^}]*[.\[]_", text) is not None
