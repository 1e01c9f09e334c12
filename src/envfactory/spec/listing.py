"""Listings: the inputs of an operation that returns many records."""

from __future__ import annotations

import itertools
from typing import Protocol

from envfactory.records import Json
from envfactory.source.description import JsonSchema
from envfactory.spec.draft import Draft
from envfactory.spec.model import (
    Match,
    Paging,
    ParameterSpec,
    Reference,
    Scalar,
    Sorting,
    ValueType,
)
from envfactory.spec.name import Nouns, identifier, is_reserved, words
from envfactory.spec.parameter import Meaning, meaning, unwrapped
from envfactory.spec.prose import plain, sentence
from envfactory.spec.schema import Schemas, Shape
from envfactory.spec.value import describe

_MAX_PAGE = 1000


class Inputs(Protocol):
    """Where the parameters of the tool are collected."""

    parameters: list[ParameterSpec]

    def add(
        self,
        source_name: str,
        name: str,
        type_: ValueType,
        text: str,
        required: bool,
        reference: Reference | None = None,
    ) -> str:
        """Add a parameter and return its identifier."""


class ListInputs:
    """Sorts the inputs of a list into filters, paging and sorting, beside the `given` filters."""

    def __init__(
        self, draft: Draft, schemas: Schemas, nouns: Nouns, given: tuple[Match, ...] = ()
    ) -> None:
        self._draft, self._schemas, self._nouns = draft, schemas, nouns
        self.matches: list[Match] = list(given)
        self._limit: tuple[str, int] | None = None
        self._position: tuple[str, str, int] | None = None
        self._sort: tuple[str, tuple[str, ...]] | None = None
        self._direction: str | None = None

    def take(
        self, name: str, schema: JsonSchema, text: str, inputs: Inputs, required: bool = False
    ) -> bool:
        """Give an input its place; return False where it has no meaning here."""
        shape = self._schemas.shape(schema)
        if text and not shape.description:
            shape = _described(shape, text)
        means = meaning(name, shape, self._draft, self._nouns)
        match means.sense:
            case "match":
                return self._match(name, shape, means, inputs, required)
            case "limit":
                return self._take_limit(name, shape, inputs)
            case "offset" | "page" | "cursor":
                return self._take_position(name, shape, means.sense, inputs)
            case "sort":
                return self._take_sort(name, shape, inputs)
            case "direction":
                return self._take_direction(name, shape, inputs)
        return False

    def _match(
        self, name: str, shape: Shape, means: Meaning, inputs: Inputs, required: bool
    ) -> bool:
        if means.type is None or any(
            m.field == means.field and m.op == means.op for m in self.matches
        ):
            return False
        field = self._draft.fields[means.field] if means.field is not None else None
        made = inputs.add(
            name,
            self._filter_name(name, means.type),
            means.type,
            describe(shape.description, words(name), self._draft.noun),
            required,
            field.reference if field is not None else None,
        )
        if field is not None and field.role == "key":
            inputs.parameters[-1] = inputs.parameters[-1].model_copy(
                update={"reference": Reference(table=self._draft.table)}
            )
        self.matches.append(Match(parameter=made, field=means.field, op=means.op))
        return True

    def _filter_name(self, name: str, type_: ValueType) -> str:
        """Return what to call a filter; one that cannot be called `from` is `from_date`."""
        parts = unwrapped(name)
        plain_name = "_".join(parts)
        kind = type_.type if isinstance(type_, Scalar) else ""
        if is_reserved(plain_name) and kind in ("date", "datetime", "time"):
            return f"{plain_name}_{'date' if kind == 'date' else 'time'}"
        return identifier(plain_name, "_".join(self._draft.noun))

    def _take_limit(self, name: str, shape: Shape, inputs: Inputs) -> bool:
        if self._limit is not None:
            return False
        default = shape.default if isinstance(shape.default, int) else 20
        highest = int(shape.maximum) if shape.maximum and shape.maximum >= 1 else _MAX_PAGE
        default = max(1, min(default, highest))
        kind = Scalar(type="integer", minimum=1, maximum=highest)
        made = self._optional(
            name, "limit", kind, "How many records to return at most.", inputs, default
        )
        self._limit = (made, default)
        return True

    def _take_position(self, name: str, shape: Shape, style: str, inputs: Inputs) -> bool:
        if self._position is not None:
            return False
        if style == "cursor":
            text = "Where to go on: the cursor that the page before returned."
            made = self._optional(name, "cursor", Scalar(type="string"), text, inputs, None)
            self._position = (made, "cursor", 1)
            return True
        zero = shape.minimum == 0 or shape.default == 0 or "zero-based" in shape.description.lower()
        first = 0 if style == "offset" or zero else 1
        text = (
            "How many records to skip." if style == "offset" else f"Page number, from {first} on."
        )
        kind = Scalar(type="integer", minimum=first)
        made = self._optional(name, style, kind, text, inputs, first)
        self._position = (made, style, first)
        return True

    def _take_sort(self, name: str, shape: Shape, inputs: Inputs) -> bool:
        if self._sort is not None:
            return False
        fields = self._sortable(shape)
        if not fields:
            return False
        kind = Scalar(type="string", choices=fields)
        made = self._optional(name, "sort", kind, "Field to order by.", inputs, None)
        self._sort = (made, fields)
        return True

    def _sortable(self, shape: Shape) -> tuple[str, ...]:
        if shape.kind == "array":
            shape = self._schemas.shape(shape.item or {})
        named = [words(str(choice)) for choice in shape.choices]
        if not named:
            said = words(shape.description[:2000])
            named = [(word,) for word in said]
            named += list(itertools.pairwise(said))
        names: dict[str, None] = {}
        for parts in named:
            trimmed = parts[:-1] if parts[-1:] in (("asc",), ("desc",)) else parts
            name = self._draft.names.get(trimmed) or self._draft.names.get((*trimmed, "at"))
            if name is not None and _is_sortable(self._draft.fields[name].type):
                names.setdefault(name)
        return tuple(names)[:12]

    def _take_direction(self, name: str, shape: Shape, inputs: Inputs) -> bool:
        if self._direction is not None or self._sort is None:
            return False
        kind = Scalar(type="string", choices=("asc", "desc"))
        text = "Whether to order upwards (asc) or downwards (desc)."
        self._direction = self._optional(name, "direction", kind, text, inputs, "asc")
        return True

    def _optional(
        self, name: str, fallback: str, kind: Scalar, text: str, inputs: Inputs, default: Json
    ) -> str:
        made = inputs.add(name, identifier(name, fallback), kind, text, required=False)
        inputs.parameters[-1] = inputs.parameters[-1].model_copy(update={"default": default})
        return made

    def paging(self) -> Paging | None:
        """Return how the list is cut into pages, if it is."""
        if self._limit is None and self._position is None:
            return None
        limit, default = self._limit or (None, 20)
        position, style, first = self._position or (None, "offset", 1)
        return Paging(
            style=style,
            limit=limit,
            position=position,
            default_limit=default,
            first_page=first if style == "page" else 1,
        )

    def sorting(self) -> Sorting | None:
        """Return how the list is ordered, if a parameter says so."""
        if self._sort is None:
            return None
        parameter, fields = self._sort
        return Sorting(parameter=parameter, fields=fields, direction_parameter=self._direction)


def _described(shape: Shape, text: str) -> Shape:
    from dataclasses import replace

    return replace(shape, description=sentence(plain(text)) or shape.description)


def _is_sortable(value: ValueType) -> bool:
    return isinstance(value, Scalar) and value.type != "boolean"
