"""The word tables of this room, and the nouns, labels and plurals made with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.spec.words.name import inflection

if TYPE_CHECKING:
    import inflect


_KEY_WORDS = frozenset({"id", "ids", "sid", "key", "uuid", "guid"})
_WHEN = ("date", "time")
_ENDS = ("start", "end", "due")
"""What has a date, where names put that word first: `date_start`."""
_READ = ("get", "fetch")
"""Verbs that names of answers begin with."""
_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


@dataclass(frozen=True)
class Words:
    """The content of `words.toml`, ready for look-ups."""

    unsaid: frozenset[str]
    unset: frozenset[str]
    vague: frozenset[str]
    adjectives: frozenset[str]
    labels: Mapping[str, str]
    nouns: Mapping[str, str]
    deeds: Mapping[str, str]
    speech: tuple[str, ...]
    titles: tuple[str, ...]
    people: frozenset[str]
    first_names: tuple[str, ...]
    mine: frozenset[str]
    tellers: frozenset[str]
    makers: Mapping[str, tuple[tuple[str, str], ...]]
    kinds: Mapping[str, str]
    told: Mapping[str, tuple[str, ...]]
    prepositions: Mapping[str, str]
    currencies: Mapping[str, str]
    money: frozenset[str]
    measures: frozenset[str]
    acronyms: frozenset[str]


@cache
def load_words() -> Words:
    """Return the word tables that come with the package; they are read once."""
    text = resources.files("envfactory.task.meanings").joinpath("words.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    containers = data["containers"]
    prepositions = dict.fromkeys(containers["on"], "on")
    prepositions.update((noun, "for") for noun in containers["for"])
    return Words(
        unsaid=frozenset(data["unsaid"]),
        unset=frozenset(data["unset"]),
        vague=frozenset(data["vague"]),
        adjectives=frozenset(data["adjectives"]),
        labels=data["labels"],
        nouns=data["nouns"],
        deeds=data["deeds"],
        speech=tuple(data["speech"]["fields"]),
        titles=tuple(data["titles"]["fields"]),
        people=frozenset(data["people"]["nouns"]),
        first_names=tuple(data["people"]["first_names"]),
        mine=frozenset(containers["mine"]),
        tellers=frozenset(data["tellers"]),
        makers={
            noun: tuple((do, done) for do, done in kind["verbs"])
            for kind in data["makers"].values()
            for noun in kind["nouns"]
        },
        kinds={noun: name for name, kind in data["makers"].items() for noun in kind["nouns"]},
        told={label: tuple(forms) for label, forms in data["told"].items()},
        prepositions=prepositions,
        currencies=data["currencies"],
        money=frozenset(data["money"]["words"]),
        measures=frozenset(data["money"]["measures"]),
        acronyms=frozenset(data["acronyms"]["words"]),
    )


@cache
def _engine() -> inflect.engine:
    return inflection()


@cache
def plural(noun: str) -> str:
    """Return the plural of a noun of one or more words."""
    head, _, last = noun.rpartition(" ")
    return f"{head} {_engine().plural_noun(last)}".strip()


@cache
def singular(noun: str) -> str:
    """Return the singular of a noun, or the noun where it is one already."""
    head, _, last = noun.rpartition(" ")
    one = _engine().singular_noun(last)
    return f"{head} {one or last}".strip()


@cache
def of_several(verb: str) -> str:
    """Return a verb that is said of one thing as it is said of several: are, cost, were."""
    return str(_engine().plural_verb(verb))


@cache
def with_article(noun: str) -> str:
    """Return a noun with `a` or `an`."""
    return str(_engine().a(noun))


def is_many(label: str) -> bool:
    """Return whether a label stands for several things: notes, but not a status."""
    return label.endswith("s") and not label.endswith(("ss", "us", "is"))


def number_word(number: int) -> str:
    """Return a small number as a word, a larger one in digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def spaced(name: str) -> str:
    """Return an identifier as words: `unitPrice` and `unit_price` become `unit price`."""
    return " ".join(split_words(name))


def noun_of(name: str) -> str:
    """Return what people call a record of that kind: the name as words, without jargon."""
    nouns = load_words().nouns
    parts = spaced(name).split()
    if len(parts) > 1 and parts[0] in _READ:
        parts = parts[1:]
    return " ".join(nouns.get(word, word) for word in parts)


def label_of(name: str) -> str:
    """Return what people call a field of that name."""
    words = load_words()
    known = words.labels.get(name)
    if known is not None:
        return known
    parts = [word for word, _ in groupby(split_words(name))]
    if len(parts) > 1 and parts[-1] in ("at", "on"):
        return _moment_label(parts[:-1])
    if len(parts) > 1 and parts[0] in ("is", "has"):
        parts = parts[1:]
    if len(parts) == 2 and parts[0] in _WHEN and (parts[1] in words.deeds or parts[1] in _ENDS):
        parts.reverse()
    if len(parts) > 1 and parts[-1] in _WHEN:
        parts[-2] = words.deeds.get(parts[-2], parts[-2])
    return " ".join(part.upper() if part in words.acronyms else part for part in parts)


def number_label(name: str) -> str:
    """Return what people call a number of that name, which is no time whatever it is called."""
    label = label_of(name)
    if label.endswith((" time", " date")):
        label = spaced(name)
    return f"{label} amount" if label.endswith("ed") and " " not in label else label


def _moment_label(parts: list[str]) -> str:
    """Return the label of `shipped_at` and the like."""
    last = load_words().deeds.get(parts[-1], parts[-1])
    timed = len(parts) == 1 and last == parts[-1] and not last.endswith("ed")
    return " ".join([*parts[:-1], last, "time" if timed else "date"])


def reference_label(parameter: str, noun: str) -> str:
    """Return what a parameter calls the record that it names: a `parent_id` the parent ticket."""
    words = [singular(w) for w in spaced(parameter).split() if w not in _KEY_WORDS]
    label = " ".join(words)
    if not label or label in noun:
        return noun
    return label if noun in label else f"{label} {noun}"


def is_said(name: str) -> bool:
    """Return whether people ever talk about a field of that name."""
    return not (set(split_words(name)) & load_words().unsaid)


def is_set_by_people(name: str) -> bool:
    """Return whether people set a field of that name, rather than the service."""
    return not (set(split_words(name)) & load_words().unset)


def is_vague(choice: Json) -> bool:
    """Return whether a choice says nothing, such as `other`."""
    return not set(split_words(str(choice))) - load_words().vague


def joined(parts: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return parts as a list in a sentence: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
