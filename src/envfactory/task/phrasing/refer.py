"""`Discourse`: how records are called in a conversation: in full first, then by reference."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.task.grounding.mention import Mention, Property
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.moment import on
from envfactory.task.meanings.spoken import Speaker, usual
from envfactory.task.meanings.words import load_words
from envfactory.task.phrasing.manner import (
    Kind,
    Manner,
    Manners,
    RecordId,
    Told,
    kind_of,
    record_id,
)
from envfactory.task.phrasing.pointing import someone_of, superlative
from envfactory.task.phrasing.possession import yours
from envfactory.task.phrasing.telling import (
    Telling,
    adjunct,
    following,
    is_adjective,
    is_plain,
    measure,
    quality,
    speech,
)
from envfactory.task.surface.protect import outside, quoted

_OFTEN = 0.6
_BARE = 0.4
"""How often a name is all that is said of a record, where nothing else is called that."""
_MAX_OWNERS = 3
_ONES = {"the new": "the new one", "the same": "the one from before", "that": "the one from before"}
"""How references end where the word for the kind of record was just said."""
_SHORTENED = 0.4
"""How often a noun of several words is told by its last one, where no other ends like that."""


@dataclass
class Discourse:
    """What has been said so far.

    Attributes:
        rng: Decides among wordings.
        speaker: Says values at the present moment.
        known: The records that were pointed out, with the turn in which that was last.
        full: Full mentions made, as proof: the mention and its text.
        turn: The present turn.
        focus: The record that the last clause was about.
        made: The records that were made during the conversation.
        unnamed: Those of them whose name is told only when asked for.
        needed: The records that the calls of the turn name.
        owner: Gives the record that one belongs to.
        spoken: The records that were said or referred to since this was last emptied.
        manners: How things are to be told.
        told: How each record was told the first time in each turn.
        forms: The values that records were told by, in the words that were used.
        later: For words that leave open which record is meant, those that tell it once asked.
        alone: Says whether no other record of any kind is called as one is.
        tone: How the person talks.
        quotes: The quotation marks that they type.
        short: Nouns of which the last word will do.
    """

    rng: random.Random
    speaker: Speaker
    known: dict[RecordId, int] = field(default_factory=dict)
    full: list[Mention] = field(default_factory=list)
    turn: int = 0
    focus: RecordId | None = None
    made: set[RecordId] = field(default_factory=set)
    unnamed: set[RecordId] = field(default_factory=set)
    quotes: str = "‘’"
    short: frozenset[str] = frozenset()
    needed: set[RecordId] = field(default_factory=set)
    owner: Callable[[Mention], Mention | None] = lambda mention: None
    spoken: list[Mention] = field(default_factory=list)
    manners: Manners = field(default_factory=Manners)
    told: dict[tuple[int, RecordId], Told] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    later: dict[str, str] = field(default_factory=dict)
    alone: Callable[[Mention], bool] = lambda mention: False
    tone: str = "plain"

    def quoted(self, text: str) -> str:
        """Return a text in quotation marks, another kind where it contains them."""
        return quoted(text, self.quotes)

    # ------------------------------------------------------------------ records
    def refer(self, mention: Mention, *, pronoun: bool = True, kind_said: bool = False) -> str:
        """Return how the user calls a record here, and remember that it was pointed out.

        Args:
            mention: The record.
            pronoun: Whether it may be called `it`.
            kind_said: Whether the word for its kind comes just before: the list to the new one.
        """
        identity = record_id(mention)
        manner = self._manner(identity)
        mention = self.meant(mention)
        again = identity in self.known and (manner is None or manner.kind == "reference")
        if not again:
            mention = self._with_owner(mention)
        self.spoken.append(mention)
        text = self._again(mention, pronoun=pronoun, named=manner is None) if again else None
        kind: Kind = "reference"
        if manner is not None and manner.kind == "withheld":
            text, kind = self._some(mention), "withheld"
        elif text is None:
            text, kind = self.in_full(mention), kind_of(mention)
        elif mention.title is not None and mention.title in text:
            kind = "explicit"
        if kind_said:
            text = _ONES.get(text.removesuffix(f" {mention.entity.noun}"), text)
        self.tell(kind, mention, text)
        self.remember(mention)
        return text

    def name(self, mention: Mention) -> str:
        """Return a record's title and no more, and remember that it was pointed out."""
        assert mention.title is not None
        text = mention.title if mention.entity.person else self.quoted(mention.title)
        self.full.append(mention)
        self.spoken.append(mention)
        self.tell("explicit", mention, text)
        self.remember(mention)
        return text

    def tell(self, kind: Kind, mention: Mention, text: str) -> None:
        """Note how a record was told, if it is the first time in this turn."""
        self.told.setdefault((self.turn, record_id(mention)), Told(kind, mention, text))

    def words_for(self, mention: Mention | None) -> str:
        """Return how a record was told in this turn; empty where it was not."""
        told = None if mention is None else self.told.get((self.turn, record_id(mention)))
        return "" if told is None else told.text

    def meant(self, mention: Mention) -> Mention:
        """Return what is to be said of a record in this turn."""
        manner = self.manners.records.get((self.turn, record_id(mention)))
        return mention if manner is None or manner.mention is None else manner.mention

    def may_be_named(self, mention: Mention) -> bool:
        """Say whether nothing lays down that a record is told otherwise than by its name."""
        manner = self._manner(record_id(mention))
        return manner is None or manner.kind == "explicit"

    def _manner(self, identity: RecordId) -> Manner | None:
        """Return how a record is to be told, if that is laid down and was not done yet."""
        if (self.turn, identity) in self.told:
            return None
        return self.manners.records.get((self.turn, identity))

    def _with_owner(self, mention: Mention) -> Mention:
        """Add what a record belongs to where the agent has to know that and nothing tells it."""
        if mention.parent is not None:
            return mention
        chain: list[Mention] = []
        here = self.owner(mention)
        while here is not None and len(chain) < _MAX_OWNERS:
            chain.append(here)
            here = self.owner(here)
        if not any(self._has_to_be_said(record_id(owner)) for owner in chain):
            return mention
        return replace(mention, parent=chain[0])

    def _has_to_be_said(self, owner: RecordId) -> bool:
        if owner not in self.needed:
            return False
        manner = self.manners.records.get((self.turn, owner))
        if manner is None:
            return owner not in self.known
        return manner.kind != "compression" and (self.turn, owner) not in self.told

    def remember(self, mention: Mention) -> None:
        """Note that everybody knows a record now, and those that it belongs to."""
        here: Mention | None = mention
        while here is not None:
            self.known.pop(record_id(here), None)
            self.known[record_id(here)] = self.turn
            here = here.parent

    def _again(self, mention: Mention, *, pronoun: bool, named: bool) -> str | None:
        """Return a reference to a record that was pointed out before, if one is clear.

        Its name will do where it may be `named`.
        """
        identity, entity = record_id(mention), mention.entity
        same_kind = [known for known in self.known if known[:2] == identity[:2]]
        latest = same_kind[-1] == identity
        if pronoun and self.focus == identity and not entity.person:
            return "it" if self.rng.random() < 0.75 else f"that {entity.noun}"
        if identity in self.unnamed:
            return f"the new {entity.noun}"
        told = self.told.get((self.turn, identity))
        if told is not None and told.kind == "withheld":
            return f"the same {entity.noun}"
        if not named and not latest:
            return None
        if entity.person and named:
            return mention.title
        if named and (not latest or self.rng.random() > _OFTEN):
            return self._short(mention) if mention.title and not mention.properties else None
        if identity in self.made and self.known[identity] < self.turn:
            return self.rng.choice((f"the new {entity.noun}", f"the {entity.noun} you just added"))
        if len(same_kind) == 1:
            return f"that {entity.noun}" if pronoun else f"the same {entity.noun}"
        return f"that {entity.noun}"

    def in_full(self, mention: Mention) -> str:
        """Return words that leave exactly one record."""
        self.full.append(mention)
        return self._by_itself(mention) + self._inside(mention)

    def _shortened(self, text: str, entity: EntityMeaning) -> str:
        """Return words for a record with a shorter noun, where that will do: the request."""
        if entity.noun not in self.short or self.rng.random() >= _SHORTENED:
            return text
        return outside(text, (), lambda part: part.replace(entity.noun, entity.head, 1))

    def answered(self, text: str) -> str:
        """Return words with every record named that the user tells only when asked."""
        for open_, told in self.later.items():
            text = text.replace(open_, told)
        return text

    def _by_itself(self, mention: Mention) -> str:
        """Return words for a record without what it belongs to."""
        entity = mention.entity
        text = self._short(mention) if mention.extreme is None else ""
        if mention.extreme is not None:
            text = superlative(entity, mention.extreme, self.rng, alone=not mention.properties)
        properties = mention.properties
        if mention.extreme is not None and properties and text.startswith(f"the {entity.noun} "):
            first, told = text.removeprefix(f"the {entity.noun}"), self._details(entity, properties)
            return self._determined(f"the {entity.noun}", entity, mention) + told + first
        if text == f"the {entity.noun}":
            text, properties = self._by_amount(entity, properties)
        if text == f"the {entity.noun}":
            text, properties = self._by_state(entity, properties)
        text = self._shortened(text, entity)
        return self._determined(text, entity, mention) + self._details(entity, properties)

    def _determined(self, text: str, entity: EntityMeaning, mention: Mention) -> str:
        """Return words for a record with another word in the place of `the`, as people vary it."""
        if not text.startswith("the ") or text.startswith("the one ") or self.tone == "terse":
            return text
        words = ["the"] * 4 + ["our"] * 3
        if mention.extreme is None and not text.endswith((*"’”\"'",)):
            words += ["that"] * 2
        if entity.head in load_words().mine:
            words += ["my"] * 3
        return f"{self.rng.choice(words)}{text.removeprefix('the')}"

    def every(
        self, entity: EntityMeaning, properties: tuple[Property, ...], parent: Mention | None
    ) -> str:
        """Return words for all records of a kind that have something in common."""
        every = self.rng.choice(("every", "each"))
        text = f"{every} {entity.noun}{self._details(entity, properties)}"
        if parent is None:
            return text
        return f"{text} {preposition(parent.entity)} {self.refer(parent, pronoun=False)}"

    def _by_amount(
        self, entity: EntityMeaning, properties: tuple[Property, ...]
    ) -> tuple[str, tuple[Property, ...]]:
        """Return a record by its amount, if that is told of it, and what is left to tell."""
        for told in properties:
            field_ = entity.fields[told.field]
            if field_.label == "amount" and told.currency:
                text = self.value(told.value, field_, told.currency)
                rest = tuple(other for other in properties if other is not told)
                return f"the {text} {entity.noun}", rest
        return f"the {entity.noun}", properties

    def _by_state(
        self, entity: EntityMeaning, properties: tuple[Property, ...]
    ) -> tuple[str, tuple[Property, ...]]:
        """Return a record by what it is like, and what is left to tell: the open ticket."""
        for told in properties:
            field_ = entity.fields[told.field]
            if self.speaker.kind(told.value, field_.shape) != "choice":
                continue
            text = self.speaker.forms(told.value, field_.shape)[0]
            if is_adjective(field_.label, text) and self.rng.random() < _OFTEN:
                rest = tuple(other for other in properties if other is not told)
                self.forms.append(text)
                return f"the {text} {entity.noun}", rest
        return f"the {entity.noun}", properties

    def _some(self, mention: Mention) -> str:
        """Return words that leave open which record of a kind is meant, and note what it is."""
        self.full.append(mention)
        entity, inside = mention.entity, self._inside(mention)
        text = someone_of(entity, self.rng, alone=not inside) + inside
        self.later[text] = yours(self._by_itself(mention) + inside)
        return text

    def _short(self, mention: Mention) -> str:
        """Return noun and title."""
        entity, title = mention.entity, mention.title
        if title is None:
            return f"the {entity.noun}"
        if entity.person:
            # Another kind of record may be people too, so that a name alone would not tell.
            known = record_id(mention) in self.known
            bare = not mention.properties and self.rng.random() < _BARE and self.alone(mention)
            return title if known or bare else f"the {entity.noun} {title}"
        named = self.quoted(title)
        if record_id(mention) in self.known and self.rng.random() < _OFTEN:
            return named
        if self.rng.random() < _BARE and not mention.properties and self.alone(mention):
            return named
        repeated = entity.head in split_words(title)
        if entity.head in load_words().mine and not repeated and self.rng.random() < _OFTEN:
            return f"my {named} {entity.head}"
        if self._said_kind(mention) and self.alone(mention):
            return f"the one {self.rng.choice(('called', 'named'))} {named}"
        forms = [f"the {entity.noun} {named}", f"the {entity.noun} called {named}"]
        forms.append(f"our {entity.noun} {named}")
        if self.tone == "terse":
            forms += [f"{entity.noun} {named}"] * 2
        if not repeated:
            forms += [f"the {named} {entity.noun}"] * 3
        if entity.head in load_words().tellers:
            forms.append(f"the {entity.noun} about {named}")
        else:
            forms.append(f"the {entity.noun} named {named}")
        return self.rng.choice(forms)

    def _said_kind(self, mention: Mention) -> bool:
        """Say whether the last record that was told in this turn is another one of that kind."""
        told = [identity for turn, identity in self.told if turn == self.turn]
        identity = record_id(mention)
        return bool(told) and told[-1][:2] == identity[:2] and told[-1] != identity

    def _inside(self, mention: Mention) -> str:
        if mention.parent is None:
            return ""
        return f" {preposition(mention.parent.entity)} {self.refer(mention.parent, pronoun=False)}"

    def _details(self, entity: EntityMeaning, properties: tuple[Property, ...]) -> str:
        """Return what else is said of a record."""
        tellings = [self._detail(entity, said) for said in properties]
        return following(tellings, self.rng, person=entity.person)

    def _detail(self, entity: EntityMeaning, said: Property) -> Telling:
        field_, value = entity.fields[said.field], said.value
        kind = self.speaker.kind(value, field_.shape)
        if field_.name == entity.speech:
            return speech(entity, field_.label, self.quoted(str(value)), self.rng)
        text = self.value(value, field_, said.currency)
        if field_.label == "due date":
            return Telling(f"due {on(text)}")
        if field_.label == "amount":
            return Telling(f"of {text}")
        day = kind in ("date", "datetime")
        told = adjunct(field_.label, text, self.rng, day=day, person=entity.person)
        if told is not None:
            return told
        if day or kind == "number":
            return measure(field_.label, text)
        return quality(field_.label, text, self.rng)

    # ------------------------------------------------------------------ values
    def value(self, value: Json, field_: FieldMeaning, currency: str | None) -> str:
        """Return a property's value in words."""
        forms = self.speaker.forms(value, field_.shape, currency)
        kind = self.speaker.kind(value, field_.shape)
        text = forms[0] if forms else str(value)
        if kind in ("date", "datetime"):
            text = self.rng.choice(usual(forms))
        self.forms.append(text)
        return self.quoted(text) if kind == "text" and not is_plain(text) else text


def preposition(entity: EntityMeaning) -> str:
    """Return where things are that belong to a record: on a list, in a folder, for somebody."""
    return load_words().prepositions.get(entity.head, "for" if entity.person else "in")
