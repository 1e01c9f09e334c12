"""Replacing: what a PUT does to what is left out, and where there is no such record yet.

A PUT takes the whole record: what callers leave out is reset. A text may say that only what is
given is changed, though, or that the record is created where there is none.
"""

from __future__ import annotations

import re

from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.inputs import Call
from envfactory.spec.words.prose import plain

_MAX_TEXT = 600
_PARTLY = re.compile(
    r"\bpartial(?:ly)?\b|\bonly (?:the |those |these )?(?:given|provided|specified|supplied|passed|"
    r"included|sent|changed|fields?|values?|attributes?|propert(?:y|ies)|parameters?)\b"
    r"|\b(?:wish|want|need|like) to (?:change|update|modify)\b"
    r"|\b(?:un(?:changed|touched|modified|affected)|not (?:be )?(?:changed|modified|updated))\b",
    re.IGNORECASE,
)
_WHOLLY = re.compile(r"^\W*(?:replaces?|overwrites?|overrides?)\b", re.IGNORECASE)
_CHANGED = r"(?:updat|replac|overwrit|modif|edit|chang)\w*"
_MADE = r"(?:creat(?:e|es|ing)|adds?|adding|inserts?|registers?)"
_EITHER = re.compile(
    rf"\b{_MADE}\b[^.;]{{0,30}}(?:\bor\b|/|\band/or\b)[^.;]{{0,20}}\b{_CHANGED}"
    rf"|\b{_CHANGED}\b[^.;]{{0,30}}(?:\bor\b|/|\band/or\b)[^.;]{{0,20}}\b{_MADE}\b|\bupserts?\b"
    r"|\bnot (?:yet |already )?(?:exist|found|present|there)\b[^.]{0,60}\bcreate[sd]?\b"
    r"|\bcreate[sd]?\b[^.]{0,60}\bnot (?:yet |already )?(?:exist|found|present|there)\b",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"^\W*(?:(?:creates?|adds?|registers?|stores?|saves?|inserts?|puts?)\b|"
    r"\w+ \w+ \w+ and stores?\b)",
    re.IGNORECASE,
)
_HANDS_IN = re.compile(
    r"^\W*(?:sends?|submits?|suggests?|uploads?|publish(?:es)?|records?|reports?|posts?)\b",
    re.IGNORECASE,
)
"""What is new to a service where nothing else creates it."""
_OF_PART = re.compile(r"^\W*\w+ (?:\w+ ){1,4}(?:to|on|in|into|for|from) ", re.IGNORECASE)
"""What is added to a record, and is not the record: `Add a note to an order`."""


def replaces(call: Call, key: str) -> bool:
    """Tell whether a PUT takes the whole record: what creation takes, with required parts."""
    text = _told(call.seen)
    if _PARTLY.search(text):
        return False
    if _WHOLLY.search(text):
        return True
    if not any(p.required and p.name != key for p in call.parameters):
        return False
    taken = set(call.seen.request.shape.properties) if call.seen.request else set()
    made = call.draft.kind.requests("create")
    return not made or set(made[0].properties) <= taken


def ensures(call: Call) -> bool:
    """Tell whether a PUT creates the record under the key in its path, where there is none."""
    seen, draft = call.seen, call.draft
    if seen.operation.method != "put" or not seen.route.on_item:
        return False
    if draft.choice.style in ("serial", "integer") or draft.choice.form:
        return False
    text = _told(seen)
    if _EITHER.search(text):
        return True
    if _MAKES.search(text) is not None and not _OF_PART.search(text):
        return True
    made = any(one.kind == "create" for one in draft.kind.seen)
    return not made and _HANDS_IN.search(text) is not None


def _told(seen: Seen) -> str:
    operation = seen.operation
    return f"{plain(operation.summary)} {plain(operation.description, _MAX_TEXT)}".strip()
