"""Untrue: what a text says that its tool does not do is left out of the text.

A source speaks of all inputs of an operation, of how its service is run, and of orders that no
field gives. Where a tool has no such input or order, "according to the search criteria" and "sorted
by relevance" would be falsehoods; what remains of the text is still the source's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.spec.model import (
    CountRecords,
    GetRecord,
    ListRecords,
    Match,
    Omission,
    ParameterSpec,
)
from envfactory.spec.records.made import Made
from envfactory.spec.shapes.value import describe
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import sentence, sentences

UNTRUE = "says what the tool does not do"
"""Why a part of a description is left out."""
_LEFT = frozenset(("names no field", "instruction, not data", "transport", "binary content"))
"""Why inputs are left out that a tool then knows nothing of; others are implied by what it has."""
_LEAST = 2
"""Words that the beginning of a sentence must have to say something."""
_CRITERIA = re.compile(
    r",?\s*\b(?:according to|that match(?:es)?|which match(?:es)?|matching|based on|using|by|with|"
    r"satisfying|that (?:meet|satisfy|fulfil)|meeting|filtered by|for)\s+"
    r"(?:(?:the|your|any|some|an?|all|certain|specific|specified|given|provided|supplied|passed|"
    r"various|multiple|different|optional|following|search|filter(?:ing)?|query|selection)\s+)+"
    r"(?:criterias?|criterion|quer(?:y|ies)|filters?|terms?|conditions?|parameters?)\b[^.;]*",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?P<be>\b(?:are|is|be|were)\b\s+(?:(?:returned|listed|shown|displayed|retrieved)\s+)?)?"
    r"(?:[,;]\s*|\b(?:and|which are|that are)\s+)?"
    r"\b(?:sorted|ordered|ranked)\s+(?:by|from|in|alphabetically|chronologically|according|with)\b"
    r"|(?P<be2>\b(?:are|is|be|were)\b\s+(?:(?:returned|listed|shown|displayed|retrieved)\s+)?"
    r"(?:by (?:\w+ ){1,3})?)?,?\s*\bin (?:(?:the|an?) )?"
    r"(?:order of|(?:descending|ascending|chronological|alphabetical|reverse)\b)",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\btime[sd]?[- ]?out (?:after|in)\b|\bwill wait (?:for|until)\b|"
    r"\b(?:json web token|jwt)\b|\bjson web tokens?\b|\brequires? (?:your|an?|the) .{0,40}"
    r"\b(?:token|scope|permission|role|plan|subscription|privilege)s?\b|"
    r"\b(?:requests?|calls?) per (?:second|minute|hour|day|month)\b|"
    r"\b(?:costs?|consumes?|uses?|charged?|deducts?) (?:\w+ ){0,3}(?:api )?credits?\b|"
    r"\b(?:returns?|responds? with) an? [45]\d\d\b|"
    r"\brequired (?:permission|scope|role|privilege)s?\b|"
    r"\b(?:is|are|be) polled\b|\bpolls? (?:until|this|the|for)\b|\bapi (?:calls?|requests?)\b|"
    r"\blocation (?:header|of|to) .{0,40}\bis returned\b",
    re.IGNORECASE,
)
"""Sentences on how a service is run, which is no part of what a tool does."""
_OFFERED = re.compile(
    r"^\W*(?:filter(?:ing|s)?|search(?:ing)?|sorting|ordering)\b[^.]{0,30}\b(?:is|are) "
    r"(?:available|supported|possible)\b",
    re.IGNORECASE,
)
"""Sentences that offer to narrow or order a list, without saying by which input."""
_UNGIVEN = re.compile(
    r"^\W*(?:omit\b|leave (?:it )?(?:out|empty|blank)|optional\b[^.]{0,12}\.?$|"
    r"(?:if|when) (?:it is |this is |you )?(?:omit|not (?:given|specified|provided|set|present|"
    r"supplied|passed)|left (?:out|empty|blank)|empty|unspecified|none is))",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"^\W*(?:(?:if|when) (?:it is |this is )?(?:omitted|unset|not (?:given|specified|provided|set|"
    r"present|supplied|passed)|left (?:out|empty|blank)|empty|unspecified)[^.]*"
    r"|(?:the )?defaults? (?:to|is|value|:)[^.]*|by default\b[^.]*)\.?$",
    re.IGNORECASE,
)
"""Sentences on what a service takes where callers say nothing."""
_SPECIAL = re.compile(
    r"[,;]?\s*(?:\balternatively,? |\bor )?\b(?:use|pass|specify|set (?:it )?to|give|enter|send) "
    r"(?:the (?:value|word|keyword) )?[\"'“]?(?:latest|current|me|self|default|all|any|none|\*|-|/)"
    r"(?:[\"'”]|(?= (?:for|to|if|as|when)\b)|(?=[.,;]|$))[^.;]*",
    re.IGNORECASE,
)
"""Values that stand for no record but for one that a service picks, or for all."""
_WHEN = re.compile(r"\b(upcoming|overdue)\s+(?!(?:and|or)\b)(?=\w)", re.IGNORECASE)
"""Words that narrow records by the day on which somebody asks."""
_EXPLAINED = re.compile(r"\s*\((?:e\.g\.|i\.e\.|that is)[^()]*\)", re.IGNORECASE)
_OPTIONAL = re.compile(r"\s*\(optional\)|^optional[.,:;]\s*|^\[optional\]\s*", re.IGNORECASE)
_MAY_BE_GIVEN = re.compile(
    r"(?:,\s*(?:(?:and|with|plus) )?|\s+(?:and|with|plus) )(?:an? |any )?optional(?:ly)? [^.;]*",
    re.IGNORECASE,
)
"""What callers may give besides, where a tool takes nothing that may be left out."""
_IF_OMITTED = re.compile(
    r"^\W*(?:if|when) (?:you )?(?:omit|do(?:n't| not) (?:give|provide|specify|pass|supply)|"
    r"(?:no|none of) )",
    re.IGNORECASE,
)
_WILDCARD = re.compile(
    r",?\s*(?:\bor\s+)?(?:\buse\s+)?(?:\ban?\s+)?(?:\basterisks?\b|\bwildcards?\b|[\"'(`]\*[\"')`])"
    r"[^.;]*",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"[,;(]?\s+\(?(?:by|from|for|using|with|based|given|either|via|that|which|where|when|if|and|or|"
    r"to|in|on|of|within|across|between|depending|according)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_NAMING = (
    r"(?:by|from|with|provid\w+|specif\w+|pass(?:ing|ed)?|suppl\w+|omit\w*|set(?:ting)?|us(?:e|ing)|"
    r"given|based on)\s+(?:(?:the|an?|your|its|their|optional|given|specified|either)\s+){0,2}"
)
_ARGUMENT = (
    r"(?:query |request |body |url |optional )?(?:param(?:eter)?|argument|option|flag|field)s?"
)


def without_untrue(made: Made, noted: list[Omission]) -> Made:
    """Return a tool whose texts say nothing that it does not do; what they lose is noted.

    Args:
        made: The tool.
        noted: What was left out of it so far; what its texts lose is added.
    """
    left = _left_out(made, noted)
    said = _description(made, left)
    parameters = [_parameter(made, one, left) for one in made.parameters]
    if said != made.description or parameters != made.parameters:
        noted.append(Omission(subject="text", where=made.seen.where, reason=UNTRUE))
    made.description, made.parameters = said, parameters
    return made


def _description(made: Made, left: Sequence[re.Pattern[str]]) -> str:
    kept: list[str] = []
    for number, one in enumerate(sentences(made.description)):
        if (number and _SERVICE.search(one)) or (left and _IF_OMITTED.search(one)):
            continue
        if _takes_no_words(made) and _OFFERED.search(one):
            continue
        said = _CRITERIA.sub("", one) if _takes_no_words(made) else one
        said = _without_order(made, _whenever(made, said))
        if all(parameter.required for parameter in made.parameters):
            said = _MAY_BE_GIVEN.sub("", said)
        said = _without_inputs(said, left, first=number == 0)
        if said == one:
            kept.append(one)
        elif len(words(said)) >= _LEAST:
            kept.append(sentence(said.strip(" ,;:")))
    text = " ".join(kept)
    return text if text == made.description or len(words(text)) >= _LEAST else made.fallback


def _parameter(made: Made, one: ParameterSpec, left: Sequence[re.Pattern[str]]) -> ParameterSpec:
    """Return a parameter whose text speaks of what callers may really do with it."""
    text = _OPTIONAL.sub("", one.description) if one.required else one.description
    compared = {match.parameter for match in _matches(made) if match.op in ("eq", "one_of")}
    narrowing = {match.parameter for match in _matches(made)}
    kept: list[str] = []
    for said in sentences(text):
        if one.required and _UNGIVEN.search(said):
            continue
        if one.name in narrowing and one.default is None and _DEFAULT.search(said):
            continue
        if one.name in narrowing and "inclusive" in said and "exclusive" in said:
            continue
        told = _WILDCARD.sub("", said) if one.name in compared else said
        told = _SPECIAL.sub("", told) if one.name in (*compared, _key(made)) else told
        told = _without_inputs(told, left, first=not kept)
        if told.strip(" .'\""):
            kept.append(told if told == said else sentence(told.strip(" ,;:")))
    if " ".join(kept) == one.description:
        return one
    said = " ".join(kept) or describe("", words(one.name), made.draft.noun)
    return one.model_copy(update={"description": sentence(said)})


def _left_out(made: Made, noted: Sequence[Omission]) -> list[re.Pattern[str]]:
    """Return patterns of what names the inputs that the tool does not have."""
    where = made.seen.where
    placed = {one.name for one in made.seen.operation.parameters if one.location == "path"}
    kept = {words(one.source_name) for one in made.parameters}
    kept |= {words(one.name) for one in made.parameters}
    kept |= {made.draft.noun, made.draft.noun[-1:]}
    names = [
        one.where.removeprefix(f"{where} ")
        for one in noted
        if one.subject == "parameter" and one.where.startswith(f"{where} ") and one.reason in _LEFT
    ]
    return [
        _naming(name) for name in names if name not in placed and words(name) not in (*kept, ())
    ]


def _naming(name: str) -> re.Pattern[str]:
    """Return what an input is called in texts: as it is written, or as words."""
    parts = words(name)
    exact = re.escape(name)
    if len(parts) > 1:
        forms = "|".join({exact: "", r"[\s_-]".join(parts): "", "".join(parts): ""})
        return re.compile(rf"(?<!\w)(?:{forms})s?(?!\w)", re.IGNORECASE)
    return re.compile(
        rf"[\"'`]{exact}[\"'`]|\b{_NAMING}[\"'`]?{exact}\b|\b{_ARGUMENT} {exact}\b"
        rf"|\b{exact} {_ARGUMENT}\b|\b{exact}=|\b(?:if|when) (?:an? |the |no )?{exact} (?:is )?"
        r"(?:not |un)?(?:given|specified|provided|set|present|supplied|passed|omitted)\b",
        re.IGNORECASE,
    )


def _without_inputs(text: str, left: Sequence[re.Pattern[str]], first: bool) -> str:
    """Return a sentence without what names an input that is left out.

    The first sentence says what is done, and is cut where it goes on to say by which inputs.
    """
    text = _ASIDE.sub(lambda aside: "" if any(p.search(aside[0]) for p in left) else aside[0], text)
    while True:
        ends = [found.end() for one in left if (found := one.search(text))]
        if not ends:
            return text
        joints = list(_JOINT.finditer(text, 0, min(ends))) if first else []
        if not joints:
            return ""
        text = text[: joints[-1].start()]


def _without_order(made: Made, text: str) -> str:
    """Return a sentence without an order that the records are not in."""
    behaviour = made.behaviour
    if not isinstance(behaviour, ListRecords):
        return text
    if behaviour.order or behaviour.sorting or behaviour.near:
        return text
    found = _ORDER.search(text)
    if found is None:
        return text
    # "Results are sorted by date" says nothing else; "List users, sorted by name" does.
    return "" if found["be"] or found["be2"] else text[: found.start()].rstrip(" ,;")


def _whenever(made: Made, text: str) -> str:
    """Return a sentence that does not narrow records by the clock, where the tool does not."""
    behaviour = made.behaviour
    if not isinstance(behaviour, ListRecords):
        return text
    if any(match.source != "parameter" for match in behaviour.matches):
        return text
    own = {*made.draft.noun, *made.draft.kind.noun}
    said = _WHEN.sub(lambda found: found[0] if found[1].lower() in own else "", text)
    return text if said == text else _EXPLAINED.sub("", said)


def _key(made: Made) -> str | None:
    return getattr(made.behaviour, "key", None)


def _takes_no_words(made: Made) -> bool:
    """Tell whether callers of a list can ask for nothing but all of it, or all of a parent."""
    behaviour = made.behaviour
    if not isinstance(behaviour, ListRecords | CountRecords):
        return False
    placed = {one.name for one in made.seen.operation.parameters if one.location == "path"}
    asked = {one.name for one in made.parameters if one.source_name not in placed}
    near = isinstance(behaviour, ListRecords) and behaviour.near is not None
    return not near and not any(match.parameter in asked for match in behaviour.matches)


def _matches(made: Made) -> tuple[Match, ...]:
    behaviour = made.behaviour
    if isinstance(behaviour, GetRecord):
        return behaviour.scope
    return behaviour.matches if isinstance(behaviour, ListRecords | CountRecords) else ()
