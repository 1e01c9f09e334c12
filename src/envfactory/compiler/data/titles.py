"""Titles for the records of a table: what people would call them, distinct, some nearly alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from envfactory.compiler.code.names import words
from envfactory.compiler.data.lexicon import Item, Lexicon, Theme
from envfactory.compiler.data.meaning import text_meaning
from envfactory.compiler.data.rows import Source
from envfactory.compiler.data.shape import slug
from envfactory.spec.model import EntitySpec, FieldSpec, Scalar

_SIMILAR_SHARE = 0.12
"""How many of the titles are variants of one that is already there."""
_FEW, _MANY = 5, 16
"""From how many records on there is a similar title, and a second record of the same title."""
_OF_PEOPLE = ("first_name", "last_name", "email")
_OF_ACCOUNTS = dict.fromkeys(
    ("account", "registration", "lead", "application"),
    ("first_name", "last_name", "firstname", "lastname", "birth_date", "date_of_birth"),
)
"""Fields that tell a person from what else the noun means: accounts are of money, too."""
_OF_SOMEBODY = frozenset({"bio", "photo_url", "avatar", "avatar_url", "first_name"})
"""Fields beside which a login is a person's, whatever the record is called."""
_OF_MONEY = re.compile(r"balance|currency|iban|amount|credit|bank|plan|compan|organi")
"""Fields that people's own accounts have not, where an address for mail is all that tells."""


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
    def of(
        cls, name: str, fields: tuple[FieldSpec, ...], lexicon: Lexicon, domain: str = ""
    ) -> Kind:
        """Return the kind of a record class; nouns mean different things in different domains."""
        noun = _without_record(words(name), lexicon)
        parts = tuple(noun.split())
        named = [field.name for field in fields]
        theme = lexicon.sense(noun, [*named, domain]) or lexicon.theme(parts)
        telling = _OF_PEOPLE if theme is None else _OF_ACCOUNTS.get(parts[-1], ())
        if "email" in named and not any(map(_OF_MONEY.search, named)):
            telling = (*telling, *(("email",) if parts[-1] in _OF_ACCOUNTS else ()))
        human = parts[-1] in lexicon.people or any(n in named for n in telling)
        company = parts[-1] in lexicon.organisations
        signed_up = "username" in named and not _OF_SOMEBODY.isdisjoint(named)
        human = human or (signed_up and not company)
        return cls(noun, theme, human, company and not human)


def _without_record(noun: str, lexicon: Lexicon) -> str:
    """Return a noun without a last word that says nothing: a `user record` is of a user."""
    first, _, last = noun.rpartition(" ")
    return first if first and last in _RECORDS and noun not in lexicon.themes else noun


_RECORDS = frozenset({"record", "records", "info", "information", "detail", "details", "entity"})


def draw_items(kind: Kind, count: int, source: Source, *, twins: bool = False) -> list[Item]:
    """Return `count` titles with texts; a few are nearly alike, whatever their number.

    Args:
        kind: What the records are.
        count: How many titles.
        source: Where random choices come from.
        twins: Whether one or two may have the very title of another, because something else
            tells the records apart; otherwise no two titles are equal, whatever their case.
    """
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
    copies = (1 + (count >= _MANY)) if twins and count > _FEW else 0
    count -= copies
    similar = max(round(count * _SIMILAR_SHARE), 1) if count >= _FEW else 0
    for item in pool[: max(count - similar, 1)]:
        add(item)
    # Variants of originals only: nobody corrects a correction of a correction.
    originals = tuple(chosen)
    pairs = [(item, one) for item in chosen for one in variants if not _repeats(item.title, one)]
    rng.shuffle(pairs)
    for item, variant in pairs:
        if len(chosen) >= count:
            break
        add(Item(_varied(item.title, variant, source), item.text))
    number = 1
    while len(chosen) < count:
        number += 1
        add(Item(f"{rng.choice(originals).title} {number}", ""))
    chosen += [replace(item, twin=True) for item in rng.sample(chosen[:count], copies)]
    rng.shuffle(chosen)
    return chosen


def _repeats(title: str, variant: str) -> bool:
    """Return whether a variant would say again what a title says: `Lunch with Ana with Ben`."""
    dated = "{year}" in variant and any(character.isdigit() for character in title)
    return dated or bool(set(words(title).split()) & set(words(variant).split()))


def _varied(title: str, variant: str, source: Source) -> str:
    """Return a similar title: of another year, place, person or version."""
    city = source.rng.choice(source.lexicon.places).city
    parts = {
        "{}": title,
        "{year}": str(source.now.year + source.rng.choice((-1, 0, 1))),
        "{city}": city,
        "{lowcity}": slug(city, "-"),
        "{name}": source.somebody().first,
    }
    for gap, text in parts.items():
        variant = variant.replace(gap, text)
    return variant


def _pool(kind: Kind, source: Source) -> list[Item]:
    lexicon = source.lexicon
    if kind.company:
        return [Item(name, "") for name in lexicon.companies]
    if kind.theme is not None and not kind.human:
        return list(kind.theme.items)
    if kind.noun.split()[-1] in lexicon.described:
        return [Item(f"{qualifier} {kind.noun}", "") for qualifier in lexicon.qualifiers]
    return [Item(name, "") for name in lexicon.codenames]


def may_have_twins(entity: EntitySpec, kind: Kind) -> bool:
    """Return whether two records may have the same title: nobody names them by it alone."""
    if entity.title is None or entity.key_style == "natural" or kind.human or kind.company:
        return False
    title = entity.field(entity.title)
    named = isinstance(title.type, Scalar) and title.type.type == "string" and not title.unique
    return named and title.name not in entity.identity and any(True for _ in telling_fields(entity))


def telling_fields(entity: EntitySpec) -> Iterator[str]:
    """Yield the fields by which a person tells records of the same title apart.

    Moments that the service notes are none: nobody asks for the task completed at 10:42.
    """
    for field in entity.fields:
        if not isinstance(field.type, Scalar) or field.role in ("key", "title"):
            continue
        meaning = text_meaning(field.name, field.type.format)
        placed = meaning is not None and meaning.kind in ("city", "country", "location")
        planned = field.role == "data" and not field.read_only
        dated = field.type.type in ("date", "datetime") and planned
        if field.name == entity.parent or field.role == "status" or placed or dated:
            yield field.name
