"""A text that matches a regular expression, from a seed.

Follows the parse tree that `re` makes of the pattern. Of the packages that do the same, the one
that takes a `random.Random` chooses from sets of characters, whose order differs between processes.
"""

from __future__ import annotations

import random
import re
import string
import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

from envfactory.errors import DefinitionError

_LETTERS = string.ascii_lowercase + string.digits
_PRINTABLE = string.ascii_letters + string.digits + "-_.,:;!?#%&+=/ "
_CATEGORIES = {
    "category_digit": string.digits,
    "category_word": _LETTERS,
    "category_space": " ",
    "category_not_digit": string.ascii_lowercase,
    "category_not_word": "-.",
    "category_not_space": _LETTERS,
}
_EXTRA_REPEATS = 8
"""How many more than the least number of repetitions an open repetition gets, at most."""
_LONGEST = 20_000
"""Characters after which a text is given up; repetitions of repetitions grow without end."""


def matching(pattern: str, rng: random.Random) -> str:
    """Return a text in which the pattern is found; look-arounds are not taken into account.

    Raises:
        DefinitionError: If the pattern is no regular expression that `re` knows, or only very
            long texts match it.
    """
    try:
        tree = _parsed(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise DefinitionError(f"pattern {pattern!r} cannot be read: {error}") from error
    return _Writer(rng).sequence(tree)


def found(pattern: str, text: str) -> bool:
    """Return whether a pattern is found in a text, in time linear in the text.

    This is the engine that records of an environment are validated with; patterns that it does
    not know (look-arounds, back-references) are left to `re`.
    """
    validator = _validator(pattern)
    if validator is not None:
        return validator.isinstance_python(text)
    return re.search(pattern, text, re.ASCII) is not None


def is_known(pattern: str) -> bool:
    """Return whether records can be validated with a pattern, and texts written for it."""
    try:
        _parsed(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return _validator(pattern) is not None


@lru_cache(maxsize=512)
def _parsed(pattern: str) -> Any:
    with warnings.catch_warnings():  # about what Python may read differently one day
        warnings.simplefilter("ignore", FutureWarning)
        return parser.parse(pattern)


@lru_cache(maxsize=512)
def _validator(pattern: str) -> SchemaValidator | None:
    try:
        return SchemaValidator(core_schema.str_schema(pattern=in_ascii(pattern)))
    except SchemaError:
        return None


class _Writer:
    """Writes a text for each kind of node; groups are remembered for back-references."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._groups: dict[int, str] = {}
        self._kinds: dict[str, Callable[[Any], str]] = {
            "literal": chr,
            "not_literal": lambda code: self._from(_PRINTABLE.replace(chr(code), "")),
            "any": lambda _: self._from(_LETTERS),
            "in": self._member,
            "branch": lambda value: self.sequence(rng.choice(value[1])),
            "subpattern": self._group,
            "atomic_group": lambda value: self.sequence(value),
            "max_repeat": self._repeat,
            "min_repeat": self._repeat,
            "possessive_repeat": self._repeat,
            "groupref": lambda number: self._groups.get(number, ""),
            "groupref_exists": lambda value: self.sequence(value[1]),
        }

    def sequence(self, nodes: Sequence[Any]) -> str:
        """Return a text for nodes that follow each other; anchors and look-arounds are empty."""
        written, length = [], 0
        for kind, value in nodes:
            write = self._kinds.get(kind.name.lower())
            if write:
                written.append(write(value))
                length += len(written[-1])
                self._check(length)
        return "".join(written)

    @staticmethod
    def _check(length: int) -> None:
        if length > _LONGEST:
            raise DefinitionError(f"a pattern asks for texts of more than {_LONGEST} characters")

    def _from(self, characters: str) -> str:
        return self._rng.choice(characters or _LETTERS)

    def _group(self, value: Any) -> str:
        number, nodes = value[0], value[-1]
        text = self.sequence(nodes)
        if number is not None:
            self._groups[number] = text
        return text

    def _repeat(self, value: Any) -> str:
        least, most, nodes = value
        self._check(int(least))
        times = self._rng.randint(int(least), min(int(most), int(least) + _EXTRA_REPEATS))
        text = ""
        for _ in range(times):
            text += self.sequence(nodes)
            self._check(len(text))
        return text

    def _member(self, items: Sequence[Any]) -> str:
        """Return one character of a class such as `[a-z_]` or `[^/]`."""
        negated = items[0][0].name.lower() == "negate"
        ranges: list[str] = []
        for kind, value in items:
            match kind.name.lower():
                case "literal":
                    ranges.append(chr(value))
                case "range":
                    ranges.append(
                        "".join(map(chr, range(value[0], min(value[1], value[0] + 96) + 1)))
                    )
                case "category":
                    ranges.append(_CATEGORIES[value.name.lower()])
        if negated:
            refused = "".join(ranges)
            return self._from("".join(c for c in _PRINTABLE if c not in refused))
        one_case = [part for part in ranges if part == part.lower() or part.lower() not in ranges]
        return self._from(self._rng.choice(one_case))


_ASCII = {"d": "0-9", "w": "A-Za-z0-9_"}


def in_ascii(pattern: str) -> str:
    r"""Return a pattern that says of `\d` and `\w` what JSON Schema means by them: ASCII alone.

    The engine that validates records takes every script's digits and letters for them.
    """
    written: list[str] = []
    inside, at = False, 0
    while at < len(pattern):
        part = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        meant = _ASCII.get(part[1:].lower()) if len(part) == 2 else None
        if meant is None or (inside and part[1].isupper()):
            inside = part == "[" or (inside and part != "]")
            written.append(part)
        elif inside:
            written.append(meant)
        else:
            written.append(f"[{'^' if part[1].isupper() else ''}{meant}]")
        at += len(part)
    return "".join(written)
