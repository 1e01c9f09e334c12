"""Which inputs a user could say in a request: names and dates yes, internal ids and tokens no.

Rules in order, first match wins; each leaves its reason, a short phrase that reports count by.
They read the port's type, format, entity, name and description, never its values.

What decides is whether a person has the value without the system's help. A link is on the clipboard
and a barcode on the product in hand, a CVE number is in the news: these are said. An `identity`, a
process's or programme's `pid`, a resource name such as `projects/{project}` and what a description
calls an id, encoded, or returned by another call is not, whatever the input itself is called.
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
_ID_WORDS = word_set(
    "id ids uuid guid uid oid arn pk urn gid pid pids sid sids identity identifier"
)
_MACHINE_IDS = word_set("uuid guid arn urn oid gid pid sid")
"""Last words of ids that no person reads, even where the keys of the entity are words."""
_ENGLISH_ENDS = word_set(
    "acid aid amid android avid avoid bid braid covid druid fluid grid hid hybrid invalid kid laid "
    "lid maid mid overpaid paid plaid prepaid raid rapid rid rigid said slid solid squid unpaid "
    "valid vivid void"
)
"""Words that end like an id written in one with its noun, and are none: `paid`, but `serverid`."""
_PUBLIC_IDS = word_set("cve doi orcid pubmed arxiv")
"""What has ids that are printed, quoted and searched for."""
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
_LINK_WORDS = word_set("url urls uri link links href website homepage")
_LINK_FORMATS = frozenset({"uri", "url", "iri", "uri-reference"})
_WRITTEN_WORDS = word_set("created updated modified changed creation modification update")
_WHEN_WORDS = word_set("at on date time datetime timestamp last utc")
_BINARY_FORMATS = frozenset({"binary", "byte", "base64"})
_SORTING_WORDS = word_set("sort sorting sortorder sortby orderby ordering")
_SESSIONS = frozenset({("session",), ("auth",), ("authorization",)})
"""Whole names of tokens; a training session has a name, and that is none."""
_KEY_OF = word_set("api access secret private public encryption signing")
"""What has keys that are secrets."""
_RETURNED = re.compile(r"\b(opaque|internal id|as returned (by|from|in)|obtained from)\b", re.I)
_RESOURCE_NAME = re.compile(r"\bresource name\b|\w/\{\w+\}", re.I)
_ENCODED = re.compile(r"\bbase[- ]?64\b", re.I)
_CODE = re.compile(
    r"\b(javascript|python|sql|json|xml|html|graphql|lua|regular) "
    r"(code|string|document|object|expression|array|data)\b",
    re.I,
)
_NOTATION = word_set("delimiter separator regex regexp jsonpath xpath expression")
_UNIQUE = re.compile(r"\buniquely identif(?:y|ies)\b", re.I)
_DESCRIBED_IDS = word_set("id ids uuid guid identifier identifiers pid pids sid")
_SAYABLE_WORDS = word_set(
    "name names title email slug code codes url path phone address username handle text phrase "
    "keyword keywords language currency country"
)
_SENTENCE = re.compile(r"[.;:!?](?:\s|$)|\n")
_MEDIA = word_set("image photo picture audio video pdf file document")
_FILES = word_set("file files attachment attachments blob upload")


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
        natural = port.entity in natural_entities and not _MACHINE_IDS & set(here[-1:])
        said = (natural or looks_natural(port)) and not _ENCODED.search(port.description)
        return _yes("natural key") if said else _no("internal id")
    if port.choices or port.type == "boolean":
        return _yes("a choice")
    if is_identifier(port):
        return _no("internal id")
    if is_token(port):
        return _no("secret or opaque token")
    if port.format in _BINARY_FORMATS or (port.type == "string" and _is_blob(port, here)):
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
    here = _last_words(port)
    if port.format == "uuid":
        return True
    return bool(here) and _names_an_id(here[-1]) and not _PUBLIC_IDS & set(here[-2:-1])


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
        port.format == "password"
        or bool(_TOKEN_WORDS & set(here))
        or here in _SESSIONS
        or (here[-1:] == ("key",) and bool(_KEY_OF & set(here)))
    )


def looks_natural(port: Port) -> bool:
    """Say whether a key is called like one that people use: a user name, an ISO code, a slug."""
    here = set(_last_words(port))
    named = bool(here & _NATURAL_WORDS) and not any(map(_names_an_id, here))
    return named and port.type == "string" and port.format != "uuid"


def _text(port: Port, here: tuple[str, ...]) -> Providable:
    if port.format in _DATE_FORMATS or _DATE_WORDS & set(here[-2:]):
        return _yes("a date or time")
    if port.format in _CONTACT_FORMATS:
        return _yes("contact detail")
    if port.format in _LINK_FORMATS:
        return _yes("a link")
    if _RESOURCE_NAME.search(port.description) or _RETURNED.search(port.description):
        return _no("internal id")
    if _CODE.search(port.description) or _NOTATION & set(here[-1:]):
        return _no("code or markup")
    if _is_paging(here):
        return _yes(PAGING)
    if _PUBLIC_IDS & set(here):
        return _yes("a public id")
    if _LINK_WORDS & set(here[-1:]):
        return _yes("a link")
    if _NAME_WORDS & set(here) or _NATURAL_WORDS & set(here):
        return _yes("a name")
    return _no("internal id") if _is_described_as_id(port.description) else _yes("free text")


def _names_an_id(word: str) -> bool:
    """Say whether a word is called an id, alone or in one with its noun."""
    joined = len(word) > 4 and word.endswith(("id", "ids", "uuid")) and word not in _ENGLISH_ENDS
    return word in _ID_WORDS or joined


def _is_described_as_id(description: str) -> bool:
    """Say whether a description calls a value an id in its first sentence, and nothing else."""
    first = _SENTENCE.split(description, maxsplit=1)[0]
    said = set(words(first))
    if _UNIQUE.search(first) and not said & _SAYABLE_WORDS:
        return True
    return bool(said & _DESCRIBED_IDS) and not said & _SAYABLE_WORDS


def _is_blob(port: Port, here: tuple[str, ...]) -> bool:
    """Say whether a text is the content of a file, written in one way or another."""
    if _ENCODED.search(port.description):
        return True
    described = set(words(port.description)) & {"name", "path", "url", "link"}
    content = here[-1:] == ("data",) and bool(_MEDIA & set(here))
    return content or (bool(_FILES & set(here[-1:])) and not described)


def _last_words(port: Port) -> tuple[str, ...]:
    keys = names(port.path)
    return words(keys[-1]) if keys else ()


def _is_paging(here: tuple[str, ...]) -> bool:
    return here in _PAGING_NAMES or bool(_PAGING_WORDS & set(here))


def _yes(reason: str) -> Providable:
    return Providable(allowed=True, reason=reason)


def _no(reason: str) -> Providable:
    return Providable(allowed=False, reason=reason)
