"""Unshaped operations: what records look like where no response says so.

An operation that answers with a record which nobody describes gets the schema of one, made of
what is known: the inputs that name, filter, create and change such records, the fields that the
descriptions list, a title, and the moment of creation where something creates them. Everything
that comes from here is marked as inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation
from envfactory.spec.records.draft import Draft
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.payload import Envelopes
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.untold.called import NOT_SAID, Addressed, Caller
from envfactory.spec.untold.holding import (
    MOVES,
    Holdings,
    find_holdings,
    find_orders,
    says_moved,
)
from envfactory.spec.untold.kept import is_data, is_filter
from envfactory.spec.untold.moving import Moves
from envfactory.spec.untold.picked import Picked
from envfactory.spec.untold.spoken import Spoken
from envfactory.spec.untold.subject import Reading, Subject, Subjects
from envfactory.spec.untold.told import filtered_field, kind_by_name, title_of, told_fields
from envfactory.spec.untold.undescribed import Undescribed
from envfactory.spec.words.authority import CREATED
from envfactory.spec.words.name import Nouns, pascal, snake, word_set, words

MEANING = "meaning read from the tool's name"
SHAPE = "no response describes the record"
_TITLES = word_set(
    "name title subject label headline username login filename message text content body summary "
    "display_name full_name question symbol path url"
)
_UNTITLED = word_set(
    "order booking reservation loan payment transaction transfer appointment invoice purchase "
    "shipment delivery refund rental visit vote enrollment registration bid deposit withdrawal"
)
"""Kinds of records that nobody gives a name."""
_RECEIPT = 2
"""A change that answers with at most so many fields gives a receipt, and not the record."""
_COUNT: JsonSchema = {"type": "object", "properties": {"count": {"type": "integer"}}}
_CARRIERS = (("url",), ("uri",), ("path",), ("filename",))
"""Last words of keys that say where the content of a record lies."""


@dataclass(frozen=True)
class Completed:
    """A description in which every operation that can have an address and a response has them.

    Attributes:
        description: The operations that rules can read.
        origins: By 'METHOD /path' of the completed operation.
        schemas: Names of the schemas that were concluded.
        left_out: Operations that no name explains, with the reason.
    """

    description: ApiDescription
    origins: dict[str, Origin]
    schemas: frozenset[str]
    left_out: tuple[tuple[str, str], ...]


def complete(description: ApiDescription, nouns: Nouns) -> Completed:
    """Give called operations their addresses, and undescribed responses their schemas."""
    schemas = Schemas(description.schemas)
    reads = Undescribed(description, schemas, nouns)
    spoken = Spoken(description, schemas, nouns, reads)
    picked = Picked(description, schemas, nouns, reads)
    found = Subjects(description, schemas, nouns)
    tools = found.readings
    held = find_holdings(tools, nouns)
    moves = Moves(found.readings, found.subjects, found.types, schemas, nouns)
    holdings = Holdings(description, tools, held, schemas, nouns)
    aside = {*held, *moves.found}
    orders = find_orders(description, held, found.types)
    called = {name: made for name, (_, made) in orders.items()}
    rest = tuple(
        one.model_copy(update={"id": called.get(one.id, one.id)})
        for one in description.operations
        if one.id not in aside
    )
    caller = Caller(description.model_copy(update={"operations": rest}), schemas, nouns)
    records = _Records(
        description, caller, schemas, nouns, (*reads.made, *holdings.made), moves.assumed
    )
    readings = {reading.operation.id: reading for reading in caller.readings}
    operations: list[Operation] = []
    origins: dict[str, Origin] = {}
    left_out: list[tuple[str, str]] = []
    for operation in description.operations:
        if operation.method != "call":
            told = reads.answered(operation) or spoken.answered(operation)
            told = told or reads.searched(operation) or picked.answered(operation)
            if told is not None:
                operation, origin = told
                origins[_where(operation)] = origin
            operations.append(operation)
            continue
        where = f"CALL {operation.path}"
        if operation.id in held:
            made = _unique(holdings.address(operation), origins)
            origin = Origin(where, snake(operation.id), (MEANING, SHAPE), held=held[operation.id])
            origins[_where(made)] = origin
            operations.append(made)
            continue
        moved = moves.found.get(operation.id)
        schema = records.known(moved.noun) if moved is not None else ""
        if moved is not None and not schema:
            left_out.append((where, NOT_SAID))
            continue
        if moved is not None:
            made = _unique(moves.address(operation, schema), origins)
            origin = Origin(where, snake(operation.id), (MEANING,), moved=moved)
            origins[_where(made)] = origin
            operations.append(made)
            continue
        reading = readings[called.get(operation.id, operation.id)]
        placed = orders[operation.id][0] if operation.id in orders else None
        if placed is None and says_moved(operation, held) and reading.doing == "create":
            left_out.append((where, MOVES))
            continue
        addressed = caller.address(reading)
        if addressed.reason:
            left_out.append((where, addressed.reason))
            continue
        made, shaped = records.answered(addressed)
        made = _unique(made, origins)
        inferred = (MEANING, SHAPE) if shaped else (MEANING,)
        given = {field: one for one, field in reading.sets.items() if field != one}
        origins[_where(made)] = Origin(where, snake(operation.id), inferred, given, placed)
        operations.append(made)
    concluded = {**reads.made, **records.made, **holdings.made}
    named = {**description.schemas, **concluded}
    changed = description.model_copy(update={"operations": tuple(operations), "schemas": named})
    return Completed(changed, origins, frozenset(concluded), tuple(left_out))


def mark_concluded(drafts: Iterable[Draft], schemas: frozenset[str]) -> None:
    """Mark the entities whose records no response describes, and all their fields."""
    for draft in drafts:
        if any(shape.name in schemas for shape in draft.kind.responses):
            draft.inferred = True
            for name in list(draft.fields):
                draft.replace(name, inferred=True)


def _where(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _unique(operation: Operation, taken: dict[str, Origin]) -> Operation:
    """Return an operation whose address is its own: a query tells tools of one address apart."""
    path, number = operation.path, 1
    while _where(operation) in taken:
        number += 1
        operation = operation.model_copy(update={"path": f"{path}?{number}"})
    return operation


class _Records:
    """Makes the schemas of the records that tools speak of."""

    def __init__(
        self,
        description: ApiDescription,
        caller: Caller,
        schemas: Schemas,
        nouns: Nouns,
        taken: Iterable[str],
        assumed: Mapping[tuple[str, ...], dict[str, JsonSchema]],
    ) -> None:
        self._assumed = assumed
        self._caller, self._schemas, self._nouns = caller, schemas, nouns
        self._envelopes = Envelopes(schemas, nouns)
        self._names = self._declared(description)
        self._taken = {*description.schemas, *taken}
        self.made: dict[str, JsonSchema] = {}

    def answered(self, addressed: Addressed) -> tuple[Operation, bool]:
        """Return an operation with a response, and whether that had to be concluded."""
        operation = addressed.operation
        if addressed.counted:
            body = Body(media_type="application/json", schema=_COUNT)
            return operation.model_copy(update={"response": body}), True
        if operation.response is not None:
            payload = self._envelopes.open(operation.response.schema_, addressed.noun)
            reading = operation.method == "get"
            told = payload.kind == ("records" if addressed.many else "record")
            if told and len(payload.shape.properties) > (0 if reading else _RECEIPT):
                return operation, False
        if addressed.nothing:
            return operation.model_copy(update={"response": None}), False
        reference: JsonSchema = {"$ref": f"#/schemas/{self._name(addressed.noun)}"}
        schema: JsonSchema = {"type": "array", "items": reference} if addressed.many else reference
        body = Body(media_type="application/json", schema=schema)
        return operation.model_copy(update={"response": body}), True

    def _declared(self, description: ApiDescription) -> dict[tuple[str, ...], str]:
        """Return the schemas that the source itself has of records that tools answer with."""
        found: dict[tuple[str, ...], str] = {}
        for operation in description.operations:
            if operation.method == "call" and operation.response is not None:
                shape = self._envelopes.open(operation.response.schema_).shape
                noun = clean_component(shape.name, self._nouns) if shape.name else ""
                if noun and shape.name in description.schemas and shape.properties:
                    found.setdefault(tuple(noun.split("_")), shape.name)
        return found

    def known(self, noun: tuple[str, ...]) -> str:
        """Return the name of the schema of records that other tools know, or ''."""
        if noun in self._names:
            return self._names[noun]
        return self._name(noun) if noun in self._caller.subjects else ""

    def _name(self, noun: tuple[str, ...]) -> str:
        """Return the name of the schema of one kind of record, made when first asked for."""
        name = self._names.get(noun)
        if name is None:
            name = pascal(noun)
            while name in self._taken:
                name += "Record"
            self._taken.add(name)
            self._names[noun] = name
            self.made[name] = self._record(self._caller.subjects[noun])
        return name

    def _record(self, subject: Subject) -> JsonSchema:
        properties: dict[str, JsonSchema] = {}
        known: set[tuple[str, ...]] = set()

        def add(name: str, schema: JsonSchema) -> None:
            parts = words(name)
            if parts and parts not in known:
                known.add(parts)
                properties[name] = schema

        key = "" if subject.looked_up else subject.key or "id"
        if key:
            add(key, self._key_schema(subject, key))
        understood = self._caller.understood(subject)
        for reading in sorted(self._caller.telling(subject), key=_rank):
            for name, schema in self._kept(reading, subject):
                if not (key and _is_key(words(name), subject, key)):
                    add(name, schema)
        told: dict[str, JsonSchema] = {}
        for reading in understood:
            if reading.doing in ("get", "list", "search"):
                text = reading.operation.description
                said = reading.operation.response
                told |= told_fields(text, self._nouns)
                told |= told_fields(f"- {said.description}" if said else "", self._nouns)
        for name, schema in told.items():
            if not (key and _is_key(words(name), subject, key)):
                add(name, schema)
        for reading in understood:
            for name, schema in self._receipt(reading, subject):
                add(name, schema)
            if reading.part:
                add(reading.part, kind_by_name((reading.part,), self._nouns))
        for name, schema in self._assumed.get(subject.noun, {}).items():
            add(name, schema)
        for name, schema in self._general(subject, known, bool(told)):
            add(name, schema)
        required = [
            name
            for name, schema in properties.items()
            if name == key or self._schemas.shape(schema).choices
        ]
        return {"type": "object", "properties": dict(properties), "required": list(required)}

    def _receipt(self, reading: Reading, subject: Subject) -> Iterable[tuple[str, JsonSchema]]:
        """Yield what a change answers with where that is no whole record but an id or two."""
        response = reading.operation.response
        if response is None or reading.doing not in ("create", "upsert", "update"):
            return
        payload = self._envelopes.open(response.schema_, subject.noun)
        if payload.kind == "record" and len(payload.shape.properties) <= _RECEIPT:
            yield from payload.shape.properties.items()

    def _key_schema(self, subject: Subject, key: str) -> JsonSchema:
        for reading in subject.readings:
            if key in reading.schemas:
                return {**reading.schemas[key], "description": reading.inputs[key].description}
        return {"type": "string", "readOnly": True}

    def _kept(self, reading: Reading, subject: Subject) -> Iterable[tuple[str, JsonSchema]]:
        """Yield the fields that the inputs of one tool tell."""
        for name, shape in reading.inputs.items():
            parts = words(name)
            named = parts == subject.noun[-1:] and reading.doing in ("list", "search", "count")
            named = named or (parts == ("text",) and reading.doing in ("create", "update"))
            if not (named or is_data(parts, shape)) or name == subject.key:
                continue
            if reading.doing == "get" and name not in reading.required:
                continue
            schema = reading.schemas[name]
            if reading.doing in ("list", "search", "get", "count"):
                if named or is_filter(parts, shape):
                    yield filtered_field(name, schema, self._schemas, self._nouns)
            else:
                yield reading.sets.get(name, name), schema

    def _general(
        self, subject: Subject, known: set[tuple[str, ...]], told: bool
    ) -> Iterable[tuple[str, JsonSchema]]:
        """Yield what such records plainly have beside: an amount, a title, a text, a moment."""
        made = any(r.doing in ("create", "upsert") for r in self._caller.understood(subject))
        own = kind_by_name(subject.noun[-1:], self._nouns)
        if own.get("type") == "number" or (subject.looked_up and not told):
            yield subject.noun[-1], own
        titled = {parts for parts in known if parts[-1] in _TITLES or "_".join(parts) in _TITLES}
        untitled = subject.noun[-1] in _UNTITLED and len(known) > 1
        if not titled and not untitled and not subject.looked_up:
            yield title_of(subject.noun), {"type": "string"}
        read_only = all(r.doing == "get" for r in subject.readings)
        if read_only and words(subject.key)[-1:] in _CARRIERS:
            yield "content", {"type": "string"}
        elif not made and not told and not subject.looked_up:
            yield "description", {"type": "string"}
        if made and not any("_".join(parts) in CREATED for parts in known):
            yield "created_at", {"type": "string", "format": "date-time", "readOnly": True}


def _rank(reading: Reading) -> int:
    """Order tools by how much their inputs tell of a record."""
    order = ("create", "upsert", "update", "get", "list", "search", "count")
    return order.index(reading.doing) if reading.doing in order else len(order)


def _is_key(parts: tuple[str, ...], subject: Subject, key: str) -> bool:
    """Tell whether an input is the key of the record under another name."""
    own = words(key)
    return parts == own or parts in ((*subject.noun, *own), (*subject.noun, "id"), ("id",))
