"""`mistype`: slips of the finger, never in a value."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

from envfactory.task.surface.protect import outside

_WORD = re.compile(r"(?<![\w@.'’-])[a-z]{4,}(?![\w@'’-])")
_NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o",
    "j": "k", "k": "l", "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t",
    "s": "d", "t": "y", "u": "i", "v": "b", "w": "e", "x": "c", "y": "u", "z": "x",
}  # fmt: skip
"""The key to the right of a letter, or to its left at the edge."""


def mistype(text: str, share: float, kept: Iterable[str], rng: random.Random) -> str:
    """Return a text with a share of its words mistyped.

    Only words of four and more small letters are touched, outside quotations; the first letter
    stays.

    Args:
        text: What is typed.
        share: Of the words that may be touched.
        kept: What is never touched: the values and names that the text conveys.
        rng: Decides.
    """
    if not share:
        return text

    def slip(match: re.Match[str]) -> str:
        return _slip(match[0], rng) if rng.random() < share else match[0]

    return outside(text, kept, lambda part: _WORD.sub(slip, part))


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    here, after = word[place], word[place + 1]
    match rng.randrange(4):
        case 0:
            put = after + here
        case 1:
            put = after
        case 2:
            put = here + here + after
        case _:
            put = _NEIGHBOURS[here] + after
    return word[:place] + put + word[place + 2 :]
