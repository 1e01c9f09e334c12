"""Value types: from the shape of a schema to a type of the spec, nested records included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from envfactory.records import Json
from envfactory.spec.model import (
    AnyJson,
    FieldSpec,
    ListOf,
    MapOf,
    Nested,
    ObjectSpec,
    Scalar,
    ValueType,
)
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.aside import without_asides
from envfactory.spec.words.authority import is_life_moment
from envfactory.spec.words.enumeration import MAX_TEXT, listed_choices, listed_examples
from envfactory.spec.words.name import Names, Nouns, identifier, pascal, words
from envfactory.spec.words.prose import fold, plain, sentence

MAX_DEPTH = 4
"""How deep records may lie inside records before the rest is left out."""
MAX_OBJECT_FIELDS = 40
MAX_OBJECTS = 80
_MAX_NAME_WORDS = 4

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_TIME = re.compile(r"\b(?:date|time|datetime|timestamp|when|moment)\b", re.IGNORECASE)
_OTHER_TIME = re.compile(
    r"\b(?:unix|epoch|millis\w*|seconds|rfc\s?(?:2822|1123|822)|ago|relative|[dm]{2}[-/.][dm]{2})\b",
    re.IGNORECASE,
)
_ADJECTIVES = frozenset(("external", "internal", "unique", "public", "private", "original", "own"))
"""Words before an id that say which id it is, and not of what."""
_DATETIME_NAMES = frozenset({("created",), ("updated",), ("modified",), ("timestamp",)})


@dataclass
class _Open:
    """An object that is being built, or is done."""

    name: str
    done: bool = False
    empty: bool = False


@dataclass
class Types:
    """Builds value types and collects the nested records that they need."""

    schemas: Schemas
    nouns: Nouns
    names: Names
    objects: list[ObjectSpec] = field(default_factory=list)
    _known: dict[tuple[str, frozenset[str], str], _Open] = field(default_factory=dict)

    def value(self, shape: Shape, hint: tuple[str, ...], depth: int = 0) -> ValueType | None:
        """Return the type of a shape, or None where it lies too deep or has no content.

        Args:
            shape: The schema as read.
            hint: Words that say where it occurs (owner and field), for naming nested records.
            depth: How many records it lies inside.
        """
        if depth > 2 * MAX_DEPTH:  # lists of lists, or maps of maps, without end
            return None
        match shape.kind:
            case "array":
                inner = self.schemas.shape(shape.item or {})
                item = self.value(inner, hint, depth + (inner.kind == "array"))
                if item is None:
                    return None
                return ListOf(item=item, min_items=shape.min_items, max_items=shape.max_items)
            case "map":
                value = self.value(self.schemas.shape(shape.value or {}), hint, depth + 1)
                return None if value is None else MapOf(value=value)
            case "object":
                return self._object(shape, hint, depth)
            case "any":
                return AnyJson()
        return scalar(shape, hint)

    def is_open(self, value: ValueType) -> bool:
        """Tell whether a nested record is being built: requiring it would never end."""
        return isinstance(value, Nested) and any(
            known.name == value.name and not known.done for known in self._known.values()
        )

    def _object(self, shape: Shape, hint: tuple[str, ...], depth: int) -> Nested | None:
        key = (shape.name, frozenset(shape.properties), "" if shape.name else "_".join(hint))
        known = self._known.get(key)
        if known is not None:
            return None if known.empty else Nested(name=known.name)
        if depth >= MAX_DEPTH or len(self._known) >= MAX_OBJECTS:
            return None
        cleaned = clean_component(shape.name, self.nouns).split("_") if shape.name else []
        owned = pascal(self.nouns.singular_words(hint))
        short = any(cleaned) and len(cleaned) <= _MAX_NAME_WORDS
        name = self.names.take(*([pascal(cleaned)] if short else []), owned)
        known = self._known[key] = _Open(name)
        fields = self._object_fields(shape, hint, depth)
        known.done = True
        if not fields:
            known.empty = True
            return None
        described = sentence(without_asides(plain(shape.description), of_input=True))
        self.objects.append(ObjectSpec(name=name, description=described, fields=fields))
        return Nested(name=name)

    def _object_fields(
        self, shape: Shape, hint: tuple[str, ...], depth: int
    ) -> tuple[FieldSpec, ...]:
        fields: list[FieldSpec] = []
        names = Names()
        for source_name, schema in list(shape.properties.items())[:MAX_OBJECT_FIELDS]:
            inner = self.schemas.shape(schema)
            parts = words(source_name)
            if source_name.startswith(("_", "@", "$")) or inner.kind == "any":
                continue
            value = self.value(inner, (*hint[-1:], *parts), depth + 1)
            if value is None:
                continue
            name = names.take(identifier(source_name, self.nouns.singular(hint[-1])))
            needed = source_name in shape.required and not inner.nullable
            optional = not needed or inner.read_only or self.is_open(value)
            made = field_spec(source_name, name, inner, value, optional, hint)
            text = telling(made.description, parts, hint)
            fields.append(made.model_copy(update={"description": text}))
        return tuple(fields)


def field_spec(
    source_name: str,
    name: str,
    shape: Shape,
    value: ValueType,
    optional: bool,
    owner: tuple[str, ...],
) -> FieldSpec:
    """Return the field that has this shape and type, described and with its default."""
    default, has_default = fitting_default(shape, value)
    return FieldSpec(
        name=name,
        source_name=fold(source_name)[:200],
        type=value,
        description=describe(shape.description or shape.title, words(source_name), owner),
        optional=optional and not has_default,
        default=default,
        has_default=has_default,
        read_only=shape.read_only,
        examples=_examples(shape, value),
    )


def _examples(shape: Shape, value: ValueType) -> tuple[Json, ...]:
    """Return the examples that a schema gives, or else those that its description quotes."""
    if isinstance(value, Scalar) and value.choices:
        return ()
    stated = tuple(example for example in shape.examples if fits(example, value))[:2]
    if stated or not isinstance(value, Scalar) or value.type != "string":
        return stated
    return tuple(e for e in listed_examples(shape.description) if fits(e, value))


def describe(text: str, parts: tuple[str, ...], owner: tuple[str, ...]) -> str:
    """Return the description of a value: the source's, or one made from its name."""
    described = sentence(plain(text))
    if len(described) > 3:
        return described
    noun = " ".join(owner)
    if not parts:
        return f"A value of the {noun}." if noun else "A value."
    if parts in (("id",), ("uuid",), ("guid",), ("sid",)):
        return f"Identifier of the {noun}." if noun else "Identifier."
    if parts[-1] == "id" and len(parts) > 1 and parts[-2] in _ADJECTIVES:
        return sentence(f"{parts[-2]} id of the {' '.join(parts[:-2]) or noun or 'record'}")
    if parts[-1] in ("id", "uuid") and len(parts) > 1:
        return f"Identifier of the {' '.join(parts[:-1])}."
    if parts[-1] == "at" and len(parts) == 2:
        return f"When the {noun or 'record'} was {parts[0]}."
    label = " ".join(parts)
    if parts == owner:
        return f"The {label} itself."
    return sentence(f"{label} of the {noun}" if noun else label)


