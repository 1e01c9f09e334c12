"""Finding environments: filters, and a search by words and by meaning.

A search first asks for the words of the query, in the name, title, tools and entities of an
environment, the rarer a word the more it counts; among those, and for environments that have none
of the words, closeness of meaning decides: that of the closest of its names and sentences, because
a mean of all would be close to nothing. Each hit says by what it was found.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from envfactory.catalog.catalog import Listed
from envfactory.catalog.entry import CatalogEntry
from envfactory.errors import InputError, one_line

if TYPE_CHECKING:
    from envfactory.llm import Embedder

_WORD = re.compile(r"[^\W_]+")
_WEIGHTS: Final = {"name": 3.0, "title": 3.0, "tools": 2.0, "entities": 2.0, "rest": 1.0}
_LEAST_CLOSE: Final = 0.22
"""A cosine below which two texts have nothing to do with each other."""
_MOST_NAMES: Final = 60
"""How many tools and tables of one environment are compared."""
_TAIL: Final = 1 / 3
"""A share of the best score; what has less is not shown, since the query means something else."""
_PHRASE: Final = 60
"""Characters of a close phrase that are shown."""
_FORM: Final = 0.5
"""What a word counts that is found in another form: `parliament` in `parliamentary`."""
_SAME_START, _SAME_SHARE = 5, 0.6
"""Letters that two forms of a word have in common, at least, and the share of the longer one."""
_SMALL: Final = frozenset(
    _WORD.findall(
        "a an and any are as at be by can do for from how i in into is it its me my of on or our "
        "some that the their this to up was what where which with you your api apis"
    )
)
"""Words that say nothing of what is looked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an environment must be like; None asks for nothing.

    Attributes:
        domain: Words of its domain.
        entity: Words of one of its tables.
        min_tools: How many tools it has at least.
        writes: How many tools that change something it has at least.
        tool: Words of the name of one of its tools.
        level: What its certificate says; one that is strong is verified, too.
        licence: Words of its licence.
    """

    domain: str | None = None
    entity: str | None = None
    min_tools: int | None = None
    writes: int | None = None
    tool: str | None = None
    level: str | None = None
    licence: str | None = None

    def accepts(self, entry: CatalogEntry) -> bool:
        """Whether an environment is like that."""
        return (
            _within(self.domain, [entry.domain])
            and _within(self.entity, entry.entities)
            and _within(self.tool, entry.tools)
            and _within(self.licence, [entry.licence or "not stated"])
            and (self.min_tools is None or len(entry.tools) >= self.min_tools)
            and (self.writes is None or (entry.writes or 0) >= self.writes)
            and (
                self.level in (None, entry.level)
                or (self.level == "verified" and entry.level == "strong")
            )
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """An environment that a search found, and how well it fits; the higher the better.

    Attributes:
        listed: The environment.
        score: What its words count, from 0 to 3, and how close it is in meaning, up to 1.
        found_by: The words of the query that it has; else what of it is close, in quotes.
    """

    listed: Listed
    score: float
    found_by: str


def search(query: str, listed: Sequence[Listed], embedder: Embedder | None) -> list[Hit]:
    """Return the environments that a query means, best first; equal ones by name.

    Args:
        query: Words, in any order.
        listed: Where to look.
        embedder: Compares meanings; None to look for words alone.

    Raises:
        InputError: If the query has no word.
    """
    asked = _asked(query)
    texts = [_places(each.entry) for each in listed]
    weights = _rarity(asked, texts)
    near = _nearest(query, listed, embedder)
    hits = []
    for each, places, (close, phrase) in zip(listed, texts, near, strict=True):
        best = {word: _count_of(word, places) for word in asked}
        word_score = sum(weights[word] * count for word, count in best.items())
        found = [word for word, count in best.items() if count]
        if found or close >= _LEAST_CLOSE:
            score = round(word_score / sum(weights.values()) + close, 4)
            by = ", ".join(asked[word] for word in found) or f'"{one_line(phrase, _PHRASE)}"'
            hits.append(Hit(each, score, by))
    least = _TAIL * max((hit.score for hit in hits), default=0.0)
    return sorted(
        (hit for hit in hits if hit.score >= least),
        key=lambda hit: (-hit.score, hit.listed.entry.name, str(hit.listed.path)),
    )


def _asked(query: str) -> dict[str, str]:
    """Return the words that are looked for, as compared and as said; small ones if all are."""
    found: dict[str, str] = {}
    for word in _WORD.findall(query):
        found.setdefault(_form(word), word)
    if not found:
        raise InputError("query", "has no word", "say what to look for")
    telling = {form: word for form, word in found.items() if word.casefold() not in _SMALL}
    return telling or found


def _nearest(
    query: str, listed: Sequence[Listed], embedder: Embedder | None
) -> list[tuple[float, str]]:
    """Return how close each environment is in meaning, and with which of its phrases."""
    if embedder is None or not listed:
        return [(0.0, "")] * len(listed)
    import numpy as np

    texts = [phrases(each.entry) for each in listed]
    flat = [phrase for each in texts for phrase in each]
    nearness = embedder.embed(flat) @ embedder.embed([query])[0]
    ends = np.cumsum([len(each) for each in texts])
    closest = [int(np.argmax(part)) for part in np.split(nearness, ends[:-1])]
    starts = ends - [len(each) for each in texts]
    return [
        (float(nearness[start + number]), each[number])
        for start, number, each in zip(starts, closest, texts, strict=True)
    ]


def phrases(entry: CatalogEntry) -> list[str]:
    """Return the texts that stand for an environment when meanings are compared; never none."""
    names = (*entry.entities[:_MOST_NAMES], *entry.tools[:_MOST_NAMES])
    told = [entry.description] if entry.description else []
    return [entry.title, *told, *(name.replace("_", " ") for name in names)]


def _places(entry: CatalogEntry) -> dict[str, frozenset[str]]:
    """Return the words of an environment, by where it has them."""
    return {
        "name": _words([entry.name]),
        "title": _words([entry.title]),
        "tools": _words(entry.tools),
        "entities": _words(entry.entities),
        "rest": _words([entry.description, entry.domain, entry.source]),
    }


def _rarity(
    asked: Collection[str], texts: Sequence[Mapping[str, frozenset[str]]]
) -> dict[str, float]:
    """Return what each asked word counts: little where every environment has it."""
    having = Counter(
        word for places in texts for word in asked if any(word in each for each in places.values())
    )
    return {word: math.log(1 + (1 + len(texts)) / (1 + having[word])) for word in asked}


def _count_of(asked: str, places: Mapping[str, frozenset[str]]) -> float:
    """Return what it counts that an environment has a word, by the best place that has it."""
    found = [_WEIGHTS[place] for place, has in places.items() if asked in has]
    if found or len(asked) < _SAME_START:
        return max(found, default=0.0)
    forms = (
        _FORM * _WEIGHTS[place]
        for place, has in places.items()
        if any(_is_form(asked, word) for word in has)
    )
    return max(forms, default=0.0)


def _is_form(one: str, other: str) -> bool:
    """Whether two words begin alike for so long that they are forms of one."""
    alike = max(_SAME_START, math.ceil(_SAME_SHARE * max(len(one), len(other))))
    return len(one) >= alike and one[:alike] == other[:alike]


def _within(wanted: str | None, texts: Iterable[str]) -> bool:
    """Whether one of the texts has all the words that are wanted."""
    return wanted is None or any(_words([wanted]) <= _words([text]) for text in texts)


def _words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts in the form in which they are compared."""
    return frozenset(
        _form(word) for text in texts for word in _WORD.findall(text.replace("_", " "))
    )


def _form(word: str) -> str:
    """Return a word in small letters, without the plural's s and without an `api` behind it."""
    small = word.casefold()
    plural = len(small) > 3 and small.endswith("s") and not small.endswith("ss")
    single = small[:-1] if plural else small
    return single.removesuffix("api") or single
