"""Afterwards: what a service does behind a change, which no tool does.

"Uploads an icon and starts its review" uploads an icon, and nobody reviews it here; limits, mails
and jobs that a text goes on to speak of are no part of what a tool does either. What remains says
what is changed.
"""

from __future__ import annotations

import re

from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    CountRecords,
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListOf,
    ListRecords,
    Omission,
    OrderRecords,
    PickRecord,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.reads.held import CONFLICT
from envfactory.spec.records.made import Made
from envfactory.spec.stated.unsaid import with_unsaid
from envfactory.spec.stated.untrue import UNTRUE
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import plain, sentence, sentences

_AS_TOLD = (ListRecords, CountRecords, PickRecord, GetRecord, AdjustRecord, OrderRecords)
"""Tools that only read, and those whose limits are what their texts say."""
_DOES = (
    r"(?:sends?|starts?|uploads?|downloads?|begins?|triggers?|initiates?|"
    r"launch(?:es)?|notif(?:y|ies)|e?mails?|alerts?|"
    r"recalculates?|charges?|bills?|processes|process|generates?|redirects?|publishe?s?|deploys?|"
    r"runs?|queues?|schedules?|validates?|verif(?:y|ies)|signs?|signals?|pushe?s?|prints?|handles?|"
    r"calculates?|computes?|builds?|installs?|restarts?|reboots?|encrypts?|synchroni[sz]es?|syncs?|"
    r"refund|refunds|executes?|monitors?|polls?|crawls?|returns? (?:an?|the) (?:error|url|link))"
)
_AND = re.compile(
    rf"(?<=\w)(?P<both>\s+and\s+)(?:then\s+|also\s+|\w+ly\s+)?{_DOES}(?=\s+(?:the|an?|it|its|them|"
    rf"their|your|all|any|this|that|these|to|one|\w+s?)\b)|(?:,|;)\s*(?:then|which|and then)\s+"
    rf"(?:also\s+|\w+ly\s+)?{_DOES}\b",
    re.IGNORECASE,
)
"""Where a sentence goes on to a second thing that is done."""
_FIRST_VERB = re.compile(r"^\W*(?:this \w+ )?(?:\w+ly )?\w+$")
_ALSO = re.compile(
    r"\b(?:will|would|shall|'ll|then|must|should|cannot|can't|can not|may not|might|automatic\w*|"
    r"asynchronous\w*|afterwards?|later|subsequent\w*|background|immediately|once|until|unless|"
    r"please|note that|try|validates?|errors?|fails?|rejected|ignored|limit(?:ed|s)?|"
    r"maximum|minimum|at most|"
    r"at least|up to|no more than|more than|less than|exceeds?|trigger\w*|notif\w+|"
    r"e?mail(?:s|ed)?|billed|"
    r"bills|charged|processed|being|(?:is|are|get|gets) (?:sent|created|generated|returned|emailed|"
    r"triggered|queued|charged|updated|deleted|removed|started|stopped|made|added|used|"
    r"calculated)|needs? to|ha(?:s|ve) to|requires?|required|only|possible|possibly|already|"
    r"by default|defaults?|allow(?:s|ed)?|plans?|any time|returned|"
    r"downloads?|request body|payload|responses?|returns?|requests?|"
    r"calls?|calling|parameters?|headers?|endpoints?|methods?|you (?:can|may|could|want|wish)|"
    r"if|when|whenever|after|before|otherwise|either|except|instead|used|sends?|we|our|us)\b",
    re.IGNORECASE,
)
"""Words of further sentences that speak of rules, of callers or of what comes of a change."""
_CHANGES = r"(?:updates?|replaces?|overwrites?|modif(?:y|ies)|edits?|sets?)"
_EITHER = re.compile(
    rf"^\W*(?:(?:creates?|adds?)(?: a new \w+)?,? ?(?:or|/|and|and/or) ?(?P<second>{_CHANGES})"
    rf"|(?P<first>{_CHANGES}),? ?(?:or|/|and|and/or) ?(?:creates?|adds?))\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:one or (?:more|many|several)|several|multiple)\b", re.IGNORECASE)
_ANSWERS = re.compile(r"^\W*returns?\b", re.IGNORECASE)
_TITLE = 3
_STATE = re.compile(r"\b(?:status|state)\b", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\bnot (?:be )?(?:given|specified|provided|set|present|supplied|passed|included|sent)\b"
    r"|\bomitted\b",
    re.IGNORECASE,
)
_RESETS = "What is not given is reset."
_LEAST = 2
_WEB = re.compile(
    r"\s+(?:towards|to|at|via) https?://\S+"
    r"|,?\s+by (?:providing|specifying|passing|supplying|sending|giving|using)\b[^.;]*",
    re.IGNORECASE,
)
"""How a service is called."""
_PROVIDED = re.compile(
    r",?\s+(?:(?:but )?(?:as|so) long as|provided(?: that)?|only (?:if|when)|unless|"
    r"if (?:and only if )?(?:it|they|there|no|not|none)|and,? (?:if|when|once)|and will|which will|"
    r"where possible)\b"
    r"[^.;]*",
    re.IGNORECASE,
)
"""When a service does something, or does more."""


