"""`Changing`: what the user asks for where fields of a record are to be changed."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.words import is_many, joined
from envfactory.task.phrasing.clause import Clause, Wording, named_in, said_in
from envfactory.task.phrasing.possession import yours


class Changing:
    """Words calls that give a record other values."""

    def __init__(self, words: Wording) -> None:
        self._words = words

    def clause(self, call: Call, number: int, entity: EntityMeaning, subject: Mention) -> Clause:
        """Return the clause for a call that changes a record; see `Clauses.act`."""
        leaves = sorted(
            said_in(call), key=lambda pair: self._words.saying.kind(number, pair[0]) == "withheld"
        )
        (pointer, leaf), *more = [
            (p, leaf) for p, leaf in leaves if self._words.saying.kind(number, p) != "withheld"
        ] or leaves[:1]
        open_ = [pair for pair in leaves if self._words.saying.kind(number, pair[0]) == "withheld"]
        slot = leaf.slot
        assert slot is not None
        references = [
            (p[1:], leaf.mention)
            for p, leaf in named_in(call)
            if leaf.mention is not None and p[1:] in call.meaning.sets
        ]
        it = self._words.it(subject)
        bound = bool(references)
        if open_ == leaves and references:
            label, name = self._words.details.reference(*references.pop(0), after_label=True)
            clause = self._words.filled("update.several", it=it, label=label, value=name)
        elif open_ == leaves:
            clause = self._opened(call, number, open_, it)
        else:
            several = bool(more or references)
            kind = "several" if several else self._update_kind(entity, slot)
            clause = self._told(call, number, pointer, leaf, kind, it)
        do, report = clause.do, clause.report
        tail = self._tail(call, number, entity, more, references)
        for part, done in tail[:-1]:
            do, report = f"{do}, {part}", f"{report}, {done}"
        if tail:
            part, done = tail[-1]
            link = " and" if part.startswith(_CALL_IT) else self._words.rng.choice(_LINKS)
            do, report = f"{do}{link} {part}", f"{report} and {done}"
        if open_ and (open_ != leaves or bound):
            asked = [self._words.saying.withhold(call, number, p, leaf) for p, leaf in open_]
            self._words.details.withheld += asked
            report += "".join(f" and the {each.label} to {each.words}" for each in asked)
        return Clause(do, report, "" if tail else clause.wish)

    def _opened(
        self, call: Call, number: int, open_: Sequence[tuple[str, Leaf]], it: str
    ) -> Clause:
        """Return the clause that changes a record to what is told only when asked for."""
        asked = [self._words.saying.withhold(call, number, p, leaf) for p, leaf in open_]
        several = len(asked) > 1 or is_many(asked[0].label)
        return self._words.filled(
            "update.open",
            it=it,
            label=joined([each.label for each in asked]),
            is_="are" if several else "is",
            has="have" if several else "has",
            value=joined([each.words for each in asked]),
        )

    def _tail(
        self,
        call: Call,
        number: int,
        entity: EntityMeaning,
        more: Sequence[tuple[str, Leaf]],
        references: Sequence[tuple[str, Mention]],
    ) -> list[tuple[str, str]]:
        """Return further changes of a record with their reports: `the price to 3`."""
        tail, called = [], []
        for pointer, leaf in more:
            if leaf.slot is None:
                continue
            plain = self._words.saying.manner(number, pointer) is None and not entity.person
            value = self._words.saying.say(call, number, pointer, leaf)
            part = f"the {leaf.slot.label} to {value}"
            if (
                plain
                and leaf.slot.field_name == entity.title
                and self._words.rng.random() < _CALLED
            ):
                called.append((f"{_CALL_IT}{value}", part))
            else:
                tail.append((part, yours(part)))
        for parameter, mention in references:
            label, name = self._words.details.reference(parameter, mention, after_label=True)
            tail.append((f"the {label} to {name}", yours(f"the {label} to {name}")))
        return tail + called

    def _told(
        self, call: Call, number: int, pointer: str, leaf: Leaf, kind: str, it: str
    ) -> Clause:
        """Return the clause that gives a record one new value."""
        assert leaf.slot is not None
        label, manner = leaf.slot.label, self._words.saying.manner(number, pointer)
        if manner is not None and manner.like is not None:
            other = self._words.saying.other(call, number, pointer, leaf)
            name = "update.likes" if kind == "several" else "update.like"
            return self._words.filled(name, it=it, label=label, other=other)
        value = self._words.saying.say(call, number, pointer, leaf)
        is_ = "are" if is_many(label) else "is"
        return self._words.filled(f"update.{kind}", it=it, label=label, value=value, is_=is_)

    def _update_kind(self, entity: EntityMeaning, slot: Slot) -> str:
        if slot.field_name == entity.title:
            return "title"
        if slot.field_name == entity.speech:
            return "speech"
        if slot.shape.kind in ("date", "datetime"):
            return "date"
        return "status" if slot.role == "status" else "any"


_CALL_IT = "call it "
_CALLED = 0.6
"""How often a new name is put so that it need not be called one: call it ‘A’."""
_LINKS = (" and", " and", ", plus", " as well as", " and also")
"""What stands before the last of several changes of one record."""
