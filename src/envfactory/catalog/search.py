"""Finding environments: filters, and a search by words and by meaning.

A search first asks for the words of the query, in the name, title, tools and entities of an
environment; among those, and for environments that have none of the words, closeness of meaning
decides: that of the closest of its names and sentences, because a mean of all would be close to
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from envfactory.catalog.catalog import Listed
from envfactory.catalog.entry import CatalogEntry
from envfactory.llm import Embedder

_WORD = re.compile(r"[^\W_]+")
_WEIGHTS: Final = {"name": 3.0, "title": 3.0, "tools": 2.0, "entities": 2.0, "rest": 1.0}
_LEAST_CLOSE: Final = 0.22
"""A cosine below which two texts have nothing to do with each other."""
_MOST_NAMES: Final = 60
"""How many tools and tables of one environment are compared."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an environment must be like; None asks for nothing.

    Attributes:
        domain: Words of its domain.
        entity: Words of one of its tables.
        min_tools: How many tools it has at least.
        writes: How many tools that change something it has at least.
        level: What its certificate says.
        licence: Words of its licence.
    """

    domain: str | None = None
    entity: str | None = None
    min_tools: int | None = None
    writes: int | None = None
    level: str | None = None
    licence: str | None = None

    def accepts(self, entry: CatalogEntry) -> bool:
        """Whether an environment is like that."""
        return (
            _within(self.domain, [entry.domain])
            and _within(self.entity, entry.entities)
            and _within(self.licence, [entry.licence or "not stated"])
            and (self.min_tools is None or len(entry.tools) >= self.min_tools)
            and (self.writes is None or (entry.writes or 0) >= self.writes)
            and (self.level is None or entry.level == self.level)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """An environment that a search found, and how well it fits; the higher the better."""

    listed: Listed
    score: float


def search(query: str, listed: Sequence[Listed], embedder: Embedder | None) -> list[Hit]:
    """Return the environments that a query means, best first; equal ones by name.

    Args:
        query: Words, in any order.
        listed: Where to look.
        embedder: Compares meanings; None to look for words alone.
    """
    asked = _words([query])
    if not asked:
        return []
    words = [_word_score(asked, each.entry) for each in listed]
    close = [0.0] * len(listed)
    if embedder is not None and listed:
        texts = [phrases(each.entry) for each in listed]
        flat = [phrase for each in texts for phrase in each]
        nearness = embedder.embed(flat) @ embedder.embed([query])[0]
        starts = np.cumsum([0, *map(len, texts[:-1])])
        close = [float(value) for value in np.maximum.reduceat(nearness, starts)]
    hits = [
        Hit(each, round(word + near, 4))
        for each, word, near in zip(listed, words, close, strict=True)
        if word > 0 or near >= _LEAST_CLOSE
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.listed.entry.name, str(hit.listed.path)))


def phrases(entry: CatalogEntry) -> list[str]:
    """Return the texts that stand for an environment when meanings are compared; never none."""
    names = (*entry.entities[:_MOST_NAMES], *entry.tools[:_MOST_NAMES])
    told = [entry.description] if entry.description else []
    return [entry.title, *told, *(name.replace("_", " ") for name in names)]


def _word_score(asked: frozenset[str], entry: CatalogEntry) -> float:
    """Return the share of the asked words that an entry has, weighed by where it has them."""
    places = {
        "name": [entry.name],
        "title": [entry.title],
        "tools": entry.tools,
        "entities": entry.entities,
        "rest": [entry.description, entry.domain, entry.source],
    }
    best = dict.fromkeys(asked, 0.0)
    for place, texts in places.items():
        for word in asked & _words(texts):
            best[word] = max(best[word], _WEIGHTS[place])
    return sum(best.values()) / len(asked)


def _within(wanted: str | None, texts: Iterable[str]) -> bool:
    """Whether one of the texts has all the words that are wanted."""
    return wanted is None or any(_words([wanted]) <= _words([text]) for text in texts)


def _words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts in one form: small letters, without the plural's s."""
    found = (word.casefold() for text in texts for word in _WORD.findall(text.replace("_", " ")))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)
