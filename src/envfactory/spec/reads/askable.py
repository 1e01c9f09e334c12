"""Askable: texts of reads speak of what callers can really ask, in the form that tools take.

"Dates are given as yyyyMMdd", "?start[lte]=2021-12-20" and "Repeat this parameter for each id" are
how a service is called. A tool takes a date, an end of a range and a list; that callers can filter,
order or page is said only where they can.
"""

from __future__ import annotations

import re

from envfactory.spec.model import (
    CountRecords,
    GetRecord,
    ListOf,
    ListRecords,
    Match,
    Omission,
    ParameterSpec,
    PickRecord,
    Scalar,
)
from envfactory.spec.records.made import Made
from envfactory.spec.shapes.value import describe
from envfactory.spec.shapes.wording import says_expression
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import sentence, sentences

UNASKABLE = "speaks of what callers cannot ask"
"""Why a part of a text is left out."""
_READS = (ListRecords, CountRecords, GetRecord, PickRecord)
_LEAST = 2
_CALLING = re.compile(
    r"\b(?:percent|url)[- ]?encod|\brepeat (?:this|the) parameter|\bmultiple times\b"
    r"|[?&][\w.]+(?:\[\w*\])*=|\bmodifiers?\b|\bwildcards?\b|\boverrides?\b"
    r"|\b(?:ignored|required|mandatory|only (?:valid|used|applies)) (?:if|when|with)\b"
    r"|\bmutually exclusive\b|\b(?:combin\w+|conjunction|together) with\b|\bunion \(or\)"
    r"|\bcase[- ]insensitive\b(?! way)|\bcan be shortened\b|\bmore than one .{0,40}\buse\b"
    r"|\b(?:supported|available|allowed|default) (?:operators?|prefix\w*)\b"
    r"|\b(?:up to|maximum (?:number )?(?:of|is)|at most|no more than) \d+ (?:\w+ )?"
    r"(?:can|may|are)\b"
    r"|\b(?:square brackets?|double quotes?|inputted)\b|^\W*use commas?\b|\bmax(?:imum)? of \d+\b"
    r"|\b(?:separated|delimited) (?:by|with) \w+|^\W*supports?\W*$"
    r"|\bmore than \d+\b.*\b(?:not allowed|only the first|error)\b",
    re.IGNORECASE,
)
"""Sentences on how a service takes a value, or what it does with several."""
_TALK = re.compile(
    r"\b(?:you|your|we|our|instead|recommend\w*|parameters?|end-?points?|calls?|requests?|responses?|"
    r"inputs?|outputs?|v\d+|note that|please|should|must|if|unless|by default|required|mandatory|"
    r"api|method|premium|deprecated|otherwise|clients?|arguments?|attempting|errors?|privileges?|"
    r"credentials?|permissions?|authori[sz]ation|limited release|partners?|processing|maximum|"
    r"can be (?:fetched|found|obtained|retrieved)|"
    r"minimum)\b|\b(?:be|is|are|by|of|to|and|or|with|in|the)\W*$"
    r"|^\W*(?:note|warning|caution|important|tip)\b:?",
    re.IGNORECASE,
)
"""Words of later sentences that speak to those who call a service, and not of what it holds."""
_OR_ONE = re.compile(
    r",?\s+or (?:only |just )?(?:one|an?|the) (?:specific|specified|single|particular|certain) \w+",
    re.IGNORECASE,
)
_ALL_OR_ONE = re.compile(
    r"^\W*(?:list|get|return|retrieve)s? all \w+ or (?:only |just )?one\b", re.I
)
_WINDOW = re.compile(
    r",?\s*(?:\b(?:that (?:were|was|are)|which (?:were|was|are)) )?"
    r"(?:\b(?:executed|created|made|sent|received|updated) )?\b"
    r"(?:in|over|within|during|from|for) the (?:past|last) \d+ (?:minute|hour|day|week|month|year)"
    r"s?\b|,?\s*\bcurrently \d+[^.;]*",
    re.IGNORECASE,
)
"""How long ago records are made, and how many there are: no list knows either."""
_NARROWED = re.compile(
    r",?\s*\b(?:with|using) (?:potential|optional|some) (?:filter\w*|criteria)\b"
    r"|\s*\bwithin (?:an?|the) (?:given |specified )?(?:time|date) range\b",
    re.IGNORECASE,
)
_SELF = re.compile(
    r",?\s+or (?:self|me)\b[^.;]*|[;,]\s*(?:\w+ ){1,6}(?:if|when) (?:this|it) is "
    r"(?:unset|omitted|not \w+|left \w+|empty)[^.;]*",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?:\s+(?:by|via|with|using|from|in|of|through|for|to|on))?\s+(?:the |an? |your )?"
    r"(?:authori[sz]ation|access|api) token\b.*$",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"^(?:if|when) [^,.]{1,50}, required (?=\w)", re.IGNORECASE)
