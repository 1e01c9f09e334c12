"""Phrases: the noun that the sentence of a description goes on with behind its verb."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from envfactory.spec.words.name import Nouns, word_set, words

NEUTRAL = word_set(
    "available existing stored saved cached known supported registered various different detailed "
    "paged paginated individual complete full whole relevant specific single particular"
)
"""Words before a noun that leave out no record."""
_BEHIND = word_set(
    "in for of from by to with without on at as per using via within into near between that which "
    "who whose where when is are was were be being has have had can and or present published "
    "matching associated based belonging along across around given filtered sorted ordered "
    "relevant currently available supported stored known registered attached related under over "
    "through during before after since until if while so such including contained containing "
    "the a an this these your their its"
)
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|\d+|[.,;:()\[\]/&\"']")


def tokens_of(text: str) -> list[str]:
    """Return the words of a text, its numbers, and the marks that end a phrase."""
    return _TOKEN.findall(text)


def noun_phrase(tokens: Sequence[str], before: Container[str], nouns: Nouns) -> tuple[str, ...]:
    """Return the words of the noun that a sentence goes on with.

    Args:
        tokens: What follows the verb.
        before: Words that may precede the noun.
        nouns: Singular and plural.
    """
    at = 0
    while at < len(tokens) and tokens[at].lower() in before:
        at += 1
    found: list[str] = []
    for word in tokens[at:]:
        if word == "'":
            return ()  # what a record has, and not the record: `products' tree`
        behind = word.lower() in _BEHIND and not {*found, word.lower()} <= NEUTRAL
        if behind or not word[0].isalpha():
            break
        if found and nouns.is_plural(found[-1]) and word.endswith(("ing", "ed")):
            break
        found += words(word)
    return tuple(found)
