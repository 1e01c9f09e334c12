"""Implied fields: what a required input is about where no schema has a field for it.

Records can be told apart by it, or nobody would have to say it: `/boards/{state}/{county}` lists
boards that have a state and a county, whatever a board is described to be.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.model import FieldSpec, ListOf, Match, Reference, Scalar, ValueType
from envfactory.spec.records.call import Call, Input
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.link import Linker
from envfactory.spec.records.newest import dated_field
from envfactory.spec.records.parameter import bound, is_cursor, is_sought, is_transport, unwrapped
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.shapes.value import describe, scalar
from envfactory.spec.shapes.wording import says_expression, says_several
from envfactory.spec.words.credential import is_form
from envfactory.spec.words.name import Names, identifier, word_set, words
from envfactory.spec.words.prose import fold, plain, sentence
from envfactory.spec.words.terms import is_search

IMPLIED = "required inputs imply fields"
"""What a tool says that has such a field."""
_FREE = word_set(
    "text texts sentence content contents body html markdown source expression formula "
    "message prompt input script template data payload file image photo picture base64 blob json "
    "xml csv document audio video string words question answer note"
)
"""Words for what callers make up: no record can be looked up by it."""
_AMOUNTS = word_set(
    "amount quantity qty price budget weight height width length radius distance depth size "
    "income salary volume duration speed rate percent percentage factor"
)
"""Words for sizes that callers choose freely."""
_SINCE = word_set("since until before after start end")
_LIMITS = word_set("min max minimum maximum gt gte lt lte")
_OWNER = ("owner", "id")
"""What an input called like a key that nobody else knows of must be about."""
_TIMES = word_set("date time datetime timestamp day period at on")


def is_free(parts: tuple[str, ...], shape: Shape) -> bool:
    """Tell whether callers make the value up, so that equality with stored data says nothing."""
    if shape.choices or not parts:
        return False
    if shape.kind in ("integer", "number"):
        return parts[-1] in _AMOUNTS
    return parts[-1] in _FREE or shape.format in ("binary", "byte")


def is_no_value(draft: Draft, name: str) -> bool:
    """Tell whether a list by the last part of its path lists something else than these records.

    `/types/{type}` lists no types, and what `/clients/{language}` lists has no language.
    """
    parts = words(name)
    named = draft.kind.is_named(parts) or draft.kind.is_named(parts[:-1])
    own = parts == draft.choice.slot.words or (named and parts[-1:] != ("ids",))
    return own or (is_transport(name, "path") and not is_form(name))


class Implied:
    """Adds the fields that required inputs imply.

    Args:
        schemas: Reads schemas.
        linker: Finds the entities that inputs refer to.
    """

    def __init__(self, schemas: Schemas, linker: Linker) -> None:
        self._schemas, self._linker = schemas, linker

    def match(
        self, call: Call, name: str, shape: Shape, qualifier: tuple[str, ...] = ()
    ) -> Match | None:
        """Add a parameter that narrows a list by a field that it implies, and return how.

        Args:
            call: The tool that is being made.
            name: What the source calls the input.
            shape: What the source says of its values.
            qualifier: Words before its own where these are as general as `id`.

        Returns:
            None where no field can be concluded from the input.
        """
        parts = unwrapped(name)
        if len(words(name)) == 1 and words(name) != qualifier:
            parts = (*qualifier, *parts)
        if not parts or is_transport(name, "query") or is_cursor(name) or is_search(name):
            return None  # words to look for are about the texts of records, if these have any
        if shape.kind == "string" and not shape.choices and says_expression(shape.description):
            return None
        listed = shape.kind == "array"
        several = listed or says_several(shape) or (parts[-1] == "ids" and shape.kind == "string")
        inner = self._schemas.shape(shape.item or {}) if listed else shape
        op, rest = bound(parts)
        if op is not None and not several and _is_range(parts, rest, inner):
            dated = self._bounded(call.draft, rest, inner)
            if dated is None:
                return None
            text = describe(shape.description, parts, call.draft.noun)
            ranged = scalar(inner, parts) if not _is_time(dated.type) else dated.type
            made = call.add(name, _argument(parts, dated), ranged, text, required=True)
            return Match(parameter=made, field=dated.name, op=op)
        own = (*parts[:-1], "id") if several and parts[-1] == "ids" else parts
        field = self.field(call.draft, own, name, inner)
        instant = (
            isinstance(field.type, Scalar) and field.type.type == "datetime" if field else True
        )
        if field is None or (instant and not several):
            return None  # nobody asks for what came to be at one instant
        kind: ValueType = ListOf(item=field.type) if several else field.type
        text = describe(shape.description, parts, call.draft.noun)
        made = call.add(
            name, identifier("_".join(parts), field.name), kind, text, True, field.reference
        )
        if several:
            return Match(parameter=made, field=field.name, op="one_of")
        sought = _is_sought(call, field) or is_sought(field, shape.description)
        return Match(parameter=made, field=field.name, op="contains" if sought else "eq")

    def shape(self, one: Input) -> Shape:
        """Return what an input's values are, with the best description of them."""
        shape = self._schemas.shape(one.schema)
        return replace(shape, description=sentence(plain(one.description or shape.description)))

    def field(
        self, draft: Draft, parts: tuple[str, ...], name: str, shape: Shape
    ) -> FieldSpec | None:
        """Return the field that an input implies, new where the records have none of that name."""
        known = draft.names.get(parts) or _joined(draft, parts) or _told(draft, parts, shape)
        if known is None and parts in (("name",), ("title",)):
            known = draft.title or draft.names.get(draft.noun)
        if known == draft.key and draft.choice.inferred:
            parts, known = _OWNER, draft.names.get(_OWNER)
        if known is not None:
            return draft.fields[known] if isinstance(draft.fields[known].type, Scalar) else None
        if shape.kind in ("object", "map", "array") or is_free(parts, shape):
            return None
        target = self._linker.target(draft, parts, shape)
        if target is not None:
            value: ValueType = target.key_type()
        elif shape.kind == "any":
            value = Scalar(type="string")
        else:
            value = _open(scalar(shape, parts))
        return _add(draft, parts, name, shape.description, value, target)

    def _bounded(self, draft: Draft, rest: tuple[str, ...], shape: Shape) -> FieldSpec | None:
        """Return the field that a range is about, as in `from_date` or `price_min`."""
        if rest and not set(rest) <= _TIMES:
            return self.field(draft, rest, "_".join(rest), Shape(shape.kind))
        known = dated_field(draft)
        if known is not None:
            return known
        moment = scalar(shape, ("day", "at")).type == "datetime" and shape.format != "date"
        value = Scalar(type="datetime" if moment and shape.format else "date")
        return _add(draft, ("date",), "date", "", value, None)


