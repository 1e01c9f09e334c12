"""Undescribed reads: `GET /orders` and `GET /orders/{id}` that do not say what they answer.

What an order is may be told beside: by another operation on the same path that does answer with
one, or by the bodies that create and change orders. Where nothing tells it, nothing is concluded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation
from envfactory.spec.records.parameter import is_paging
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.payload import Envelopes
from envfactory.spec.shapes.route import Route, Router
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.shapes.wording import says_expression, says_form
from envfactory.spec.untold.kept import is_filter
from envfactory.spec.untold.told import filtered_field, says_what_to_ask, title_of, told_fields
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import Nouns, pascal, word_set, words
from envfactory.spec.words.prose import plain, sentences

TOLD_BESIDE = "the answer is described elsewhere on the path"
FROM_BODIES = "no response describes the record"
_FILES = re.compile(r"image/|audio/|video/|pdf|octet-stream|zip|csv|html|excel|spreadsheet", re.I)
_MIN_PROPERTIES = 2
_TOGETHER = 2
"""So many parameters in a row may tell records apart only together."""
_KEYS = word_set("id uuid guid key code slug name number no")
_FEW = 5
_DERIVED = re.compile(
    r"\b(?:boundar\w+|geometr\w+|visuali[sz]\w+|plots?|download\w*|forecasts?|"
    r"time ?series|random\w*|similar\w*|near\w*|radius|recommend\w*|predict\w*)\b",
    re.IGNORECASE,
)
"""What a read tells of records that is more than these themselves."""
_NO_KIND = word_set(
    "status stat statistic detail info tile pixel option setting metric result value facet "
    "aggregation bucket histogram dot doc docs autocomplete suggestion tuneinlink"
)
"""Nouns that name no kind of record, though they stand in the plural."""


@dataclass
class _Place:
    """One kind of record on its path: what is answered there and what is sent."""

    answered: list[Shape] = field(default_factory=list)
    sent: list[Shape] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    reads: list[Operation] = field(default_factory=list)
    noun: tuple[str, ...] = ()
    plural: bool = False


class Undescribed:
    """Gives reads the answers that other operations describe.

    Args:
        description: What the source says.
        schemas: Reads its schemas.
        nouns: Singular and plural.
    """

    def __init__(self, description: ApiDescription, schemas: Schemas, nouns: Nouns) -> None:
        self._envelopes, self._nouns = Envelopes(schemas, nouns), nouns
        self._schemas = schemas
        self._router = Router([one.path for one in description.operations], nouns)
        self._files = answered_with_files(description)
        self._taken = set(description.schemas)
        self._references: dict[tuple[tuple[str, ...], ...], JsonSchema] = {}
        self.made: dict[str, JsonSchema] = {}
        self._places: dict[tuple[tuple[str, ...], ...], _Place] = {}
        for operation in description.operations:
            if operation.method != "call":
                self._look(operation)

    def _look(self, operation: Operation) -> None:
        """Remember what an operation tells of the records on its path."""
        route = self._router.route(operation.path)
        if not route.steps or route.tail:
            return
        place = self._places.setdefault(route.nouns, _Place())
        noun = place.noun = route.steps[-1].noun
        said = words(route.steps[-1].segment)
        place.plural = bool(said) and self._nouns.is_plural(said[-1])
        if operation.method == "get":
            place.reads.append(operation)
        if operation.response is not None:
            payload = self._envelopes.open(operation.response.schema_, noun)
            if payload.kind in ("record", "records") and len(payload.shape.properties) > 1:
                place.answered.append(payload.shape)
        if operation.method in ("post", "put", "patch"):
            sent = self._sent(operation, noun)
            if sent.kind == "object" and len(sent.properties) >= _MIN_PROPERTIES:
                place.sent.append(sent)
        if route.on_item and not is_paging(route.steps[-1].parameters[-1]):
            place.keys.append(route.steps[-1].parameters[-1])

    def _sent(self, operation: Operation, noun: tuple[str, ...]) -> Shape:
        """Return what callers send: the body, or the query where there is none."""
        if operation.request is not None:
            return self._envelopes.open(operation.request.schema_, noun).shape
        asked = [one for one in operation.parameters if one.location == "query"]
        kept = [o for o in asked if not (is_credential(o.name) or is_paging(o.name))]
        return Shape(
            "object",
            properties={
                o.name: {"description": o.description, **o.schema_} if o.description else o.schema_
                for o in kept
            },
            required=frozenset(o.name for o in kept if o.required),
        )

    def answered(self, operation: Operation) -> tuple[Operation, Origin] | None:
        """Return a read with its answer, and where it comes from; None where nothing tells it."""
        return self._answered(operation, ("", "list", "get"))

    def searched(self, operation: Operation) -> tuple[Operation, Origin] | None:
        """Return a search with its answer: such records as the path tells of without it."""
        return self._answered(operation, ("search",))

    def _answered(
        self, operation: Operation, verbs: tuple[str, ...]
    ) -> tuple[Operation, Origin] | None:
        if operation.method != "get" or self._is_described(operation):
            return None
        route = self._router.route(operation.path)
        if not route.steps or route.tail or route.verb not in verbs:
            return None
        picked = route.steps[-1].parameters
        if any(is_paging(name) for name in picked) or not _identifies(picked, route.nouns[-1]):
            return None
        one = route.on_item or (route.verb == "get" and _asks_for_one(operation, route.nouns[-1]))
        many = not one or (bool(picked) and self._is_of_other(route, picked[-1]))
        if many and not self._places[route.nouns].plural:
            return None
        schema, reason = self._schema(route.nouns)
        if schema is None:
            return None
        body = Body(
            media_type="application/json",
            schema={"type": "array", "items": schema} if many else schema,
        )
        where = f"{operation.method.upper()} {operation.path}"
        return operation.model_copy(update={"response": body}), Origin(where, "", (reason,))

    def is_open(self, operation: Operation) -> bool:
        """Tell whether a read is left without an answer: nothing describes one here or beside."""
        return not self._is_described(operation) and self.answered(operation) is None

    def shared(self, path: str) -> tuple[str, ...]:
        """Return the leading segments of a path that all paths have."""
        return self._router.shared(path)

    def record_of(self, noun: tuple[str, ...]) -> JsonSchema | None:
        """Return the schema of the records that a path of their own calls `noun`, if one does."""
        for path, place in self._places.items():
            if place.noun == noun and path[-1:] == (noun,) and (place.answered or place.plural):
                schema = self._schema(path)[0]
                if schema is not None:
                    return schema
        return None

    def add(self, noun: tuple[str, ...], schema: JsonSchema) -> JsonSchema:
        """Name a schema that was concluded, and return a reference to it."""
        name = pascal(noun)
        while name in self._taken:
            name += "Record"
        self._taken.add(name)
        self.made[name] = schema
        return {"$ref": f"#/schemas/{name}"}

    def _is_of_other(self, route: Route, parameter: str) -> bool:
        """Tell whether a parameter names records of another kind, by which these are listed."""
        parts = self._nouns.singular_words(words(parameter))
        own = route.nouns[-1]
        others = {place.noun for place in self._places.values()} - {own, own[-1:]}
        return parts in others

    def _is_described(self, operation: Operation) -> bool:
        if place_of(operation) in self._files:
            return True
        if operation.response is None:
            return False
        shape = self._envelopes.open(operation.response.schema_).shape
        if shape.kind == "map":
            return self._schemas.shape(shape.value or {}).kind != "any"
        return bool(shape.properties) or shape.kind not in ("any", "object")

    def _schema(self, path: tuple[tuple[str, ...], ...]) -> tuple[JsonSchema | None, str]:
        """Return the schema of the records on a path, and what it was concluded from."""
        place = self._places.get(path)
        if place is None:
            return None, ""
        if place.answered:
            return _schema_of(place.answered[0]), TOLD_BESIDE
        if not place.sent and not self._is_collection(place):
            return None, ""
        known = self._references.get(path)
        if known is None:
            known = self._references[path] = self.add(path[-1], self._made(place))
        return known, FROM_BODIES

    def _is_collection(self, place: _Place) -> bool:
        """Tell whether reads alone tell of records: several can be listed, or one named."""
        if not place.plural or place.noun[-1] in _NO_KIND:
            return False
        told = (sentences(plain(text)) for one in place.reads for text in _texts(one))
        if any(found and _DERIVED.search(found[0]) for found in told):
            return False
        return not any(self._is_described(one) for one in place.reads)

    def _made(self, place: _Place) -> JsonSchema:
        key = next(iter(place.keys), "id")
        properties: dict[str, JsonSchema] = {}
        known = {words(name) for shape in place.sent for name in shape.properties}
        if words(key) not in known and ("id",) not in known:
            properties[key] = {"type": "string", "readOnly": True}
        for shape in place.sent:
            for name, schema in shape.properties.items():
                properties.setdefault(name, schema)
        if not place.sent:
            self._add_generic(place, properties)
        return {"type": "object", "properties": dict(properties)}

    def _add_generic(self, place: _Place, properties: dict[str, JsonSchema]) -> None:
        """Add what filters and descriptions tell of records, and what such records plainly have."""
        for one in place.reads:
            for parameter in one.parameters:
                shape = self._schemas.shape(parameter.schema_)
                said = parameter.description or shape.description
                if says_form(said) or says_expression(said):
                    continue
                if parameter.location == "query" and is_filter(words(parameter.name), shape):
                    name, schema = filtered_field(
                        parameter.name, parameter.schema_, self._schemas, self._nouns
                    )
                    said = parameter.description
                    text = "" if says_what_to_ask(said) else said
                    properties.setdefault(name, {"description": text, **schema} if text else schema)
            text = f"{one.summary}. {plain(one.description)}"
            for name, schema in told_fields(text, self._nouns).items():
                properties.setdefault(name, schema)
        known = {words(name)[-1] for name in properties if words(name)}
        if not known & {"name", "title", "label"}:
            properties[title_of(place.noun)] = {"type": "string"}
        if len(properties) < _FEW:
            properties.setdefault("description", {"type": "string"})


def answered_with_files(description: ApiDescription) -> frozenset[str]:
    """Return the places of operations that answer with a file: '#/paths/~1cats/get'."""
    return frozenset(
        "/".join(note.where.split("/")[:4])
        for note in description.skipped
        if note.reason == "response is not JSON" and _FILES.search(note.detail)
    )


def place_of(operation: Operation) -> str:
    """Return where an OpenAPI file describes an operation, as a JSON pointer."""
    escaped = operation.path.replace("~", "~0").replace("/", "~1")
    return f"#/paths/{escaped}/{operation.method}"


def _identifies(picked: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Tell whether the last of several parameters names a record, and they do not only together."""
    if len(picked) < _TOGETHER:
        return True
    parts, before = words(picked[-1]), words(picked[-2])
    if before and before[-1] in _KEYS and parts[:-1] != noun:
        return False
    return parts[-1:] == noun[-1:] or bool({*parts[-1:]} & _KEYS)


def _texts(operation: Operation) -> tuple[str, str]:
    return operation.summary, operation.description


def _asks_for_one(operation: Operation, noun: tuple[str, ...]) -> bool:
    """Tell whether a query names the one record that is answered with."""
    own = ({"id"}, {*noun, "id"}, {"uuid"}, {*noun, "key"}, {*noun, "code"})
    return any(set(words(one.name)) in own for one in operation.parameters)


def _schema_of(shape: Shape) -> JsonSchema:
    if shape.name:
        return {"$ref": f"#/schemas/{shape.name}"}
    return {
        "type": "object",
        "properties": dict(shape.properties),
        "required": [*sorted(shape.required)],
    }
