"""`Saying`: how the values that calls are given are said, with the words as proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.shift import DAYS
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.spoken import currency_in, usual
from envfactory.task.phrasing.manner import Kind, Manner
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.phrasing.telling import is_plain

_THAT_OF = "that of "
_BOUNDS = ("gt", "gte", "lt", "lte")


@dataclass(frozen=True, slots=True)
class Said:
    """How a request conveys a value.

    Attributes:
        form: The words that mean the value, as its speaker says it in full.
        kind: Whether the request holds those words, or how it conveys the value instead.
        words: What the request says where it is not said in full; empty where it is withheld.
    """

    call: int
    pointer: str
    form: str
    currency: str | None = None
    kind: Kind = "explicit"
    words: str = ""

    @property
    def shown(self) -> str:
        """What the request has to hold."""
        return self.form if self.kind == "explicit" else self.words


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that is told when asked for.

    Attributes:
        label: What it is called.
        words: What is told.
        field: The record's field that it is for.
        required: Whether the call cannot be made without it.
    """

    label: str
    words: str
    field: str | None
    required: bool


class Saying:
    """Says values in a conversation, in full or as its manners lay down."""

    def __init__(self, glossary: Glossary, discourse: Discourse) -> None:
        self._glossary, self._discourse = glossary, discourse
        self._rng = discourse.rng
        self.said: list[Said] = []
        self._styles: dict[str, int] = {}

    def say(self, call: Call, number: int, pointer: str, leaf: Leaf, *, bare: bool = False) -> str:
        """Say a value, and keep the words as proof."""
        assert leaf.slot is not None
        value = argument(call, pointer)
        form, currency = self.form(call, value, leaf.slot)
        manner = self.manner(number, pointer)
        if manner is not None:
            words = self._instead(manner, leaf.slot, currency)
            self.said.append(Said(number, pointer, form, currency, manner.kind, words))
            return words
        self.said.append(Said(number, pointer, form, currency))
        return form if bare else self._marked(call, leaf.slot, value, form)

    def _marked(self, call: Call, slot: Slot, value: Json, form: str) -> str:
        """Return the words for a value, in quotation marks where they could be mistaken."""
        if self._discourse.speaker.kind(value, slot.shape) != "text":
            return form
        entity = self._glossary.entity(call.meaning.environment, call.meaning.table)
        known_by = entity is not None and slot.field_name in (entity.title, entity.speech)
        named = slot.label.endswith("name") and " " in form
        plain = is_plain(form) and not known_by and not named
        return form if plain else self._discourse.quoted(form)

    def withhold(self, call: Call, number: int, pointer: str, leaf: Leaf) -> Withheld:
        """Keep a value to be told when asked for."""
        assert leaf.slot is not None
        value = argument(call, pointer)
        form, currency = self.form(call, value, leaf.slot)
        self.said.append(Said(number, pointer, form, currency, "withheld"))
        words = self._marked(call, leaf.slot, value, form)
        required = pointer[1:] in call.meaning.arguments.required
        return Withheld(leaf.slot.label, words, leaf.slot.field_name, required)

    def manner(self, number: int, pointer: str) -> Manner | None:
        """Return how a value is to be told, if not in full."""
        manner = self._discourse.manners.values.get((number, pointer))
        return None if manner is None or manner.kind == "explicit" else manner

    def kind(self, number: int, pointer: str) -> Kind:
        """Return in which way a value is to be told."""
        manner = self.manner(number, pointer)
        return "explicit" if manner is None else manner.kind

    def _instead(self, manner: Manner, slot: Slot, currency: str | None) -> str:
        """Return words for a value that is the same as another one, or so far from it."""
        if manner.by is not None:
            return self._further(manner.by, slot, currency)
        if manner.like is not None:
            return f"{_THAT_OF}{self._discourse.refer(manner.like, pronoun=False)}"
        before = " as before" if manner.kind == "reference" else ""
        return f"the same {slot.label}{before}"

    def _further(self, by: float, slot: Slot, currency: str | None) -> str:
        if slot.shape.kind in ("date", "datetime"):
            return f"{DAYS[int(abs(by))]} {'later' if by > 0 else 'earlier'}"
        amount = self._discourse.speaker.forms(abs(by), slot.shape, currency)[0]
        return f"{amount} {'more' if by > 0 else 'less'} than now"

    def form(self, call: Call, value: Json, slot: Slot) -> tuple[str, str | None]:
        """Return how a value is said, and the currency it is said in."""
        entity = self._glossary.entity(call.meaning.environment, call.meaning.table)
        record: Mapping[str, Json] | None = None
        if entity is not None and call.meaning.key is not None:
            record = call.before.get(entity, call.arguments.get(call.meaning.key))
        held = {**(record or {}), **call.arguments}
        currency = currency_in(held, slot.name)
        speaker = self._discourse.speaker
        bound = slot.filter is not None and slot.filter.op in _BOUNDS
        forms = (speaker.bounds if bound else speaker.forms)(value, slot.shape, currency)
        if speaker.kind(value, slot.shape) in ("date", "datetime"):
            said = usual(forms)
            if bound:
                return said[-1 - min(self._style(slot, len(said)), len(said) - 1)], currency
            return self._rng.choice(said), currency
        return forms[0], currency

    def _style(self, slot: Slot, styles: int) -> int:
        """Return in which style a day is said, the same at both ends of a range.

        Counted from the last form, since only days nearby have more of them at the front.
        """
        return self._styles.setdefault(slot.label, self._rng.randrange(styles))

    def same(self, call: Call, number: int, pointer: str, leaf: Leaf) -> str:
        """Return a detail that is as it is elsewhere: `the same due date as the task ‘A’`."""
        assert leaf.slot is not None
        words = self.say(call, number, pointer, leaf)
        if not words.startswith(_THAT_OF):
            return words
        same = f"the same {leaf.slot.label} as {words[len(_THAT_OF) :]}"
        self.said[-1] = replace(self.said[-1], words=same)
        return same

    def other(self, call: Call, number: int, pointer: str, leaf: Leaf) -> str:
        """Return the record whose value it is, where it is that of another record."""
        words = self.say(call, number, pointer, leaf)[len(_THAT_OF) :]
        self.said[-1] = replace(self.said[-1], words=words)
        return words


def argument(call: Call, pointer: str) -> Json:
    """Return the value at a pointer into a call's arguments."""
    return next(value for _, value in values_at(dict(call.arguments), pointer))
