"""What the values of one record have in common: its people, its place, the moments of its life."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from faker import Faker

from envfactory.compiler.data.lexicon import Item, Lexicon, Place, Theme
from envfactory.compiler.data.meaning import text_meaning
from envfactory.compiler.data.outside import Outside
from envfactory.compiler.data.reference import Fact
from envfactory.compiler.data.shape import slug
from envfactory.records import Json

KeyValue = str | int

_MAIL_DOMAINS = ("example.com", "example.org", "example.net")
_PLACED = ("country", "country_code", "city")
_DURATIONS = (30, 45, 60, 60, 90, 120, 180)


@dataclass(frozen=True)
class Person:
    """Somebody, with names that go together."""

    first: str
    last: str
    domain: str

    @property
    def full(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """An address made of the name."""
        return f"{slug(self.first, '')}.{slug(self.last, '')}@{self.domain}"

    @property
    def username(self) -> str:
        """A login made of the name."""
        return slug(self.first[:1], "") + slug(self.last, "")


@dataclass(frozen=True)
class Moments:
    """The moments of a record's life, in order: created, updated; start, end; due."""

    now: datetime
    created: datetime
    updated: datetime
    start: datetime
    end: datetime
    due: datetime


@dataclass
class Source:
    """Where values come from; one for a whole scenario.

    Attributes:
        rng: Random numbers.
        faker: Names of people, and codes that have check digits.
        lexicon: Everything else.
        now: The clock of the scenario.
        home: The place whose currency is used.
        domain: Where the service lives on the web.
        cast: People who are mentioned by name.
        owner: What identifies the account that all records belong to, by field.
        usual_words: Words that were found for a field, a noun and a theme.
        arns: Names of resources that records have, so that others can speak of them.
        outside: What records name that no table holds.
    """

    rng: random.Random
    faker: Faker
    lexicon: Lexicon
    now: datetime

    home: Place
    domain: str
    cast: list[Person] = field(default_factory=list)
    owner: dict[str, str] = field(default_factory=dict)
    usual_words: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    arns: list[str] = field(default_factory=list)
    outside: Outside = field(default_factory=Outside)

    def somebody(self) -> Person:
        """Return one of a few people whose names come up again and again."""
        if not self.cast:
            self.cast = [self.person() for _ in range(8)]
        return self.rng.choice(self.cast)

    def person(self) -> Person:
        """Return somebody new."""
        domain = self.rng.choice(_MAIL_DOMAINS)
        return Person(self.faker.first_name(), self.faker.last_name(), domain)

    def birth(self, earliest: datetime | None = None) -> datetime:
        """Return when a record was created: after `earliest`, else in the last year and a half."""
        rng, now = self.rng, self.now
        latest = now - timedelta(minutes=20)
        if earliest is None:  # nothing has to be there before it, and it is not brand new
            created = now - timedelta(days=rng.randint(20, 500), seconds=rng.randint(0, 50_000))
        else:  # at any time since, sooner rather than later
            created = earliest + (latest - earliest) * rng.random() ** 1.2
        shifted = _working_hour(created, rng)
        if (earliest is None or earliest < shifted) and shifted < latest:
            created = shifted
        return created.replace(microsecond=0)

    def life(self, created: datetime) -> Moments:
        """Return the life of a record that was created then."""
        rng, now = self.rng, self.now
        later = int((now - created).total_seconds())
        updated = created + timedelta(seconds=rng.randint(0, later) if rng.random() < 0.85 else 0)
        if created < (shifted := _working_hour(updated, rng)) < now:
            updated = shifted
        start = _half_hour(now + timedelta(days=rng.randint(-12, 35)), rng)
        if start < created:
            start = _half_hour(created + timedelta(days=rng.randint(1, 20)), rng)
        end = start + timedelta(minutes=rng.choice(_DURATIONS))
        due = _half_hour(max(created, now + timedelta(days=rng.randint(-6, 30))), rng)
        if due < created:
            due += timedelta(days=1)
        return Moments(now, created, updated, start, end, due)