def as_changed(made: Made, noted: list[Omission]) -> Made:
    """Return a tool that says of a change, and of what callers leave out, only what is done.

    Args:
        made: The tool; one that only reads stays as it is.
        noted: What was left out of it so far; that texts lose something is added.
    """
    return _telling_of_resets(_without_aftermath(with_unsaid(made, noted), noted))


def _without_aftermath(made: Made, noted: list[Omission]) -> Made:
    if isinstance(made.behaviour, _AS_TOLD):
        return made
    first, *rest = sentences(made.description) or [""]
    if isinstance(made.behaviour, CreateRecord) and _SEVERAL.search(first) and not _lists(made):
        first = made.fallback
    if isinstance(made.behaviour, CreateRecord) and _ANSWERS.match(first):
        first = _titled(made)
    true = [one for one in rest if not _is_of_state(made, one)]
    kept = [one for one in true if not _ALSO.search(one) or _is_kept(made, one)]
    if not _is_kept(made, first):
        first = (
            sentence(_PROVIDED.sub("", first).strip(" ,;:")) if _PROVIDED.search(first) else first
        )
    said = " ".join(filter(None, [_changed(_either(made, first)), *kept]))
    if said == made.description:
        return made
    noted.append(Omission(subject="text", where=made.seen.where, reason=UNTRUE))
    made.description = said if len(words(said)) >= _LEAST else made.fallback
    return made


def _telling_of_resets(made: Made) -> Made:
    """Return a tool that says so where it resets what callers leave out."""
    behaviour = made.behaviour
    if not isinstance(behaviour, UpdateRecord) or not behaviour.replace:
        return made
    given = {assign.parameter for assign in behaviour.assigns}
    left = any(one.name in given and not one.required for one in made.parameters)
    if left and not _LEFT_OUT.search(made.description):
        made.description = f"{sentence(made.description)} {_RESETS}"
    return made


def _titled(made: Made) -> str:
    """Return what a source calls a creation of whose answer it goes on to speak."""
    title = plain(made.seen.operation.summary)
    told = len(words(title)) >= _TITLE and not _ANSWERS.match(title)
    return sentence(title) if told else made.fallback


def _lists(made: Made) -> bool:
    """Tell whether callers give a list, each part of which a text may call a record."""
    return any(isinstance(one.type, ListOf) for one in made.parameters)


def _either(made: Made, text: str) -> str:
    """Return a sentence that does not say that records are created, where a change does not."""
    behaviour = made.behaviour
    if not isinstance(behaviour, UpdateRecord) or behaviour.or_create:
        return text
    found = _EITHER.match(text)
    if found is None:
        return text
    verb = found["first"] or found["second"]
    return sentence(f"{verb} {text[found.end() :].lstrip()}")


def _changed(text: str) -> str:
    """Return a first sentence without the further things that a service is said to do."""
    told = _WEB.sub("", text)
    found = _AND.search(told)
    if found is not None:
        before = told[: found.start()]
        if found["both"] and _FIRST_VERB.match(before):  # "creates and starts a container"
            told = before + told[found.end() :]
        else:
            told = before
    return text if told == text else sentence(told.strip(" ,;:"))


def _is_kept(made: Made, text: str) -> bool:
    """Tell whether a tool does what a further sentence says of rules."""
    behaviour = made.behaviour
    if text in made.fallback or text.startswith(CONFLICT):
        return True  # what a rule says itself of the tool that it makes
    if isinstance(behaviour, UpdateRecord) and behaviour.replace and _LEFT_OUT.search(text):
        return True
    if not isinstance(behaviour, ActOnRecord | UpdateRecord | DeleteRecord):
        return False
    if not behaviour.allowed_from or behaviour.field is None:
        return False
    status = made.draft.fields[behaviour.field].type
    choices = status.choices if isinstance(status, Scalar) else ()
    said = f" {' '.join(words(text))} "
    target = behaviour.target if isinstance(behaviour, ActOnRecord) else None
    others = (" ".join(words(str(one))) for one in choices if one != target)
    return any(f" {one} " in said for one in others)


def _is_of_state(made: Made, text: str) -> bool:
    """Tell whether a sentence names another state than that which an action leads to."""
    if not isinstance(made.behaviour, ActOnRecord) or not _STATE.search(text):
        return False
    target = " ".join(words(str(made.behaviour.target)))
    return f" {target} " not in f" {' '.join(words(text))} "
