"""`phrase`: the requests of a conversation, what they mean, and what a good agent answers.

The rule that every request keeps: a value that the user gives stands in the request of its turn in
words that `Speaker.reads` reads back as that value, and a record that a call names was pointed out
in this request or an earlier one by a mention that fits no other record. A conversation that breaks
the rule is dropped.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.task.answering import contains
from envfactory.task.arrange import Plan
from envfactory.task.call import Call
from envfactory.task.clause import Clause, Clauses, Said, argument
from envfactory.task.dropped import Dropped
from envfactory.task.intent import intent_of
from envfactory.task.manner import Manners, RecordId, Told, record_id
from envfactory.task.meaning import Glossary
from envfactory.task.mention import Mention, parent_of
from envfactory.task.model import Fact
from envfactory.task.phrases import capital, load_phrases, tidy
from envfactory.task.question import Question, Questions
from envfactory.task.refer import Discourse
from envfactory.task.spoken import speaker_at

_DIRECT = 0.5
_JOINED = 0.6
_IDENTIFIER = re.compile(r"\b[a-z]+_[a-z0-9_]+\b|[{}\[\]]")


@dataclass(frozen=True, slots=True)
class Worded:
    """One turn in words.

    Attributes:
        request: What the user says.
        intent: What is meant, in full.
        answer: What a good agent says at the end.
        facts: What the answer must contain.
        said: Where the request holds the user's values.
        mentions: The records that were pointed out in full, in this turn.
        spoken: The records that were said or referred to, with the number of the call.
        told: How each record that was said or referred to was told the first time.
    """

    request: str
    intent: str
    answer: str
    facts: tuple[Fact, ...]
    said: tuple[Said, ...]
    mentions: tuple[Mention, ...]
    spoken: tuple[tuple[int, Mention], ...] = ()
    told: tuple[Told, ...] = ()


def phrase(
    plan: Plan, glossary: Glossary, rng: random.Random, manners: Manners | None = None
) -> tuple[Worded, ...] | Dropped:
    """Return the turns of a plan in words, or why nobody would say them.

    Args:
        plan: The calls, turn by turn.
        glossary: What tools and records mean.
        rng: Decides among wordings.
        manners: How records and values are to be told; anyhow where nothing is laid down.
    """
    start = plan.calls[0].before
    speaker = speaker_at(start.now(name) for name in start.environments)
    conversation = _Conversation(
        plan, glossary, Discourse(rng, speaker, manners=manners or Manners())
    )
    turns: list[Worded] = []
    for number in range(len(plan.turns)):
        worded = conversation.turn(number)
        if isinstance(worded, Dropped):
            return worded
        turns.append(worded)
    return tuple(turns)


class _Conversation:
    """The requests so far, and what everybody knows by now."""

    def __init__(self, plan: Plan, glossary: Glossary, discourse: Discourse) -> None:
        self._plan, self._glossary, self._discourse = plan, glossary, discourse
        self._clauses = Clauses(glossary, discourse)
        self._questions = Questions(glossary, discourse, self._clauses, plan.calls)
        discourse.owner = self._owner
        self._rng = discourse.rng
        self._spoken: list[tuple[int, Mention]] = []

    def turn(self, number: int) -> Worded | Dropped:
        """Word one turn."""
        discourse = self._discourse
        discourse.turn, discourse.needed = number, self._named(number)
        said, full = len(self._clauses.said), len(discourse.full)
        parts: list[Clause | Question] = []
        self._spoken = []
        for place in self._plan.turns[number]:
            call = self._plan.calls[place]
            if call.is_act:
                part = self._part(call, place, number)
                if part is None:
                    return Dropped("nothing to ask about", call.meaning.tool)
                parts.append(part)
                self._spoken += [(place, mention) for mention in discourse.spoken]
                discourse.spoken.clear()
        missing = self._unnamed(number)
        if missing is not None:
            return Dropped("a record is never pointed out", missing)
        return self._finished(number, parts, said, full)

    def _finished(
        self, number: int, parts: Sequence[Clause | Question], said: int, full: int
    ) -> Worded | Dropped:
        request = self._request(parts, number)
        answer = self._answer(parts)
        proofs = tuple(self._clauses.said[said:])
        facts = tuple(fact for part in parts if isinstance(part, Question) for fact in part.facts)
        unsaid = self._unsaid(request, number, proofs)
        if unsaid is not None:
            return Dropped("a value is not in the request", unsaid)
        if problem := self._unnatural(request):
            return Dropped("nobody talks like that", problem)
        if facts and all(contains(request, fact.forms) for fact in facts):
            return Dropped("the request gives the answer away", request)
        if not all(contains(answer, fact.forms) for fact in facts):
            return Dropped("the answer lacks a fact", answer)
        calls = [self._plan.calls[place] for place in self._plan.turns[number]]
        intent = " ".join(
            intent_of(call, self._glossary, part)
            for call, part in zip([c for c in calls if c.is_act], parts, strict=True)
        )
        mentions = tuple(self._discourse.full[full:])
        told = tuple(told for (turn, _), told in self._discourse.told.items() if turn == number)
        return Worded(request, intent, answer, facts, proofs, mentions, tuple(self._spoken), told)

    # ------------------------------------------------------------------ parts
    def _part(self, call: Call, place: int, turn: int) -> Clause | Question | None:
        subject = self._subject(call)
        if call.writes:
            return self._clauses.act(call, place, subject)
        return self._questions.ask(call, place, turn, subject)

    def _subject(self, call: Call) -> Mention | None:
        """Return the record that a call works on, or is asked about."""
        leaf = call.leaves.get(f"/{call.meaning.key}")
        subject = call.about or (leaf.mention if leaf is not None else None)
        return None if subject is None else self._discourse.meant(subject)

    def _owner(self, mention: Mention) -> Mention | None:
        """Return the record that one belongs to, as it was before the calls of this turn."""
        before = self._plan.calls[self._plan.turns[self._discourse.turn][0]].before
        row = before.get(mention.entity, mention.key)
        if row is None:
            return None
        return parent_of(mention.entity, row, before, self._glossary, self._discourse.speaker)

    def _named(self, turn: int) -> set[RecordId]:
        return {
            record_id(leaf.mention)
            for place in self._plan.turns[turn]
            for leaf in self._plan.calls[place].leaves.values()
            if leaf.kind == "named" and leaf.mention is not None
        }

    def _unnamed(self, turn: int) -> str | None:
        """Return a record that the calls of a turn name and that nothing has pointed out."""
        made = {
            (change.environment, change.table, change.key)
            for call in self._plan.calls
            for change in call.changes
            if change.kind == "insert"
        }
        for environment, table, key in sorted(self._named(turn), key=str):
            if (environment, table, key) in self._discourse.known:
                continue
            if (environment, table, key) not in made:
                return f"{environment} {table} {key}"
        return None

    # ------------------------------------------------------------------ sentences
    def _request(self, parts: Sequence[Clause | Question], number: int) -> str:
        """Join what is asked for into one message."""
        later = number > 0
        sentences: list[str] = []
        pending: list[str] = []
        for part in parts:
            if isinstance(part, Clause):
                pending.append(part.do)
                continue
            if pending:
                sentences.append(self._imperative(pending, later or bool(sentences)))
                pending = []
            sentences.append(self._interrogative(part, later or bool(sentences)))
        if pending:
            sentences.append(self._imperative(pending, later or bool(sentences)))
        return tidy(" ".join(sentences))

    def _imperative(self, clauses: list[str], later: bool) -> str:
        lines = load_phrases().lines
        if len(clauses) == 2:
            one, two = clauses
            text = self._rng.choice(lines["request.two"]).format(one=one, two=two)
        elif len(clauses) > 2:
            one, two, three = clauses[:3]
            text = self._rng.choice(lines["request.three"]).format(one=one, two=two, three=three)
        else:
            text = clauses[0]
        frame = self._rng.choice(lines["request.later" if later else "request.first"])
        return frame.format(do=text, Do=capital(text))

    def _interrogative(self, question: Question, later: bool) -> str:
        lines = load_phrases().lines
        direct = self._rng.random() < _DIRECT
        name = ("direct" if direct else "embedded") + ("_later" if later else "")
        frame = self._rng.choice(lines[f"question.{name}"])
        return frame.format(
            ask=question.direct, Ask=capital(question.direct), embedded=question.embedded
        )

    def _answer(self, parts: Sequence[Clause | Question]) -> str:
        sentences = [
            capital(part.report) + "." if isinstance(part, Clause) else part.answer
            for part in parts
        ]
        return tidy(" ".join(sentences))

    # ------------------------------------------------------------------ the rule
    def _unsaid(self, request: str, number: int, proofs: Sequence[Said]) -> str | None:
        """Return an argument that the user gives and that the request does not hold."""
        proven = {(said.call, said.pointer): said for said in proofs}
        for place in self._plan.turns[number]:
            call = self._plan.calls[place]
            for pointer, leaf in call.leaves.items():
                if leaf.kind != "said" or leaf.slot is None:
                    continue
                value = argument(call, pointer)
                said = proven.get((place, pointer))
                if said is None:
                    if not (isinstance(value, str) and contains(request, (value,))):
                        return f"{call.meaning.tool}{pointer}"
                elif said.form not in request or not self._discourse.speaker.reads(
                    said.form, value, leaf.slot.shape, said.currency
                ):
                    return f"{call.meaning.tool}{pointer}: {said.form!r}"
        return None

    def _unnatural(self, request: str) -> str | None:
        """Return what in a request no person would type: an identifier, code."""
        found = _IDENTIFIER.search(request)
        return found[0] if found else None
