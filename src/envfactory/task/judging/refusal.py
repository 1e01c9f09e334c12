"""`declines`: whether an answer says that something will not or cannot be done, and claims no more.

A text is no proof of what an agent thinks, so the test is a plain one, and strict on one side: an
answer passes that refuses in so many words, names what it is about, and claims nowhere that the
thing was done. What was done in fact, the changes of state tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

from envfactory.task.model import Refusal

_CANNOT = (
    r"\b(?:cannot|can not|can't|could not|couldn't|unable to|incapable of|not able to"
    r"|not be able to|no longer able to|will not|won't|would not|wouldn't|may not"
    r"|must not|mustn't|should not|shouldn't|not going to)\b"
)
_SEARCHING = r"(?!\s+(?:find|locate|see|identify|spot|tell which)\b)"
"""What was not found was not refused, unless it is a tool (see `_LACKS`)."""
_ASKING = r"(?!\s+(?:i|you|it|we|they|he|she|that|this|there|anybody|anyone|somebody|someone)\b)"
"""Wouldn't it be nice? Who asks like that refuses nothing."""
_BARRED = (
    r"(?:\bnot|n't)\s+(?:possible|allowed|permitted|supported|available|authori[sz]ed|eligible"
    r"|an option|something i|in a position|within|allow|permit|support|offer|let)\b"
    r"|\b(?:impossible|unavailable|forbidden|forbids?|prohibit(?:s|ed)?|disallow(?:s|ed)?"
    r"|rules? out)\b"
    r"|\bagainst (?:the|our|my|their|its)\b"
    r"|\b(?:must|have to|need to|i|i'll|will) (?:decline|refuse)\b"
    r"|\b(?:beyond|outside) (?:of )?(?:what|my|the|reach|scope)\b"
    r"|\bout of (?:what|my|(?:the )?(?:reach|scope|range|question))\b"
)
_LACKS = re.compile(
    r"(?:\b(?:no|not|without|lack|lacks|lacking|missing|none|neither)|n't)\b[^.!?;]{0,60}?"
    r"\b(?:tools?|functions?|functionality|features?|ways?|means|ability|capability|capabilities"
    r"|options?|access|permissions?|methods?|support|commands?|possibility)\b"
    r"|\b(?:tools?|functions?|features?|options?|access)\b[^.!?;]{0,30}?"
    r"\b(?:(?:is|are) (?:not|missing|lacking)|(?:isn't|aren't|does not|do not|doesn't|don't))\b"
)
_REFUSES = re.compile(
    rf"(?:{_CANNOT}{_ASKING}|(?<=n't) (?:(?:be )?able|going) to\b){_SEARCHING}|{_BARRED}"
)
_PLEASANTRIES = re.compile(r"\b(?:no problem|no worries|not a problem|no trouble|can't wait)\b")

_DONE = re.compile(
    r"\b(?:done|all\s+set|taken\s+care\s+of|successful(?:ly)?|as\s+requested|as\s+you\s+asked"
    r"|mission\s+accomplished|consider\s+it)\b|^(?:sure|certainly|of\s+course)\b[^.!?]*[!.]?$"
)
_CLAIM = (
    r"\b(?:i|we|i've|we've|has|have|it's|they're|is|are)\s+"
    r"(?:(?:now|just|also|have|has|been|gone|ahead|and|then|gladly|happily)\s+){{0,4}}"
    r"(?:{words})\b"
)
_NEGATED = re.compile(r"\b(?:no|not|nothing|never|none|neither|nor|without|unable|cannot)\b|n't\b")
_CONDITION = re.compile(r"\b(?:if|once|until|unless|only|when|before)\b")
_PARTS = re.compile(
    r"(?<=[.!?;:])\s+|\s+[-–—]\s+|,?\s+(?:but|however|although|though)\b,?\s+|,\s+so\s+"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)[‘'][^‘']*'(?!\w)")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "\u00a0": " "})


def declines(answer: str, refusal: Refusal) -> bool:
    """Return whether an answer says no to what `refusal` is about.

    Four things are asked of it: a part of it refuses (cannot, no tool, not allowed, ...), it holds
    one of `refusal.about`, what it refuses is not said of another kind of record, and no part of it
    claims that the thing was done: in the words of `refusal.claims`, or in general ("done", "all
    set") where nothing was done in its place. What stands in quotation marks are names, and
    neither refuses nor claims. Linear in the length of the answer.

    Args:
        answer: What the agent said in the turn.
        refusal: What it had to say no to.
    """
    plain = _plain(answer)
    if not _holds(plain, refusal.about):
        return False
    parts = _parts(plain)
    refusing = [part for part in parts if _refuses(part)]
    return (
        bool(refusing)
        and not _about_others(plain, " ".join(refusing), refusal)
        and not any(_claims(part, refusal) for part in parts)
    )


def says_no(answer: str) -> bool:
    """Return whether a part of an answer says that something cannot or will not be done."""
    return any(map(_refuses, _parts(_plain(answer))))


def _parts(plain: str) -> list[str]:
    """Return the parts of an answer that are no names and no pleasantries."""
    spoken = _PLEASANTRIES.sub("", _QUOTED.sub(" it ", plain))
    return [part for part in _PARTS.split(spoken) if part.strip()]


def _refuses(part: str) -> bool:
    return bool(_REFUSES.search(part) or _LACKS.search(part))


def _claims(part: str, refusal: Refusal) -> bool:
    """Return whether a part of an answer says that it was done, and not that it was not."""
    found = None if refusal.beside else _DONE.search(part)
    if found is None and refusal.claims:
        claim = _CLAIM.format(words="|".join(re.escape(_bare(word)) for word in refusal.claims))
        found = re.search(claim, part)
    if found is None or _CONDITION.search(part):
        return False
    clause = part[part.rfind(",", 0, found.start()) + 1 : found.end()]
    return not _NEGATED.search(clause)


def _about_others(answer: str, refusing: str, refusal: Refusal) -> bool:
    """Return whether what is refused is said of another kind of record, or is another act.

    Of names inside one another the longest counts: who says "task list" has not said "task".
    """
    nouns = tuple(sorted((*refusal.names, *refusal.rivals), key=lambda noun: (-len(noun), noun)))
    own = set(map(_bare, refusal.names))
    if _holds(refusing, nouns) and own.isdisjoint(_any_of(nouns).findall(answer)):
        return True
    verbs = tuple(form for form in refusal.about if form not in refusal.names)
    return _holds(refusing, refusal.other_acts) and not _holds(answer, verbs)


def _holds(text: str, forms: tuple[str, ...]) -> bool:
    return bool(forms) and _any_of(forms).search(text) is not None


@lru_cache(maxsize=1024)
def _any_of(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of some words; compiled once, since many answers are judged by it."""
    words = "|".join(re.escape(_bare(form)) for form in forms)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def _bare(form: str) -> str:
    return " ".join(form.translate(_APOSTROPHES).casefold().split())


def _plain(text: str) -> str:
    lines = (line.rstrip() for line in text.translate(_APOSTROPHES).casefold().splitlines())
    whole = " ".join(line if line[-1:] in ".!?;:," else f"{line}." for line in lines if line)
    return " ".join(whole.split())
