"""Breed: all mutants of a module, or a fair sample of them."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass

from envfactory.errors import one_line
from envfactory.verify.mutants.operators import OPERATORS, Replacement
from envfactory.verify.mutants.records import Shape


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault.

    Attributes:
        operator: The kind of fault.
        method: The method that it lies in.
        tools: The tools that the method is or serves.
        line: Where, in the original.
        before: The piece of code as it was, on one line.
        after: What it has become; empty where it was left out.
        source: The whole module.
    """

    operator: str
    method: str
    tools: frozenset[str]
    line: int
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class _Site:
    """A place where an operator can work: the mutant without its source."""

    operator: str
    method: str
    target: ast.AST
    replacement: Replacement


def breed(source: str, rng: random.Random, most: int) -> tuple[list[Mutant], int]:
    """Return mutants of a module in the order of its code, and how many there are in all.

    Where there are more than `most`, every operator keeps its share.

    Args:
        source: A module with one environment.
        rng: Chooses among them.
        most: How many to return.

    Raises:
        SyntaxError: If the source is no Python.
    """
    module = ast.parse(source)
    shape = Shape.of(module)
    if shape is None:
        return [], 0
    sites = list(_sites(shape))
    chosen = sites if len(sites) <= most else _sample(sites, rng, most)
    writer = _Writer(module, shape)
    return [writer.mutant(site) for site in chosen], len(sites)


def _sites(shape: Shape) -> Iterator[_Site]:
    for method in shape.methods():
        for node in (node for statement in method.body for node in ast.walk(statement)):
            for name, operator in OPERATORS.items():
                for replacement in operator(node, shape):
                    yield _Site(name, method.name, node, replacement)


def _sample(sites: list[_Site], rng: random.Random, most: int) -> list[_Site]:
    """Draw sites one operator after the other, so that rare kinds are not lost."""
    queues: dict[str, list[int]] = {}
    for at, site in enumerate(sites):
        queues.setdefault(site.operator, []).append(at)
    for queue in queues.values():
        rng.shuffle(queue)
    kept: list[int] = []
    while len(kept) < most:
        for queue in queues.values():
            if queue and len(kept) < most:
                kept.append(queue.pop())
    return [sites[at] for at in sorted(kept)]


class _Writer:
    """Writes a module with one node in place of another, and leaves the tree as it was."""

    def __init__(self, module: ast.Module, shape: Shape) -> None:
        self._module, self._shape = module, shape
        self._parents: dict[int, tuple[ast.AST, str]] = {}
        for parent in ast.walk(module):
            for name, value in ast.iter_fields(parent):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        self._parents[id(child)] = parent, name

    def mutant(self, site: _Site) -> Mutant:
        """Return the mutant of a site."""
        return Mutant(
            operator=site.operator,
            method=site.method,
            tools=self._shape.tools_over(site.method),
            line=_line(site.target),
            before=_text(site.target),
            after=_text(site.replacement),
            source=self._source(site),
        )

    def _source(self, site: _Site) -> str:
        parent, name = self._parents[id(site.target)]
        held = getattr(parent, name)
        fresh = site.replacement if isinstance(site.replacement, list) else [site.replacement]
        if isinstance(held, list):
            at = next(at for at, child in enumerate(held) if child is site.target)
            setattr(parent, name, [*held[:at], *fresh, *held[at + 1 :]])
        else:
            setattr(parent, name, fresh[0])
        try:
            return ast.unparse(self._module)
        finally:
            setattr(parent, name, held)


def _line(node: ast.AST) -> int:
    """Return the line of a node; a part of a comprehension has none, what it binds has."""
    held = node.target if isinstance(node, ast.comprehension) else node
    return int(getattr(held, "lineno", 0))


def _text(code: Replacement) -> str:
    """Return code on one line; nothing where it was left out."""
    if isinstance(code, ast.Pass):
        return ""
    parts = code if isinstance(code, list) else [code]
    return one_line("; ".join(ast.unparse(part) for part in parts), 300)