_ANY_CASE = re.compile(r"[,;]?\s*\(?\b(?:not|non)[- ]case[- ]sensitive\b\)?", re.IGNORECASE)
_LISTED = re.compile(
    r"\b(?:an? )?(?:comma|semi-?colon|pipe|space)[- ]?(?:separated?|delimited) (?=list\b|set\b)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(
    r"[,;]?\s*(?:\bor )?\b(?:us(?:e|ing)|pass(?:ing)?|a value of|set(?:ting)? (?:it )?to|"
    r"specify(?:ing)?) (?:the (?:value|word|keyword|string) )?"
    r"[\"'“](?:me|self|all|any|none|latest|current|default|\*|-)[\"'”][^.;]*"
    r"|[,;]?\s*(?:\bor )?\b(?:all|any)-\w+(?: for [^.;,]*| to [^.;,]*)?",
    re.IGNORECASE,
)
"""Values that stand for no record, but for all of them or for one that a service picks."""
_ELSEWISE = re.compile(
    r"^\W*(?:create|update|delete|remove|add|change|modify|edit|insert|replace)s?\b"
    r"|\bto (?:be )?(?:deleted?|updated?|modif\w+|removed?|edit(?:ed)?|cancel\w*|archived?)\W*$",
    re.IGNORECASE,
)
"""Texts that were written for an operation that changes something."""
_CHANGES = re.compile(
    r"^\W*(?:interact|create|delete|update|remove|add|upload|modify|manage|edit|insert)s?\b"
    r"(?! by\b)",
    re.IGNORECASE,
)
"""Sentences on all that a service does, of which a read is but one."""
_NOT = re.compile(r"^\W*not (?:return|list|show|include)s?\b", re.IGNORECASE)
_CRITERIA = re.compile(
    r",?\s*\b(?:and )?(?:matching|according to|based on|satisfying) (?:the |all )?(?:\w+ ){0,3}"
    r"criteri(?:a|on)s?\b[^.;,]*",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"\bfields\b|\bmatched against\b|\bsearch(?:es|ed)? (?:in|across|against)\b.*,", re.IGNORECASE
)
"""Sentences on where a service looks for words."""
_FORMAT = re.compile(
    r"(?i:\b(?:unix|epoch)\b|\bmilli-?seconds?\b|\bseconds since\b)"
    r"|(?<![\w-])(?:[yY]{4}[mM]{2}(?:[dD]{2})?(?:[hH]{2}\w*)?|[dDmM]{2}[-/.]?[mMdD]{2}[-/.]?[yY]{2,4}"
    r"|[yY]{4}[-/][mM]{2}|[yY]{4}[/.][mM]{2}[/.][dD]{2})(?![\w/-])",
)
"""Forms of dates that are none of a date that a tool takes."""
_JOINT = re.compile(
    r"[,;(\[]|\s[-–]\s|\b(?:in|as|using|with|format(?:ted)?|specified|given|expressed|represented|"
    r"must|should|ex|e\.g)\b",
    re.IGNORECASE,
)
_OFFER = (
    r"\b(?:can|may|possible|able|allows?|supports?|optional(?:ly)?|available|use|using|provide)\b"
)
_NARROWING = re.compile(
    rf"{_OFFER}.*\b(?:filter|narrow|restrict|search|limit)\w*\b"
    rf"|\b(?:filter|narrow|restrict|search|limit)\w*\b.*{_OFFER}",
    re.IGNORECASE,
)
_ORDERING = re.compile(
    rf"{_OFFER}.*\b(?:sort|order)(?:ed|ing)?\b|\b(?:sort|order)ing\b.*{_OFFER}", re.I
)
_PAGING = re.compile(
    r"\bpaginat\w+|\bpaged\b|\bpage (?:size|number|token)s?\b|\bnext page\b|\bcursors?\b",
    re.IGNORECASE,
)
_SEARCH = re.compile(r"^search(?:es)?(?: for)? (?=\w)", re.IGNORECASE)
_WORDS = "Words to look for."


def as_askable(made: Made, noted: list[Omission]) -> Made:
    """Return a read whose texts speak of nothing that callers cannot ask of it.

    Args:
        made: The tool; what changes something is returned as it is.
        noted: What was left out so far; that a text lost something is added.
    """
    if not isinstance(made.behaviour, _READS):
        return made
    said = _description(made, noted)
    parameters = [_parameter(made, one) for one in made.parameters]
    if said != made.description or parameters != made.parameters:
        noted.append(Omission(subject="text", where=made.seen.where, reason=UNASKABLE))
    made.description, made.parameters = said, parameters
    return made


