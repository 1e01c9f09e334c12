"""`Questions`: what the user wants to know from a call, and the facts that answer it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from envfactory.graph import values_at
from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.arrange import record_in
from envfactory.task.grounding.askable import askable, listed, unusual
from envfactory.task.grounding.call import Call, pointer_of
from envfactory.task.grounding.larder import is_natural
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.progress import Progress
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Glossary
from envfactory.task.meanings.moment import on
from envfactory.task.meanings.spoken import currency_in
from envfactory.task.meanings.words import (
    is_many,
    joined,
    load_words,
    number_word,
    plural,
    with_article,
)
from envfactory.task.model import Fact
from envfactory.task.phrasing.clauses import Clauses
from envfactory.task.phrasing.manner import record_id
from envfactory.task.phrasing.phrases import Line, load_phrases
from envfactory.task.phrasing.possession import owned, yours
from envfactory.task.phrasing.refer import Discourse, preposition
from envfactory.task.phrasing.saying import argument
from envfactory.task.phrasing.telling import is_plain, told_by
from envfactory.task.surface.polish import capital, its

_MOST_NAMES = 6
_SECOND = 0.3
_CLAUSE = re.compile(r" (?:whose|where|that|with|[a-z]+ing|dated)\b")
"""How a clause about several things begins."""
_PARTICIPLE = re.compile(r"(?!that )[a-z]+ (?:[a-z]+ )?\{on\}")
"""How things are told by a day without what it is called: starting on Friday."""
_BESIDE = re.compile(r"\{plural\}(?: are there| there are| do we have| we have)?\{where\}")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, directly and inside a request, with its answer and the facts in it.

    Attributes:
        many: Whether it is about several records.
    """

    direct: str
    embedded: str
    answer: str
    facts: tuple[Fact, ...]
    many: bool = False


