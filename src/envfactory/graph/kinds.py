"""What a value is for people, whatever record it stands in: an e-mail address, a city, a day.

Between environments nothing can be proven by calling: a mail tool takes any address, and an id of
one system means nothing in another. What carries over is a value of a kind that people know, so an
edge from one environment to another stands only where both sides are of one kind. The kind is read
from the format and the last name on the path, by a closed list of words, and from what the value
belongs to: the nearest name above it that is a thing, or else what the tool is about. What is of no
kind in the list joins no other environment: free text, statuses, versions and counts are alike in
words and have nothing to do with each other.

Some kinds need more than the same word. A day carries over only from one occasion to another, its
beginning to a beginning: the day on which a comment was written says nothing of a hotel's. A price
is that of something sold, a title that of something written or planned. A firm's telephone is no
person's. A link of a record leads to itself; only tools that work on any page take any link. The
name of a country is not its code.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from envfactory.environment.world import SEPARATOR
from envfactory.graph.model import Port
from envfactory.graph.path import names
from envfactory.graph.words import READING_VERBS, WRITING_VERBS, singular, word_set, words

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
        "birthday": "birthday birthdate dob",
        "day": "date day deadline",
        "price": "price",
        "title": "title headline subject",
        "stock symbol": "ticker isin",
        "stock number": "sku",
        "product number": "ean upc gtin barcode",
        "book number": "isbn",
        "airport": "iata icao airport",
        "brand": "brand",
    }.items()
    for word in some.split()
}
_PERSON: Final = word_set("full person employee user author contact customer member owner")
_OF_BIRTH: Final = word_set("birth origin citizenship nationality")
_HOLDER: Final = word_set("holder cardholder payee recipient attendee")
_FIRM: Final = word_set(
    "company business firm organization organisation merchant vendor supplier hotel property "
    "restaurant store shop branch venue location office facility station airport airline agency"
)
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
_FOLLOWS_ANY_LINK: Final = word_set(
    "screenshot thumbnail preview bookmark shortlink shortener qr crawl crawler scrape scraper "
    "capture embed oembed unfurl metadata scan pdf"
)
_OCCASION: Final = word_set(
    "event appointment meeting booking reservation stay trip flight journey concert show match "
    "game fixture race holiday class course session lesson webinar conference exhibition festival "
    "performance visit hotel vacation off shift task todo reminder rental tour openhouse"
)
_MOMENT: Final = word_set(
    "date day datetime time at on when local utc start starts started begin begins beginning from "
    "due deadline arrival departure check checkin in scheduled"
)
_CLOCK: Final = word_set("date day datetime time at on when local utc in check")
"""Words that say that it is a moment, and not which."""
_END: Final = word_set("end ends ending until to finish finishes checkout out")
_SOLD: Final = word_set("product item listing good variant offer ticket menu vehicle car book")
_ENTITLED: Final = word_set(
    "task todo event post page article note ticket issue message mail email reminder document "
    "bookmark book movie film show song album track video episode course form paper recipe"
)
_WRAPPERS: Final = word_set("item result data info body attribute record entry value")
_IN_FRONT: Final = word_set("by for of in with")
_LISTING: Final = word_set("list search find query browse")
_CODE: Final = re.compile(r"\b(code|iso|letters?|alpha)\b", re.IGNORECASE)
_MACHINE: Final = re.compile(r"\b(webhook|callback|endpoint|API|resource)\b", re.IGNORECASE)
_GOODS: Final = re.compile(r"\b(product|item|EAN|UPC|GTIN)\b", re.IGNORECASE)
_NUMERIC: Final = frozenset({"latitude", "longitude", "price"})
_EITHER: Final = frozenset({"postal code", "product number", "book number", "phone number"})
_CONTACT: Final = frozenset({"e-mail address", "phone number"})


def kind_of(port: Port) -> str | None:
    """Return what the values of a port are for people; None where they are of no known kind."""
    kind = _kind(port.path, port.format, port.tool.rpartition(SEPARATOR)[2])
    if kind is None or not _fits(kind, port.type in ("integer", "number")):
        return None
    if kind == "country" and _CODE.search(port.description):
        return "country code"
    if kind.startswith("link"):
        return _followed(kind, port)
    if kind == "product number" and not _GOODS.search(f"{port.description} {port.path}"):
        return None
    return f"{kind} of a firm" if kind in _CONTACT and _owner(port) in _FIRM else kind


def _fits(kind: str, numeric: bool) -> bool:
    either = kind in _EITHER or kind in ("latitude", "longitude")
    return either or numeric == (kind in _NUMERIC)


def _followed(kind: str, port: Port) -> str | None:
    """Return the kind of a link; None where machines follow it, or it is the record's own."""
    if _MACHINE.search(port.description):
        return None
    own = port.side == "input" and kind == "link"
    about = set(words(port.tool.rpartition(SEPARATOR)[2])) | {_owner(port)}
    return None if own and not about & _FOLLOWS_ANY_LINK else kind


