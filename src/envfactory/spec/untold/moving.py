"""Moving: tools with names and no addresses by which a number of a record grows or shrinks.

`withdraw(account_id, amount)` takes from a balance, `redeem_points(member_id, points)` from points,
`transfer(from_account, to_account, amount)` from one balance for another. What moves is a field
that the record is declared to have or, where nothing describes it, one that the verb implies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from envfactory.records import Json
from envfactory.source.description import Body, JsonSchema, Operation, Parameter
from envfactory.spec.shapes.origin import Moved
from envfactory.spec.shapes.payload import Envelopes
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.untold.record_type import RecordType, RecordTypes
from envfactory.spec.untold.subject import KEYS, NAMES, SINGLE, Reading, Subject
from envfactory.spec.words.movement import (
    Movement,
    Parts,
    assumed,
    bare,
    is_giver,
    is_taker,
    read_movement,
)
from envfactory.spec.words.name import Nouns, words

_NUMBERS = ("integer", "number")
_SEGMENT = "adjustment"
"""Last part of the addresses: no verb, or what is moved would pass for fields of the record."""


@dataclass(frozen=True)
class _Holder:
    """A kind of record that may hold a number.

    Attributes:
        noun: What one is called.
        numbers: The words of its fields that hold numbers; None where nothing describes it.
        kind: The declared type, if there is one.
    """

    noun: Parts
    numbers: tuple[Parts, ...] | None
    kind: RecordType | None = None

    def keyed_by(self, parts: Parts) -> bool:
        """Tell whether an input of that name carries the key of such a record."""
        if self.kind is not None and self.kind.keyed_by(parts):
            return True
        own = (self.noun, self.noun[-1:])
        return parts in own or (parts[:-1] in own and parts[-1] in KEYS | NAMES)


class Moves:
    """Finds the tools that move numbers, and gives them their addresses.

    Args:
        readings: The tools, read.
        subjects: What they are about.
        types: The record types that the source declares.
        schemas: Reads schemas.
        nouns: Singular and plural.

    Attributes:
        found: What tools move, by the id of the operation.
        assumed: The numbers that records hold of which nothing describes any, by their noun.
    """

    def __init__(
        self,
        readings: Iterable[Reading],
        subjects: Mapping[Parts, Subject],
        types: RecordTypes,
        schemas: Schemas,
        nouns: Nouns,
    ) -> None:
        self._schemas, self._nouns, self._types = schemas, nouns, types
        self._envelopes = Envelopes(schemas, nouns)
        self._readings = {one.operation.id: one for one in readings}
        self._named = {word for kind in types.all for word in kind.noun}
        self._named |= {word for noun in subjects for word in noun}
        self._holders = self._known(subjects)
        self.found: dict[str, Moved] = {}
        self.assumed: dict[Parts, dict[str, JsonSchema]] = {}
        read = [(one, self._movement(one)) for one in self._readings.values()]
        for certain in (True, False):
            for reading, movement in read:
                if movement is not None and movement.certain is certain:
                    moved = self._moved(reading, movement)
                    if moved is not None:
                        self.found[reading.operation.id] = moved

    def _known(self, subjects: Mapping[Parts, Subject]) -> list[_Holder]:
        """Return the kinds of records that tools read, make or change by other tools."""
        holders = [
            _Holder(
                kind.noun,
                tuple(p for p, shape in kind.fields.items() if shape.kind in _NUMBERS),
                kind,
            )
            for kind in self._types.all
        ]
        described = {holder.noun for holder in holders}
        for noun, subject in subjects.items():
            own = [r for r in subject.readings if self._movement(r) is None]
            if noun in described or not any(r.doing in ("create", "get", "list") for r in own):
                continue
            given = {
                words(name)
                for r in own
                for name in r.inputs
                if r.doing in ("create", "update", "upsert") and r.inputs[name].kind in _NUMBERS
            }
            holders.append(_Holder(noun, tuple(sorted(given)) or None))
        return holders

    def _movement(self, reading: Reading) -> Movement | None:
        return read_movement(words(reading.operation.id), self._named)

    def _moved(self, reading: Reading, movement: Movement) -> Moved | None:
        """Return what a tool moves, if its inputs say of which record and by how much."""
        keys = {
            name: holder
            for name, shape in reading.inputs.items()
            if shape.kind in SINGLE and (holder := self._holder(words(name))) is not None
        }
        key, into = self._sides(movement, keys)
        if not key:
            return None
        amounts = [
            name
            for name, shape in reading.inputs.items()
            if name not in keys
            and shape.kind in (*_NUMBERS, "any")
            and movement.is_amount(words(name))
        ]
        if len(amounts) != 1 and not (movement.by_one and not amounts):
            return None
        amount = amounts[0] if amounts else ""
        if not amount and reading.required - {key}:
            return None
        field = self._field(movement, keys[key], words(amount))
        if field is None:
            return None
        answer = self._answer(reading, keys[key])
        return Moved(keys[key].noun, movement, field, key, into, amount, answer)

    def _holder(self, parts: Parts) -> _Holder | None:
        """Return the kind of record that an input names one of."""
        ways = [parts]
        if is_giver(parts) or is_taker(parts):
            ways.append(bare(parts))
        return next((h for way in ways if way for h in self._holders if h.keyed_by(way)), None)

    def _sides(self, movement: Movement, keys: Mapping[str, _Holder]) -> tuple[str, str]:
        """Return the input with the key of the record, and that of the one that gets it."""
        if movement.change != "transfer":
            return (next(iter(keys)), "") if len(keys) == 1 else ("", "")
        givers = [name for name in keys if is_giver(words(name))]
        takers = [name for name in keys if is_taker(words(name)) and name not in givers]
        givers = givers or [name for name in keys if name not in takers]
        if len(givers) != 1 or len(takers) != 1 or keys[givers[0]] is not keys[takers[0]]:
            return "", ""
        return givers[0], takers[0]

    def _field(self, movement: Movement, holder: _Holder, amount: Parts) -> Parts | None:
        """Return the number that is moved; where nothing describes the record, one is implied."""
        known = tuple(words(one) for one in self.assumed.get(holder.noun, {}))
        found = movement.field(amount, (*(holder.numbers or ()), *known))
        if found is not None or holder.kind is not None or not movement.certain:
            return found
        name = assumed(movement)
        schema: JsonSchema = {"type": "number" if name == "balance" else "integer"}
        self.assumed.setdefault(holder.noun, {})[name] = schema
        return words(name)

    def _answer(self, reading: Reading, holder: _Holder) -> str:
        """Return the name of the other record type that a tool answers with, or ''."""
        response = reading.operation.response
        if response is None:
            return ""
        payload = self._envelopes.open(response.schema_)
        other = self._types.get(payload.shape.name) if payload.kind == "record" else None
        return payload.shape.name if other is not None and other is not holder.kind else ""

    # ---------------------------------------------------------------------- addresses
    def address(self, operation: Operation, schema: str) -> Operation:
        """Return such a tool as an operation on the record whose number it moves.

        Args:
            operation: The tool.
            schema: The name of the schema of the record.
        """
        moved = self.found[operation.id]
        reading = self._readings[operation.id]
        beside = {name: one for name, one in reading.schemas.items() if name != moved.key}
        required: list[Json] = [name for name in beside if name in reading.required]
        body: JsonSchema = {
            "type": "object",
            "properties": dict(beside),
            "required": required,
        }
        answers = operation.response is None or moved.answer or self._is_record(operation)
        returns = Body(media_type="application/json", schema={"$ref": f"#/schemas/{schema}"})
        segment = "-".join(self._nouns.plural_words(moved.noun))
        key = Parameter(
            name=moved.key,
            location="path",
            required=True,
            description=reading.inputs[moved.key].description,
            schema=reading.schemas[moved.key],
        )
        changed = {
            "method": "post",
            "path": f"/{segment}/{{{moved.key}}}/{_SEGMENT}",
            "parameters": (key,),
            "request": Body(media_type="application/json", schema=body, required=True),
            "response": returns if answers else None,
        }
        return operation.model_copy(update=changed)

    def _is_record(self, operation: Operation) -> bool:
        assert operation.response is not None
        return self._envelopes.open(operation.response.schema_).kind == "record"
