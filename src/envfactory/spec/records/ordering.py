"""Ordering: what an input that orders a list may name, downwards or not, and its default.

APIs write the direction into the value (`-created_at`, `price_desc`, `created:asc`) or take it
apart. Tools take it apart always: a field to order by, and a direction beside it.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from envfactory.spec.model import Scalar, ValueType
from envfactory.spec.records.draft import Draft
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.name import words

_MOST = 12
"""Fields that one list may be ordered by."""
_ENDS = frozenset((("asc",), ("desc",), ("ascending",), ("descending",)))
_DOWN = frozenset((("desc",), ("descending",)))
_SIGNED = re.compile(
    r"""[`"'(\s]-[a-z]\w*|["'`(]-["'`)]|\b(?:minus|hyphen|dash)\b"""
    r"""|:(?:asc|desc)\b|[\w ](?:_|,| )(?:asc|desc)\b|\b(?:asc|desc)(?:ending)?\b""",
    re.IGNORECASE,
)
"""Texts that tell how the value itself says the direction."""
_TEXT = 2000


@dataclass(frozen=True)
class Ordering:
    """What one input says about the order of a list.

    Attributes:
        fields: The fields that it may name.
        directed: Its values say the direction, too.
        default: The field that orders the list where nothing is given, or None.
        descending: Whether that default is downwards.
    """

    fields: tuple[str, ...]
    directed: bool
    default: str | None = None
    descending: bool = False


def ordering(shape: Shape, draft: Draft, schemas: Schemas) -> Ordering | None:
    """Return what an input that orders a list of `draft` may say, or None where it names no field.

    Args:
        shape: The input; its choices, or else its description, name the fields.
        draft: The records.
        schemas: Reads schemas.
    """
    inner = schemas.shape(shape.item or {}) if shape.kind == "array" else shape
    choices = [str(choice) for choice in inner.choices]
    named = [_apart(choice) for choice in choices]
    said = (shape.description or inner.description)[:_TEXT]
    if not named:
        spoken = words(said)
        named = [((word,), False) for word in spoken]
        named += [(pair, False) for pair in itertools.pairwise(spoken)]
    fields: dict[str, None] = {}
    for parts, _ in named:
        field = _field(parts, draft)
        if field is not None:
            fields.setdefault(field)
    if not fields:
        return None
    kept = tuple(fields)[:_MOST]
    directed = any(_says_direction(choice) for choice in choices)
    directed = directed or (not choices and _SIGNED.search(said) is not None)
    parts, down = _apart(_default(shape))
    default = _field(parts, draft) if parts else None
    return Ordering(kept, directed, default if default in kept else None, down)


def _default(shape: Shape) -> str:
    """Return the first value that orders a list where callers give none, or ''."""
    given = shape.default
    if isinstance(given, list):
        given = given[0] if given else None
    return given.split(",")[0] if isinstance(given, str) else ""


def _apart(value: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of the field that a value names, and whether it goes downwards."""
    parts = words(value)
    down = value.lstrip().startswith("-") or parts[-1:] in _DOWN
    return (parts[:-1] if parts[-1:] in _ENDS else parts), down


def _says_direction(choice: str) -> bool:
    return choice[:1] in ("-", "+") or (len(words(choice)) > 1 and words(choice)[-1:] in _ENDS)


def _field(parts: tuple[str, ...], draft: Draft) -> str | None:
    name = draft.names.get(parts) or draft.names.get((*parts, "at"))
    return name if name is not None and _is_sortable(draft.fields[name].type) else None


def _is_sortable(value: ValueType) -> bool:
    return isinstance(value, Scalar) and value.type != "boolean"
