"""Unsaid: what a tool that changes something takes for what its callers leave out.

"Number of replicas. Defaults to 3." is what creation does where nobody says a number, and callers
must give what a text calls required. Where a tool cannot do what a text says of the inputs that are
left out, the text does not say it either.
"""

from __future__ import annotations

import re

from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CopyRecord,
    CreateRecord,
    CreateRecords,
    Omission,
    ParameterSpec,
    Scalar,
    UpdateRecord,
    UpdateRecords,
)
from envfactory.spec.records.made import Made
from envfactory.spec.shapes.value import describe, fits
from envfactory.spec.stated.untrue import UNTRUE
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import sentence, sentences

_CHANGING = (CreateRecord, CreateRecords, CopyRecord, UpdateRecord, UpdateRecords, ActOnRecord)
_TOLD = re.compile(
    r"\bdefaults?(?: value)?(?:\s*[:=]|\s+(?:is|to|of)(?: set to)?)?\s*[:=]?\s*"
    r"(?P<quote>[\"'“`])?(?P<value>-?[\w/:+-]+(?:\.\w+)*)[\"'”`]?(?=\s*[,;)\]]|\s*\.(?:\s|$)|\s*$|"
    r"\s(?:seconds?|minutes?|hours?|days?|milliseconds?|ms|characters?|bytes?|"
    r"pixels?|px|percent)\b)",
    re.IGNORECASE,
)
"""A default, as texts tell it: 'Defaults to 3.', '(default: true)'."""
_OF_DEFAULT = re.compile(
    r"[,;:]?\s*(?:\b(?:and|which|that|it|this|but)\s+)*(?:\bthe )?\bdefaults?(?: value)?"
    r"(?:\s*[:=]|\s+(?:is|to)\b)[^.;]*",
    re.IGNORECASE,
)
_BY_DEFAULT = re.compile(r"\bby default\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*\bdefaults?\b[^()\[\]]*[)\]]", re.IGNORECASE)
_LEFT_OUT = (
    r"(?:omit(?:ted|ting)?|unset|unspecified|left (?:out|empty|blank|unset)|"
    r"(?:not|n't) (?:be(?:en)? )?(?:given|specified|specify|provided?|set|present|supplied|supply|"
    r"passed|pass|included?|sent|defined))"
)
_UNGIVEN = re.compile(
    rf"\b(?:if|when|unless|any|that|which|where)\b[^.;]{{0,60}}\b{_LEFT_OUT}\b"
    r"|^\W*(?:omit\b|leave (?:it |this )?(?:out|empty|blank|unset)\b)",
    re.IGNORECASE,
)
"""A sentence on what becomes of what callers leave out."""
_ELSE = re.compile(
    rf"\s*[;,(]\s*(?:if|when) (?:it |this |you |the \w+ )?(?:is |are |do |does )?"
    rf"(?:empty|blank|missing|{_LEFT_OUT})\b[^.]*",
    re.IGNORECASE,
)
"""What a text goes on to say of what callers leave out."""
_STAYS = re.compile(
    r"\b(?:un(?:changed|touched|modified|affected)|"
    r"not (?:be )?(?:changed|modified|updated|touched)|"
    r"(?:remains?|stays?|keeps?|retains?)\b|null|none|empty|no \w+)",
    re.IGNORECASE,
)
"""What is true of a tool that lets fields be, or leaves them empty."""
_NEEDED = re.compile(
    r"^\W*(?:(?:required|mandatory)(?:\s*[.:)\]*]|$)|this (?:field|parameter|property) is "
    r"(?:required|mandatory)\.)",
    re.IGNORECASE,
)
_NEEDED_IF = re.compile(
    r"\b(?:required|mandatory|must be (?:given|provided|specified|set|supplied|present|included))\b"
    r"|\bmust (?:always |also |either )*(?:provide|specify|supply|include|give|set|pass|have|"
    r"be accompanied|be used)\b|\bmutually exclusive\b|\b(?:is|are|be) ignored\b|\bno effect\b",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"\b(?:will|would|we'll|automatically|deducted|charged|notif\w+)\b|\b(?:dis|"
    r"en)abled (?:if|when)\b",
    re.IGNORECASE,
)
"""What comes of a value in a service."""
_ERRS = re.compile(
    r"[,;]?\s*(?:\b(?:and|or|but) )?\b(?:if|when|otherwise|else)\b[^.;]*\b(?:errors?|fails?|"
    r"rejected|exception)\b[^.;]*",
    re.IGNORECASE,
)
"""When a service would answer with an error."""
_MEANS = re.compile(r"^\W*(?:if|when|whether|set|true|false|enables?|disables?)\b", re.IGNORECASE)
"""How a sentence begins that says what a value means."""
_UNIQUE = re.compile(
    r"[,;]?\s*(?:\b(?:and|which|that|it) )?\b(?:must|shall|has to|have to|should|needs to) be "
    r"(?:\w+ )?unique\b[^.;]*",
    re.IGNORECASE,
)
_NO_VALUE = word_set(
    "null none empty nothing current today now all any automatic auto unset unlimited undefined"
)


