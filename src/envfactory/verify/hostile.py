"""Hostile arguments: what a tool must refuse, or take, without breaking and without a trace.

Each argument object starts from one that the tool accepts and is wrong in one place: a value of
another type, past a boundary, unknown, huge, not JSON at all; a parameter missing or added; a
list with one bad item among good ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from envfactory.records import Json
from envfactory.verify.sampler import Schema

MAX_PER_TOOL = 500
"""How many hostile argument objects one tool is given at most."""

HUGE = 100_000
"""Length of a huge text."""


_DEEPER = frozenset(
    {
        "null",
        "true",
        "a fraction",
        "a number past 64 bits",
        "a huge text",
        "an unknown identifier",
        "a number in a text",
        "an empty list",
        "an unknown object",
        "NaN",
        "bytes",
    }
)
"""What is tried inside lists and objects, where there are many places."""


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@dataclass(frozen=True, slots=True)
class Hostile:
    """Arguments and what is wrong with them; `plain` says that they are JSON."""

    what: str
    arguments: Any
    plain: bool = True


def unusual_values() -> Iterator[tuple[str, Any, bool]]:
    """Yield what careless code breaks on: (name, value, whether it is JSON)."""
    yield from (
        (name, value, True)
        for name, value in (
            ("null", None),
            ("true", True),
            ("false", False),
            ("zero", 0),
            ("a negative number", -1),
            ("a fraction", 0.5),
            ("a number past 64 bits", 2**64),
            ("a number past every float", 10**400),
            ("a large float", 1e308),
            ("an empty text", ""),
            ("a blank text", " "),
            ("a huge text", "A" * HUGE),
            ("a control character", "\0"),
            ("an unknown identifier", "no_such_id_0"),
            ("the number of no record", 987654321),
            ("an injection", "'; DROP TABLE users; --"),
            ("a template", "{{7*7}} ${x} {0.__class__} %s%n"),
            ("a path", "../../etc/passwd"),
            ("markup", "<script>alert(1)</script>"),
            ("mixed scripts", "Zoë 東京 \u202eabc \U0001f9d1\u200d\U0001f680 e\u0301"),
            ("a number in a text", "12"),
            ("a date that does not exist", "2026-02-30"),
            ("the first moment", "0001-01-01T00:00:00+14:00"),
            ("the last moment", "9999-12-31T23:59:59-12:00"),
            ("a long duration", "P99999999D"),
            ("an empty list", []),
            ("a list of null", [None]),
            ("an empty object", {}),
            ("an unknown object", {"no_such_field": 1}),
            ("a deep list", _nested(300)),
        )
    )
    yield from (
        ("NaN", float("nan"), False),
        ("infinity", float("inf"), False),
        ("a lone surrogate", "\ud800", False),
        ("bytes", b"\xff", False),
        ("a set", {1}, False),
        ("an object that is no JSON", object, False),
    )


def hostile(schema: Schema, base: Mapping[str, Json]) -> list[Hostile]:
    """Return hostile arguments for a tool.

    Args:
        schema: The tool's input schema.
        base: Arguments that it accepts, or at least of the right form.
    """
    found: list[Hostile] = []
    for item in _all(schema, base):
        found.append(item)
        if len(found) == MAX_PER_TOOL:
            break
    return found


def _all(schema: Schema, base: Mapping[str, Json]) -> Iterator[Hostile]:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    for form, value in (("no object", None), ("a list", [1]), ("a text", "x"), ("a number", 1)):
        yield Hostile(f"arguments are {form}", value, value is not None)
    yield Hostile("an unknown parameter", {**base, "no_such_parameter": 1})
    yield Hostile("a parameter whose name is no text", {**base, 7: 1}, False)
    for name in base:
        less = {k: v for k, v in base.items() if k != name}
        yield Hostile(f"{name} is missing", less)
    values = tuple(unusual_values())
    deeper = tuple(item for item in values if item[0] in _DEEPER)
    for name, part in properties.items():
        for what, value in boundaries(part):
            yield Hostile(f"{name} is {what}", {**base, name: value})
        for what, value, plain in values:
            yield Hostile(f"{name} is {what}", {**base, name: value}, plain)
    for name in properties:
        for path in _paths(base.get(name), (name,)):
            for what, value, plain in deeper:
                place = "/".join(str(part) for part in path)
                yield Hostile(f"{place} is {what}", _replaced(base, path, value), plain)
        items = base.get(name)
        if isinstance(items, list):
            yield Hostile(f"{name} repeats its items", {**base, name: [*items, *items]})
            for what, value, plain in values:
                more: dict[str, Any] = {**base, name: [*items, value]}
                yield Hostile(f"{name} ends with {what}", more, plain)


def boundaries(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Yield values on both sides of the limits that a schema states."""
    for arm in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from boundaries(arm)
    for name, step in (
        ("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 1), ("exclusiveMaximum", -1)
    ):  # fmt: skip
        if name in schema:
            yield f"at its {name}", schema[name]
            yield f"just past its {name}", schema[name] + step
    if schema.get("maxLength", HUGE) < HUGE:
        yield "as long as allowed", "a" * schema["maxLength"]
        yield "too long", "a" * (schema["maxLength"] + 1)
    if 0 < schema.get("minLength", 0) < HUGE:
        yield "too short", "a" * (schema["minLength"] - 1)
    if "enum" in schema:
        yield "none of its values", "no_such_value"
        yield "one of its values in capitals", str(schema["enum"][0]).upper()


def _paths(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the places inside a value, but not the value itself, three levels deep."""
    if len(path) > 3:
        return
    inner: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value[:2]))
    for key, item in inner:
        yield (*path, key)
        yield from _paths(item, (*path, key))


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Return a copy of a value with another one in one place."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, list):
        return [
            _replaced(item, tuple(rest), new) if at == first else item
            for at, item in enumerate(value)
        ]
    return {**value, first: _replaced(value[first], tuple(rest), new)}
