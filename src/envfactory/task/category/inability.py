"""`Inability`: how an agent says that it cannot or may not do something, and how one knows."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.words import plural, spaced, with_article
from envfactory.task.model import HouseRule, Refusal

_VERBS: dict[str, tuple[str, ...]] = {
    "create": ("create", "add", "make", "write", "set up", "register", "post"),
    "update": ("update", "change", "edit", "set", "modify", "rename", "give"),
    "delete": ("delete", "remove", "erase", "take out", "drop"),
    "relate": ("add", "remove", "assign", "link", "change"),
    "adjust": ("change", "update", "adjust", "move", "add", "take"),
    "order": ("place", "order", "make", "create", "check out"),
}
"""What people call what tools of a kind do, the plainest first."""
_READING = (
    "look up",
    "check",
    "tell",
    "find out",
    "see",
    "read",
    "get",
    "show",
    "retrieve",
    "access",
)
"""What people call to learn something."""
_UNLIKE = (("create",), ("update", "edit", "modify", "rename"), ("delete", "remove", "erase"))
"""Verbs that nobody uses of an act of another kind."""
_IRREGULAR = {
    "set": ("setting", "set"),
    "take": ("taking", "taken", "took"),
    "take out": ("taking out", "taken out", "took out"),
    "check out": ("checking out", "checked out"),
    "cancel": ("cancelling", "cancelled", "canceled"),
    "give": ("giving", "given", "gave"),
    "set up": ("setting up", "set up"),
    "make": ("making", "made"),
    "write": ("writing", "written", "wrote"),
    "send": ("sending", "sent"),
    "put": ("putting", "put"),
    "get": ("getting", "got"),
    "pay": ("paying", "paid"),
    "hide": ("hiding", "hidden"),
    "look up": ("looking up", "looked up"),
    "tell": ("telling", "told"),
    "find out": ("finding out", "found out"),
    "see": ("seeing", "seen"),
    "read": ("reading", "read"),
    "show": ("showing", "shown"),
    "begin": ("beginning", "begun"),
    "run": ("running", "run"),
    "withdraw": ("withdrawing", "withdrawn"),
}
_ANSWERS = (
    "I'm sorry, but I can't {do}: I have no tool for that, so I have left everything as it is.",
    "I can't {do} here, because none of my tools does that. Nothing was changed for this request.",
    "Unfortunately I'm not able to {do}. The tools that I have don't offer that.",
    "I'm afraid I have no way to {do}, so I have not changed anything for this.",
)


_BARRED = (
    "I'm sorry, but I can't {do}. The house rules say: {Rule}.",
    "I'm not allowed to {do}, so I have left it as it is. The rule is: {Rule}.",
    "Unfortunately I may not {do}, because of this rule: {Rule}.",
)

_OF_REFUSALS = frozenset(
    {"access", "command", "feature", "function", "method", "option", "permission", "policy"}
    | {"rule", "support", "tool", "way"}
)
"""Kinds of records that go by a word with which people refuse anything."""


@dataclass(frozen=True, slots=True)
class Inability:
    """An answer that says no, and the words by which another one that does is known.

    Attributes:
        answer: What a good agent says.
        do: What it says no to: 'delete the order'.
        verbs: What people call what was asked for, with the gerunds.
        claims: The past forms, which would claim that it was done.
        names: What the kind of record is called.
        rivals: What the other kinds of the environment are called.
        other_acts: Verbs that people use of other acts, and never of this one.
    """

    answer: str
    do: str
    verbs: tuple[str, ...]
    claims: tuple[str, ...]
    names: tuple[str, ...]
    rivals: tuple[str, ...]
    other_acts: tuple[str, ...]

    def refusal(self, turn: int, reason: Literal["missing_tool", "policy"]) -> Refusal:
        """Return what has to be refused in a turn."""
        return Refusal(
            turn=turn,
            reason=reason,
            about=(*self.verbs, *self.names),
            claims=self.claims,
            names=self.names,
            rivals=self.rivals,
            other_acts=self.other_acts,
        )


def unable(tool: ToolMeaning, glossary: Glossary, rng: random.Random) -> Inability:
    """Return how to say that there is no tool for something.

    Args:
        tool: What is missing.
        glossary: What it is about.
        rng: Decides among answers.
    """
    entity = glossary.entity(tool.environment, tool.table)
    noun = entity.noun if entity is not None else spaced(tool.table or tool.short)
    own = spaced(tool.short).split()[0]
    verbs = _VERBS.get(tool.kind, ())
    verbs = verbs if own in verbs or (verbs and tool.kind != "action") else (own, *verbs)
    forms = [_forms(verb) for verb in (*verbs, own)]
    do = f"{verbs[0]} {with_article(noun)}"
    if entity is not None and tool.adjustment is not None:
        label = entity.fields[tool.adjustment.field].label
        do = f"{verbs[0]} the {label} of {with_article(noun)}"
    return _inability(
        rng.choice(_ANSWERS).format(do=do), do, forms, noun, glossary, tool.environment
    )


def unable_to_tell(
    label: str, entity: EntityMeaning, glossary: Glossary, rng: random.Random
) -> Inability:
    """Return how to say that no tool tells something of a record.

    Args:
        label: What is asked for.
        entity: Of which kind of record.
        glossary: What other kinds are called.
        rng: Decides among answers.
    """
    do = f"look up the {label} of the {entity.noun}"
    forms = [_forms(verb)[:2] for verb in _READING]
    answer = rng.choice(_ANSWERS).format(do=do)
    return _inability(answer, do, forms, entity.noun, glossary, entity.environment)


def forbidden(
    rule: HouseRule, entity: EntityMeaning, glossary: Glossary, rng: random.Random
) -> Inability:
    """Return how to say that a rule forbids something."""
    kind = "update" if rule.action == "change" else rule.action
    forms = [_forms(verb) for verb in _VERBS[kind]]
    do = f"{rule.action} the {entity.noun}"
    answer = rng.choice(_BARRED).format(do=do, Rule=first_of(rule.text))
    return _inability(answer, do, forms, entity.noun, glossary, entity.environment)


def first_of(rule: str) -> str:
    """Return what a rule forbids, without what it permits."""
    return re.split(r"[.;](?:\s|$)", rule, maxsplit=1)[0]


def _inability(
    answer: str,
    do: str,
    forms: Sequence[tuple[str, ...]],
    noun: str,
    glossary: Glossary,
    environment: str,
) -> Inability:
    names = _nouns(noun)
    rivals = (
        other.noun
        for (place, _), other in glossary.entities.items()
        if place == environment and other.noun not in (*names, *_OF_REFUSALS)
    )
    verbs = tuple(dict.fromkeys(form for each in forms for form in each[:2]))
    apart = any(verb in verbs for acts in _UNLIKE for verb in acts)
    others = (verb for acts in _UNLIKE for verb in acts if apart and not set(acts) & set(verbs))
    return Inability(
        answer,
        do,
        verbs,
        tuple(dict.fromkeys(form for each in forms for form in each[2:])),
        names,
        tuple(dict.fromkeys(form for rival in rivals for form in (rival, plural(rival)))),
        tuple(form for verb in others for form in _forms(verb)[:2]),
    )


def _nouns(noun: str) -> tuple[str, ...]:
    names = (noun, noun.split()[-1])
    return tuple(dict.fromkeys(word for name in names for word in (name, plural(name))))


def _forms(verb: str) -> tuple[str, ...]:
    """Return a verb, its gerund, and its past forms."""
    if verb in _IRREGULAR:
        return (verb, *_IRREGULAR[verb])
    if verb.endswith("e"):
        return verb, f"{verb[:-1]}ing", f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb, f"{verb}ing", f"{verb[:-1]}ied"
    if re.fullmatch(r"[^aeiou]+[aeiou][bdgmnprt]", verb):  # one syllable: stop, stopped
        return verb, f"{verb}{verb[-1]}ing", f"{verb}{verb[-1]}ed"
    return verb, f"{verb}ing", f"{verb}ed"