def with_unsaid(made: Made, noted: list[Omission]) -> Made:
    """Return a tool that does with inputs that are left out what their texts say, or says nothing.

    Args:
        made: The tool; one that only reads stays as it is.
        noted: What was left out of it so far; that texts lose something is added.
    """
    if not isinstance(made.behaviour, _CHANGING):
        return made
    parameters = [_parameter(made, one) for one in made.parameters]
    kept = zip(parameters, made.parameters, strict=True)
    if any(new.description != old.description for new, old in kept):
        noted.append(Omission(subject="text", where=made.seen.where, reason=UNTRUE))
    made.parameters = parameters
    return made


def told_default(text: str, type_: Scalar) -> Json:
    """Return the default that the description of a value tells, if it is one; else None.

    Args:
        text: The description, without markup.
        type_: What the value must be.
    """
    found = _TOLD.search(text)
    if found is None:
        return None
    value = found["value"]
    if type_.type in ("integer", "number"):
        return _number(value, type_)
    if type_.type == "boolean":
        return {"true": True, "false": False}.get(value.lower())
    if type_.type != "string" or value.lower() in _NO_VALUE:
        return None
    if type_.choices:
        return next((one for one in type_.choices if str(one).lower() == value.lower()), None)
    return value if found["quote"] and fits(value, type_) else None


def _number(value: str, type_: Scalar) -> Json:
    try:
        number = int(value) if type_.type == "integer" else float(value)
        whole = int(number) if number == int(number) else number
    except (ValueError, OverflowError):
        return None
    return whole if fits(whole, type_) else None


def _parameter(made: Made, one: ParameterSpec) -> ParameterSpec:
    """Return an input that is needed, or has the default, that its text speaks of."""
    assign = _assign(made, one)
    if assign is None:
        return one
    field = made.draft.fields[assign.field]
    if not field.unique and field.role != "key":
        one = _described(made, one, _ERRS.sub("", _UNIQUE.sub("", one.description)))
    if one.required:
        return one
    if isinstance(made.behaviour, CreateRecord) and not field.has_default:
        if _NEEDED.search(one.description):
            return one.model_copy(update={"required": True})
        if one.default is None and isinstance(one.type, Scalar):
            told = told_default(one.description, one.type)
            one = one.model_copy(update={"default": told})
    applied = one.default is not None or assign.or_now
    applied = applied or (field.has_default and _makes_anew(made))
    flag = isinstance(one.type, Scalar) and (one.type.type == "boolean" or bool(one.type.choices))
    return _described(made, one, _left(one.description, applied, flag))


def _described(made: Made, one: ParameterSpec, said: str) -> ParameterSpec:
    if said == one.description:
        return one
    said = said.strip(" ,;:") or describe("", words(one.name), made.draft.noun)
    return one.model_copy(update={"description": sentence(said)})


def _assign(made: Made, one: ParameterSpec) -> Assign | None:
    """Return what an input is for, where it sets a field."""
    assigns = getattr(made.behaviour, "assigns", ())
    return next((assign for assign in assigns if assign.parameter == one.name), None)


def _makes_anew(made: Made) -> bool:
    """Tell whether fields that nobody gives take their defaults."""
    behaviour = made.behaviour
    return not isinstance(behaviour, UpdateRecord) or behaviour.replace


def _left(text: str, applied: bool, flag: bool) -> str:
    """Return what remains of the description of an input that callers may leave out.

    Args:
        text: The description.
        applied: Whether the tool takes a default where they do.
        flag: Whether the input switches something: what that does is what its values mean.
    """
    kept: list[str] = []
    for number, one in enumerate(sentences(text)):
        comes = number and _COMES.search(one) and not (flag and _MEANS.search(one))
        if _NEEDED_IF.search(one) or comes:
            continue
        if applied:
            kept.append(one)
            continue
        told = _OF_DEFAULT.sub("", _ASIDE.sub("", one))
        told = _ELSE.sub("", told) if not _STAYS.search(told) else told
        if _BY_DEFAULT.search(told) or (_UNGIVEN.search(told) and not _STAYS.search(told)):
            continue
        if told.strip(" .,;:'\""):
            kept.append(told if told == one else sentence(told.strip(" ,;:")))
    return " ".join(kept)