class Questions:
    """Words the read-only calls of a conversation."""

    def __init__(
        self,
        glossary: Glossary,
        discourse: Discourse,
        clauses: Clauses,
        calls: Sequence[Call],
    ) -> None:
        self._calls = calls
        self._glossary, self._discourse, self._clauses = glossary, discourse, clauses
        self._rng: random.Random = discourse.rng

    def ask(self, call: Call, number: int, turn: int, subject: Mention | None) -> Question | None:
        """Return what a call answers, or None where it returns nothing that people ask for."""
        entity = self._glossary.entity(call.meaning.environment, call.meaning.table)
        if entity is None:
            return None
        if subject is not None:
            return self._details(call, number, turn, entity, subject)
        if call.meaning.kind == "list":
            return self._listing(call, number, turn, entity)
        return None

    # ------------------------------------------------------------------ one record
    def _details(
        self, call: Call, number: int, turn: int, entity: EntityMeaning, subject: Mention
    ) -> Question | None:
        path = record_in(call, subject)
        record = None if path is None else dict(values_at(call.value, path))[path]
        if path is None or not isinstance(record, dict):
            return None
        done = Progress(self._calls[:number], self._glossary).changed_fields(entity, subject.key)
        fields = askable(entity, record, subject, self._discourse.speaker, done)
        fields = unusual(fields, record, call.before.all(entity)) or fields
        if not fields:
            return None
        weights = [_interest(entity, field) for field in fields]
        field = self._rng.choices(fields, weights)[0]
        others = [other for other in fields if other is not field and other.label != field.label]
        it = self._discourse.refer(subject)
        self._discourse.focus = record_id(subject)
        if others and self._rng.random() < _SECOND:
            return self._two(number, turn, path, record, it, (field, self._rng.choice(others)))
        fact, value = self._fact(number, turn, path, record, field)
        direct, embedded, answer = load_phrases().choose(
            self._kind(field, record), self._rng, self._discourse.tone, field.label
        )
        is_ = "are" if is_many(field.label) else "is"
        words = {"it": it, "label": field.label, "value": value, "is_": is_}
        words["its"] = owned(field.label, it, self._rng)
        told = self._discourse.answered(yours(it))
        whose = capital(owned(field.label, told, self._rng))
        reply = answer.format(
            **{**words, "it": told}, Its=whose, It=capital(told), onvalue=on(value)
        )
        return Question(
            its(direct.format(**words)), its(embedded.format(**words)), capital(its(reply)), (fact,)
        )

    def _two(
        self,
        number: int,
        turn: int,
        path: str,
        record: Mapping[str, Json],
        it: str,
        fields: tuple[FieldMeaning, FieldMeaning],
    ) -> Question:
        facts, values = zip(
            *(self._fact(number, turn, path, record, field) for field in fields), strict=True
        )
        labels = f"the {fields[0].label} and the {fields[1].label} of {it}"
        answer = " and ".join(
            f"the {field.label}{'' if place else f' of {it}'} "
            f"{'are' if is_many(field.label) else 'is'} {value}"
            for place, (field, value) in enumerate(zip(fields, values, strict=True))
        )
        reply = capital(its(self._discourse.answered(yours(answer))))
        return Question(its(f"what are {labels}"), its(labels), f"{reply}.", tuple(facts))

    def _fact(
        self, number: int, turn: int, path: str, record: Mapping[str, Json], field: FieldMeaning
    ) -> tuple[Fact, str]:
        value = record[field.name]
        currency = currency_in(record, field.name)
        forms = self._discourse.speaker.forms(value, field.shape, currency)
        fact = Fact(
            turn=turn, call=number, path=path + pointer_of(field.name), value=value, forms=forms
        )
        text = self._discourse.speaker.kind(value, field.shape) == "text"
        quote = text and not is_plain(str(value))
        return fact, self._discourse.quoted(forms[0]) if quote else forms[0]

    def _kind(self, field: FieldMeaning, record: Mapping[str, Json]) -> str:
        kind = self._discourse.speaker.kind(record[field.name], field.shape)
        if field.label == "due date" and kind in ("date", "datetime"):
            return "ask.due"
        if kind in ("date", "datetime", "time"):
            return "ask.date"
        if kind in ("number", "choice"):
            return f"ask.{kind}"
        return "ask.speech" if is_many(field.label) else "ask.text"

    # ------------------------------------------------------------------ several records
    def _listing(
        self, call: Call, number: int, turn: int, entity: EntityMeaning
    ) -> Question | None:
        path, rows, total = listed(call.value)
        if not rows or path is None:
            return None
        where = self._where(call, number)
        entity = _without_owner(entity, call)
        titles = [row.get(entity.title or "") for row in rows]
        names = [title for title in titles if isinstance(title, str) and is_natural(title)]
        whole = total == len(rows)
        if whole and len(names) == len(rows) <= _MOST_NAMES and len(set(names)) == len(names):
            return self._which(call, number, turn, entity, path, names, where)
        if total is None:
            return None
        return self._count(number, turn, entity, path, total, where, call.value)

    def _which(
        self,
        call: Call,
        number: int,
        turn: int,
        entity: EntityMeaning,
        path: str,
        names: list[str],
        where: str,
    ) -> Question:
        field = escape(entity.title or "")
        facts = tuple(
            Fact(turn=turn, call=number, path=f"{path}/{place}/{field}", value=name, forms=(name,))
            for place, name in enumerate(names)
        )
        value = joined([name if entity.person else self._discourse.quoted(name) for name in names])
        are = _are(len(names), entity.noun)
        return self._worded("ask.which", entity, where, facts, value=value, are=are)

    def _count(
        self,
        number: int,
        turn: int,
        entity: EntityMeaning,
        path: str,
        total: int,
        where: str,
        value: Json,
    ) -> Question:
        held = pointer_of("total") if isinstance(value, dict) and "total" in value else path
        word = number_word(total) if total > 1 else f"one {entity.noun}"
        forms = tuple(dict.fromkeys([str(total), f"{total:,}", word]))
        fact = Fact(turn=turn, call=number, path=held, value=total, forms=forms)
        return self._worded("ask.count", entity, where, (fact,), are=_are(total, entity.noun))

    def _worded(
        self, name: str, entity: EntityMeaning, where: str, facts: tuple[Fact, ...], **more: str
    ) -> Question:
        direct, embedded, answer = load_phrases().choose(
            name, self._rng, self._discourse.tone, fits=_whole if _CLAUSE.match(where) else _any
        )
        words = {"plural": plural(entity.noun), "where": where, **more}
        reply = answer.format(**{**words, "where": self._discourse.answered(yours(where))})
        return Question(direct.format(**words), embedded.format(**words), reply, facts, many=True)

    def _where(self, call: Call, number: int) -> str:
        """Return what narrows the list, in words."""
        text = ""
        for mention in _inner_first([m for leaf in call.leaves.values() if (m := leaf.mention)]):
            if record_id(mention) in map(record_id, self._discourse.spoken):
                continue
            where = preposition(mention.entity)
            text += f" {where} {self._discourse.refer(mention, pronoun=False)}"
            self._discourse.focus = record_id(mention)
        return text + self._narrowed(call, number)

    def _narrowed(self, call: Call, number: int) -> str:
        """Return what the user says to narrow a list."""
        bounds: dict[str, dict[str, str]] = {}
        parts: list[str] = []
        for pointer, leaf in call.leaves.items():
            if leaf.kind != "said" or leaf.slot is None:
                continue
            value = self._clauses.saying.say(call, number, pointer, leaf)
            narrow, label = leaf.slot.filter, leaf.slot.label
            match narrow.op if narrow is not None else "eq":
                case "gte" | "gt":
                    bounds.setdefault(label, {})["after"] = value
                case "lte" | "lt":
                    bounds.setdefault(label, {})["before"] = value
                case "search":
                    text = self._discourse.quoted(str(argument(call, pointer)))
                    parts.append(self._rng.choice((f"that mention {text}", f"with {text} in them")))
                case "contains" | "prefix":
                    parts.append(f"with {value} in the {label}")
                case _:
                    parts.append(self._alike(label, value))
        parts += [self._between(label, each) for label, each in bounds.items()]
        return f" {' and '.join(parts)}" if parts else ""

    def _alike(self, label: str, value: str) -> str:
        """Return what several records have in common: `whose colour is blue`."""
        told = told_by(label, value).replace("that is ", "that are ", 1)
        if not told.startswith("with the "):
            return told
        is_ = "are" if is_many(label) else "is"
        forms = [told, f"whose {label} {is_} {value}", f"where the {label} {is_} {value}"]
        forms += [f"with {value} as {label}", f"that have {value} as {label}"]
        return self._rng.choice(forms)

    def _between(self, label: str, bounds: Mapping[str, str]) -> str:
        """Return within which bounds something of several records lies: `dated after 3 May`."""
        within = (
            f"between {bounds['after']} and {bounds['before']}"
            if len(bounds) == 2
            else " ".join(*bounds.items())
        )
        a_label = with_article(label)
        forms = [
            f"with {a_label}",
            f"whose {label} is",
            f"that have {a_label}",
            f"where the {label} is",
        ]
        told = load_words().told.get(label, ())
        forms += [form.removesuffix(" {on}") for form in told if _PARTICIPLE.fullmatch(form)] * 2
        if label == "date":
            forms.append("dated")
        return f"{self._rng.choice(forms)} {within}"


