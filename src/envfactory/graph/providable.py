"""Which inputs a user could say in a request: names and dates yes, internal ids and tokens no.

Rules in order, first match wins; each leaves its reason, a short phrase that reports count by.
They read the port's type, format, entity, name and description, never its values.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from envfactory.graph.model import Port, Providable
from envfactory.graph.path import names
from envfactory.graph.words import word_set, words

PAGING = "paging"
"""Reason of inputs that cut a list into pages: a user may say them, and hardly ever does."""
BOOKKEEPING = "bookkeeping"
"""Reason of inputs that say when a record was written: a user may say them, and never does."""

_TOKEN_WORDS = word_set(
    "token cursor idempotency secret password hash checksum etag nonce signature csrf otp jwt "
    "credential credentials digest sha md5 fingerprint"
)
_ID_WORDS = word_set("id ids uuid guid uid oid arn pk urn gid")
_NATURAL_WORDS = word_set(
    "username login handle slug code iso iata icao email symbol ticker currency country language "
    "locale isbn issn sku ean barcode domain hostname plate vin iban name nickname abbreviation "
    "alias callsign zip postcode phone"
)
_PAGING_WORDS = word_set("page offset limit skip pagesize perpage top")
_PAGING_NAMES = frozenset({("per", "page"), ("page", "size"), ("max", "results"), ("start",)})
_NAME_WORDS = word_set("name title label subject headline nickname firstname lastname")
_DATE_WORDS = word_set("date day time month year when deadline until since birthday")
_DATE_FORMATS = frozenset({"date", "date-time", "time", "duration"})
_CONTACT_FORMATS = frozenset({"email", "idn-email", "phone", "hostname"})
_LINK_FORMATS = frozenset({"uri", "url", "iri", "uri-reference"})
_WRITTEN_WORDS = word_set("created updated modified changed creation modification update")
_WHEN_WORDS = word_set("at on date time datetime timestamp last utc")
_BINARY_FORMATS = frozenset({"binary", "byte", "base64"})
_SORTING_WORDS = word_set("sort sorting sortorder sortby orderby ordering")
_OPAQUE = re.compile(r"\b(opaque|unique identifier|internal id|returned by|obtained from)\b", re.I)


def judge(port: Port, natural_entities: Collection[str] = ()) -> Providable:
    """Say whether a user could give this input, and why.

    Args:
        port: The input.
        natural_entities: Entities whose keys are words that people use, whatever the input that
            refers to them is called.
    """
    here = _last_words(port)
    if port.is_key:
        return _yes("a new key")
    if port.entity is not None:
        if port.choices:
            return _yes("a choice")
        natural = port.entity in natural_entities and here[-1:] != ("uuid",)
        return _yes("natural key") if natural or looks_natural(port) else _no("internal id")
    if port.choices or port.type == "boolean":
        return _yes("a choice")
    if is_identifier(port):
        return _no("internal id")
    if is_token(port):
        return _no("secret or opaque token")
    if port.format in _BINARY_FORMATS:
        return _no("binary content")
    if is_bookkeeping(port):
        return _yes(BOOKKEEPING)
    if port.type in ("object", "array", "any"):
        return _no("data without a described shape")
    if port.type == "string":
        return _text(port, here)
    return _yes(PAGING if _is_paging(here) else "a number")


def is_identifier(port: Port) -> bool:
    """Say whether a port is called like an internal id, whatever its schema says of entities."""
    return port.format == "uuid" or bool(_ID_WORDS & set(_last_words(port)[-1:]))


def is_worth_saying(port: Port) -> bool:
    """Say whether people ever give this input of their own accord: not paging, not bookkeeping."""
    return port.user is None or port.user.reason not in (PAGING, BOOKKEEPING)


def is_bookkeeping(port: Port) -> bool:
    """Say whether a port tells when a record was created or last changed."""
    here = set(_last_words(port))
    return bool(here & _WRITTEN_WORDS) and here <= _WRITTEN_WORDS | _WHEN_WORDS


def is_sorting(port: Port) -> bool:
    """Say whether a port is called like the order that a list comes in."""
    here = _last_words(port)
    return bool(_SORTING_WORDS & set(here)) or here[-2:] == ("order", "by")


def is_token(port: Port) -> bool:
    """Say whether a port is called like a secret, a cursor or another opaque token."""
    here = _last_words(port)
    return (
        port.format == "password" or bool(_TOKEN_WORDS & set(here)) or here[-2:] == ("api", "key")
    )


def looks_natural(port: Port) -> bool:
    """Say whether a key is called like one that people use: a user name, an ISO code, a slug."""
    here = set(_last_words(port))
    named = bool(here & _NATURAL_WORDS) and not here & _ID_WORDS
    return named and port.type == "string" and port.format != "uuid"


def _text(port: Port, here: tuple[str, ...]) -> Providable:
    if port.format in _DATE_FORMATS or _DATE_WORDS & set(here[-2:]):
        return _yes("a date or time")
    if port.format in _CONTACT_FORMATS:
        return _yes("contact detail")
    if port.format in _LINK_FORMATS:
        return _yes("a link")
    if _OPAQUE.search(port.description) and "id" in words(port.description):
        return _no("internal id")
    if _is_paging(here):
        return _yes(PAGING)
    return _yes("a name" if _NAME_WORDS & set(here) else "free text")


def _last_words(port: Port) -> tuple[str, ...]:
    keys = names(port.path)
    return words(keys[-1]) if keys else ()


def _is_paging(here: tuple[str, ...]) -> bool:
    return here in _PAGING_NAMES or bool(_PAGING_WORDS & set(here))


def _yes(reason: str) -> Providable:
    return Providable(allowed=True, reason=reason)


def _no(reason: str) -> Providable:
    return Providable(allowed=False, reason=reason)