def telling(text: str, parts: tuple[str, ...], owner: tuple[str, ...]) -> str:
    """Return the description of a value without asides; one of them alone gives way to the name."""
    said = without_asides(text, of_input=True)
    if said == text:
        return text
    return sentence(said) if len(said) > 3 else describe("", parts, owner)


def scalar(shape: Shape, hint: tuple[str, ...]) -> Scalar:
    """Return the scalar of a shape; names and examples tell dates where no format does."""
    match shape.kind:
        case "boolean":
            return Scalar(type="boolean")
        case "integer" | "number":
            low, high = shape.minimum, shape.maximum
            if low is not None and high is not None and low > high:
                low = high = None
            return Scalar(
                type=shape.kind,
                choices=shape.choices if shape.kind == "integer" else (),
                format="" if shape.format in ("int32", "int64") else fold(shape.format)[:40],
                minimum=low,
                maximum=high,
            )
    if shape.choices:
        return Scalar(type="string", choices=shape.choices)
    if shape.format in ("date-time", "datetime", "google-datetime") or "8601" in shape.format:
        return Scalar(type="datetime")
    if shape.format in ("date", "full-date"):
        return Scalar(type="date")
    if shape.format == "time":
        return Scalar(type="time")
    told = _told_by_name(shape, hint) or _told_by_text(shape, hint)
    if told is not None:
        return told
    low_length, high_length = shape.min_length, shape.max_length
    if low_length is not None and high_length is not None and low_length > high_length:
        low_length = high_length = None
    return Scalar(
        type="string",
        format="" if shape.format == "string" else fold(shape.format)[:40],
        min_length=low_length,
        max_length=high_length,
        pattern=shape.pattern,
    )