@dataclass
class Row:
    """One record while it is filled.

    Attributes:
        source: Where values come from.
        number: The record's place in its table, from 0.
        theme: What records of this kind are called, if anything is known.
        noun: What one record is called in general.
        item: The title and text that this record has.
        moments: Its life.
        human: Whether the record is a person.
        key: What identifies the record, as text; empty for a record inside another.
        fields: The names of the record's fields.
        links: The keys that the record refers to, by table.
        known: Values of the record that were decided before the others.
        usual: Whether nothing out of the ordinary may have happened to the record.
        done: When things were done to the record, by what was done.
        fact: What exists in the world and is all that the record tells of, if it is so.
    """

    source: Source
    number: int
    theme: Theme | None
    noun: str
    item: Item
    moments: Moments
    human: bool = False
    key: str = ""
    fields: frozenset[str] = frozenset()
    links: dict[str, KeyValue] = field(default_factory=dict)
    known: dict[str, Json] = field(default_factory=dict)
    usual: bool = False
    fact: Fact | None = None
    done: dict[str, datetime] = field(default_factory=dict)
    streets: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)
    said_text: bool = False

    def take(self, known: dict[str, Json]) -> None:
        """Note values that are decided; a city or country among them is the place of the rest."""
        self.known = known
        for name, value in known.items():
            meaning = text_meaning(name, "")
            if meaning is not None and meaning.kind in _PLACED and isinstance(value, str):
                for place in self.source.lexicon.places:
                    if getattr(place, meaning.kind) == value:
                        self.places[meaning.group] = place
                        break

    def person(self, group: str = "") -> Person:
        """Return the person that a group of fields describes; always the same one."""
        if group not in self.people:
            self.people[group] = self.source.person()
        return self.people[group]

    def place(self, group: str = "") -> Place:
        """Return the place that a group of fields describes."""
        if group not in self.places:
            self.places[group] = self.source.rng.choice(self.source.lexicon.places)
        return self.places[group]

    def street(self, group: str = "") -> str:
        """Return the street and number of the place that a group of fields describes."""
        if group not in self.streets:
            rng = self.source.rng
            self.streets[group] = f"{rng.randint(1, 140)} {rng.choice(self.source.lexicon.streets)}"
        return self.streets[group]

    def company(self, group: str = "") -> str:
        """Return the company that a group of fields describes."""
        if group not in self.companies:
            self.companies[group] = self.source.rng.choice(self.source.lexicon.companies)
        return self.companies[group]

    @property
    def has_text(self) -> bool:
        """Whether the record has something of its own to say that it has not said yet."""
        return self.human or bool(self.item.text and not self.said_text)

    def text(self) -> str:
        """Return what the record says: the text of its item, then other sentences."""
        if self.human:
            return self.source.rng.choice(self.source.lexicon.bios)
        said, self.said_text = self.said_text, True
        if self.item.text and not said:
            return self.item.text
        return self.source.rng.choice(self.source.lexicon.texts)

    def inner(
        self,
        noun: str,
        theme: Theme | None,
        item: Item,
        *,
        human: bool,
        fields: frozenset[str] = frozenset(),
    ) -> Row:
        """Return the context of a record nested in this one: its own people, the same place."""
        return Row(
            source=self.source,
            number=self.number,
            theme=theme,
            noun=noun,
            item=item,
            moments=self.moments,
            human=human,
            fields=fields,
            places=self.places,
            links=self.links,
            usual=self.usual,
        )


def _working_hour(moment: datetime, rng: random.Random) -> datetime:
    """Move a moment into the waking hours of its day."""
    return moment.replace(hour=rng.randint(7, 20), microsecond=0)


def _half_hour(moment: datetime, rng: random.Random) -> datetime:
    """Move a moment to a time of day at which things are planned."""
    return moment.replace(
        hour=rng.randint(8, 19), minute=rng.choice((0, 0, 30, 15)), second=0, microsecond=0
    )
