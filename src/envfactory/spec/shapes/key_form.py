"""What the identifiers of a kind of record look like, told from examples, patterns and words.

The answer is a style and a template as the kernel's keys take them: `ORD-1042` counts up, as
`ORD-{n:04}`; `usr_8fK2mQ` is random, as `usr_{base62:6}`. Where nothing is told there is no form,
and keys are numbered behind a short prefix.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Literal

from envfactory.records import Json
from envfactory.spec.shapes.schema import Shape

_ALPHABETS = {
    "digits": string.digits,
    "hex": string.digits + "abcdef",
    "HEX": string.digits + "ABCDEF",
    "base36": string.digits + string.ascii_lowercase,
    "BASE36": string.digits + string.ascii_uppercase,
    "base62": string.digits + string.ascii_letters,
    "base64": string.digits + string.ascii_letters + "-_",
}
_LEAST_BITS = 20
_LONGEST_COUNTER = 7
"""Digits of a number that counts up; longer ones are drawn."""
_LONGEST = 64
_MOST_GROUPS = 3
"""Groups of digits in one key; more are a date, or several things in one."""
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_WHOLE_UUID = re.compile(_UUID)
_ENDS_IN_UUID = re.compile(rf"(?P<before>[A-Za-z]{{1,16}}[-_:.]){_UUID}")
_ULID = re.compile(r"(?P<before>[a-z]{0,12}_?)[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SEGMENT = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]+")
_COUNTED = re.compile(r"(?P<before>[A-Za-z]{0,6})(?P<number>[0-9]{1,18})")
_PREFIXED = re.compile(r"(?P<before>[A-Za-z]{1,16}[_:.-])(?P<rest>[A-Za-z0-9_-]{8,})")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LOWER_RUN = re.compile(r"[a-z]{4,}|[A-Z]{6,}")
_SIZES_OF_HEX = (8, 12, 16, 20, 24, 30, 32, 40, 64)
_NO_EXAMPLE = re.compile(r"^(?:string|id|uuid|example|test|null|none|x+|\W*)$", re.IGNORECASE)
_MONGO = re.compile(r"\bmongo(?:\s?db)?\b|\bobject\s?id\b|\bbson\b", re.IGNORECASE)
_SAID_UUID = re.compile(r"\b(?:uuid|guid)s?\b", re.IGNORECASE)
_SAID_ULID = re.compile(r"\bulids?\b", re.IGNORECASE)
_SAID_SIZE = re.compile(
    r"\b(?P<size>\d{1,2})[\s-]+(?:random\s+|char(?:acter)?s?\s+|long\s+)*"
    r"(?P<kind>alpha-?\s?numeric\w*|hex\w*|digits?)",
    re.IGNORECASE,
)
_SAID_EXAMPLE = re.compile(
    r"(?:e\.g\.?|i\.e\.?|example|for instance|such as|like)[:,]?\s*"
    r"(?:<\w+>)?[\"'`“‘]?(?:&quot;)?(?P<id>[A-Za-z0-9][A-Za-z0-9_.:-]{2,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class KeyForm:
    """What generated keys look like: a style of the kernel, and a template for it."""

    style: Literal["serial", "uuid", "token"]
    template: str = ""


def key_form(shapes: Sequence[Shape], noun: tuple[str, ...]) -> KeyForm | None:
    """Return what the keys of a kind of record look like, or None where nothing tells.

    Args:
        shapes: The schemas of the key: the field's own first, then those of path parameters.
        noun: The words for one record; a pattern that asks for a few letters gets theirs.
    """
    texts = [shape for shape in shapes if shape.kind == "string"]
    for found in _told(texts, noun):
        if all(_keeps(found, shape) for shape in texts):
            return found
    return None


def _told(shapes: list[Shape], noun: tuple[str, ...]) -> Iterator[KeyForm]:
    """Yield the forms that the schemas tell, the surest first."""
    for shape in shapes:
        if shape.format.lower() in ("uuid", "guid"):
            yield KeyForm("uuid")
    for example in _examples(shapes):
        form = _of_example(example)
        if form is not None:
            yield form
    for shape in shapes:
        if shape.pattern:
            form = _of_pattern(shape.pattern, noun)
            if form is not None:
                yield form
    for shape in shapes:
        form = _of_words(f"{shape.format} {shape.description}")
        if form is not None:
            yield form
    for shape in shapes:
        size = shape.min_length
        if size is not None and size == shape.max_length:
            form = KeyForm("uuid") if size == 36 else _random(f"{{base36:{size}}}", size * 5.1)
            if form is not None:
                yield form


def _examples(shapes: list[Shape]) -> Iterator[str]:
    given: list[Json] = [example for shape in shapes for example in shape.examples]
    for shape in shapes:
        given += _SAID_EXAMPLE.findall(shape.description)
    for example in given:
        text = example.rstrip(".:-") if isinstance(example, str) else ""
        if text and len(text) <= _LONGEST and not _NO_EXAMPLE.match(text) and text.isascii():
            yield text


# ------------------------------------------------------------------------------ examples
def _of_example(text: str) -> KeyForm | None:
    """Return the form of an example that looks like an identifier."""
    if _WHOLE_UUID.fullmatch(text):
        return KeyForm("uuid")
    for pattern, part in ((_ENDS_IN_UUID, "{uuid}"), (_ULID, "{ulid}")):
        match = pattern.fullmatch(text)
        if match:
            return KeyForm("token", match["before"] + part)
    if not re.fullmatch(r"[A-Za-z0-9_.:/-]+", text) or not any(c.isdigit() for c in text):
        return _random_letters(text)
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed and _is_random(prefixed["rest"]):
        return _drawn(prefixed["before"], prefixed["rest"])
    segments = _SEGMENT.findall(text)
    if all(not any(c.isdigit() for c in s) or _YEAR.fullmatch(s) for s in segments[:-1]):
        counted = _COUNTED.fullmatch(segments[-1])
        if counted and not _is_hexadecimal(segments[-1], alone=len(segments) == 1):
            return _counted("".join(segments[:-1]) + counted["before"], counted["number"])
    return _of_segments(segments)


def _is_hexadecimal(text: str, *, alone: bool) -> bool:
    """Tell whether a text that ends in a number is rather one hexadecimal number."""
    has_letters = any(c.isalpha() for c in text)
    return alone and has_letters and set(text) <= set(_ALPHABETS["hex"])


def _counted(before: str, number: str) -> KeyForm | None:
    if number.startswith("0") and len(number) > 1:
        return KeyForm("serial", f"{before}{{n:0{len(number)}}}")
    if len(number) <= _LONGEST_COUNTER:
        return KeyForm("serial", f"{before}{{n}}")
    size = len(number) - 1
    return _random(f"{before}{number[0]}{{digits:{size}}}", size * log2(10))


def _of_segments(segments: list[str]) -> KeyForm | None:
    """Return the form of groups between separators: those with digits are random."""
    parts, bits = [], 0.0
    if sum(any(c.isdigit() for c in segment) for segment in segments) > _MOST_GROUPS:
        return None
    for segment in segments:
        if not any(c.isdigit() for c in segment):
            parts.append(segment)
            continue
        if not segment.isdigit() and not _is_random(segment):
            return None
        kind = _alphabet(segment)
        parts.append(f"{{{kind}:{len(segment)}}}")
        bits += len(segment) * log2(len(_ALPHABETS[kind]))
    return _random("".join(parts), bits)


def _random_letters(text: str) -> KeyForm | None:
    """Return the form of letters that are no words: long, of mixed case, in no order."""
    prefixed = _PREFIXED.fullmatch(text)
    before, rest = (prefixed["before"], prefixed["rest"]) if prefixed else ("", text)
    mixed = rest.isalnum() and rest.lower() != rest != rest.upper()
    turns = sum(a.islower() != b.islower() for a, b in itertools.pairwise(rest))
    if mixed and len(rest) >= 10 and turns * 3 >= len(rest) and not _LOWER_RUN.search(rest):
        return _drawn(before, rest)
    return None


def _is_random(text: str) -> bool:
    """Tell whether letters and digits are in no order that a word has."""
    if not any(c.isdigit() for c in text):
        return False
    if _is_hex(text) and len(text) in _SIZES_OF_HEX:
        return True
    return any(c.isalpha() for c in text) and len(text) >= 6 and not _LOWER_RUN.search(text)


def _is_hex(text: str) -> bool:
    return set(text) <= set(_ALPHABETS["hex"]) or set(text) <= set(_ALPHABETS["HEX"])


def _drawn(before: str, text: str) -> KeyForm | None:
    kind = _alphabet(text)
    return _random(f"{before}{{{kind}:{len(text)}}}", len(text) * log2(len(_ALPHABETS[kind])))


def _alphabet(text: str) -> str:
    return next(name for name, letters in _ALPHABETS.items() if set(text) <= set(letters))


def _random(template: str, bits: float) -> KeyForm | None:
    """Return a random form, where it has room for enough keys."""
    return KeyForm("token", template) if bits >= _LEAST_BITS else None


# ------------------------------------------------------------------------------ patterns
def _of_pattern(pattern: str, noun: tuple[str, ...]) -> KeyForm | None:
    """Return the form that a pattern of literal text and counted classes asks for."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    if "[0-9a-f" in pattern.lower() and "{8}" in pattern and "{12}" in pattern:
        return KeyForm("uuid")
    try:
        nodes = list(parser.parse(pattern))
    except (re.error, OverflowError, RecursionError):
        return None
    parts: list[str] = []
    bits = 0.0
    for place, (kind, value) in enumerate(nodes):
        name = kind.name.lower()
        if name == "literal":
            parts.append(chr(value))
        elif name != "at":
            written, more = _of_node(name, value, noun, last=place >= len(nodes) - 2)
            if written is None:
                return None
            parts.append(written)
            bits += more
    template = "".join(parts)
    if "{n" in template:
        return KeyForm("serial", template) if not bits else None
    return _random(template, bits) if "{" in template else None


def _of_node(
    name: str, value: Any, noun: tuple[str, ...], *, last: bool
) -> tuple[str | None, float]:
    """Return what stands for a class of characters in a template, and how random it is."""
    least, most, members = 1, 1, value
    if name == "max_repeat":
        least, most, inner = value
        name, members = (inner[0][0].name.lower(), inner[0][1]) if len(inner) == 1 else ("", None)
    letters = _characters(members) if name == "in" else None
    if letters is None:
        return None, 0.0
    most = min(int(most), 64)
    if letters == set(string.digits) and last and most <= _LONGEST_COUNTER:
        return f"{{n:0{least}}}" if least > 1 else "{n}", 0.0
    size = int(least) if least == most else max(int(least), min(most, 8))
    kind = next((k for k, known in reversed(_ALPHABETS.items()) if set(known) <= letters), None)
    if kind is not None and size:
        return f"{{{kind}:{size}}}", size * log2(len(_ALPHABETS[kind]))
    text = ("".join(noun) * 3)[:size]
    for written in (text, text.upper()):
        if size <= 4 and set(written) <= letters:
            return written, 0.0
    return None, 0.0


def _characters(members: Any) -> set[str] | None:
    """Return the characters of a class, or None where it is one that is left out."""
    found: set[str] = set()
    for kind, value in members:
        match kind.name.lower():
            case "literal":
                found.add(chr(value))
            case "range" if value[1] < 128:
                found |= set(map(chr, range(value[0], value[1] + 1)))
            case "category" if value.name.lower() == "category_digit":
                found |= set(string.digits)
            case "category" if value.name.lower() == "category_word":
                found |= set(_ALPHABETS["base62"]) | {"_"}
            case _:
                return None
    return found


# ------------------------------------------------------------------------------ words
def _of_words(text: str) -> KeyForm | None:
    """Return the form that a description names."""
    if _SAID_UUID.search(text):
        return KeyForm("uuid")
    if _SAID_ULID.search(text):
        return KeyForm("token", "{ulid}")
    if _MONGO.search(text):
        return KeyForm("token", "{hex:24}")
    said = _SAID_SIZE.search(text)
    if said is None or not 5 <= int(said["size"]) <= _LONGEST:
        return None
    size, kind = int(said["size"]), said["kind"].lower()
    name = "hex" if kind.startswith("hex") else "digits" if kind.startswith("d") else "base36"
    return _random(f"{{{name}:{size}}}", size * log2(len(_ALPHABETS[name])))


def _keeps(form: KeyForm, shape: Shape) -> bool:
    """Tell whether keys of a form are as long as a schema allows."""
    size = 36 if form.style == "uuid" else _length(form.template)
    low, high = shape.min_length or 0, shape.max_length
    return size >= low and (high is None or size <= high)


def _length(template: str) -> int:
    sizes = {"{uuid}": 36, "{ulid}": 26, "{n}": 4}
    size = len(re.sub(r"\{[^}]*\}", "", template))
    for part in re.findall(r"\{[^}]*\}", template):
        size += sizes.get(part) or int(part.strip("}").partition(":")[2])
    return size
