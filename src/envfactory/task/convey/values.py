"""`ValueOptions`: in which ways a user could tell a value without saying it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envfactory.records import Json
from envfactory.task.convey.item import Item
from envfactory.task.convey.prover import Prover
from envfactory.task.convey.way import Way
from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.call import Call, pointer_of
from envfactory.task.grounding.echo import ALIKE
from envfactory.task.grounding.mention import Mention, describe
from envfactory.task.grounding.shift import shift_between
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Proof
from envfactory.task.phrasing.manner import Kind, Manner, record_id
from envfactory.task.phrasing.saying import argument

_OTHERS_TRIED = 3
_SETTING = frozenset({"create", "update"})


class ValueOptions:
    """Finds ways to tell the values of one conversation."""

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

    def way(self, item: Item, kind: Kind) -> Way | None:
        """Return a way of an implicit kind to tell a value, or None where there is none."""
        slot, call = item.slot, self._plan.calls[item.call]
        if slot is None or not call.writes or slot.filter is not None:
            return None
        if kind == "withheld":
            return self._withheld(item, slot, call)
        if call.meaning.kind not in _SETTING:
            return None
        if kind == "constraint":
            return self._further_on(item, slot, call) or self._as_another(item, slot, call)
        return self._as_before(item, slot, kind)

    def _as_another(self, item: Item, slot: Slot, call: Call) -> Way | None:
        """Tell a value as that of another record: the same due date as the task ‘A’."""
        entity = self._glossary.entity(call.meaning.environment, call.meaning.table)
        if entity is None or slot.shape.kind not in ALIKE or slot.field != f"/{slot.field_name}":
            return None
        value = argument(call, item.pointer)
        for other in self._others(item, slot, entity, value):
            like = Item(item.turn, item.call, item.pointer, other)
            proof = self._prover.told_by(like, other, pointer_of(slot.field_name))
            if proof is not None:
                selection = f"the {slot.label} of the {proof.selection}"
                proof = proof.model_copy(update={"selection": selection})
                return Way(Manner("constraint", like=other), proof)
        return None

    def _further_on(self, item: Item, slot: Slot, call: Call) -> Way | None:
        """Tell a value by how far it is from what the record has: a week later."""
        subject = call.leaves.get(f"/{call.meaning.key}")
        if subject is None or subject.mention is None or slot.field != f"/{slot.field_name}":
            return None
        if slot.shape.kind not in ALIKE or slot.shape.kind == "choice":
            return None
        mention, field = subject.mention, slot.field_name
        start = self._plan.calls[self._plan.turns[item.turn][0]].before
        held = [
            (at.get(mention.entity, mention.key) or {}).get(field) for at in (start, call.before)
        ]
        by = shift_between(held[0], argument(call, item.pointer))
        if by is None or held[0] != held[1]:
            return None
        record = Item(item.turn, item.call, item.pointer, mention)
        proof = self._prover.told_by(record, mention, pointer_of(field))
        if proof is None:
            return None
        selection = f"{by:+g} to the {slot.label} of the {proof.selection}"
        proof = proof.model_copy(update={"plus": by, "selection": selection})
        return Way(Manner("constraint", by=by), proof)

    def _others(
        self, item: Item, slot: Slot, entity: EntityMeaning, value: Json
    ) -> Iterator[Mention]:
        """Yield records that have a value and can be named, apart from those of the turn."""
        before = self._plan.calls[self._plan.turns[item.turn][0]].before
        own = {other.record for other in self._items if other.turn == item.turn}
        rows = before.having(entity, slot.field_name, value)
        for row in rows[: _OTHERS_TRIED + len(own)]:
            mention = describe(entity, row, before, self._glossary, self._speaker)
            if mention is None or mention.title is None or record_id(mention) in own:
                continue
            if slot.field_name not in {said.field for said in mention.properties}:
                yield mention

    def _as_before(self, item: Item, slot: Slot, kind: Kind) -> Way | None:
        """Tell a value as the one that was said last: the same due date as before."""
        earlier = [
            other
            for other in self._items
            if other.slot is not None
            and other.call < item.call
            and other.slot.label == slot.label
            and other.slot.shape.kind == slot.shape.kind
        ]
        if not earlier or slot.shape.kind not in ALIKE:
            return None
        last = earlier[-1]
        same_turn = last.turn == item.turn
        if kind not in ("reference", "compression"):
            return None
        if same_turn != (kind == "compression"):
            return None
        value = argument(self._plan.calls[item.call], item.pointer)
        if argument(self._plan.calls[last.call], last.pointer) != value:
            return None
        proof = Proof(
            earlier=last.call,
            place=f"/arguments{last.pointer}",
            selection=f"the {slot.label} that was said last",
            among=len(earlier),
        )
        return Way(Manner(kind, before=last.call), proof)

    def _withheld(self, item: Item, slot: Slot, call: Call) -> Way | None:
        """Keep a value until the agent asks for it."""
        alike = [
            other
            for other in self._items
            if other.slot is not None and other.turn == item.turn and other is not item
            if other.slot.label == slot.label
            and self._plan.calls[other.call].meaning.table == call.meaning.table
        ]
        if alike:
            return None
        return Way(Manner("withheld"), Proof(selection="the user tells it when asked"))
