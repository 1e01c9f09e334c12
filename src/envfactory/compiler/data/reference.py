"""Tables of the world as it is: countries, currencies, languages, time zones, regions, cities.

A service that lists them lists those that exist, with their own codes, so nothing about them may
be made up. Which table is one is told by its noun and fields; examples of other things (languages
of programming, zones of a warehouse) say that it is none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from envfactory.compiler.data.lexicon import Place, load_lexicon
from envfactory.records import Json
from envfactory.spec.model import FieldSpec


@dataclass(frozen=True)
class Fact:
    """One thing that exists.

    Attributes:
        name: What it is called.
        place: Where it is, or one place where it is in use.
        values: What else is known of it, by patterns of names of fields; the first one decides.
    """

    name: str
    place: Place
    values: tuple[tuple[str, Json], ...]

    def value(self, name: str, examples: tuple[Json, ...] = ()) -> Json:
        """Return what is known under the name of a field; None where it is nothing.

        Where several things are, examples tell which one and how it is written (`FRA`, `FRANCE`).
        """
        found = [v for pattern, v in self.values if re.fullmatch(pattern, name)]
        example = next((e for e in examples if isinstance(e, str)), "")
        alike = [v for v in found if isinstance(v, str) and len(v) == len(example)]
        value = next(iter((alike if len(example) < _CODE_LENGTH else []) or found), None)
        return value.upper() if isinstance(value, str) and example.isupper() else value


def facts(noun: str, fields: tuple[FieldSpec, ...], title: str | None) -> tuple[Fact, ...]:
    """Return everything that a table of the world may list; nothing for any other table.

    Args:
        noun: What one record is called, in lower case.
        fields: Its fields.
        title: The field that holds its name, if any.
    """
    last = noun.split()[-1]
    kind = _KINDS.get(" ".join(noun.split()[-2:]), _KINDS.get(last, ""))
    names = [field.name for field in fields]
    if kind in _ONLY_WITH and not any(map(_ONLY_WITH[kind].search, names)):
        return ()
    if kind in _NEVER_WITH and any(map(_NEVER_WITH[kind].search, names)):
        return ()
    found = _all_facts().get(kind, ())
    told = [str(e) for field in fields if field.name == title for e in field.examples]
    if kind in _NAMES and not all(example.casefold() in _names(kind) for example in told):
        return ()
    return found


_CODE_LENGTH = 4
_NAMES = ("language", "region")
"""Kinds whose examples may tell that the table is about something else."""


@cache
def _names(kind: str) -> frozenset[str]:
    """Return what things of a kind are called, more than a scenario ever has."""
    from faker.providers.address.en_CA import Provider as Canada
    from faker.providers.address.en_US import Provider as States
    from faker.providers.person import Provider as People

    more = {
        "language": (*People.language_names, "English", "French", "German"),
        "region": (*States.states, *Canada.provinces),
    }
    ours = (str(value) for fact in _all_facts()[kind] for _, value in fact.values)
    return frozenset(name.casefold() for name in (*more[kind], *ours))


_KINDS = {
    "country": "country",
    "nation": "country",
    "currency": "currency",
    "language": "language",
    "locale": "locale",
    "timezone": "time zone",
    "time zone": "time zone",
    "tz": "time zone",
    "province": "region",
    "region": "region",
    "state": "region",
    "subdivision": "region",
    "countrysubdivision": "region",
    "airport": "airport",
    "city": "city",
    "town": "city",
    "populated place": "city",
}
_ONLY_WITH = {"region": re.compile(r"(^|_)countr(y|ies)(_|$)")}
"""What a record of that noun has to have: `state` and `region` mean many things."""
_NEVER_WITH = {"language": re.compile(r"version|compil|extension|repositor|syntax|framework")}
"""What a record of that noun must not have: programs are written in languages, too."""


@cache
def _all_facts() -> Mapping[str, tuple[Fact, ...]]:
    data: dict[str, Any] = tomllib.loads(
        resources.files("envfactory.compiler.data").joinpath("reference.toml").read_text("utf-8")
    )
    places = (*load_lexicon().places, *(Place(*row) for row in data["capitals"]))
    languages = {code: (name, own) for code, name, own in data["languages"]}
    return {
        "country": _countries(places),
        "currency": _currencies(places),
        "language": _languages(places, languages),
        "locale": _locales(places, languages),
        "time zone": _time_zones(places, data["offsets"]),
        "region": _regions(places),
        "airport": _airports(places, data["airports"]),
        "city": tuple(
            Fact(place.city, place, ((r"name|\w*city(_name)?", place.city),)) for place in places
        ),
    }


_CODE = r"(iso_?)?code|iso|abbreviation|symbol|abbr|short_?(name|code)|key"


def _countries(places: tuple[Place, ...]) -> tuple[Fact, ...]:
    from faker.providers.date_time import Provider

    known = {country.alpha_2_code: country for country in Provider.countries}
    found: dict[object, Fact] = {}
    for place in places:
        country = known[place.country_code]
        values = (
            (
                rf"{_CODE}|(country_)?(iso_?)?(alpha_?)?2(_code)?|cca2|country_(iso_?)?code|iso_?2",
                place.country_code,
            ),
            (rf"{_CODE}|(\w+_)?(alpha_?|code_?|iso_?)+3(_?code)?|cca3", country.alpha_3_code),
            (r"(\w+_)?capital(_city)?(_name)?", _readable(country.capital)),
            (r"continent(_name)?|region(_name)?", country.continent),
            (r"currency(_code)?|currencies", place.currency),
            (r"currency_name", _currency_names().get(place.currency)),
            (
                r"(phone|calling|dial(ling)?|area)_?(code|prefix)|prefix",
                place.calling_code.split()[0],
            ),
            (r"(\w+_)?name(_en|_english)?|country|label|title|english", place.country),
        )
        found.setdefault(place.country, Fact(place.country, place, values))
    return tuple(found.values())


@cache
def world_name(noun: str, place: Place) -> str:
    """Return the capital, continent, currency or language of a place; '' for any other noun."""
    kind = "country" if noun in _OF_COUNTRY else noun
    if kind not in ("country", "currency", "language"):
        return ""
    wanted = {"country": place.country_code, "currency": place.currency, "language": place.language}
    for fact in _all_facts()[kind]:
        if fact.value("code") == wanted[kind]:
            return str(fact.value(noun)) if noun in _OF_COUNTRY else fact.name
    return ""


_OF_COUNTRY = ("capital", "continent")


def _readable(text: str) -> str:
    """Return a text as it was before somebody read its bytes as another encoding."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