def _told_by_name(shape: Shape, hint: tuple[str, ...]) -> Scalar | None:
    if shape.kind != "string" or shape.format or not hint:
        return None
    if shape.pattern is not None:
        dated = re.fullmatch(shape.pattern, "2020-01-31") and hint[-1] in ("date", "day", "on")
        return Scalar(type="date") if dated else None
    texts = [e for e in shape.examples if isinstance(e, str)]
    timed = hint[-1:] in _DATETIME_NAMES or hint[-1] in ("at", "date", "time", "on", "timestamp")
    if timed and texts:
        if all(_DATE.match(text) for text in texts):
            return Scalar(type="date")
        if all(_DATETIME.match(text) for text in texts):
            return Scalar(type="datetime")
        return None
    if len(hint) > 1 and hint[-1] == "at" and shape.max_length is None:
        return Scalar(type="datetime")
    said = shape.description
    if is_life_moment(hint) and _TIME.search(said) and not _OTHER_TIME.search(said):
        only_date = "yyyy-mm-dd" in said.lower() and "hh" not in said.lower()
        return Scalar(type="date" if only_date else "datetime")
    return None


def _told_by_text(shape: Shape, hint: tuple[str, ...]) -> Scalar | None:
    """Read the closed set of values, or the time format, that a description states."""
    text = shape.description[:MAX_TEXT]
    if shape.format or shape.pattern or shape.max_length is not None:
        return None
    choices = listed_choices(shape.description, hint)
    known = [*shape.examples, *([shape.default] if shape.default else [])]
    if choices and all(value in choices for value in known):
        return Scalar(type="string", choices=choices)
    if "RFC 3339" in text or "RFC3339" in text or "ISO 8601" in text:
        if "duration" in text.lower() or "code" in text.lower():
            return None
        only_date = "yyyy-mm-dd" in text.lower() and "hh" not in text.lower()
        return Scalar(type="date" if only_date else "datetime")
    return None


def fitting_default(shape: Shape, value: ValueType) -> tuple[Json, bool]:
    """Return the default of a shape if its type allows it, and whether there is one."""
    if not shape.has_default or shape.default is None or not fits(shape.default, value):
        return None, False
    if shape.default in ("", [], {}):
        return None, False
    return shape.default, True


def fits(example: Json, value: ValueType) -> bool:
    """Tell whether a JSON value is of a type; only scalars are looked into."""
    if isinstance(value, ListOf):
        return isinstance(example, list) and all(fits(one, value.item) for one in example)
    if not isinstance(value, Scalar):
        return False
    match value.type:
        case "boolean":
            return isinstance(example, bool)
        case "integer" | "number":
            allowed = int if value.type == "integer" else int | float
            if isinstance(example, bool) or not isinstance(example, allowed):
                return False
            low, high = value.minimum, value.maximum
            inside = (low is None or example >= low) and (high is None or example <= high)
            return inside and (not value.choices or example in value.choices)
        case "date":
            return isinstance(example, str) and _DATE.match(example) is not None
        case "datetime":
            return isinstance(example, str) and _DATETIME.match(example) is not None
        case "time":
            return False
    if not isinstance(example, str):
        return False
    if value.choices:
        return example in value.choices
    length = len(example)
    return (
        (value.min_length or 0) <= length <= (value.max_length or length)
        and (value.pattern is None or re.search(value.pattern, example) is not None)
        and example.isprintable()
    )
