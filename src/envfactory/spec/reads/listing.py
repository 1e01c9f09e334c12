"""Listings: the inputs of an operation that returns many records."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from envfactory.records import Json
from envfactory.source.description import JsonSchema
from envfactory.spec.model import (
    Match,
    Paging,
    ParameterSpec,
    Reference,
    Scalar,
    Sorting,
    ValueType,
)
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.ordering import ordering
from envfactory.spec.records.page_size import first_page, page_size
from envfactory.spec.records.parameter import Meaning, may_be_sought, meaning, unwrapped
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.shapes.value import describe
from envfactory.spec.words.name import Nouns, identifier, is_reserved
from envfactory.spec.words.prose import plain, sentence


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
    """Sorts the inputs of a list into filters, paging and sorting.

    Args:
        draft: The records.
        schemas: Reads schemas.
        nouns: Singular and plural.
        given: Filters that stand already.
        directed: One input says nothing but the direction; it is taken after the one that sorts.
    """

    def __init__(
        self,
        draft: Draft,
        schemas: Schemas,
        nouns: Nouns,
        given: tuple[Match, ...] = (),
        directed: bool = False,
    ) -> None:
        self._directed = directed
        self._draft, self._schemas, self._nouns = draft, schemas, nouns
        self.matches: list[Match] = list(given)
        self._limit: tuple[str, int] | None = None
        self._position: tuple[str, str, int] | None = None
        self._sort: tuple[str, tuple[str, ...]] | None = None
        self._direction: str | None = None

    def take(
        self,
        name: str,
        schema: JsonSchema,
        text: str,
        inputs: Inputs,
        required: bool = False,
        sought: bool = False,
    ) -> bool:
        """Give an input its place; return False where it has no meaning here.

        Args:
            name: What the source calls it.
            schema: What the source says of its values.
            text: What the source says of it.
            inputs: Where its parameter is added.
            required: Whether callers must give it.
            sought: Whether a search asks for part of a text by it.
        """
        shape = self._schemas.shape(schema)
        if text and not shape.description:
            shape = _described(shape, text)
        means = meaning(name, shape, self._draft, self._nouns)
        if sought and means.op == "eq" and means.field is not None:
            found = self._draft.fields[means.field]
            means = replace(means, op="contains") if may_be_sought(found) else means
        match means.sense:
            case "match":
                return self._match(name, shape, means, inputs, required)
            case "limit":
                return self._take_limit(name, shape, text, inputs)
            case "offset" | "page" | "cursor":
                return self._take_position(name, shape, text, means.sense, inputs)
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
            describe(shape.description, unwrapped(name), self._draft.noun),
            required,
            field.reference if field is not None else None,
        )
        if field is not None and field.role == "key" and means.op != "contains":
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

    def _take_limit(self, name: str, shape: Shape, text: str, inputs: Inputs) -> bool:
        if self._limit is not None:
            return False
        default, highest = page_size(shape, text or shape.description)
        kind = Scalar(type="integer", minimum=1, maximum=highest)
        called, text = identifier(name, "limit"), "How many records to return at most."
        made = self._optional(name, called, kind, text, inputs, default)
        self._limit = (made, default)
        return True

    def _take_position(
        self, name: str, shape: Shape, text: str, style: str, inputs: Inputs
    ) -> bool:
        if self._position is not None:
            return False
        if style == "cursor":
            text = "Where to go on: the cursor that the page before returned."
            made = self._optional(
                name, identifier(name, "cursor"), Scalar(type="string"), text, inputs, None
            )
            self._position = (made, "cursor", 1)
            return True
        first = 0 if style == "offset" else first_page(shape, text or shape.description)
        text = (
            "How many records to skip." if style == "offset" else f"Page number, from {first} on."
        )
        kind = Scalar(type="integer", minimum=first)
        made = self._optional(name, identifier(name, style), kind, text, inputs, first)
        self._position = (made, style, first)
        return True

    def _take_sort(self, name: str, shape: Shape, inputs: Inputs) -> bool:
        if self._sort is not None:
            return False
        found = ordering(shape, self._draft, self._schemas)
        if found is None:
            return False
        kind = Scalar(type="string", choices=found.fields)
        called = identifier(name, "sort")
        made = self._optional(name, called, kind, "Field to order by.", inputs, found.default)
        self._sort = (made, found.fields)
        if found.directed and not self._directed:
            self._add_direction(name, f"{made}_direction", inputs, found.descending)
        return True

    def _take_direction(self, name: str, shape: Shape, inputs: Inputs) -> bool:
        if self._direction is not None or self._sort is None:
            return False
        given = str(shape.default or "").lower().lstrip("-")
        self._add_direction(name, identifier(name, "direction"), inputs, given.startswith("desc"))
        return True

    def _add_direction(self, name: str, called: str, inputs: Inputs, downwards: bool) -> None:
        kind = Scalar(type="string", choices=("asc", "desc"))
        text = "Whether to order upwards (asc) or downwards (desc)."
        default = "desc" if downwards else "asc"
        self._direction = self._optional(name, called, kind, text, inputs, default)

    def _optional(
        self, name: str, called: str, kind: Scalar, text: str, inputs: Inputs, default: Json
    ) -> str:
        made = inputs.add(name, called, kind, text, required=False)
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
    return replace(shape, description=sentence(plain(text)) or shape.description)