def _owner(port: Port) -> str:
    return _noun(port.path, port.tool.rpartition(SEPARATOR)[2])


@lru_cache(maxsize=1 << 16)
def _kind(path: str, form: str, tool: str) -> str | None:
    keys = names(path)
    here = words(keys[-1]) if keys else ()
    kind = _FORMATS.get(form) or _named(keys, here, tool)
    if kind == "birthday" or (kind == "day" and {"birth", "born"} & set(here)):
        return "birthday"
    if kind == "day":
        return _day(keys, here, tool)
    if kind == "link":
        return _link(keys, here, tool)
    if kind == "price" and not (_SOLD & {*map(singular, here), _noun(path, tool)}):
        return None
    if kind == "title" and _noun(path, tool) not in _ENTITLED:
        return None
    return kind


def _named(keys: tuple[str, ...], here: tuple[str, ...], tool: str) -> str | None:
    """Return the kind that the names alone tell."""
    around = tuple(map(singular, words(keys[-2] if len(keys) > 1 else tool)))
    if not here or _QUALITIES & set(here[-1:]) or _OF_MACHINES & set(here):
        return None
    if here == ("user", "name") or (_OF_BIRTH & set(here) and "country" in here):
        return None
    if "name" in here or here[-1:] == ("surname",):
        return _name(here, around)
    if here[-1] in _HOLDER:
        return "name of a person"
    if here == ("time", "zone"):
        return "time zone"
    if here[-2:] == ("birth", "date") or here[-3:] == ("date", "of", "birth"):
        return "birthday"
    found = next((_NAMED[word] for word in reversed(here) if word in _NAMED), None)
    if found is None and len(keys) > 1 and set(here) <= _TEXT:
        found = next((_NAMED[word] for word in reversed(around) if word in _NAMED), None)
    return "country code" if found == "country" and {"code", "iso"} & set(here) else found


def _day(keys: tuple[str, ...], here: tuple[str, ...], tool: str) -> str | None:
    """Return what happens on a day; None where it is none on which people do something."""
    said = {*here, *(word for key in keys[-2:-1] for word in words(key) if word in _MOMENT | _END)}
    about = {singular(word) for name in (tool, *keys) for word in words(name)}
    if not about & _OCCASION or not set(here) <= _MOMENT | _END | _OCCASION:
        return None
    ends, begins = bool(said & _END), bool(said & (_MOMENT - _CLOCK))
    if ends and begins:
        return None
    return "day that something ends" if ends else "day that something begins"


def _link(keys: tuple[str, ...], here: tuple[str, ...], tool: str) -> str | None:
    """Return what a link leads to, as it is called; None where only machines follow it."""
    above = words(keys[-2]) if len(keys) > 1 else words(tool)
    if _OF_MACHINES & {*here, _last(tuple(map(singular, above)))}:
        return None
    if {"website", "homepage"} & {*here, *map(singular, above)}:
        return "web site"
    said = [word for word in here if word not in _LINKS]
    return " ".join(["link", *(["of", *said] if said else [])])


def _name(here: tuple[str, ...], around: tuple[str, ...]) -> str | None:
    """Return whose name it is, where that is a person's, a place's or a brand's."""
    said = set(here)
    if said & _FIRST:
        return "first name"
    if said & _LAST:
        return "last name"
    about = said - {"name"} or {_last(around)}
    if about & _PERSON:
        return "name of a person"
    if "country" in about:
        return "country code" if {"code", "iso"} & said else "name of a country"
    return next((_NAMED[w] for w in ("city", "country", "brand", "currency") if w in about), None)


def _noun(path: str, tool: str) -> str:
    """Return what a value belongs to, as one word: the nearest name above it that is a thing.

    What a page of a list is wrapped in is no thing, nor is what the value itself is called.
    """
    keys = names(path)[:-1]
    listing = _LISTING & set(words(tool)[:1])
    for at in range(len(keys) - 1, -1, -1):
        inner = tuple(map(singular, words(keys[at])))
        noun = inner[-1] if inner else ""
        wraps = noun in _WRAPPERS and (noun != "item" or (at == 0 and bool(listing)))
        if noun and not wraps and noun not in _NAMED and noun not in _TEXT:
            return noun
    verbs = READING_VERBS | WRITING_VERBS
    said = tuple(map(singular, words(tool)))
    return _last(said[1:] if said and said[0] in verbs else said)


def _last(around: tuple[str, ...]) -> str:
    """Return what words are about: the last of them before any "by"."""
    end = next((at for at, word in enumerate(around) if at and word in _IN_FRONT), len(around))
    return around[end - 1] if around else ""
