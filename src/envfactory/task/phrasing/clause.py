"""`Clauses`: what the user asks for in one call, as a clause, with the report of its being done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from envfactory.graph.path import escape
from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.plain import deed_of
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.words import (
    is_many,
    joined,
    load_words,
    with_article,
)
from envfactory.task.phrasing.bare import bare_wish
from envfactory.task.phrasing.details import Details
from envfactory.task.phrasing.imperative import imperative
from envfactory.task.phrasing.manner import record_id
from envfactory.task.phrasing.phrases import Line, load_phrases
from envfactory.task.phrasing.possession import owned, yours
from envfactory.task.phrasing.refer import Discourse, preposition
from envfactory.task.phrasing.saying import Saying
from envfactory.task.surface.polish import its


@dataclass(frozen=True, slots=True)
class Clause:
    """What is asked for: an imperative (`do`) with its report, in the user's words.

    Attributes:
        wish: The same as a statement of what should be so; empty where there is none.
        withheld: What belongs to it and is told only when asked for, in words.
        asked: What of that the user says is to be asked for; the rest the agent has to know.
        after: Sentences that tell more of it.
        bare: Whether something new is asked for without a word about it.
    """

    do: str
    report: str
    wish: str = ""
    withheld: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    after: str = ""
    bare: bool = False


class Clauses:
    """Words the state-changing calls of a conversation."""

    def __init__(self, glossary: Glossary, discourse: Discourse) -> None:
        self._glossary, self._discourse = glossary, discourse
        self._rng = discourse.rng
        self.saying = Saying(glossary, discourse)
        self._details = Details(self.saying, discourse)

    def act(self, call: Call, number: int, subject: Mention | None) -> Clause:
        """Return the clause for a call.

        Args:
            call: What is asked for.
            number: Its place in the task.
            subject: The record that it works on, with all that has to be said of it.
        """
        self._details.withheld = []
        clause = self._act(call, number, subject)
        report = self._discourse.answered(clause.report)
        labels = tuple(each.label for each in self._details.withheld)
        asked = tuple(
            each.label
            for each in self._details.withheld
            if not each.required or self._rng.random() < _ANNOUNCED
        )
        return replace(clause, report=report, withheld=labels, asked=asked)

    # ------------------------------------------------------------------ kinds
    def _act(self, call: Call, number: int, subject: Mention | None) -> Clause:
        tool = call.meaning
        entity = self._glossary.entity(tool.environment, tool.table)
        deed = deed_of(tool) if entity is None and not _named(call) else None
        if deed is not None:
            return Clause(bare_wish(call, number, deed, self.saying, self._details), "that is done")
        if entity is None or tool.kind == "other":
            return self._described(call, number, None)
        if tool.kind == "create":
            return self._create(call, number, entity)
        if subject is None:
            return self._described(call, number, None)
        match tool.kind:
            case "update":
                return self._update(call, number, entity, subject)
            case "delete":
                kind = "person" if subject.entity.person else "any"
                return self._filled(f"delete.{kind}", it=self._it(subject))
            case "relate":
                return self._relate(call, subject)
            case _:
                return self._action(call, number, entity, subject)

    def _create(self, call: Call, number: int, entity: EntityMeaning) -> Clause:
        said = {_filled_field(leaf.slot): (p, leaf) for p, leaf in _said(call) if leaf.slot}
        title = self._unless_open(said, entity.title, number)
        speech = self._unless_open(said, entity.speech, number) if title is None else None
        named = [(p[1:], leaf.mention) for p, leaf in _named(call) if leaf.mention is not None]
        belongs = [(p, m) for p, m in named if self._is_owner(call, p, entity)]
        owners = [mention for _, mention in belongs]
        others = [pair for pair in named if pair not in belongs]
        if title is None and speech is None and not said and owners:
            return self._described(call, number, entity)
        make, made = self._rng.choice((*_MAKING, *load_words().makers.get(entity.head, ())))
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
            words["title"] = self.saying.say(call, number, *title, bare=entity.person)
        elif speech is not None:
            kind = "saying" if entity.head in load_words().tellers else "described"
            words["label"] = entity.fields[entity.speech or ""].label
            words["speech"] = self.saying.say(call, number, *speech)
        else:
            kind = "plain"
        after = self._details.apart(call, number, said, others)
        tail = self._details.following(
            call, number, list(said.values()), others, brackets=not owners
        )
        clause = self._filled(f"create.{kind}", tail=tail, **words)
        self._settle(call, entity)
        report = self._with_answers(clause.report, entity)
        bare = kind == "plain" and not (owners or tail or after)
        return Clause(clause.do, report, clause.wish, after=after, bare=bare)

    def _with_answers(self, report: str, entity: EntityMeaning) -> str:
        """Return the report of a new record with what its user told when asked."""
        noun, others = f"the {entity.noun}", []
        for told in self._details.withheld:
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
        if pair is None or self.saying.kind(number, pair[0]) != "explicit":
            return None
        return said.pop(field or "")

    def _is_owner(self, call: Call, parameter: str, entity: EntityMeaning) -> bool:
        """Say whether a parameter of a new record names what the record belongs to."""
        field = call.meaning.sets.get(parameter, parameter)
        required = parameter in call.meaning.arguments.required
        return field == entity.parent or required

    def _another(self, noun: str) -> str:
        """Return a new record of a kind, of which there are others."""
        return f"{self._rng.choice(_NEW)} {noun}"

    def _owners(self, owners: Sequence[Mention], *, added: bool) -> dict[str, str]:
        if not owners:
            return dict.fromkeys(("to_parent", "in_parent", "on_parent"), "")
        first = self._discourse.refer(owners[-1], pronoun=False)
        where = preposition(owners[-1].entity)
        to = "to" if added and where != "for" else where
        rest = "".join(
            f" for {self._discourse.refer(owner, pronoun=False)}"
            for owner in owners[:-1]
            if self._discourse.known.get(record_id(owner)) != self._discourse.turn
        )
        return {
            "to_parent": f" {to} {first}{rest}",
            "in_parent": f" {where} {first}{rest}",
            "on_parent": f" {where} {first}{rest}",
        }

    def _update(self, call: Call, number: int, entity: EntityMeaning, subject: Mention) -> Clause:
        leaves = sorted(
            _said(call), key=lambda pair: self.saying.kind(number, pair[0]) == "withheld"
        )
        (pointer, leaf), *more = [
            (p, leaf) for p, leaf in leaves if self.saying.kind(number, p) != "withheld"
        ] or leaves[:1]
        open_ = [pair for pair in leaves if self.saying.kind(number, pair[0]) == "withheld"]
        slot = leaf.slot
        assert slot is not None
        references = [
            (p[1:], leaf.mention)
            for p, leaf in _named(call)
            if leaf.mention is not None and p[1:] in call.meaning.sets
        ]
        it = self._it(subject)
        bound = bool(references)
        if open_ == leaves and references:
            label, name = self._details.reference(*references.pop(0), after_label=True)
            clause = self._filled("update.several", it=it, label=label, value=name)
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
            link = " and" if part.startswith(_CALL_IT) else self._rng.choice(_LINKS)
            do, report = f"{do}{link} {part}", f"{report} and {done}"
        if open_ and (open_ != leaves or bound):
            asked = [self.saying.withhold(call, number, p, leaf) for p, leaf in open_]
            self._details.withheld += asked
            report += "".join(f" and the {each.label} to {each.words}" for each in asked)
        return Clause(do, report, "" if tail else clause.wish)

    def _opened(
        self, call: Call, number: int, open_: Sequence[tuple[str, Leaf]], it: str
    ) -> Clause:
        """Return the clause that changes a record to what is told only when asked for."""
        asked = [self.saying.withhold(call, number, p, leaf) for p, leaf in open_]
        several = len(asked) > 1 or is_many(asked[0].label)
        return self._filled(
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
            plain = self.saying.manner(number, pointer) is None and not entity.person
            value = self.saying.say(call, number, pointer, leaf)
            part = f"the {leaf.slot.label} to {value}"
            if plain and leaf.slot.field_name == entity.title and self._rng.random() < _CALLED:
                called.append((f"{_CALL_IT}{value}", part))
            else:
                tail.append((part, yours(part)))
        for parameter, mention in references:
            label, name = self._details.reference(parameter, mention, after_label=True)
            tail.append((f"the {label} to {name}", yours(f"the {label} to {name}")))
        return tail + called

    def _told(
        self, call: Call, number: int, pointer: str, leaf: Leaf, kind: str, it: str
    ) -> Clause:
        """Return the clause that gives a record one new value."""
        assert leaf.slot is not None
        label, manner = leaf.slot.label, self.saying.manner(number, pointer)
        if manner is not None and manner.like is not None:
            other = self.saying.other(call, number, pointer, leaf)
            name = "update.likes" if kind == "several" else "update.like"
            return self._filled(name, it=it, label=label, other=other)
        value = self.saying.say(call, number, pointer, leaf)
        is_ = "are" if is_many(label) else "is"
        return self._filled(f"update.{kind}", it=it, label=label, value=value, is_=is_)

    def _update_kind(self, entity: EntityMeaning, slot: Slot) -> str:
        if slot.field_name == entity.title:
            return "title"
        if slot.field_name == entity.speech:
            return "speech"
        if slot.shape.kind in ("date", "datetime"):
            return "date"
        return "status" if slot.role == "status" else "any"

    def _action(self, call: Call, number: int, entity: EntityMeaning, subject: Mention) -> Clause:
        tool = call.meaning
        status = entity.fields.get(tool.status or "")
        target = ""
        if status is not None:
            target = next(iter(self._discourse.speaker.forms(tool.target, status.shape)), "")
        kind = "marked" if target and target not in ("yes", "no") else "any"
        if kind == "any":
            return self._described(call, number, entity)
        it = self._it(subject)
        clause = self._filled(f"action.{kind}", it=it, target=target)
        return Clause(clause.do + self._details.following(call, number, _said(call)), clause.report)

    def _relate(self, call: Call, subject: Mention) -> Clause:
        tool = call.meaning
        member = next(
            leaf.mention for p, leaf in _named(call) if p[1:] == tool.member and leaf.mention
        )
        kind = "remove" if tool.removes_member else "add"
        return self._filled(
            f"relate.{kind}", member=self._discourse.refer(member), it=self._it(subject)
        )

    def _described(self, call: Call, number: int, entity: EntityMeaning | None) -> Clause:
        """Word a call by its tool's description, with records in the place of their nouns."""
        text = imperative(call.meaning)
        left: list[str] = []
        for _, leaf in _named(call):
            if leaf.mention is None:
                continue
            name = self._discourse.refer(leaf.mention, pronoun=False)
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
            self._settle(call, entity)
        do = text + self._details.following(call, number, _said(call))
        return Clause(do, "that is done")

    # ------------------------------------------------------------------ parts
    def _it(self, subject: Mention) -> str:
        text = self._discourse.refer(subject)
        self._discourse.focus = record_id(subject)
        return text

    def _settle(self, call: Call, entity: EntityMeaning) -> None:
        """Note the record that a call made as known and in focus."""
        withheld = any(told.field == entity.called for told in self._details.withheld)
        for change in call.changes:
            if change.kind == "insert" and change.table == entity.table:
                identity = (entity.environment, entity.table, change.key)
                self._discourse.known[identity] = self._discourse.turn
                self._discourse.made.add(identity)
                if withheld:
                    self._discourse.unnamed.add(identity)
                self._discourse.focus = identity

    def _filled(self, name: str, tail: str = "", **words: str) -> Clause:
        """Return a clause with its gaps filled.

        Args:
            name: Which lines to choose from.
            tail: What follows what is asked for; a wish without a place for it is none then.
            words: What fills the gaps.
        """
        label = words.get("label", "")
        tone = self._discourse.tone
        several = is_many(label) or " and " in label

        def fits(line: Line) -> bool:
            one = several and _ONE_MORE.search("".join(line)) is not None
            with_twice = tail.startswith(" with ") and " with " in line[0]
            return not one and not with_twice and not ("(" in tail and "(" in line[0])

        do, report, *wishes = load_phrases().choose(name, self._rng, tone, label, fits)
        wishes = [wish for wish in wishes if not tail or "{tail}" in wish]
        do = do if "{tail}" in do else f"{do}{{tail}}"
        told = {name: yours(text) for name, text in words.items()}
        if label and "it" in words:
            words["its"] = owned(label, words["it"], self._rng)
            told["its"] = owned(label, told["it"], self._rng)
        wish = its(wishes[0].format(tail=tail, **words)) if wishes else ""
        return Clause(its(do.format(tail=tail, **words)), its(report.format(**told)), wish)


