"""Requests as sequences of words, and how much two of them share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.task.model import Task

_WORD = re.compile(r"\w+")

Gram = tuple[str, ...]


def text_of(task: Task) -> str:
    """Return all that the user says in a task."""
    return "\n".join(turn.request for turn in task.turns)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return _WORD.findall(text.casefold())


def grams(words: Sequence[str], size: int) -> frozenset[Gram]:
    """Return the sequences of so many neighbouring words."""
    return frozenset(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def shared(one: frozenset[Gram], other: frozenset[Gram]) -> float:
    """Return the Jaccard index of two sets; 0 for two empty ones."""
    return len(one & other) / len(one | other) if one or other else 0.0
