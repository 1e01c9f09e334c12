"""Told fields: the parts of a record that a description lists in passing.

"Fetches recent news with title, content, and source details" tells three fields of a news record.
"""

from __future__ import annotations

import re

from envfactory.source.description import JsonSchema
from envfactory.spec.records.parameter import bound, unwrapped
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.wording import narrowing, says_several
from envfactory.spec.words.name import Nouns, word_set, words

MAX_FIELDS = 12
"""Fields that one description may tell; the rest is left out."""
_MAX_TEXT = 1500
_LISTS = re.compile(
    r"\b(?:including|includes?|such as|containing|contains|with(?= (?:its |their )?\w+,)|"
    r"information(?: about)?:?|details:?|returns?:?|provides?)\s+([^.;:()\n]{5,300})",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:^|\s)[-*•]\s+`?([A-Za-z][\w /]{1,40}?)`?\s*(?=[:(]|\s[-*•]\s|$|\n)")
_SPLIT = re.compile(r",|\band\b|/|&")
_CHOICE = re.compile(r"\bor\b")
"""Marks a list of what may be given, and not of what a record has."""
_LEADING = word_set(
    "the a an its their all any detailed basic full core key various other each optional related "
    "available relevant some recent current general common complete additional of"
)
_NEVER = word_set(
    "is are be was that which who if when for to in on from by using via as this it you your can "
    "will not more etc e g i results result list data information details tool tools api query "
    "filter filters filtering support sorting pagination options parameters format markdown json "
    "string strings dictionary dict object array html text files request response error errors "
    "following get set search based type types case advanced multiple specific"
)
_AMOUNTS = word_set(
    "price cost rate score count size volume total amount number quantity balance temperature "
    "distance duration rating percentage weight height width ratio cap yield index share shares "
    "rank views likes downloads votes points latitude longitude population speed humidity"
)
_MOMENTS = word_set("date time timestamp published updated deadline")
_WHEN = word_set("date time datetime at on day timestamp period")
_WRITTEN = word_set(
    "article news story paper page post video book problem document recipe song movie note issue "
    "task challenge presentation slide thread blog question event course"
)
"""Kinds of records that have a title where others have a name."""
_ADDRESSES = word_set("url link website homepage uri")
_ASKING = re.compile(
    r"^\W*(?:only|filter\w*|limit\w*|restrict\w*|narrow\w*|return\w*|includ\w*|lists?|search\w*|"
    r"find\w*|match\w*|shows?|optional\w*|if (?:set|given)|whether to|when given|where)\b"
    r"|\b(?:filter (?:by|on|for)|to filter|at least|at most|results?|"
    r"or (?:less|more|later|earlier))\b",
    re.IGNORECASE,
)
"""Texts that say what to ask for, and not what a field holds."""


def told_fields(text: str, nouns: Nouns) -> dict[str, JsonSchema]:
    """Return the fields that a description lists, by their names in snake case."""
    found: dict[str, JsonSchema] = {}
    text = text[:_MAX_TEXT]
    listed = (match.group(1) for match in _LISTS.finditer(text))
    groups = [_SPLIT.split(one) for one in listed if not _CHOICE.search(one)]
    groups.append(_BULLET.findall(text))
    for group in groups:
        named = [parts for parts in map(_cleaned, group) if parts]
        if len(named) < 2:
            continue
        for parts in named:
            if len(found) < MAX_FIELDS:
                found.setdefault("_".join(parts), kind_by_name(parts, nouns))
    return found


def filtered_field(
    name: str, schema: JsonSchema, schemas: Schemas, nouns: Nouns
) -> tuple[str, JsonSchema]:
    """Return the field that a filter of a list is about: `price_min` filters prices."""
    shape = schemas.shape(schema)
    parts = unwrapped(name)
    end, rest = bound(parts)
    if end is not None and (not rest or rest[-1] in _WHEN):
        return "date", {"type": "string", "format": "date"}
    if end is not None:
        return "_".join(rest), {"type": "number"}
    if shape.kind == "array":
        return "_".join(nouns.singular_words(parts)), {**(shape.item or {"type": "string"})}
    kept = {key: value for key, value in schema.items() if key != "default"}
    if says_what_to_ask(shape.description):
        kept.pop("description", None)
    narrowed = narrowing(shape.choices)
    if narrowed and shape.nullable:
        kept = {"type": shape.kind, "enum": [*narrowed]}  # not asked for, but never without
    elif narrowed and len(narrowed) < len(shape.choices):
        kept["enum"] = [*narrowed]
    if says_several(shape):
        return "_".join(nouns.singular_words(parts)), kept
    return name, kept


def says_what_to_ask(text: str) -> bool:
    """Tell whether the text of a filter says what it does, which is nothing to say of a field."""
    return _ASKING.search(text[:200]) is not None


def title_of(noun: tuple[str, ...]) -> str:
    """Return what a person calls such a record by: a title where it is written, else a name."""
    return "title" if noun[-1] in _WRITTEN else "name"


def kind_by_name(parts: tuple[str, ...], nouns: Nouns) -> JsonSchema:
    """Return the schema that a field of that name most plainly has."""
    last = parts[-1]
    if last in _AMOUNTS:
        return {"type": "number"}
    if last in _MOMENTS:
        return {"type": "string", "format": "date-time"}
    if last in _ADDRESSES:
        return {"type": "string", "format": "uri"}
    if nouns.is_plural(last):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def _cleaned(item: str) -> tuple[str, ...]:
    """Return the words of a field, or nothing where the text is no name of one."""
    parts = words(item)
    while parts and parts[0] in _LEADING:
        parts = parts[1:]
    if parts[-1:] in (("details",), ("information",), ("info",), ("data",)):
        parts = parts[:-1]
    if not 0 < len(parts) <= 3 or set(parts) & _NEVER:
        return ()
    if any(len(part) < 3 or part.isdigit() for part in parts) or parts[-1].endswith("ing"):
        return ()
    return parts