_ONE_MORE = re.compile(r"\b(?:an?|another|new|different|wrong|better) (?:[a-z]+ )?\{label\}")
"""What is said of one detail, not of several: a different name."""
_ANNOUNCED = 0.25
"""How often the user says that something is to be asked for, where no agent could do without."""
_CALL_IT = "call it "
_CALLED = 0.6
"""How often a new name is put so that it need not be called one: call it ‘A’."""
_LINKS = (" and", " and", ", plus", " as well as", " and also")
"""What stands before the last of several changes of one record."""
_NEW = ("a new", "a new", "another", "another", "one more", "an additional")
_MAKING = (("add", "added"), ("create", "created"))
"""Verbs that do for every kind of new record, with their past tenses."""
_ENDS = r"(?=$|[.,;]|\s(?:in|of|to|for|from|by|with|on|at|as|and)\b)"
"""Where a noun is the last of its phrase: the file, but not the file association."""


def _filled_field(slot: Slot) -> str:
    """Return the field that a value fills; its path where it is only a part of the field."""
    return slot.field_name if slot.field == f"/{escape(slot.field_name)}" else slot.path


def _said(call: Call) -> list[tuple[str, Leaf]]:
    return [(pointer, leaf) for pointer, leaf in call.leaves.items() if leaf.kind == "said"]


def _named(call: Call) -> list[tuple[str, Leaf]]:
    return [(pointer, leaf) for pointer, leaf in call.leaves.items() if leaf.kind == "named"]
