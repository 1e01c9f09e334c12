"""Wording: what the text of an input says of its values, where its schema says less."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from envfactory.records import Json
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import words

_SEVERAL = re.compile(
    r"\bcomma[-_ ]?(?:sep[ae]rated?|delim[ie]ted)\b|\bsep[ae]rated (?:by|with) (?:a )?commas?\b"
    r"|\buse commas? to (?:add|give|pass)\b|\b(?:array|list) of (?:\w+ ){0,2}ids\b",
    re.IGNORECASE,
)
_ANY = frozenset({"all", "any", "both", "*"})
"""Values that stand for every value, and that no record has."""
_ASKED = r"\b(?:only|filter\w*|returns?|list\w*|shows?|gets?|finds?|retrieves?|includes?)\b.{0,80}"
_SINCE = re.compile(_ASKED + r"\b(?:after|since|later than|newer than)\b", re.IGNORECASE)
_UNTIL = re.compile(_ASKED + r"\b(?:before|until|earlier than|older than)\b", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?:date|time)s? ranges?\b|\branges? (?:of )?(?:dates?|times?)\b", re.IGNORECASE
)

_FORM = re.compile(
    r"^\W*(?:return|attach|include|add)s? (?:\w+ ){1,4}(?:in|to|with) (?:the )?"
    r"(?:response|answer)\b|^\W*returns? (?:an? )?(?:\w+ ){0,2}(?:json|xml|csv) "
    r"(?:response|answer|format)\b|"
    r"^\W*adds? (?:additional|extra|more|further) (?:information|details?|data|fields|properties)\b"
    r"|\blanguages?\b.{0,40}\b(?:content|results?|responses?|answers?|texts?|names?|labels?)\b.{0,25}"
    r"\b(?:returned|translated|localized|displayed|shown|written)\b"
    r"|\b(?:locale|languages?)\b.{0,20} of the (?:\w+ ){0,3}(?:results?|responses?|answers?|output|"
    r"instructions)\b"
    r"|\b(?:results?|responses?|answers?|output)\b.{0,30}\b(?:in|to) "
    r"(?:this|the given|the specified|the selected|that) (?:locale|language)\b"
    r"|\b(?:flag|switch|boolean)\b.{0,25}\bwhether to (?:include|return|show|expand|embed)\b"
    r"|^(?:if|when) (?:it is |set to )?true,? .{0,20}\b(?:include|return|show|expand|embed)s?\b"
    r"|\bto use for (?:the )?output\b|\boutput (?:format|geometry|projection)\b"
    r"|\b(?:flag|indicat\w+|determin\w+|specif\w+|whether|if)\b.{0,60}\b(?:return(?:ed)?|included|"
    r"shown|displayed|embedded)\b.{0,12}\b(?:in|with) (?:the |your )?(?:\w+ )?(?:response|results?|"
    r"output|answer|reply|payload)\b"
    r"|\b(?:get|return|show|display|for|provides?) locali[sz]ed "
    r"(?:data|content|results?|texts?|values?)\b"
    r"|\bjsonp\b|\bname of (?:the |a )?callback\b"
    r"|\b(?:sort(?:ing)?|order(?:ing)?) (?:order |direction )?of (?:the )?(?:\w+ )?(?:results?|"
    r"list|response|items|records)\b",
    re.IGNORECASE,
)
"""Texts of inputs that say how the answer is written, and narrow nothing."""
_PART = re.compile(
    r"\bcontain(?:s|ing|ed)?\b|\bpartial(?:ly)?\b|(?<!\bis )(?<!\bare )(?<!\bas )\bpart of\b"
    r"|\bfragments?\b|\bsubstrings?\b|\bfuzzy\b|\bkey ?words?\b|\bfree[- ]text\b|^\W*search\b"
    r"|\b(?:search|query)[- ](?:strings?|terms?|texts?|words?)\b"
    r"|\b(?:names?|titles?|words?|terms?|phrases?)\b.{0,20}\bto (?:search|look) for\b"
    r"|\b(?:name|title|text|city) search\b|^\W*(?:\w+ ){1,2}includes\b",
    re.IGNORECASE,
)
"""Texts of inputs that are looked for inside the texts of records."""
_INEXACT = re.compile(
    r"\b(?:not|n[’']t|without) (?:\w+ ){0,3}?exact(?:ly)?\b|\binexact\b", re.IGNORECASE
)
_EXACT = re.compile(r"\b(?:exact(?:ly)?|case[- ]sensitive|equals?)\b", re.IGNORECASE)
_EXPRESSION = re.compile(
    r"\bjson[- ](?:encoded|object|string|array)\b|\bbounding box\b|\bbbox\b|\bo?data filter\b"
    r"|\breg(?:ular )?exp?(?:ression)?s?\b|\b(?:filter|query|search) "
    r"(?:expressions?|languages?|syntax)\b|\b(?:rsql|fiql|lucene|odata|cql|graphql|jsonpath|polygon|wkt|geojson)\b"
    r"|\b[2-9] (?:comma|semi-?colon)[- ]separated (?:values|numbers|coordinates)\b"
    r"|\bexpression (?:that|to|for|used) \w*filter|\bboolean operators?\b"
    r"|\bfilter(?:ing)? conditions\b",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"\b(?:any|all|every|full[- ]?text|keywords?|and|etc|contents?|texts?|fields?)\b|[,/&]",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?:by|with|whose) (?:an? |the |their )?(?:full |display )?names?\b(?! or\b| and\b|,)",
    re.IGNORECASE,
)


def says_form(text: str) -> bool:
    """Tell whether an input only says how the answer is written, or what it holds beside."""
    return _FORM.search(text[:400]) is not None


def says_part(text: str) -> bool:
    """Tell whether an input is looked for inside a text, and not compared with all of it."""
    said = _INEXACT.sub("", text[:300])
    return (said != text[:300] or _PART.search(said) is not None) and not _EXACT.search(said)


def says_expression(text: str) -> bool:
    """Tell whether callers write an expression, an area or JSON, which equals nothing stored."""
    return _EXPRESSION.search(text[:400]) is not None


def says_name(text: str) -> bool:
    """Tell whether an input looks for part of a name: "people with a full name containing this"."""
    return _NAME.search(text[:300]) is not None


def sought_field(text: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the one field that words are looked for in, where a text names just one.

    Args:
        text: What the source says of the input: "Search by name".
        names: The words of each field.
    """
    said = words(text[:200])
    if _ANYWHERE.search(text[:200]):
        return None
    found = {
        name
        for name, parts in names.items()
        if any(said[i : i + len(parts)] == parts for i in range(len(said)))
    }
    return next(iter(found)) if len(found) == 1 else None


def says_several(shape: Shape) -> bool:
    """Tell whether one text holds several values, separated by commas."""
    plain = shape.kind in ("string", "any") and not shape.choices
    return plain and _SEVERAL.search(shape.description) is not None


def narrowing(choices: Sequence[Json]) -> tuple[Json, ...]:
    """Return the choices that narrow a list: without those that stand for all values."""
    return tuple(one for one in choices if str(one).lower() not in _ANY)


def says_bound(shape: Shape) -> Literal["gte", "lte", "range"] | None:
    """Return which end of a range of times an input is by its text, or that it holds both."""
    if _RANGE.search(shape.description):
        return "range"
    since, until = _SINCE.search(shape.description), _UNTIL.search(shape.description)
    if bool(since) == bool(until):
        return None
    return "gte" if since else "lte"
