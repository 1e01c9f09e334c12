"""Making values fit: constraints of a field, patterns, and the shape of its examples."""

from __future__ import annotations

import math
import random
import re
import string
import unicodedata

from envfactory.compiler.pattern import found, matching
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import Scalar

_CALLED = re.compile(
    r"://[^/?#\s]*|(?<![A-Za-z])(?:mp[34]|m4[av]|s3|utf-?8|base(?:32|64)|md5|sha-?\d+|h26[45]|x86|"
    r"x64|arm64|amd64|ipv[46]|oauth2|web3|e\.164|iso-?\d{4})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")


_YEAR = re.compile(r"(?<![\w./-])(?:1[5-9]|20)\d\d(?![\w./-])")
"""A year in a text, such as `circa 1650`: other digits would be none."""


def slug(text: str, separator: str = "-") -> str:
    """Return text as a lower-case ASCII slug: `Spring sale` becomes `spring-sale`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", separator, plain).strip(separator)


def like(example: str, rng: random.Random) -> str:
    """Return a text of the same shape: digits become other digits, the rest stays.

    Digits stay that belong to a host or to what something is called (`music.mp3`); dates remain
    dates.
    """
    kept = {place for one in _CALLED.finditer(example) for place in range(*one.span())}
    if " " in example:
        kept |= {place for one in _YEAR.finditer(example) for place in range(*one.span())}
    for one in _ISO_DATE.finditer(example):
        day = f"{rng.randint(2024, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        example = example[: one.start()] + day + example[one.end() :]
        kept |= set(range(*one.span()))
    changed = []
    for place, character in enumerate(example):
        if place in kept:
            changed.append(character)
            continue
        first = place == 0 or not example[place - 1].isdigit()
        if character in string.digits:
            leading_zero = character == "0"
            low = "1" if first and not leading_zero else "0"
            changed.append(str(rng.randint(int(low), 9)) if not leading_zero else character)
        else:
            changed.append(character)
    return "".join(changed)


def fit_text(value: str, type_: Scalar, rng: random.Random) -> str:
    """Return `value`, or the nearest natural text that the type's constraints allow.

    Raises:
        DefinitionError: If no text is found that fits the pattern and the lengths.
    """
    if value and fits(value, type_):
        return value
    for candidate in _candidates(value, type_):
        if fits(candidate, type_):
            return candidate
    for _ in range(200):
        candidate = matching(type_.pattern or f".{{{type_.min_length or 0}}}", rng)
        for shaped in (candidate, _shorten(candidate, type_), _lengthen(candidate, type_)):
            if fits(shaped, type_) and shaped.isprintable():
                return shaped
    raise DefinitionError(f"no text found for pattern {type_.pattern!r} and its lengths")


def fits(value: str, type_: Scalar) -> bool:
    """Return whether a text keeps the type's lengths and pattern."""
    if len(value) < (type_.min_length or 0):
        return False
    if type_.max_length is not None and len(value) > type_.max_length:
        return False
    return not type_.pattern or found(type_.pattern, value)


def _candidates(value: str, type_: Scalar) -> list[str]:
    """Return natural forms of a text, the closest first."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]", "", plain)
    digits = re.sub(r"\D", "", plain)
    forms = [value, plain, slug(value), slug(value, "_")]
    forms += [slug(value).upper(), slug(value, "_").upper()]
    forms += [letters, letters.lower(), letters.upper(), digits]
    shortened = [_shorten(form, type_) for form in forms]
    lengthened = [_lengthen(form, type_) for form in shortened]
    return [form for form in (*forms, *shortened, *lengthened) if form]


def _shorten(value: str, type_: Scalar) -> str:
    """Cut a text to the longest that is allowed, at a word where that leaves most of it."""
    limit = type_.max_length
    if limit is None or len(value) <= limit:
        return value
    cut = value[:limit]
    word = cut.rsplit(" ", 1)[0].rstrip(" ,.;:-_")
    return word if len(word) > limit // 2 else cut.rstrip(" -_") or cut


def _lengthen(value: str, type_: Scalar) -> str:
    """Repeat a text until it is long enough."""
    shortest = type_.min_length or 0
    separator = " " if " " in value else ""
    while value and len(value) < shortest:
        value += separator + value
    return _shorten(value, type_)


def fit_number(value: float, type_: Scalar, rng: random.Random) -> float:
    """Return `value`, or a number between the type's bounds where it lies outside them."""
    low, high = type_.minimum, type_.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        start = low if low is not None else (high or 0) - 20
        end = min(high, start + 1000) if high is not None else start + 20
        whole = rng.randint(math.ceil(start), max(math.ceil(start), math.floor(end)))
        value = whole if start <= whole <= end else start
    return value


def distinct(value: Json, taken: set[Json], type_: Scalar, rng: random.Random) -> Json:
    """Return `value`, changed a little where it is taken (texts are compared without case)."""
    if isinstance(value, bool) or type_.choices:
        return value
    if isinstance(value, int | float):
        while value in taken:
            value += 1
        return value
    if not isinstance(value, str) or (value not in taken and value.casefold() not in taken):
        return value
    for number in range(2, 200):
        changed = _numbered(value, number)
        if not fits(changed, type_):
            changed = fit_text(changed if not type_.pattern else "", type_, rng)
        if changed not in taken and changed.casefold() not in taken:
            return changed
    return value


def _numbered(value: str, number: int) -> str:
    """Return a text told apart by a number, where a person would put it."""
    name, at, domain = value.partition("@")
    if at and " " not in value:
        return f"{name}{number}{at}{domain}"
    separator = " " if " " in value else "-" if "-" in value or "/" in value else ""
    return f"{value}{separator}{number}"