def _whole(line: Line) -> bool:
    """Return whether a clause about several things stays beside their noun in a line."""
    return all("{where}" not in _BESIDE.sub("", asked) for asked in line[:2])


def _any(_: Line) -> bool:
    return True


def _without_owner(entity: EntityMeaning, call: Call) -> EntityMeaning:
    """Return a kind of record without its owner in its noun, where a call names that: a payroll."""
    owners = [leaf.mention.entity for leaf in call.leaves.values() if leaf.mention is not None]
    for owner in owners:
        rest = entity.noun.removeprefix(f"{owner.noun} ")
        if rest != entity.noun:
            return replace(entity, noun=rest)
    return entity


def _inner_first(mentions: Sequence[Mention]) -> list[Mention]:
    """Return records with each one before what it belongs to: on the channel in the service."""
    tables = [mention.entity.table for mention in mentions]

    def depth(mention: Mention) -> int:
        parent = mention.entity.parent
        owner = mention.entity.fields[parent].reference if parent is not None else None
        inside = owner in tables and owner != mention.entity.table
        return 1 + depth(mentions[tables.index(owner or "")]) if inside else 0

    return sorted(mentions, key=lambda mention: -depth(mention))


def _interest(entity: EntityMeaning, field: FieldMeaning) -> float:
    if field.role == "status" or field.shape.kind in ("date", "datetime"):
        return 2.0
    return {"choice": 2.0, "number": 2.0, "integer": 1.5}.get(field.shape.kind, 1.0)


def _are(count: int, noun: str) -> str:
    if count == 1:
        return f"is one {noun}"
    return f"are {number_word(count)} {plural(noun)}"
