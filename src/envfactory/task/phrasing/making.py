"""`Making`: what the user asks for where something new is to be made."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.graph.path import escape
from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.words import joined, load_words, with_article
from envfactory.task.phrasing.clause import Clause, Wording, named_in, said_in
from envfactory.task.phrasing.manner import record_id
from envfactory.task.phrasing.refer import preposition


class Making:
    """Words calls that make a record."""

    def __init__(self, words: Wording) -> None:
        self._words = words

    def clause(self, call: Call, number: int, entity: EntityMeaning) -> Clause | None:
        """Return the clause for a call that makes a record of a kind; see `Clauses.act`.

        None where there is nothing to say of it but what it belongs to.
        """
        said = {_filled_field(leaf.slot): (p, leaf) for p, leaf in said_in(call) if leaf.slot}
        title = self._unless_open(said, entity.title, number)
        speech = self._unless_open(said, entity.speech, number) if title is None else None
        named = [(p[1:], leaf.mention) for p, leaf in named_in(call) if leaf.mention is not None]
        belongs = [(p, m) for p, m in named if self._is_owner(call, p, entity)]
        owners = [mention for _, mention in belongs]
        others = [pair for pair in named if pair not in belongs]
        if title is None and speech is None and not said and owners:
            return None
        make, made = self._words.rng.choice((*_MAKING, *load_words().makers.get(entity.head, ())))
        words: dict[str, str] = {
            "make": make,
            "made": made,
            "noun": entity.noun,
            "a_noun": with_article(entity.noun),
            "a_new_noun": self._another(entity.noun),
            "the_noun": f"the {entity.noun}",
            **self._owners(owners, added=make == "add"),
        }
        if title is not None:
            kind = "person" if entity.person else "titled"
            words["title"] = self._words.saying.say(call, number, *title, bare=entity.person)
        elif speech is not None:
            kind = "saying" if entity.head in load_words().tellers else "described"
            words["label"] = entity.fields[entity.speech or ""].label
            words["speech"] = self._words.saying.say(call, number, *speech)
        else:
            kind = "plain"
        after = self._words.details.apart(call, number, said, others)
        tail = self._words.details.following(
            call, number, list(said.values()), others, brackets=not owners
        )
        clause = self._words.filled(f"create.{kind}", tail=tail, **words)
        self._words.settle(call, entity)
        report = self._with_answers(clause.report, entity)
        bare = kind == "plain" and not (owners or tail or after)
        return Clause(clause.do, report, clause.wish, after=after, bare=bare)

    def _with_answers(self, report: str, entity: EntityMeaning) -> str:
        """Return the report of a new record with what its user told when asked."""
        noun, others = f"the {entity.noun}", []
        for told in self._words.details.withheld:
            if told.field == entity.title and noun in report:
                report = report.replace(noun, f"{noun} {told.words}", 1)
            else:
                others.append(f"the {told.label} {told.words}")
        return f"{report} with {joined(others)}" if others else report

    def _unless_open(
        self, said: dict[str, tuple[str, Leaf]], field: str | None, number: int
    ) -> tuple[str, Leaf] | None:
        """Take out what is said for a field, unless it is told only when asked for."""
        pair = said.get(field or "")
        if pair is None or self._words.saying.kind(number, pair[0]) != "explicit":
            return None
        return said.pop(field or "")

    def _is_owner(self, call: Call, parameter: str, entity: EntityMeaning) -> bool:
        """Say whether a parameter of a new record names what the record belongs to."""
        field = call.meaning.sets.get(parameter, parameter)
        required = parameter in call.meaning.arguments.required
        return field == entity.parent or required

    def _another(self, noun: str) -> str:
        """Return a new record of a kind, of which there are others."""
        return f"{self._words.rng.choice(_NEW)} {noun}"

    def _owners(self, owners: Sequence[Mention], *, added: bool) -> dict[str, str]:
        if not owners:
            return dict.fromkeys(("to_parent", "in_parent", "on_parent"), "")
        first = self._words.discourse.refer(owners[-1], pronoun=False)
        where = preposition(owners[-1].entity)
        to = "to" if added and where != "for" else where
        rest = "".join(
            f" for {self._words.discourse.refer(owner, pronoun=False)}"
            for owner in owners[:-1]
            if self._words.discourse.known.get(record_id(owner)) != self._words.discourse.turn
        )
        return {
            "to_parent": f" {to} {first}{rest}",
            "in_parent": f" {where} {first}{rest}",
            "on_parent": f" {where} {first}{rest}",
        }


_NEW = ("a new", "a new", "another", "another", "one more", "an additional")
_MAKING = (("add", "added"), ("create", "created"))
"""Verbs that do for every kind of new record, with their past tenses."""


def _filled_field(slot: Slot) -> str:
    """Return the field that a value fills; its path where it is only a part of the field."""
    return slot.field_name if slot.field == f"/{escape(slot.field_name)}" else slot.path
