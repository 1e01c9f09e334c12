"""What records are called in ordinary life: titles and texts by theme, places, words by meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_LEAST_BEFORE = 3
"""Letters before a noun that is written together with another: a `history` is no story."""


@dataclass(frozen=True)
class Place:
    """A city, with everything about it that has to fit together."""

    city: str
    region: str
    region_code: str
    country: str
    country_code: str
    postal_code: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str
    language: str
    calling_code: str


@dataclass(frozen=True)
class Item:
    """A title, and a text that fits it (may be empty); a twin has the title of another record."""

    title: str
    text: str
    twin: bool = False


@dataclass(frozen=True)
class Theme:
    """What one kind of thing is called."""

    name: str
    items: tuple[Item, ...]
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """All of it.

    Attributes:
        themes: Themes by the noun that they apply to.
        people: Nouns for people.
        organisations: Nouns for companies and the like.
        places: Cities.
        companies: Names of companies.
        words: Words by the last part of a field's name.
        kinds: Words by `noun.field`, where the noun is a kind of record or the name of a theme.
        senses: Themes by a noun and a field, where the field gives the noun another sense.
        worth: What one unit of a currency is worth in US dollars, about.
        streets: Names of streets.
        qualifiers: Words that tell one thing of an unknown kind from another.
        codenames: Names of things of which nothing is known.
        described: Nouns whose records are told apart by what they are for.
        iso3: Codes of three letters for those of two.
        bios: Sentences that people write about themselves.
        texts: Sentences that fit almost anything.
        variants: Ways to make a similar title, with a `{}` for the original.
    """

    themes: Mapping[str, Theme]
    people: frozenset[str]
    organisations: frozenset[str]
    places: tuple[Place, ...]
    companies: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    senses: Mapping[tuple[str, str], Theme]
    worth: Mapping[str, float]
    streets: tuple[str, ...]
    qualifiers: tuple[str, ...]
    codenames: tuple[str, ...]
    described: frozenset[str]
    iso3: Mapping[str, str]
    bios: tuple[str, ...]
    texts: tuple[str, ...]
    variants: tuple[str, ...]

    def sense(self, noun: str, fields: Iterable[str]) -> Theme | None:
        """Return the theme of a noun with certain fields: a tracked `device` is a vehicle."""
        found = (self.senses.get((noun, field)) for field in fields)
        return next((theme for theme in found if theme is not None), None)

    def theme(self, words: tuple[str, ...]) -> Theme | None:
        """Return the theme of an entity, by the longest end of its name that is known.

        Args:
            words: The words of the entity's name, for example `("order", "item")`; words that are
                written together (`usergroup`) are known by their end, too.
        """
        for start in range(len(words)):
            theme = self.themes.get(" ".join(words[start:]))
            if theme is not None:
                return theme
        for word in reversed(words[:-1]):
            if word in self.themes:
                return self.themes[word]
        ends = (words[-1][start:] for start in range(_LEAST_BEFORE, len(words[-1]) - 4))
        return next((self.themes[end] for end in ends if end in self.themes), None)


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that comes with the package; it is read once."""
    data = _table("lexicon.toml")
    variants = tuple(data["variants"])
    themes: dict[str, Theme] = {}
    senses: dict[tuple[str, str], Theme] = {}
    for name, entry in data["themes"].items():
        theme = Theme(
            name,
            tuple(_item(line) for line in entry["items"]),
            tuple(entry.get("variants", variants)),
        )
        for noun in entry["nouns"]:
            themes.setdefault(noun, theme)
        senses.update(dict.fromkeys(map(tuple, entry.get("when", ())), theme))
    return Lexicon(
        themes=themes,
        people=frozenset(data["people"]),
        organisations=frozenset(data["organisations"]),
        places=tuple(Place(*row) for row in data["places"]),
        companies=tuple(data["companies"]),
        words={name: tuple(words) for name, words in data["words"].items()},
        kinds={name: tuple(words) for name, words in _table("kinds.toml").items()},
        senses=senses,
        worth=data["worth"],
        streets=tuple(data["streets"]),
        qualifiers=tuple(data["qualifiers"]),
        codenames=tuple(data["codenames"]),
        described=frozenset(data["described"]),
        iso3=data["iso3"],
        bios=tuple(data["bios"]),
        texts=tuple(data["texts"]),
        variants=variants,
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(
        resources.files("envfactory.compiler.data").joinpath(name).read_text("utf-8")
    )


def _item(line: str) -> Item:
    title, _, text = line.partition(" | ")
    return Item(title.strip(), text.strip())