def _description(made: Made, noted: list[Omission]) -> str:
    behaviour = made.behaviour
    listed = isinstance(behaviour, ListRecords)
    paged = isinstance(behaviour, ListRecords) and behaviour.paging is not None
    sorted_ = isinstance(behaviour, ListRecords) and behaviour.sorting is not None
    asked = bool(_asked(made))
    left_out = _left_out(made, noted)
    left = {one[0] for one in left_out if len(one) == 1}
    kept: list[str] = []
    for number, one in enumerate(sentences(made.description)):
        offers = (_NARROWING, asked), (_ORDERING, sorted_), (_PAGING, paged)
        offered = [has for offer, has in offers if offer.search(one)]
        unasked = (
            not all(offered)
            or _CALLING.search(one)
            or (not offered and _TALK.search(one))
            or len(left & set(words(one))) >= _LEAST
        )
        if number and unasked:
            continue
        if _CHANGES.search(one) or _NOT.search(one) or _explains(made, one):
            continue
        if not listed and _ALL_OR_ONE.search(one):
            continue
        if not number and listed and not asked:
            one = _OR_ONE.sub("", _SEARCH.sub("List ", one))
        said = _TOKEN.sub("", _CRITERIA.sub("", one) if left_out else one)
        said = said if asked else _NARROWED.sub("", said)
        said = _WINDOW.sub("", said) if listed and not _is_windowed(made) else said
        kept.append(one if said == one else sentence(said.strip(" ,;")))
    return " ".join(kept) or made.fallback


def _is_windowed(made: Made) -> bool:
    """Tell whether a tool narrows records by something else than what callers give."""
    return any(match.source != "parameter" for match in _matches(made))


def _explains(made: Made, text: str) -> bool:
    """Tell whether a sentence explains an input: `msg_id: a message id or an event id`."""
    called = text.strip("`'\"*_{[(").lower()
    return any(
        called.startswith(one.name.lower())
        and called[len(one.name) :].lstrip("`'\"*_)}]")[:1] == ":"
        for one in made.seen.operation.parameters
    )


def _asked(made: Made) -> set[str]:
    """Return the parameters by which callers narrow what a path gives."""
    placed = {one.name for one in made.seen.operation.parameters if one.location == "path"}
    asked = {one.name for one in made.parameters if one.source_name not in placed}
    near = isinstance(made.behaviour, ListRecords) and made.behaviour.near is not None
    return asked if near else asked & {match.parameter for match in _matches(made)}


def _left_out(made: Made, noted: list[Omission]) -> set[tuple[str, ...]]:
    """Return the words of the inputs that say what is meant and that the tool does not have."""
    kept = {words(name) for one in made.parameters for name in (one.name, one.source_name)}
    kept |= {made.draft.noun, made.draft.kind.noun}
    where = f"{made.seen.where} "
    inputs = [o for o in noted if o.where.startswith(where) and o.reason != "transport"]
    placed = {one.name for one in made.seen.operation.parameters if one.location == "path"}
    names = (one.where.removeprefix(where) for one in inputs)
    return {words(name) for name in names if name not in placed} - kept - {()}


def _parameter(made: Made, one: ParameterSpec) -> ParameterSpec:
    fallback = describe("", words(one.name), made.draft.noun)
    match = next((m for m in _matches(made) if m.parameter == one.name), None)
    sought = match is not None and match.op in ("search", "contains")
    if sought and says_expression(one.description):
        return one.model_copy(update={"description": _WORDS})
    everywhere = match is not None and match.op == "search"
    kept: list[str] = []
    for number, text in enumerate(sentences(one.description)):
        if everywhere and (_FIELDS.search(text) or _names_field(made, text)):
            continue
        if number and (_CALLING.search(text) or _TALK.search(text)):
            continue
        said = _GIVEN.sub("", _ANY_CASE.sub("", _SELF.sub("", _SPECIAL.sub("", text))))
        if isinstance(one.type, ListOf):
            said = _LISTED.sub(lambda found: "a " if found.start() else "A ", said)
        if isinstance(one.type, Scalar) and one.type.type in ("date", "datetime"):
            said = _without_format(said)
        if said.strip(" .'\"") and not _ELSEWISE.search(said):
            kept.append(said if said == text else sentence(said.strip(" ,;:")))
    text = " ".join(kept)
    if text == one.description:
        return one
    return one.model_copy(update={"description": text or (_WORDS if everywhere else fallback)})


def _names_field(made: Made, text: str) -> bool:
    """Tell whether a text says in which fields words are looked for, where they are in all."""
    said = words(text)
    names = (words(one.source_name) for one in made.draft.fields.values() if one.role != "key")
    return any(
        said[at : at + len(parts)] == parts
        for parts in names
        if parts
        for at in range(len(said) - len(parts) + 1)
    )


def _without_format(text: str) -> str:
    """Return a sentence without the form in which a service writes dates, or ''."""
    found = _FORMAT.search(text)
    if found is None:
        return text
    end = found.start()
    for joint in reversed([*_JOINT.finditer(text, 0, end)]):
        if len(words(text[joint.end() : end])) > _LEAST:
            break
        end = joint.start()
    said = text[:end].rstrip() if end < found.start() else ""
    return said if len(words(said)) >= _LEAST else ""


def _matches(made: Made) -> tuple[Match, ...]:
    behaviour = made.behaviour
    if isinstance(behaviour, GetRecord):
        return behaviour.scope
    return getattr(behaviour, "matches", ())
