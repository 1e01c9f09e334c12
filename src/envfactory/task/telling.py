"""`Telling`: how people put what they know of a record after its noun."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.task.meaning import EntityMeaning
from envfactory.task.moment import on
from envfactory.task.words import is_many, load_words, with_article

_WHOSE = 0.45
_ADJUNCT = 0.75
_PARTICIPLES = ("ed", "ive", "able")
_LIKE_ADJECTIVES = ("ed", "ive", "line", "open", "paid", "ing", "able", "done", "new")


@dataclass(frozen=True, slots=True)
class Telling:
    """One detail of a record.

    Attributes:
        text: What follows the noun; empty where it is said with or whose.
        with_: What follows `with`: a birthday of 3 May.
        whose: What follows `whose`: birthday is 3 May.
    """

    text: str = ""
    with_: str = ""
    whose: str = ""


def measure(label: str, value: str) -> Telling:
    """Return a date or a number with what it is: a birthday of 3 May."""
    is_ = "are" if is_many(label) else "is"
    return Telling(with_=f"{with_article(label)} of {value}", whose=f"{label} {is_} {value}")


def adjunct(label: str, value: str, rng: random.Random, *, day: bool) -> Telling | None:
    """Return a detail without what it is called, where that goes without saying: born on 3 May.

    Args:
        label: What it is called.
        value: What it is, in words.
        rng: Decides.
        day: Whether it is a day or a time.
    """
    forms = load_words().told.get(label, ())
    fitting = [form for form in forms if day or "{on}" not in form]
    if not fitting or rng.random() >= _ADJUNCT:
        return None
    form = rng.choice(fitting)
    return Telling(form.replace("{on}", on(value) if day else value).replace("{}", value))


def quality(label: str, value: str, rng: random.Random) -> Telling:
    """Return a choice or a text with what it is."""
    telling = told_by(label, value)
    how, _, what = telling.partition(" ")
    status = label.rpartition(" ")[2] == "status"
    if how == "with" or (status and rng.random() < _WHOSE):
        is_ = "are" if is_many(label) else "is"
        what = what if how == "with" else f"the {label} {value}"
        return Telling(with_=what, whose=f"{label} {is_} {value}")
    return Telling(telling)


def speech(entity: EntityMeaning, label: str, quoted: str, rng: random.Random) -> Telling:
    """Return what a record says, or what is said of it: only some kinds of records speak."""
    if not entity.person and entity.head in load_words().tellers:
        return Telling(
            rng.choice((f"that says {quoted}", f"saying {quoted}", f"that reads {quoted}"))
        )
    if label == "description":
        return Telling(
            rng.choice(
                (
                    f"described as {quoted}",
                    f"with the description {quoted}",
                    f"whose description is {quoted}",
                )
            )
        )
    if is_many(label):
        return Telling(rng.choice((f"with {quoted} in the {label}", f"whose {label} say {quoted}")))
    return Telling(rng.choice((f"whose {label} says {quoted}", f"with the {label} {quoted}")))


def following(tellings: Sequence[Telling], rng: random.Random) -> str:
    """Return details one after the other: ` with a birthday of 3 May and the grade senior`."""
    word = "whose" if rng.random() < _WHOSE else "with"
    text, open_ = "", False
    for telling in tellings:
        part = telling.whose if word == "whose" else telling.with_
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
    if value in load_words().adjectives:
        return True
    return label.rpartition(" ")[2] == "status" and value.endswith(_PARTICIPLES)


def is_plain(text: str) -> bool:
    """Return whether a text can stand in a sentence without quotation marks."""
    return (
        re.fullmatch(r"[\w@.+/:-]+(?: [\w@.+-]+){0,2}", text) is not None and text[-1] not in ".:"
    )
