"""`ruled`: a house rule as people write it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from envfactory.environment.policy import Instead, PolicyRule
from envfactory.spec.words.name import inflection, words

_FORBIDDEN: Mapping[str, Sequence[str]] = {
    "create": ("{Plural} {which} may not be created", "Nobody creates {plural} {which}"),
    "change": (
        "{Plural} {which} may not be changed in any way",
        "Nothing about {plural} {which} is changed, whoever asks for it",
        "{Plural} {which} stay as they are",
    ),
    "delete": (
        "{Plural} {which} may not be deleted",
        "Never delete {plural} {which}",
        "{Plural} {which} are kept for the records and not deleted",
    ),
}
_INSTEAD = (
    "{rule}. Offer to {instead} instead, and do so only with the consent of whoever asks.",
    "{rule}; if that is asked for, offer to {instead} instead, and do it once the user agrees.",
)
_MOMENT = frozenset({"at", "date", "day", "moment", "on", "time", "timestamp", "utc"})
"""Words of a field's name that say no more than that it holds a moment."""


def spaced(name: str) -> str:
    """Return an identifier as words."""
    return " ".join(words(name)).lower()


def ruled(kind: str, rule: PolicyRule, instead: Instead | None, rng: random.Random) -> str:
    """Return the text of a rule.

    Args:
        kind: What the class of the records is called.
        rule: The rule; its own text does not count.
        instead: What is permitted in the place of what it forbids.
        rng: Decides among wordings.
    """
    noun = spaced(kind)
    many = _plural(noun)
    text = rng.choice(_FORBIDDEN[rule.action]).format(
        Plural=many[:1].upper() + many[1:], plural=many, which=_which(rule)
    )
    if instead is None:
        return f"{text}."
    return rng.choice(_INSTEAD).format(rule=text, instead=instead.text)


def _which(rule: PolicyRule) -> str:
    """Return what tells the records of a rule from others."""
    label = spaced(rule.field)
    match rule.test:
        case "is":
            return f"whose {label} is {spaced(str(rule.value))}"
        case "above":
            return f"with {inflection().a(label)} above {rule.value:,}"
        case "older":
            return f"{_since(label)} more than {rule.value} days ago"
        case "within":
            return f"{_until(label)} within the next {rule.value} days"
        case "not_mine":
            return "of anybody else than the person who asks"


def _since(label: str) -> str:
    """Return how something is told that was at a moment: that were published, last updated."""
    parts = [word for word in label.split() if word not in _MOMENT]
    done = parts[-1] if parts else ""
    if done in ("updated", "modified", "changed", "edited"):
        return f"last {done}"
    return f"that were {done}" if done.endswith("ed") else f"whose {label} was"


def _until(label: str) -> str:
    """Return how something is told that will be: due, starting, or whose deadline is."""
    parts = [word for word in label.split() if word not in _MOMENT]
    known = {"due": "that are due", "start": "that start", "end": "that end"}
    return known.get(parts[-1] if len(parts) == 1 else "", f"whose {label} is")


def _plural(noun: str) -> str:
    head, _, last = noun.rpartition(" ")
    return f"{head} {inflection().plural_noun(last)}".strip()
