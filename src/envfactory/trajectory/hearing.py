"""`hear`: what an agent's message asks of the user, by rules and without a model.

A message is read sentence by sentence. A sentence may ask for information, ask for permission,
tell the user to do something, offer more than was asked for, or simply tell. What is asked for is
matched against what things are called by their words, whatever their order and ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from envfactory.task.meanings.words import spaced

Purpose = Literal["asks", "confirms", "instructs", "offers", "tells"]

_IN_FULL, _IN_PART = 0.8, 0.55
"""How well a question has to name a thing; in part where it names nothing in full."""

_SENTENCES = re.compile(r"(?<=[.!?])[\"'”’)*]*\s+|\n+")
_CLOSING = re.compile(
    r"\b(?:anything|something|what)\b[^?]*\belse\b|\bany (?:other|further|more)\b"
    r"|\b(?:how|what) (?:else )?(?:can|may|could) i (?:help|do for)\b"
    r"|\b(?:would|do) you (?:also|still) (?:like|want|need)\b|\blet me know if\b|\bfeel free\b"
)
_CONFIRMS = re.compile(
    r"\b(?:shall|should|may|can|could) i\b(?! (?:help|assist|have|ask|know|get (?:the|your)))"
    r"|\b(?:do|would) you (?:want|like) me to\b|\bis (?:that|this|it) (?:right|correct|ok|fine)"
    r"|\bconfirm\b|\bare you sure\b|\bgo ahead\b|\bproceed\b|\bok(?:ay)? (?:if|with|to)\b"
    r"|\bdid you mean\b|\bcorrect\?"
)
_ASKS = re.compile(
    r"\b(?:please|could you|can you|would you|you need to|need you to|i need|i'd need|i would need"
    r"|i require|still need|kindly)\b.*\b(?:tell|say|give|provide|specify|share|clarify|let me know"
    r"|know|need|state|name|supply|which|what|who|when|where)\b|\blet me know\b(?! if)"
    r"|\bi(?:'d| would)? (?:still |only |just |also )?need (?:the|your|to know|a|an|some|more)\b"
    r"|\b(?:tell|give) me\b|\bplease (?:provide|specify|clarify|share|state)\b"
)
_INSTRUCTS = re.compile(
    r"^(?:now |then |first,? |next,? )?please\b|[:;,.–—-]\s*(?:so |then |and )?please\b"
    r"|^you(?:'ll)? (?:need|have) to\b|\bon your (?:own )?(?:side|end|device|phone|screen)\b"
)
_VAGUE = re.compile(
    r"\b(?:more|further|additional|any|all|the) (?:details|information|info)\b"
    r"|\bwhat (?:exactly|do you mean|would you like)\b|\bcan you (?:clarify|elaborate)\b"
    r"|\btell me more\b|\bbe more specific\b"
)
_CHOICE = re.compile(r"\b(?:which|what|who|whose|name|title|called|mean)\b")
_STOP = re.compile(
    r"a|an|and|any|are|as|at|be|by|can|could|do|does|for|from|give|have|i|if|in|is|it|its|let|me|my"
    r"|need|of|on|or|please|shall|should|so|some|tell|that|the|their|them|then|there|this|to|want|was"
    r"|what|when|which|who|will|with|would|you|your|know|like|exactly|set|one|mean|meant|ll|ve|s|d"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence of an agent's message.

    Attributes:
        text: The sentence.
        purpose: What it wants of the user.
        vague: For what asks: whether it asks for nothing in particular.
    """

    text: str
    purpose: Purpose
    vague: bool = False

    @property
    def stems(self) -> frozenset[str]:
        """Its words without endings, those that mean nothing by themselves left out."""
        return stems(self.text)


def hear(message: str) -> tuple[Heard, ...]:
    """Return the sentences of a message with what they want of the user."""
    parts = (part.strip() for part in _SENTENCES.split(message))
    return tuple(_heard(part) for part in parts if part)


def _heard(sentence: str) -> Heard:
    text = sentence.casefold().replace("’", "'").rstrip("\"'”’)*_ ")
    question = text.endswith("?")
    if _CLOSING.search(text) and not _ASKS.match(text):
        return Heard(sentence, "offers")
    if (question and _CONFIRMS.search(text)) or re.search(r"\bplease confirm\b", text):
        return Heard(sentence, "confirms")
    if question or _ASKS.search(text):
        return Heard(sentence, "asks", vague=_VAGUE.search(text) is not None)
    if _INSTRUCTS.search(text):
        return Heard(sentence, "instructs")
    return Heard(sentence, "tells")


def stems(text: str) -> frozenset[str]:
    """Return the words of a text in lower case and without endings, the empty ones left out."""
    words = re.findall(r"[^\W_]+", spaced(text).casefold() + " " + text.casefold())
    return frozenset(_stem(word) for word in words if not _STOP.fullmatch(word))


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    return re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)


def named_by(heard: Heard, about: str) -> float:
    """Return how well a sentence names a thing, 0 to 1, given what it is called.

    `due date of the task` is a label and what it belongs to: the label has to be there, and what it
    belongs to makes it surer. `which task is meant` is a choice, which any question for a
    description of one names.
    """
    about = re.sub(r"\s*\(request \d+\)$", "", about)
    words = heard.stems
    choice = re.fullmatch(r"which (.+?) is meant", about)
    if choice is not None:
        noun = stems(choice.group(1))
        asked = re.search(
            r"\b(?:which|what|who|whose|name|title|called|mean)\b", heard.text.casefold()
        )
        return _share(noun, words) if asked else 0.0
    label, _, owner = about.partition(" of the ")
    share = _share(stems(label), words)
    if not owner or share == 0:
        return share
    return share * (0.8 + 0.2 * _share(stems(owner), words))


def _share(wanted: Iterable[str], there: frozenset[str]) -> float:
    words = list(wanted)
    return sum(word in there for word in words) / len(words) if words else 0.0


def chosen(scores: Sequence[float]) -> list[int]:
    """Return the places of the things that are named: those named in full, else the best named."""
    full = [place for place, score in enumerate(scores) if score >= _IN_FULL]
    top = max(scores, default=0.0)
    return full or [n for n, score in enumerate(scores) if score == top >= _IN_PART]
