"""`Telling`: how people put what they know of a record after its noun."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.moment import on
from envfactory.task.meanings.words import is_many, load_words, with_article

_WHOSE = 0.45
_ADJUNCT = 0.75
_HELD = (0.45, 0.25, 0.3)
"""How often it is said: with the colour blue, with blue as its colour, with colour blue."""
_OF_THINGS = re.compile(r"(?:that|expiring|valid|running)\b")
"""How details begin that are told of things, not of people."""
_PARTICIPLES = ("ed", "ive", "able")
_LIKE_ADJECTIVES = ("ed", "ive", "line", "open", "paid", "ing", "able", "done", "new")
_STYLES = {"with": 4, "whose": 5, "where": 3, "having": 3, "apart": 5}
"""How details are tied to their noun, with weights."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One detail of a record.

    Attributes:
        text: What follows the noun; empty where the detail is said with what it is called.
        label: What it is called.
        value: What it is.
        held: What follows `with`: a birthday of 3 May.
    """

    text: str = ""
    label: str = ""
    value: str = ""
    held: str = ""

    @property
    def clause(self) -> str:
        """What follows `whose`: birthday is 3 May."""
        return f"{self.label} {'are' if is_many(self.label) else 'is'} {self.value}"


def measure(label: str, value: str) -> Telling:
    """Return a date or a number with what it is: a birthday of 3 May."""
    return Telling(label=label, value=value, held=f"{with_article(label)} of {value}")


def adjunct(
    label: str, value: str, rng: random.Random, *, day: bool, person: bool = False
) -> Telling | None:
    """Return a detail without what it is called, where that goes without saying: born on 3 May.

    Args:
        label: What it is called.
        value: What it is, in words.
        rng: Decides.
        day: Whether it is a day or a time.
        person: Whether it is said of somebody, who neither expires nor runs out.
    """
    forms = load_words().told.get(label, ())
    fitting = [form for form in forms if day or "{on}" not in form]
    fitting = [form for form in fitting if not (person and _OF_THINGS.match(form))]
    if not fitting or rng.random() >= _ADJUNCT:
        return None
    form = rng.choice(fitting)
    return Telling(form.replace("{on}", on(value) if day else value).replace("{}", value))


def quality(label: str, value: str, rng: random.Random) -> Telling:
    """Return a choice or a text with what it is."""
    telling = told_by(label, value)
    how, _, what = telling.partition(" ")
    loose = label == "type" or label.rpartition(" ")[2] == "status"
    if how == "with" or (loose and rng.random() < _WHOSE):
        held = what if how == "with" else f"the {label} {value}"
        if how == "with":
            held = rng.choices((held, f"{value} as its {label}", f"{label} {value}"), _HELD)[0]
        return Telling(label=label, value=value, held=held)
    return Telling(telling)


def speech(entity: EntityMeaning, label: str, quoted: str, rng: random.Random) -> Telling:
    """Return what a record says, or what is said of it: only some kinds of records speak."""
    if not entity.person and entity.head in load_words().tellers:
        forms = ["that says", "saying", "that reads", "with the words", "where it says"]
    elif label == "description":
        forms = ["described as", "with the description", "whose description is"]
    elif is_many(label):
        told = (f"with {quoted} in the {label}", f"that has {quoted} in the {label}")
        return Telling(rng.choice((*told, f"whose {label} say {quoted}")))
    else:
        forms = [f"whose {label} says", f"with the {label}"]
    if not entity.person and label in forms[-1]:
        forms.append(f"where the {label} reads")
    return Telling(f"{rng.choice(forms)} {quoted}")


def following(tellings: Sequence[Telling], rng: random.Random, *, person: bool = False) -> str:
    """Return details one after the other: ` with a birthday of 3 May and the grade senior`.

    Args:
        tellings: What is said.
        rng: Decides.
        person: Whether it is said of somebody.
    """
    style = rng.choices(list(_STYLES), list(_STYLES.values()))[0]
    told = any(telling.text for telling in tellings)
    if (style == "apart" and told) or (style == "where" and person):
        style = "whose"
    if style == "apart" and tellings:
        return f" ({', '.join(f'{told.label} {told.value}' for told in tellings)})"
    word = {"having": "who has" if person else "that has"}.get(style, style)
    text, open_ = "", False
    for telling in tellings:
        part = telling.held if style in ("with", "having") else telling.clause
        part = f"the {part}" if style == "where" else part
        if person:
            part = part.replace(" as its ", " as their ")
        text += f" {telling.text}" if telling.text else f" {'and' if open_ else word} {part}"
        open_ = not telling.text
    return text


def told_by(label: str, value: str) -> str:
    """Return how a record is told by a choice or a text: `that is offline`, `of type raw`."""
    if label == "type":
        return f"of type {value}"
    if label.rpartition(" ")[2] == "status":
        plain = " " not in value and value[:1].islower() and value.endswith(_LIKE_ADJECTIVES)
        return f"that is {value}" if plain else f"marked as {value}"
    return f"with the {label} {value}"


def is_adjective(label: str, value: str) -> bool:
    """Return whether a choice can stand before the noun: the open ticket, the private channel."""
    if not re.fullmatch(r"[a-z]{3,}", value):
        return False
    if value in load_words().adjectives or label == "type":
        return True
    return label.rpartition(" ")[2] == "status" and value.endswith(_PARTICIPLES)


def is_plain(text: str) -> bool:
    """Return whether a text can stand in a sentence without quotation marks."""
    return (
        re.fullmatch(r"[\w@.+/:-]+(?: [\w@.+-]+){0,2}", text) is not None and text[-1] not in ".:"
    )
