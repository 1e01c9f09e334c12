"""Which names a module imports, what a function binds, and which of its names are sets."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from envfactory.verify.nodes import called_name

_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


@dataclass(frozen=True, slots=True)
class Imports:
    """What a module imports.

    Attributes:
        names: For each name that an import binds, the module and the name in it; an empty name
            stands for the module itself. Names that the module also binds otherwise are left out.
    """

    names: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, tree: ast.Module, nodes: Iterable[ast.AST]) -> Imports:
        """Read the imports anywhere in a module, given all its nodes."""
        names: dict[str, tuple[str, str]] = {}
        rebound: set[str] = set()
        fields = {id(target) for target in _fields_of_records(tree)}
        for node in nodes:
            if id(node) in fields:
                continue
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name if alias.asname else alias.name.partition(".")[0]
                    names[alias.asname or top] = (top, "")
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    names[alias.asname or alias.name] = (node.module or "", alias.name)
            else:
                rebound.update(_binds(node))
        return cls({name: found for name, found in names.items() if name not in rebound})

    def module(self, node: ast.expr) -> str | None:
        """Return the dotted name of the module that an expression names, or None."""
        if isinstance(node, ast.Name):
            module, name = self.names.get(node.id, ("", ""))
            return module if module and not name else None
        if isinstance(node, ast.Attribute) and node.attr.islower():
            outer = self.module(node.value)
            return f"{outer}.{node.attr}" if outer in ("collections", "envfactory") else None
        return None

    def typing_name(self, node: ast.expr) -> str | None:
        """Return what an expression is called in `typing`, or None if it is not from there."""
        if isinstance(node, ast.Name):
            module, name = self.names.get(node.id, ("", ""))
            return name if module == "typing" else None
        if isinstance(node, ast.Attribute) and self.module(node.value) == "typing":
            return node.attr
        return None


def _fields_of_records(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the names of fields in classes that hold nothing else: no other scope sees those."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not any(
            isinstance(statement, ast.FunctionDef | ast.ClassDef) for statement in node.body
        ):
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign):
                    yield statement.target


def local_names(function: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """Return the names that are local to a function: parameters, and what its own body binds."""
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = {p.arg for p in (*parameters, arguments.vararg, arguments.kwarg) if p is not None}
    body = function.body if isinstance(function.body, list) else [function.body]
    for statement in body:
        for node in _own(statement):
            names.update(_binds(node))
    return frozenset(names)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, without entering scopes of their own."""
    yield node
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _own(child)


def _binds(node: ast.AST) -> Iterator[str]:
    """Yield the names that one node binds in its scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            return


def sets_in(body: list[ast.stmt] | list[ast.expr]) -> frozenset[str]:
    """Return the names that a function's body binds to sets, and to nothing else."""
    sets: set[str] = set()
    others: set[str] = set()
    for node in _inside(body):
        pairs: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(node.target, node.value)]
        for target, value in pairs:
            if isinstance(target, ast.Name):
                is_set = isinstance(value, ast.Set | ast.SetComp) or (
                    isinstance(value, ast.Call)
                    and isinstance(value.func, ast.Name)
                    and value.func.id in ("set", "frozenset")
                )
                (sets if is_set else others).add(target.id)
    return frozenset(sets - others)


def _inside(body: list[ast.stmt] | list[ast.expr]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def is_set(node: ast.expr, known: Sequence[frozenset[str]]) -> bool:
    """Whether an expression is a set, or goes through one in its order.

    Args:
        node: The expression.
        known: The names that are bound to sets, by scope.
    """
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.GeneratorExp):
        return is_set(node.generators[0].iter, known)
    if isinstance(node, ast.Call):
        made = called_name(node.func) in ("set", "frozenset")
        return made and isinstance(node.func, ast.Name)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
        return is_set(node.left, known) or is_set(node.right, known)
    return isinstance(node, ast.Name) and any(node.id in names for names in known)
