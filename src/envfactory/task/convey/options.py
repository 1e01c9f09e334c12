"""`Options`: in which ways a user could tell one thing, each with the proof that it is clear."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from envfactory.task.convey.item import Item, made_by
from envfactory.task.convey.prover import Prover
from envfactory.task.convey.values import ValueOptions
from envfactory.task.convey.way import Way
from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.mention import Extreme, Mention, Property, parent_of, telling
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.spoken import Speaker, currency_in
from envfactory.task.phrasing.manner import Kind, Manner, RecordId, kind_of, record_id

_MOST_SAID = 3
_POOL = 5
"""Fields of a record that are tried in descriptions."""
_LONGEST_LABEL = 2
"""Words in the name of what people compare records by."""
_INSIDE = frozenset({"get", "update", "delete", "action", "relate", "adjust"})
"""Kinds of tools whose record tells what it belongs to."""


class Options:
    """Finds ways to tell the things of one conversation."""

    def __init__(
        self,
        plan: Plan,
        items: Sequence[Item],
        glossary: Glossary,
        speaker: Speaker,
        prover: Prover,
    ) -> None:
        self._plan, self._items = plan, items
        self._glossary, self._speaker, self._prover = glossary, speaker, prover
        self._values = ValueOptions(plan, items, glossary, speaker, prover)

    def way(self, item: Item, kind: Kind, rng: random.Random) -> Way | None:
        """Return a way of a kind to tell something, or None where that would not be clear."""
        if item.mention is None:
            return Way(Manner("explicit")) if kind == "explicit" else self._values.way(item, kind)
        match kind:
            case "explicit":
                named = kind_of(item.mention) == "explicit"
                return Way(Manner("explicit", item.mention)) if named else None
            case "description":
                return self._described(item, item.mention)
            case "constraint":
                return self._constrained(item, item.mention, rng)
            case "reference":
                return self._referred(item, item.mention)
            case "compression":
                return self._omitted(item, item.mention)
            case "withheld":
                return self._withheld(item, item.mention)

    def holders(self, item: Item) -> list[Item]:
        """Return what a record belongs to, of what the same turn is about and only tells with it.

        Where the record is referred to by a pronoun, nothing is said of these.
        """
        row = self._row(item)
        if item.mention is None or row is None:
            return []
        return [
            other
            for other in self._items
            if other.turn == item.turn
            and other.mention is not None
            and other is not item
            and _belongs(row, item.mention.entity, other.mention)
            and self._may_be_left_out(other)
        ]

    # ------------------------------------------------------------------ kinds
    def _described(self, item: Item, mention: Mention) -> Way | None:
        """Describe a record without its name, no more closely than it takes."""
        for described in self._descriptions(item, mention):
            proof = self._prover.told_by(item, described)
            if proof is not None:
                return Way(Manner("description", described), proof)
        return None

    def _descriptions(self, item: Item, mention: Mention) -> Iterator[Mention]:
        entity, row = mention.entity, self._row(item)
        if row is None:
            return
        known = [
            Property(field.name, row[field.name], currency_in(row, field.name))
            for field in telling(entity, row, self._speaker)
            if field.name != entity.called and field.name not in self._set(item)
        ]
        plain = Mention(entity, mention.key)
        owner = parent_of(entity, row, self._before(item), self._glossary, self._speaker)
        bases = [plain] if owner is None else [plain, replace(plain, parent=owner)]
        for size in range(1, _MOST_SAID + 1):
            for base in bases:
                for chosen in combinations(known[:_POOL], size):
                    yield replace(base, properties=chosen)

    def _constrained(self, item: Item, mention: Mention, rng: random.Random) -> Way | None:
        """Tell a record as the first or last of its kind."""
        entity, row = mention.entity, self._row(item)
        if row is None:
            return None
        fields = [
            field
            for field in telling(entity, row, self._speaker)
            if self._speaker.kind(row[field.name], field.shape) in ("number", "date", "datetime")
            and field.name not in self._set(item)
            and len(field.label.split()) <= _LONGEST_LABEL
        ]
        owner = parent_of(entity, row, self._before(item), self._glossary, self._speaker)
        for parent in (None, owner) if owner is not None else (None,):
            for field in fields:
                for most in rng.sample((True, False), 2):
                    told = Mention(entity, mention.key, parent=parent)
                    told = replace(told, extreme=Extreme(field.name, most))
                    proof = self._prover.told_by(item, told)
                    if proof is not None and proof.among > 1:
                        return Way(Manner("constraint", told), proof)
        return None

    def _referred(self, item: Item, mention: Mention) -> Way | None:
        """Refer to a record that was the last of its kind to be spoken of."""
        alike = self._spoken_of(item.turn, mention.entity)
        if not alike or alike[-1][0] != record_id(mention):
            return None
        proof = self._prover.given_before(item, alike[-1][1], len({r for r, _ in alike}))
        return None if proof is None else Way(Manner("reference"), proof)

    def _omitted(self, item: Item, mention: Mention) -> Way | None:
        """Leave out what a record of the same turn belongs to, if all know it already."""
        if not self._may_be_left_out(item):
            return None
        alike = [
            place
            for record, place in self._spoken_of(item.turn, mention.entity)
            if record == record_id(mention)
        ]
        inner = [
            other
            for other in self._items
            if other.turn == item.turn and item in self.holders(other)
        ]
        if not alike or not inner:
            return None
        proof = self._prover.given_before(item, alike[-1], 1)
        if proof is None or inner[0].mention is None:
            return None
        selection = f"the {mention.entity.noun} that the {inner[0].mention.entity.noun} is in"
        return Way(Manner("compression"), proof.model_copy(update={"selection": selection}))

    def _withheld(self, item: Item, mention: Mention) -> Way | None:
        """Keep to oneself which record is meant, until the agent asks."""
        if mention.title is None:
            return None
        alike = [
            other
            for other in self._items
            if other.turn == item.turn
            and other.mention is not None
            and other.mention.entity is mention.entity
        ]
        proof = self._prover.told_by(item, mention) if len(alike) == 1 else None
        return None if proof is None else Way(Manner("withheld", mention), proof)

    # ------------------------------------------------------------------ the conversation so far
    def _spoken_of(self, turn: int, entity: EntityMeaning) -> list[tuple[RecordId, int]]:
        """Return the records of a kind that earlier turns were about, the last one last."""
        found: dict[RecordId, int] = {}
        for number in range(turn):
            told = [(item.record, item.call) for item in self._items if item.turn == number]
            for place in self._plan.turns[number]:
                told += [
                    (made, place) for made in sorted(made_by([self._plan.calls[place]]), key=str)
                ]
            for record, call in sorted(told, key=lambda pair: pair[1]):
                if record is not None and record[:2] == (entity.environment, entity.table):
                    found.pop(record, None)
                    found[record] = call
        return list(found.items())

    def _may_be_left_out(self, item: Item) -> bool:
        """Say whether every call of the turn takes a record only as what another belongs to."""
        for place in self._plan.turns[item.turn]:
            call = self._plan.calls[place]
            if not call.is_act:
                continue
            if call.about is not None and record_id(call.about) == item.record:
                return False
            for pointer, leaf in call.leaves.items():
                if leaf.kind != "named" or leaf.mention is None:
                    continue
                if record_id(leaf.mention) != item.record:
                    continue
                inside = call.meaning.kind in _INSIDE or call.about is not None
                if not inside or pointer[1:] not in call.meaning.scope:
                    return False
        return True

    def _before(self, item: Item) -> Records:
        return self._plan.calls[self._plan.turns[item.turn][0]].before

    def _row(self, item: Item) -> RecordJson | None:
        if item.mention is None:
            return None
        return self._before(item).get(item.mention.entity, item.mention.key)

    def _set(self, item: Item) -> set[str]:
        """Return the fields that the calls of a turn give a record."""
        return {
            change.field
            for place in self._plan.turns[item.turn]
            for change in self._plan.calls[place].changes
            if change.field is not None
            and (change.environment, change.table, change.key) == item.record
        }


def _belongs(row: RecordJson, entity: EntityMeaning, owner: Mention) -> bool:
    if entity.parent is None or entity.environment != owner.entity.environment:
        return False
    field = entity.fields[entity.parent]
    return field.reference == owner.entity.table and row.get(entity.parent) == owner.key
