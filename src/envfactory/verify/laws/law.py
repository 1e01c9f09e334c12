"""A law: a sentence about a tool that follows from what its specification says it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from envfactory.verify.laws.transition import Transition

Kind = Literal[
    "list",
    "count",
    "pick",
    "get",
    "create",
    "create_many",
    "copy",
    "update",
    "update_many",
    "delete",
    "delete_many",
    "action",
    "relate",
    "adjust",
    "order",
]


@dataclass(frozen=True)
class Law:
    """A law about the calls of tools of some kinds.

    Attributes:
        id: A short stable name.
        says: The sentence, about one tool.
        kinds: The kinds of behaviour that it speaks of.
        broken: Returns what contradicts it in one call, or None; also where it says nothing.
    """

    id: str
    says: str
    kinds: frozenset[Kind]
    broken: Callable[[Transition], str | None]


def law(id: str, says: str, *kinds: Kind) -> Callable[[Callable[[Transition], str | None]], Law]:
    """Make a law of a function, in the way of a decorator."""

    def made(broken: Callable[[Transition], str | None]) -> Law:
        return Law(id, says, frozenset(kinds), broken)

    return made
