"""Templates: what generated keys look like, as `ORD-{n:04}`, `usr_{base36:8}` or `{hex:24}`.

Text stands for itself. `{n}` is a number that counts up, `{n:04}` the same with leading zeros.
`{digits:9}`, `{hex:24}`, `{HEX:8}`, `{base36:8}`, `{BASE36:8}`, `{base62:14}` and `{base64:11}`
(with `-` and `_`) are that many random characters; `{uuid}` and `{ulid}` are what their names say,
the latter with the time in front. A template either counts or is random, never both.
"""

from __future__ import annotations

import random
import re
import string
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import log2
from uuid import UUID

from envfactory.errors import DefinitionError

_DIGITS, _LOWER, _UPPER = string.digits, string.ascii_lowercase, string.ascii_uppercase
ALPHABETS = {
    "digits": _DIGITS,
    "hex": _DIGITS + "abcdef",
    "HEX": _DIGITS + "ABCDEF",
    "base36": _DIGITS + _LOWER,
    "BASE36": _DIGITS + _UPPER,
    "base62": _DIGITS + _UPPER + _LOWER,
    "base64": _DIGITS + _UPPER + _LOWER + "-_",
}
"""The characters of each kind of random part."""

LEAST_BITS = 20
"""How much randomness a template must have, so that keys that are free are found at once."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PART = re.compile(r"\{(?P<kind>[A-Za-z0-9]+)(?::(?P<size>[0-9]{1,3}))?\}|(?P<text>[^{}]+)")
_NUMBER = re.compile(r"[0-9]{1,18}")
_BITS = {"uuid": 122.0, "ulid": 80.0}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template.

    Attributes:
        kind: `text`, `n`, `uuid`, `ulid`, or the name of an alphabet.
        text: The text of a `text`.
        size: How many characters; the least number of digits of an `n`.
    """

    kind: str
    text: str = ""
    size: int = 0

    @property
    def bits(self) -> float:
        """How much randomness it has."""
        if self.kind in ALPHABETS:
            return self.size * log2(len(ALPHABETS[self.kind]))
        return _BITS.get(self.kind, 0.0)

    def draw(self, rng: random.Random, now: datetime) -> str:
        """Return a text for it."""
        if self.kind in ALPHABETS:
            return _drawn(rng, ALPHABETS[self.kind], self.size)
        if self.kind == "uuid":
            return str(UUID(int=rng.getrandbits(128), version=4))
        if self.kind == "ulid":
            return _moment(now) + _drawn(rng, _CROCKFORD, 16)
        return self.text


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read.

    Attributes:
        parts: Its pieces in order.
        counts: Whether its keys count up; otherwise they are random.
        before: The text before the number.
        after: The text after the number.
        digits: The least number of digits.
    """

    parts: tuple[Part, ...]
    counts: bool
    before: str = ""
    after: str = ""
    digits: int = 0

    def numbered(self, number: int) -> str:
        """Return the key with that number."""
        return f"{self.before}{number:0{self.digits}}{self.after}"

    def number(self, key: str) -> int:
        """Return the number in a key, or 0 where the key does not have this form."""
        if not (key.startswith(self.before) and key.endswith(self.after)):
            return 0
        middle = key[len(self.before) : len(key) - len(self.after)]
        return int(middle) if _NUMBER.fullmatch(middle) else 0

    def draw(self, rng: random.Random, now: datetime) -> str:
        """Return a random key; two are equal with a chance of one in a million at most."""
        return "".join([part.draw(rng, now) for part in self.parts])


@lru_cache(maxsize=1024)
def read_template(text: str) -> Template:
    """Return the template that a text says.

    Raises:
        DefinitionError: If a part is unknown, or the template both counts and is random, or does
            neither, or is not random enough.
    """
    parts: list[Part] = []
    end = 0
    for match in _PART.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        parts.append(_part(match, text))
    if end != len(text) or not text:
        raise DefinitionError(f"key template {text!r} has a brace that stands for nothing")
    counters = sum(part.kind == "n" for part in parts)
    bits = sum(part.bits for part in parts)
    if counters + bool(bits) != 1:
        raise DefinitionError(f"key template {text!r} has one {{n}}, or random parts")
    if not counters and bits < LEAST_BITS:
        raise DefinitionError(f"key template {text!r} has room for too few keys: draw more")
    if not counters:
        return Template(tuple(parts), counts=False)
    place = next(place for place, part in enumerate(parts) if part.kind == "n")
    before, after = ("".join(p.text for p in side) for side in (parts[:place], parts[place + 1 :]))
    return Template(tuple(parts), True, before, after, parts[place].size)


def _part(match: re.Match[str], text: str) -> Part:
    if match["text"] is not None:
        return Part("text", match["text"])
    kind, size = match["kind"], int(match["size"] or 0)
    if kind == "n" and size <= 18:
        return Part(kind, size=size)
    if (kind in ALPHABETS and 0 < size <= 64) or (kind in _BITS and match["size"] is None):
        return Part(kind, size=size)
    known = ", ".join(f"{{{name}:8}}" for name in ALPHABETS)
    raise DefinitionError(
        f"key template {text!r} has {match.group()}; there are {{n}}, {known}, {{uuid}}, {{ulid}}"
    )


def _drawn(rng: random.Random, alphabet: str, size: int) -> str:
    return "".join(rng.choices(alphabet, k=size))


def _moment(now: datetime) -> str:
    """Return the milliseconds since 1970 as the ten characters that a ULID begins with."""
    left, written = int(now.timestamp() * 1000), ""
    for _ in range(10):
        left, digit = divmod(left, 32)
        written = _CROCKFORD[digit] + written
    return written
