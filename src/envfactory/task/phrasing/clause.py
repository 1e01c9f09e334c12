"""`Clause`: what is asked for in one call, and `Wording`, which fills the templates of clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.words import is_many
from envfactory.task.phrasing.details import Details
from envfactory.task.phrasing.manner import record_id
from envfactory.task.phrasing.phrases import Line, load_phrases
from envfactory.task.phrasing.possession import owned, yours
from envfactory.task.phrasing.refer import Discourse
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


class Wording:
    """Words clauses in a conversation, whatever they are about.

    Attributes:
        discourse: What the conversation is about.
        saying: Says values.
        details: Words what is told of a record besides its name.
        rng: Decides among words.
    """

    def __init__(self, discourse: Discourse, saying: Saying) -> None:
        self.discourse, self.saying, self.rng = discourse, saying, discourse.rng
        self.details = Details(saying, discourse)

    def filled(self, name: str, tail: str = "", **words: str) -> Clause:
        """Return a clause with its gaps filled.

        Args:
            name: Which lines to choose from.
            tail: What follows what is asked for; a wish without a place for it is none then.
            words: What fills the gaps.
        """
        label = words.get("label", "")
        tone = self.discourse.tone
        several = is_many(label) or " and " in label

        def fits(line: Line) -> bool:
            one = several and _ONE_MORE.search("".join(line)) is not None
            with_twice = tail.startswith(" with ") and " with " in line[0]
            return not one and not with_twice and not ("(" in tail and "(" in line[0])

        do, report, *wishes = load_phrases().choose(name, self.rng, tone, label, fits)
        wishes = [wish for wish in wishes if not tail or "{tail}" in wish]
        do = do if "{tail}" in do else f"{do}{{tail}}"
        told = {name: yours(text) for name, text in words.items()}
        if label and "it" in words:
            words["its"] = owned(label, words["it"], self.rng)
            told["its"] = owned(label, told["it"], self.rng)
        wish = its(wishes[0].format(tail=tail, **words)) if wishes else ""
        return Clause(its(do.format(tail=tail, **words)), its(report.format(**told)), wish)

    def it(self, subject: Mention) -> str:
        """Return a record as it is called here; what is said next may be about it."""
        text = self.discourse.refer(subject)
        self.discourse.focus = record_id(subject)
        return text

    def settle(self, call: Call, entity: EntityMeaning) -> None:
        """Note the record that a call made as known and in focus."""
        withheld = any(told.field == entity.called for told in self.details.withheld)
        for change in call.changes:
            if change.kind == "insert" and change.table == entity.table:
                identity = (entity.environment, entity.table, change.key)
                self.discourse.known[identity] = self.discourse.turn
                self.discourse.made.add(identity)
                if withheld:
                    self.discourse.unnamed.add(identity)
                self.discourse.focus = identity


_ONE_MORE = re.compile(r"\b(?:an?|another|new|different|wrong|better) (?:[a-z]+ )?\{label\}")
"""What is said of one detail, not of several: a different name."""


def said_in(call: Call) -> list[tuple[str, Leaf]]:
    """Return the arguments of a call that the user says, with where they go."""
    return [(pointer, leaf) for pointer, leaf in call.leaves.items() if leaf.kind == "said"]


def named_in(call: Call) -> list[tuple[str, Leaf]]:
    """Return the arguments of a call that name records, with where they go."""
    return [(pointer, leaf) for pointer, leaf in call.leaves.items() if leaf.kind == "named"]
