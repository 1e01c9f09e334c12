"""`of_many`: words for every record of a kind as words for all of them: tickets that are open."""

from __future__ import annotations

import re

from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.words import of_several, plural
from envfactory.task.surface.protect import outside

_RELATIVE = re.compile(r"\b(that(?: also)?|who) (\w+)\b")


def of_many(words: str, entity: EntityMeaning) -> str:
    """Return words for all records of a kind that something is said of, without an article.

    Args:
        words: Words for each of them: `every ticket that is open`.
        entity: Their kind.
    """
    many = words.partition(" ")[2].replace(entity.noun, plural(entity.noun), 1)
    return outside(many, (), in_the_plural)


def in_the_plural(text: str) -> str:
    """Return words about one thing as words about several: that has becomes that have."""
    text = _RELATIVE.sub(lambda match: f"{match[1]} {of_several(match[2])}", text)
    return text.replace(" as its ", " as their ")