def _joined(draft: Draft, parts: tuple[str, ...]) -> str | None:
    """Return the field of the same letters: `messageid` asks for the `message_id`."""
    letters = "".join(parts)
    return next((name for known, name in draft.names.items() if "".join(known) == letters), None)


def _told(draft: Draft, parts: tuple[str, ...], shape: Shape) -> str | None:
    """Return the field that a text calls an input: a `number` is the "registration number"."""
    said = words(shape.description[:120])
    for known, name in draft.names.items():
        longer = len(known) > 1 and known[-1:] == parts and known[:-1] != draft.noun
        if longer and any(said[at : at + len(known)] == known for at in range(len(said))):
            return name
    return None


def _add(
    draft: Draft,
    parts: tuple[str, ...],
    source_name: str,
    text: str,
    value: ValueType,
    target: Draft | None,
) -> FieldSpec:
    name = Names(draft.fields).take(identifier("_".join(parts), "_".join(draft.noun)))
    draft.fields[name] = FieldSpec(
        name=name,
        source_name=fold(source_name)[:200],
        type=value,
        description=describe(text, parts, draft.noun),
        reference=Reference(table=target.table, on_delete="cascade") if target else None,
        inferred=True,
    )
    draft.names.setdefault(parts, name)
    return draft.fields[name]


def _open(value: Scalar) -> Scalar:
    return value.model_copy(update={"pattern": None, "min_length": None, "max_length": None})


def _is_sought(call: Call, field: FieldSpec) -> bool:
    """Tell whether a search asks for part of a text."""
    text = isinstance(field.type, Scalar) and field.type.type == "string" and not field.type.choices
    return text and call.seen.kind == "search" and field.reference is None and field.role != "key"


def _is_range(parts: tuple[str, ...], rest: tuple[str, ...], shape: Shape) -> bool:
    """Tell whether a name such as `from` or `price_min` is the end of a range of times or sizes.

    `start_lat` and `to` are places, or anything else.
    """
    if not rest or set(rest) <= _TIMES:
        dated = shape.format in ("date", "date-time") or bool(rest) or parts[-1] in _SINCE
        return shape.kind in ("string", "any") and (dated or "date" in shape.description.lower())
    sized = shape.kind in ("integer", "number")
    return sized and bool({parts[0], parts[-1]} & _LIMITS)


def _is_time(value: ValueType) -> bool:
    return isinstance(value, Scalar) and value.type in ("date", "datetime", "time")


def _argument(parts: tuple[str, ...], field: FieldSpec) -> str:
    """Return what to call the end of a range; `from` alone is `from_date`."""
    name = "_".join(parts)
    return f"{name}_{field.name}" if len(parts) == 1 else identifier(name, field.name)
