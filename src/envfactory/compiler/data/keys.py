"""Keys of the records of a scenario, in the form that the kernel goes on with."""

from __future__ import annotations

import random
import re
from datetime import datetime

from envfactory.compiler.data.meaning import is_time_name, text_meaning
from envfactory.compiler.data.meant import uuid_text
from envfactory.compiler.data.rows import KeyValue, Row
from envfactory.compiler.data.shape import distinct, fit_text, slug
from envfactory.compiler.data.values import scalar_value
from envfactory.environment.template import read_template
from envfactory.spec.model import EntitySpec, FieldSpec, Scalar

_LARGEST_START = 2**40
_FAR = 1_000
"""Numbers of examples from which on keys have gaps: a service that old has lost records."""
_CODED = re.compile(r"(^|_)(serial|code|number|no|barcode)$")
_GAPS = (1, 1, 1, 2, 3, 7)


def is_numbered(entity: EntitySpec) -> bool:
    """Return whether keys count up, so that their order is that of creation."""
    return entity.key_style == "integer" or _is_integer(entity) or entity.key_style == "serial"


def generated_keys(
    entity: EntitySpec, count: int, place: int, now: datetime, rng: random.Random
) -> list[KeyValue] | None:
    """Return keys as the service makes them, in order; None where callers name the records.

    Args:
        entity: Whose keys.
        count: How many.
        place: The table's place among the others; small numbers of each differ.
        now: The clock of the scenario.
        rng: Decides random keys.
    """
    key = entity.field(entity.key)
    if entity.key_style == "integer" or _is_integer(entity):
        start = _start([e for e in key.examples if isinstance(e, int)])
        return list[KeyValue](_numbers(start or (place + 1) * 100 + 1, count, rng))
    if entity.key_style == "uuid":
        return sorted(uuid_text(rng.getrandbits(128)) for _ in range(count))
    if entity.key_style == "token":
        template = read_template(entity.key_format)
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn[template.draw(rng, now)] = None
        return sorted(drawn)
    if entity.key_style == "natural":
        return None
    if not entity.key_format:
        prefix = f"{entity.key_prefix}_" if entity.key_prefix else ""
        return [f"{prefix}{number + 1}" for number in range(count)]
    template = read_template(entity.key_format)
    start = _start([template.number(e) for e in key.examples if isinstance(e, str)])
    return [template.numbered(number) for number in _numbers(start or 1, count, rng)]


def _is_integer(entity: EntitySpec) -> bool:
    type_ = entity.field(entity.key).type
    return isinstance(type_, Scalar) and type_.type == "integer"


def _start(examples: list[int]) -> int:
    """Return where numbers like those of the examples begin, or 0 where nothing tells."""
    large = [e for e in examples if _FAR <= e <= _LARGEST_START]
    if not large:
        return 0
    size = int(10 ** (len(str(large[0])) - 2))
    return large[0] // size * size + 1


def _numbers(start: int, count: int, rng: random.Random) -> list[int]:
    numbers = [start]
    while len(numbers) < count:
        numbers.append(numbers[-1] + (rng.choice(_GAPS) if start >= _FAR else 1))
    return numbers[:count]


def natural_keys(key: FieldSpec, rows: list[Row]) -> list[KeyValue]:
    """Return keys that a person would choose, in order; `rows` are put in the same order.

    There are fewer than rows where the key has few choices.
    """
    assert isinstance(key.type, Scalar)
    if key.type.choices:
        del rows[len(key.type.choices) :]
        return list[KeyValue](map(str, key.type.choices))[: len(rows)]
    meaning = text_meaning(key.name, key.type.format)
    keys: dict[KeyValue, Row] = {}
    for row in rows:
        rng = row.source.rng
        kind = meaning.kind if meaning is not None else "slug"
        kind = "moment" if meaning is None and is_time_name(key.name) else kind
        told = row.fact.value(key.name, key.examples) if row.fact is not None else None
        coded = any(any(c.isdigit() for c in str(e)) for e in key.examples)
        if isinstance(told, str):
            text = fit_text(told, key.type, rng)
        elif kind in ("slug", "title", "full_name", "number", "identifier") and not coded:
            text = row.person().username if row.human else slug(row.item.title)
            if kind == "title":
                text = row.person().full if row.human else row.item.title
            if _CODED.search(key.name):
                initials = "".join(part[0] for part in slug(row.item.title).split("-") if part)
                text = f"{initials[:3].upper()}-{rng.randint(1000, 9999)}"
            text = fit_text(text or row.noun, key.type, rng)
        else:
            text = str(scalar_value(key, key.type, row))
        text = str(distinct(text, set(keys), key.type, rng))
        keys.setdefault(text, row)
    rows[:] = [row for _, row in sorted(keys.items(), key=lambda item: str(item[0]))]
    for number, row in enumerate(rows):
        row.number = number
    return sorted(keys, key=str)