@cache
def _currency_names() -> Mapping[str, str]:
    from faker.providers.currency import Provider

    return dict(Provider.currencies)


def _currencies(places: tuple[Place, ...]) -> tuple[Fact, ...]:
    from faker.providers.currency import Provider

    found: dict[object, Fact] = {}
    for place in places:
        code = place.currency
        name = _currency_names()[code]
        digits = 0 if code in _WITHOUT_CENTS else 2
        values: tuple[tuple[str, Json], ...] = (
            (r"(\w+_)?symbol(_native)?|sign", Provider.currency_symbols.get(code, code)),
            (r"(decimal|minor|fraction)\w*|\w*(precision|exponent|decimals)|digits", digits),
            (r"(\w+_)?name(_\w+)?|label|title|description", name),
            (rf"{_CODE}|currency(_(code|iso|id))?|code_?\w*|id|iso\w*", code),
        )
        found.setdefault(code, Fact(name, place, values))
    return tuple(found.values())


_WITHOUT_CENTS = ("JPY", "KRW", "VND", "CLP", "ISK")


def _languages(
    places: tuple[Place, ...], languages: Mapping[str, tuple[str, str]]
) -> tuple[Fact, ...]:
    spoken = {place.language: place for place in reversed(places)}
    return tuple(
        Fact(
            name,
            spoken.get(code, places[0]),
            (
                (r"native(_?name)?|(own|local|original)_?name|name_(native|local)|endonym", own),
                (r"(english|display|language|full)?_?name(_en(glish)?)?|label|title|english", name),
                (
                    rf"{_CODE}|(language|iso|lang)_?(code|id|iso|\d)*|\w*_?code|locale|alpha_?2|tag",
                    code,
                ),
            ),
        )
        for code, (name, own) in languages.items()
    )


def _locales(
    places: tuple[Place, ...], languages: Mapping[str, tuple[str, str]]
) -> tuple[Fact, ...]:
    found: dict[object, Fact] = {}
    for place in places:
        code = f"{place.language}-{place.country_code}"
        name = f"{languages[place.language][0]} ({place.country})"
        values = (
            (r"(\w+_)?name(_\w+)?|label|title|description", name),
            (r"language(_name)?", languages[place.language][0]),
            (rf"{_CODE}|(locale|language)_?(code|id|tag)?|id|tag", code),
        )
        found.setdefault(code, Fact(name, place, values))
    return tuple(found.values())


def _time_zones(places: tuple[Place, ...], offsets: Mapping[str, float]) -> tuple[Fact, ...]:
    found: dict[object, Fact] = {}
    for place in places:
        zone, hours = place.time_zone, offsets[place.time_zone]
        values = (
            (r"(raw_|utc_|gmt_)*offset_(in_)?hours|hours", hours),
            (r"(raw_|utc_|gmt_)*offset_(in_)?minutes", round(hours * 60)),
            (r"(raw_|utc_|gmt_)*offset(_in)?(_seconds)?", round(hours * 3600)),
            (r"(\w+_)?(name|code|id|key|identifier|label|title|zone|timezone|value|tz)", zone),
        )
        found.setdefault(zone, Fact(zone, place, values))
    return tuple(found.values())


def _regions(places: tuple[Place, ...]) -> tuple[Fact, ...]:
    found: dict[object, Fact] = {}
    for place in places:
        values = (
            (r"(region|state|province)_(iso_?)?code|" + _CODE, place.region_code),
            (r"(\w+_)?name(_en)?|region|state|province|label|title", place.region),
        )
        found.setdefault((place.region, place.country), Fact(place.region, place, values))
    return tuple(found.values())


def _airports(
    places: tuple[Place, ...], airports: Mapping[str, tuple[str, str]]
) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            name,
            place,
            (
                (rf"{_CODE}|(airport_)?iata(_code)?|airport_(code|id)|id", code),
                (r"(\w+_)?name(_en)?|label|title|airport", name),
            ),
        )
        for place in places
        if place.city in airports
        for code, name in [airports[place.city]]
    )
