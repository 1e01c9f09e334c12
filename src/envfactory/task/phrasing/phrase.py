"""`phrase`: the requests of a conversation, what they mean, and what a good agent answers.

The rule that every request keeps: a value that the user gives stands in the request of its turn in
words that `Speaker.reads` reads back as that value, and a record that a call names was pointed out
in this request or an earlier one by a mention that fits no other record. A conversation that breaks
the rule is dropped.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.mention import Mention, fits, parent_of, possible
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.given import LINK
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.spoken import speaker_at
from envfactory.task.meanings.words import joined, load_words
from envfactory.task.model import Fact
from envfactory.task.phrasing.clause import Clause
from envfactory.task.phrasing.clauses import Clauses
from envfactory.task.phrasing.intent import intent_of
from envfactory.task.phrasing.manner import Manners, RecordId, Told, record_id
from envfactory.task.phrasing.question import Question, Questions
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.phrasing.saying import Said, argument
from envfactory.task.surface import Piece, Voice, first_thought
from envfactory.task.surface.polish import capital, tidy
from envfactory.task.user import Persona

_SAYS_LITTLE = frozenset(["type", "kind", "status", "value", "method", "code", "data", "source"])
"""Nouns that mean nothing without the word before them."""
_AHEAD = 0.7
"""How often a mind that changes does so between two messages, where that is possible."""
_IDENTIFIER = re.compile(
    r"\b(?:acl|api|json|http|uuid|url|uri|endpoint|payload)s?\b|\b[a-z]+_[a-z0-9_]+\b|[{}\[\]]"
    r"|\b[a-z]{20,}\b"
)


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
    plan: Plan,
    glossary: Glossary,
    rng: random.Random,
    manners: Manners | None = None,
    persona: Persona | None = None,
) -> tuple[Worded, ...] | Dropped:
    """Return the turns of a plan in words, or why nobody would say them.

    Args:
        plan: The calls, turn by turn.
        glossary: What tools and records mean.
        rng: Decides among wordings.
        manners: How records and values are to be told; anyhow where nothing is laid down.
        persona: Who talks; somebody plain where it is not given.
    """
    start = plan.calls[0].before
    speaker = speaker_at(start.now(name) for name in start.environments)
    hour = min(start.now(name) for name in start.environments).hour
    persona = persona or Persona()
    discourse = Discourse(
        rng,
        speaker,
        manners=manners or Manners(),
        tone=persona.tone,
        quotes=persona.quotes,
        short=_short_nouns(glossary, start.environments),
    )
    voice = Voice(persona, hour, rng, glossary.domain(start.environments))
    conversation = _Conversation(plan, glossary, discourse, voice)
    turns: list[Worded] = []
    for number in range(len(plan.turns)):
        worded = conversation.turn(number)
        if isinstance(worded, Dropped):
            return worded
        if conversation.announcement:
            said = f"{turns[-1].request} {conversation.announcement}"
            turns[-1] = replace(turns[-1], request=said)
        turns.append(worded)
    for worded in turns:
        if _gives_away(worded):
            return Dropped("the request gives the answer away", worded.request)
    return tuple(turns)


class _Conversation:
    """The requests so far, and what everybody knows by now.

    Attributes:
        announcement: What the message before the last one has to say of it already.
    """

    def __init__(self, plan: Plan, glossary: Glossary, discourse: Discourse, voice: Voice) -> None:
        self._plan, self._glossary, self._discourse = plan, glossary, discourse
        self._voice = voice
        self.announcement = ""
        self._clauses = Clauses(glossary, discourse)
        self._questions = Questions(glossary, discourse, self._clauses, plan.calls)
        discourse.owner, discourse.alone = self._owner, self._alone
        self._rng = discourse.rng
        self._spoken: list[tuple[int, Mention]] = []
        self._handed = ""

    def turn(self, number: int) -> Worded | Dropped:
        """Word one turn."""
        discourse = self._discourse
        discourse.turn, discourse.needed = number, self._named(number)
        said, full = len(self._clauses.saying.said), len(discourse.full)
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
        self._handed = self._handed_over(number)
        return self._finished(number, parts, said, full)

    def _handed_over(self, number: int) -> str:
        """Return sentences with what records are found by, such as a link that is pasted."""
        sentences = []
        for place in self._plan.turns[number]:
            call = self._plan.calls[place]
            for pointer, leaf in call.leaves.items():
                if leaf.kind == "said" and leaf.mention is not None and leaf.slot is not None:
                    value = self._clauses.saying.say(call, place, pointer, leaf, bare=True)
                    noun, label = leaf.mention.entity.noun, leaf.slot.label
                    told = f"is at {value}" if label == "link" else f"goes by the {label} {value}"
                    sentences.append(f"The {noun} {told}.")
        return " ".join(sentences)

    def _finished(
        self, number: int, parts: Sequence[Clause | Question], said: int, full: int
    ) -> Worded | Dropped:
        proofs = tuple(self._clauses.saying.said[said:])
        if bare := next((part.do for part in parts if _is_bare(part)), None):
            return Dropped("nobody talks like that", bare)
        acts = [p for p in self._plan.turns[number] if self._plan.calls[p].is_act]
        pieces = [self._piece(part, place, proofs) for part, place in zip(parts, acts, strict=True)]
        if self._handed:
            after = f"{pieces[-1].after} {self._handed}".strip()
            pieces[-1] = replace(pieces[-1], after=after)
        in_full = bool(self._discourse.full[full:])
        request = self._request(pieces, number, tuple(self._kept(proofs)), in_full=in_full)
        told = self._told(request, number)
        answer = self._answer(parts)
        facts = tuple(fact for part in parts if isinstance(part, Question) for fact in part.facts)
        unsaid = self._unsaid(request, number, proofs)
        if unsaid is not None:
            return Dropped("a value is not in the request", unsaid)
        if problem := self._unnatural(request):
            return Dropped("nobody talks like that", problem)
        if not all(contains(answer, fact.forms) for fact in facts):
            return Dropped("the answer lacks a fact", answer)
        calls = [self._plan.calls[place] for place in self._plan.turns[number]]
        intent = " ".join(
            intent_of(call, self._glossary, part)
            for call, part in zip([c for c in calls if c.is_act], parts, strict=True)
        )
        mentions = tuple(self._discourse.full[full:])
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

    def _alone(self, mention: Mention) -> bool:
        """Say whether no record of another kind is called the same as the turn begins."""
        before = self._plan.calls[self._plan.turns[self._discourse.turn][0]].before
        others = (
            replace(mention, entity=entity, parent=None)
            for entity in self._glossary.entities.values()
            if entity.environment in before.environments and entity.called is not None
            if entity is not mention.entity
        )
        return not any(fits(row, other) for other in others for row in possible(other, before))

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
    def _piece(self, part: Clause | Question, place: int, proofs: Sequence[Said]) -> Piece:
        """Return a part with what its speaker may make of it."""
        call = self._plan.calls[place]
        tool = call.meaning.short
        entity = self._glossary.entity(call.meaning.environment, call.meaning.table)
        kind = "" if entity is None else kind_of_record(entity)
        if isinstance(part, Question):
            return Piece(
                part.direct,
                part.embedded,
                "ask",
                asks=True,
                tool=tool,
                kind=kind,
                many=part.many,
            )
        piece = Piece(
            part.do,
            part.wish,
            call.meaning.kind,
            tool=tool,
            withheld=joined(part.asked),
            kind=kind,
            after=part.after,
            renames=entity is not None and _renames(call, entity),
        )
        if self._rng.random() >= self._voice.wording.rethink:
            return piece
        for said in proofs:
            slot = call.leaves[said.pointer].slot if said.call == place else None
            if slot is None or said.kind != "explicit":
                continue
            value, speaker = argument(call, said.pointer), self._discourse.speaker
            change = first_thought(
                part.do, said.form, value, slot.shape, speaker, self._rng, said.currency
            )
            if change is not None:
                return replace(piece, text=change.do, instead=said.form, given_up=change.old)
        return piece

    def _request(
        self, pieces: Sequence[Piece], number: int, kept: Sequence[str], *, in_full: bool
    ) -> str:
        """Say everything in one message; a change of mind may begin in the one before."""
        self.announcement = ""
        voice = self._voice
        told = [t.text for (turn, _), t in self._discourse.told.items() if turn == number]
        voice.whole = (*told, *(voice.fitted(text) for text in told))
        alone = number > 0 and len(pieces) == 1 and in_full
        if alone and pieces[0].instead and self._rng.random() < _AHEAD:
            self.announcement, request = voice.change_ahead(pieces[0], kept)
            return request
        return voice.message(pieces, kept, later=number > 0)

    def _told(self, request: str, number: int) -> tuple[Told, ...]:
        """Return how records are told in a turn, in the words of the speaker."""
        return tuple(
            told if told.text in request else replace(told, text=self._voice.fitted(told.text))
            for (turn, _), told in self._discourse.told.items()
            if turn == number
        )

    def _kept(self, proofs: Sequence[Said]) -> Iterator[str]:
        """Yield the words that carry values and names."""
        discourse = self._discourse
        yield from (said.shown for said in proofs if said.shown)
        yield from discourse.forms
        for mention in (*discourse.full, *(mention for _, mention in self._spoken)):
            here: Mention | None = mention
            while here is not None:
                yield here.title or ""
                here = here.parent

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
                elif said.shown not in request or not self._discourse.speaker.reads(
                    said.form, value, leaf.slot.shape, said.currency
                ):
                    return f"{call.meaning.tool}{pointer}: {said.form!r}"
        return None

    def _unnatural(self, request: str) -> str | None:
        """Return what in a request no person would type: an identifier, code."""
        for found in _IDENTIFIER.finditer(LINK.sub("", request)):
            if found[0] not in self._voice.tools_named:
                return found[0]
        return None


def _short_nouns(glossary: Glossary, environments: Collection[str]) -> frozenset[str]:
    """Return the nouns of several words whose last one tells them from all others."""
    here = [each for each in glossary.entities.values() if each.environment in environments]
    heads = Counter(entity.head for entity in here)
    return frozenset(
        entity.noun
        for entity in here
        if heads[entity.head] == 1 and entity.head not in _SAYS_LITTLE | {entity.noun}
    )


def kind_of_record(entity: EntityMeaning) -> str:
    """Return what kind of thing a record is to people; empty where nobody could say."""
    return "person" if entity.person else load_words().kinds.get(entity.head, "")


def _renames(call: Call, entity: EntityMeaning) -> bool:
    """Return whether a call changes what a record is called."""
    slots = (leaf.slot for leaf in call.leaves.values())
    called = any(slot is not None and slot.field_name == entity.title for slot in slots)
    return called and entity.title is not None and call.meaning.kind == "update"


def _is_bare(part: Clause | Question) -> TypeGuard[Clause]:
    """Return whether somebody would ask for something new without a word about it."""
    return isinstance(part, Clause) and part.bare and not part.withheld


def _gives_away(worded: Worded) -> bool:
    """Return whether a request holds all the facts that it asks for."""
    return bool(worded.facts) and all(contains(worded.request, fact.forms) for fact in worded.facts)
