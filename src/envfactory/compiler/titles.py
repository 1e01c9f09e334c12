"""Titles for the records of a table: what people would call them, distinct, some nearly alike."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.compiler.lexicon import Item, Lexicon, Theme
from envfactory.compiler.names import words
from envfactory.compiler.rows import Source
from envfactory.spec.model import FieldSpec

_SIMILAR_SHARE = 0.12
"""How many of the titles are variants of one that is already there."""


@dataclass(frozen=True)
class Kind:
    """What sort of thing a record is, told from its name and fields.

    Attributes:
        noun: What one is called in general.
        theme: The titles known for it, if any.
        human: Whether it is a person.
        company: Whether it is a company.
    """

    noun: str
    theme: Theme | None
    human: bool
    company: bool

    @classmethod
    def of(cls, name: str, fields: tuple[FieldSpec, ...], lexicon: Lexicon) -> Kind:
        """Return the kind of a record class."""
        noun = words(name)
        parts = tuple(noun.split())
        named = [field.name for field in fields]
        theme = lexicon.sense(noun, named) or lexicon.theme(parts)
        human = parts[-1] in lexicon.people or (
            theme is None and any(n in named for n in ("first_name", "last_name", "email"))
        )
        return cls(noun, theme, human, not human and parts[-1] in lexicon.organisations)


def draw_items(kind: Kind, count: int, source: Source) -> list[Item]:
    """Return `count` titles with texts; no two titles are equal, whatever their case."""
    rng, lexicon = source.rng, source.lexicon
    pool = _pool(kind, source)
    rng.shuffle(pool)
    chosen: list[Item] = []
    taken: set[str] = set()

    def add(item: Item) -> None:
        if item.title.casefold() not in taken:
            taken.add(item.title.casefold())
            chosen.append(item)

    variants = kind.theme.variants if kind.theme else lexicon.variants
    similar = round(count * _SIMILAR_SHARE) if count > 4 else 0
    for item in pool[: max(count - similar, 1)]:
        add(item)
    # Variants of originals only: nobody corrects a correction of a correction.
    similar_ones = [
        Item(variant.replace("{}", item.title), item.text)
        for item in chosen
        for variant in variants
    ]
    rng.shuffle(similar_ones)
    originals = tuple(chosen)
    for item in similar_ones:
        if len(chosen) < count:
            add(item)
    number = 1
    while len(chosen) < count:
        number += 1
        add(Item(f"{rng.choice(originals).title} no. {number}", ""))
    rng.shuffle(chosen)
    return chosen[:count]


def _pool(kind: Kind, source: Source) -> list[Item]:
    lexicon = source.lexicon
    if kind.company:
        return [Item(name, "") for name in lexicon.companies]
    if kind.theme is not None and not kind.human:
        return list(kind.theme.items)
    return [Item(f"{qualifier} {kind.noun}", "") for qualifier in lexicon.qualifiers]
