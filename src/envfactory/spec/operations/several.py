"""Several: lists whose answer a source describes by just one of their records.

`GET /chapters` "Get all the chapters" and `GET /chapters/{number}` both answer with a `Chapter`.
The first one lists chapters: its text says so, and the second one is there for a single one.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from envfactory.spec.operations.seen import Seen
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.prose import plain

_ALL = word_set("all list lists every collection")
_FIRST_WORDS = 8


def several(seen: list[Seen], nouns: Nouns) -> list[Seen]:
    """Return the operations; those that list what another one gets answer with a list."""
    single: dict[str, set[tuple[tuple[str, ...], ...]]] = {}
    for one in seen:
        if one.kind == "get" and one.route.on_item and one.response.shape.name:
            single.setdefault(one.response.shape.name, set()).add(one.route.nouns)
    return [_as_list(one) if _is_list(one, single, nouns) else one for one in seen]


def _is_list(
    one: Seen, single: Mapping[str, Set[tuple[tuple[str, ...], ...]]], nouns: Nouns
) -> bool:
    """Tell whether a read without a key promises all of what it is described to answer one of."""
    shape, steps = one.response.shape, one.route.steps
    if one.operation.method != "get" or one.response.kind != "record" or not steps:
        return False
    if one.route.on_item or one.route.verb not in ("", "list"):
        return False
    if one.response.wrapper or not shape.name:
        return False
    homes = single.get(shape.name, frozenset())
    if len({home[-1] for home in homes}) != 1:
        return False  # described by nothing, or by what wraps records of every kind
    said = [words(plain(text))[:_FIRST_WORDS] for text in _texts(one)]
    plural = any(nouns.is_plural(word) for word in words(steps[-1].segment)[-1:])
    many = any(set(text) & _ALL or nouns.plural(steps[-1].noun[-1]) in text for text in said)
    return many and (plural or one.route.nouns in homes)


def _texts(one: Seen) -> tuple[str, str]:
    return one.operation.summary, one.operation.description[:200]


def _as_list(one: Seen) -> Seen:
    listed = replace(one.response, kind="records")
    return replace(one, kind="list", response=listed)
