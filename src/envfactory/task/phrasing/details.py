"""`Details`: further values of a record in a wish: after it, or in sentences of their own."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.moment import on
from envfactory.task.meanings.words import is_many, joined, reference_label, with_article
from envfactory.task.phrasing.phrases import load_phrases
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.phrasing.saying import Saying, Withheld
from envfactory.task.surface.polish import capital

_APART = 0.35
"""How often further details follow in a sentence of their own."""
_WITH, _IN_BRACKETS = 0.5, 0.2
"""How often details follow `with`, and in brackets; else they are listed after commas."""
_ADJECTIVES = frozenset({"priority", "status", "severity", "visibility"})
"""Labels that follow their value: high priority."""


class Details:
    """Words what is told of a record besides its name.

    Attributes:
        saying: Says values.
        withheld: What was left to be asked for since this was last emptied.
    """

    def __init__(self, saying: Saying, discourse: Discourse) -> None:
        self.saying, self._discourse, self._rng = saying, discourse, discourse.rng
        self.withheld: list[Withheld] = []

    def apart(
        self,
        call: Call,
        number: int,
        said: dict[str, tuple[str, Leaf]],
        others: Sequence[tuple[str, Mention]],
    ) -> str:
        """Take out the details that are told in a sentence of their own, and return that."""
        plain = {
            name: pair
            for name, pair in said.items()
            if self.saying.manner(number, pair[0]) is None and pair[1].slot is not None
        }
        if not plain or others or len(plain) < len(said) or self._rng.random() >= _APART:
            return ""
        details: list[str] = []
        for name, (pointer, leaf) in plain.items():
            assert leaf.slot is not None
            del said[name]
            label = leaf.slot.label
            words = {"label": label, "its_label": f"its {label}", "the_label": f"the {label}"}
            words["value"] = self.saying.say(call, number, pointer, leaf)
            kind = "more" if details else "first"
            (line,) = load_phrases().choose(f"detail.{kind}", self._rng)
            if is_many(label):
                line = line.replace(" is ", " are ")
            its_label, the_label = capital(words["its_label"]), capital(words["the_label"])
            details.append(line.format(**words, Its_label=its_label, The_label=the_label))
        return f"{joined(details)}."

    def following(
        self,
        call: Call,
        number: int,
        leaves: Sequence[tuple[str, Leaf]],
        references: Sequence[tuple[str, Mention]] = (),
        *,
        brackets: bool = False,
    ) -> str:
        """Return further values: `, due tomorrow at noon, with high priority`.

        Args:
            call: What they are for.
            number: Its place in the task.
            leaves: The values, with where they go.
            references: Records that belong to it, with where they go.
            brackets: Whether nothing else comes before them that brackets could be about.
        """
        labels = {leaf.slot.label: (p, leaf) for p, leaf in leaves if leaf.slot}
        open_ = [
            self.saying.withhold(call, number, p, leaf) for p, leaf in self._open(leaves, number)
        ]
        for each in open_:
            del labels[each.label]
        parts = self._alike(call, number, labels)
        text = self._span(call, number, labels)
        bare: list[str] = []
        for label, (pointer, leaf) in labels.items():
            value = self.saying.say(call, number, pointer, leaf)
            if label == "due date":
                text += f", due {on(value)}"
            else:
                parts.append(self._detail(label, value, leaf))
                bare.append(f"{label} {value}")
        parts += [self._belonging(parameter, mention) for parameter, mention in references]
        self.withheld += open_
        return text + self._tied(parts, bare, alone=not text, brackets=brackets)

    def _alike(self, call: Call, number: int, labels: dict[str, tuple[str, Leaf]]) -> list[str]:
        """Take out what is as it is elsewhere, and return that: the same due date as before."""
        same = {
            label: pair
            for label, pair in labels.items()
            if self.saying.manner(number, pair[0]) is not None
        }
        for label in same:
            del labels[label]
        return [self.saying.same(call, number, *pair) for pair in same.values()]

    def _span(self, call: Call, number: int, labels: dict[str, tuple[str, Leaf]]) -> str:
        """Take out when something starts and ends, where both are told: from 9 am to 10 am."""
        if not {"start time", "end time"} <= labels.keys():
            return ""
        start = self.saying.say(call, number, *labels.pop("start time"))
        end = self.saying.say(call, number, *labels.pop("end time"))
        return f" from {start} to {end}"

    def _belonging(self, parameter: str, mention: Mention) -> str:
        """Return a record that belongs to something new."""
        by_name, noun = self._goes_by_name(mention), mention.entity.noun
        label, name = self.reference(parameter, mention)
        if label == noun:
            return f"the {noun} {name}" if by_name else name
        return f"{name} as its {label}"

    def _tied(self, parts: list[str], bare: list[str], *, alone: bool, brackets: bool) -> str:
        """Return details tied to what they are of: `with high priority and a price of 3`.

        Args:
            parts: The details.
            bare: Those that can be listed without a word, as people who type do.
            alone: Whether nothing is told before them.
            brackets: Whether they may stand in brackets.
        """
        if not parts:
            return ""
        style = self._rng.random() if len(bare) == len(parts) else 0
        if style < _WITH or (style < _WITH + _IN_BRACKETS and not brackets):
            return f"{'' if alone else ','} with {joined(parts)}"
        if style < _WITH + _IN_BRACKETS:
            return f" ({', '.join(bare)})"
        return "".join(f", {part}" for part in bare)

    def _open(self, leaves: Sequence[tuple[str, Leaf]], number: int) -> list[tuple[str, Leaf]]:
        """Return the values that are told only when asked for."""
        return [(p, leaf) for p, leaf in leaves if self.saying.kind(number, p) == "withheld"]

    def reference(
        self, parameter: str, mention: Mention, *, after_label: bool = False
    ) -> tuple[str, str]:
        """Return what a parameter is called, and the record in it without saying its kind again.

        Args:
            parameter: The parameter.
            mention: The record.
            after_label: Whether what the parameter is called comes first: the list to the new one.
        """
        noun = mention.entity.noun
        named = [part for part in parameter.split("/") if not part.isdigit()]
        label = reference_label(named[-1], noun)
        if not self._goes_by_name(mention):
            kind_said = after_label and label == noun
            return label, self._discourse.refer(mention, pronoun=False, kind_said=kind_said)
        return label, self._discourse.name(self._discourse.meant(mention))

    def _goes_by_name(self, mention: Mention) -> bool:
        """Say whether nothing but the name is to be said of a record."""
        meant = self._discourse.meant(mention)
        bare = meant.title is not None and not meant.properties and meant.parent is None
        return bare and self._discourse.may_be_named(mention)

    def _detail(self, label: str, value: str, leaf: Leaf) -> str:
        """Return one value with its label, in the order in which people say them."""
        kind = leaf.slot.shape.kind if leaf.slot is not None else "text"
        if kind == "choice" and label in _ADJECTIVES and " " not in value:
            return f"{value} {label}"
        if kind in ("integer", "number"):
            return f"{value} {label}" if is_many(label) else f"{with_article(label)} of {value}"
        if kind in ("date", "datetime"):
            return f"{with_article(label)} of {value}"
        return f"type {value}" if label == "type" else f"the {label} {value}"
