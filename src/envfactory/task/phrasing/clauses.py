"""`Clauses`: what the user asks for in one call, as a clause, with the report of its being done."""

from __future__ import annotations

import re
from dataclasses import replace

from envfactory.task.grounding.call import Call
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.plain import deed_of
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.words import spaced
from envfactory.task.phrasing.adjusting import Adjusting
from envfactory.task.phrasing.bare import bare_wish
from envfactory.task.phrasing.changing import Changing
from envfactory.task.phrasing.clause import Clause, Wording, named_in, said_in
from envfactory.task.phrasing.imperative import imperative
from envfactory.task.phrasing.making import Making
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.phrasing.saying import Saying


class Clauses:
    """Words the state-changing calls of a conversation."""

    def __init__(self, glossary: Glossary, discourse: Discourse) -> None:
        self._glossary = glossary
        self.saying = Saying(glossary, discourse)
        self._words = Wording(discourse, self.saying)
        self._making, self._changing = Making(self._words), Changing(self._words)
        self._adjusting = Adjusting(self._words)

    def act(self, call: Call, number: int, subject: Mention | None) -> Clause:
        """Return the clause for a call.

        Args:
            call: What is asked for.
            number: Its place in the task.
            subject: The record that it works on, with all that has to be said of it.
        """
        self._words.details.withheld = []
        clause = self._act(call, number, subject)
        report = self._words.discourse.answered(clause.report)
        labels = tuple(each.label for each in self._words.details.withheld)
        asked = tuple(
            each.label
            for each in self._words.details.withheld
            if not each.required or self._words.rng.random() < _ANNOUNCED
        )
        return replace(clause, report=report, withheld=labels, asked=asked)

    def _act(self, call: Call, number: int, subject: Mention | None) -> Clause:
        tool = call.meaning
        entity = self._glossary.entity(tool.environment, tool.table)
        deed = deed_of(tool) if entity is None and not named_in(call) else None
        if deed is not None:
            return Clause(
                bare_wish(call, number, deed, self.saying, self._words.details), "that is done"
            )
        if entity is None or tool.kind == "other":
            return self._described(call, number, None)
        if tool.kind == "create":
            made = self._making.clause(call, number, entity)
            return made or self._described(call, number, entity)
        if tool.kind == "order":
            return self._order(call, number, entity)
        if subject is None:
            return self._described(call, number, None)
        match tool.kind:
            case "adjust":
                return self._adjusting.clause(call, number, entity, subject)
            case "update":
                return self._changing.clause(call, number, entity, subject)
            case "delete":
                kind = "person" if subject.entity.person else "any"
                return self._words.filled(f"delete.{kind}", it=self._words.it(subject))
            case "relate":
                return self._relate(call, subject)
            case _:
                return self._action(call, number, entity, subject)

    def _action(self, call: Call, number: int, entity: EntityMeaning, subject: Mention) -> Clause:
        tool = call.meaning
        status = entity.fields.get(tool.status or "")
        target = ""
        if status is not None:
            target = next(iter(self._words.discourse.speaker.forms(tool.target, status.shape)), "")
        kind = "marked" if target and target not in ("yes", "no") else "any"
        if kind == "any":
            return self._described(call, number, entity)
        it = self._words.it(subject)
        clause = self._words.filled(f"action.{kind}", it=it, target=target)
        return Clause(
            clause.do + self._words.details.following(call, number, said_in(call)), clause.report
        )

    def _order(self, call: Call, number: int, entity: EntityMeaning) -> Clause:
        """Return the clause that makes an order of what is in the cart."""
        tool = call.meaning
        held = self._glossary.entity(tool.environment, tool.holding)
        noun = held.noun if held is not None else spaced(tool.holding or "")
        cart = noun.rpartition(" ")[0] or noun
        tail = self._words.details.following(call, number, said_in(call))
        clause = self._words.filled("order.any", tail=tail, cart=f"my {cart}")
        self._words.settle(call, entity)
        return clause

    def _relate(self, call: Call, subject: Mention) -> Clause:
        tool = call.meaning
        member = next(
            leaf.mention for p, leaf in named_in(call) if p[1:] == tool.member and leaf.mention
        )
        kind = "remove" if tool.removes_member else "add"
        return self._words.filled(
            f"relate.{kind}", member=self._words.discourse.refer(member), it=self._words.it(subject)
        )

    def _described(self, call: Call, number: int, entity: EntityMeaning | None) -> Clause:
        """Word a call by its tool's description, with records in the place of their nouns."""
        text = imperative(call.meaning)
        left: list[str] = []
        for _, leaf in named_in(call):
            if leaf.mention is None:
                continue
            name = self._words.discourse.refer(leaf.mention, pronoun=False)
            noun = re.escape(leaf.mention.entity.noun)
            which = r"(?:\b(?:an?|the|this|your|one|given|specified)\s(?:\w+\s){0,2})?"
            pattern = rf"{which}\b{noun}\b{_ENDS}"
            match = re.search(pattern, text, flags=re.IGNORECASE)
            if match is None:
                left.append(name)
            else:
                text = text[: match.start()] + name + text[match.end() :]
        text += "".join(f" for {name}" for name in left)
        if entity is not None:
            self._words.settle(call, entity)
        do = text + self._words.details.following(call, number, said_in(call))
        return Clause(do, "that is done")


_ANNOUNCED = 0.25
"""How often the user says that something is to be asked for, where no agent could do without."""
_ENDS = r"(?=$|[.,;]|\s(?:in|of|to|for|from|by|with|on|at|as|and)\b)"
"""Where a noun is the last of its phrase: the file, but not the file association."""
