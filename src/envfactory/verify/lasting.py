"""Which values at the level of a module or a class keep nothing: what all sessions may share."""

from __future__ import annotations

import ast
from collections.abc import Collection

from envfactory.verify.allowed import KEEPS_NOTHING
from envfactory.verify.nodes import called_name

DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)
"""Expressions whose values can change."""


def keeps_nothing(value: ast.expr, classes: Collection[str] = (), *, inside: bool = False) -> bool:
    """Whether what an expression comes to can hold nothing from one call to the next.

    Args:
        value: The expression.
        classes: The classes of the module, which may be called.
        inside: Whether it is an argument of a call that copies what it is given.
    """
    if isinstance(value, DISPLAYS):
        return inside and all(keeps_nothing(part, classes) for part in _parts(value))
    if isinstance(value, ast.Call):
        name = called_name(value.func)
        known = name in KEEPS_NOTHING or name in classes
        arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
        return known and all(keeps_nothing(part, classes, inside=True) for part in arguments)
    if isinstance(value, ast.Subscript | ast.Lambda | ast.JoinedStr):
        return True
    return all(keeps_nothing(part, classes) for part in _parts(value))


def _parts(value: ast.expr) -> list[ast.expr]:
    return [node for node in ast.iter_child_nodes(value) if isinstance(node, ast.expr)]
