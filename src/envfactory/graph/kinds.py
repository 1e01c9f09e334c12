"""What a value is for people, whatever record it stands in: an e-mail address, a city, a day.

Between environments nothing can be proven by calling: a mail tool takes any address, and an id of
one system means nothing in another. What carries over is a value of a kind that people know, so an
edge from one environment to another stands only where both sides are of one kind. The kind is read
from the format and the last name on the path (with the one before it, or the tool's, where that
says more), by a closed list of words. What is of no kind in the list joins no other environment:
free text, statuses, versions and counts are alike in words and have nothing to do with each other.
Links join only where both are called alike, since all look the same and each leads elsewhere; the
name of a country is not its code.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from envfactory.environment.world import SEPARATOR
from envfactory.graph.model import Port
from envfactory.graph.path import names
from envfactory.graph.words import word_set, words

_FORMATS: Final = {
    "email": "e-mail address",
    "idn-email": "e-mail address",
    "phone": "phone number",
    "uri": "link",
    "url": "link",
    "iri": "link",
    "date": "day",
    "date-time": "day",
}
_NAMED: Final = {
    word: kind
    for kind, some in {
        "e-mail address": "email emails mail",
        "phone number": "phone phones telephone mobile",
        "link": "url uri link",
        "web site": "website homepage",
        "postal code": "zip postcode postal zipcode",
        "city": "city town locality",
        "country": "country",
        "latitude": "latitude lat",
        "longitude": "longitude lon lng",
        "time zone": "timezone tz",
        "currency": "currency",
        "language": "language locale lang",
        "street": "street",
        "day": "date day deadline birthday dob",
        "price": "price amount",
        "title": "title headline subject",
        "stock symbol": "ticker isin",
        "product number": "sku ean upc barcode gtin",
        "book number": "isbn",
        "airport": "iata icao airport",
        "brand": "brand",
    }.items()
    for word in some.split()
}
_PERSON: Final = word_set("full person employee user author contact customer member owner")
_HOLDER: Final = word_set("holder cardholder payee recipient attendee")
_FIRST: Final = word_set("first given forename")
_LAST: Final = word_set("last family surname")
_TEXT: Final = word_set("name number address value code line")
_QUALITIES: Final = word_set(
    "type count status id ids flag verified enabled format mode ext extension"
)
_OF_MACHINES: Final = word_set(
    "webhook hook callback redirect endpoint self record api base cluster notifier proxy"
)
_LINKS: Final = word_set("url uri link")
_IN_FRONT: Final = word_set("by for of in with")
_CODE: Final = re.compile(r"\b(code|iso|letters?|alpha)\b", re.IGNORECASE)
_NUMERIC: Final = frozenset({"latitude", "longitude", "price"})
_EITHER: Final = frozenset({"postal code", "product number", "book number", "phone number"})


def kind_of(port: Port) -> str | None:
    """Return what the values of a port are for people; None where they are of no known kind."""
    kind = _kind(port.path, port.format, port.tool.rpartition(SEPARATOR)[2])
    numeric = port.type in ("integer", "number")
    if kind == "country" and _CODE.search(port.description):
        kind = "country code"
    fits = kind in _EITHER or numeric == (kind in _NUMERIC) or kind in ("latitude", "longitude")
    return kind if kind is not None and fits else None


@lru_cache(maxsize=1 << 16)
def _kind(path: str, form: str, tool: str) -> str | None:
    keys = names(path)
    here = words(keys[-1]) if keys else ()
    around = tuple(word.removesuffix("s") for word in words(keys[-2] if len(keys) > 1 else tool))
    if form in _FORMATS:
        return _link(here, around) if _FORMATS[form] == "link" else _FORMATS[form]
    if not here or _QUALITIES & set(here[-1:]) or _OF_MACHINES & set(here):
        return None
    if "name" in here or here[-1:] == ("surname",):
        return _name(here, around)
    if here[-1] in _HOLDER:
        return "name of a person"
    if here == ("time", "zone"):
        return "time zone"
    found = next((_NAMED[word] for word in reversed(here) if word in _NAMED), None)
    if found is None and len(keys) > 1 and set(here) <= _TEXT:
        found = next((_NAMED[word] for word in reversed(around) if word in _NAMED), None)
    if found == "country" and {"code", "iso"} & set(here):
        return "country code"
    return _link(here, around) if found == "link" else found


def _link(here: tuple[str, ...], around: tuple[str, ...]) -> str | None:
    """Return what a link leads to, as it is called; None where only machines follow it."""
    if _OF_MACHINES & {*here, _noun(around)}:
        return None
    said = [word for word in here if word not in _LINKS]
    return " ".join(["link", *(["of", *said] if said else [])])


def _name(here: tuple[str, ...], around: tuple[str, ...]) -> str | None:
    """Return whose name it is, where that is a person's, a place's or a brand's."""
    said = set(here)
    if said & _FIRST:
        return "first name"
    if said & _LAST:
        return "last name"
    about = said - {"name"} or {_noun(around)}
    if about & _PERSON:
        return "name of a person"
    if "country" in about:
        return "country code" if {"code", "iso"} & said else "name of a country"
    return next((_NAMED[w] for w in ("city", "country", "brand", "currency") if w in about), None)


def _noun(around: tuple[str, ...]) -> str:
    """Return what words are about: the last of them before any "by"."""
    end = next((at for at, word in enumerate(around) if at and word in _IN_FRONT), len(around))
    return around[end - 1] if around else ""
