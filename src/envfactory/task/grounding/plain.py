"""What people say to tools of which only the schema is known, such as those of a live server.

No table shows what is natural there. A name is then that of a firm, a note a sentence that fits
almost anything, a file one that is called after what is in it: only what a closed list of words
tells is made up, and what the tool does with it is executed like everything else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.graph.words import WRITING_VERBS, word_set
from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.task.grounding.larder import is_natural
from envfactory.task.meanings.given import slug_of
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.words import noun_of, singular

_LONGEST_NAME = 60
_MAKING = word_set("create add insert new write make append register post record log save")
_NAMES = word_set("name title from to label")
_NOTES = word_set("observation content note comment message description text body")
_FILES = word_set("path file filename destination")
_RELATIONS = ("supplies", "works with", "is owned by", "rents from", "advises")
_KINDS = ("customer", "supplier", "partner", "competitor")
_TYPES = word_set("type kind category")


@dataclass(frozen=True, slots=True)
class Deed:
    """What a tool does, as its name says it.

    Attributes:
        verb: What is done.
        noun: To one of what.
        makes: Whether there is one more of it afterwards, so that new values make sense.
    """

    verb: str
    noun: str
    makes: bool


def deed_of(tool: ToolMeaning) -> Deed | None:
    """Return what a tool does; None where its name is no verb with what it is done to."""
    words = split_words(tool.short)
    at = next((n for n, word in enumerate(words) if word in WRITING_VERBS), None)
    if at is None or at + 1 == len(words):
        return None
    noun = singular(noun_of(" ".join(words[at + 1 :])))
    return Deed(words[at], noun, words[at] in _MAKING)


def plain_label(label: str, deed: Deed | None) -> str:
    """Return what an input is called beside what the tool is about: a branch has a name."""
    noun = "" if deed is None else deed.noun
    return label.removeprefix(f"{noun} ") if label != noun else "name"


def plain_text(
    tool: ToolMeaning, slot: Slot, seen: Sequence[Json], rng: random.Random
) -> str | None:
    """Return what somebody could say for an input; None where nothing tells what it is.

    Args:
        tool: What is called.
        slot: The input.
        seen: What the call before returned for it, which is said again where people could.
        rng: Decides.
    """
    deed, words = deed_of(tool), _last_words(slot)
    named = [text for text in seen if isinstance(text, str) and _is_name(text)]
    new = deed is not None and deed.makes and _is_own(slot, deed)
    if named and not new:
        return rng.choice(named)
    return _made_up(words, deed, rng) if deed is not None and (new or not seen) else None


def can_be_made_up(tool: ToolMeaning, slot: Slot) -> bool:
    """Say whether something can be made up for an input."""
    deed = deed_of(tool)
    if slot.shape.kind != "text" or deed is None or not deed.makes:
        return False
    return _made_up(_last_words(slot), deed, random.Random(0)) is not None


def _is_own(slot: Slot, deed: Deed) -> bool:
    """Say whether an input is what the new thing itself is called or says, not another's name."""
    if set(_last_words(slot)[-1:]) & (_NOTES | _FILES):
        return True
    return plain_label(slot.label, deed) in ("name", "title")


def _last_words(slot: Slot) -> tuple[str, ...]:
    words = split_words(slot.name)
    return (*words[:-1], singular(words[-1])) if words else ()


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and is_natural(text)


def _made_up(words: tuple[str, ...], deed: Deed, rng: random.Random) -> str | None:
    if not deed.makes:
        return None
    lexicon, last = load_lexicon(), set(words[-1:])
    if last & _TYPES:
        return rng.choice(_RELATIONS if "relation" in words else _KINDS)
    if "branch" in words:
        return slug_of(rng.choice(lexicon.codenames))
    if last & _FILES:
        ending = ".txt" if deed.noun == "file" else ""
        return f"{slug_of(rng.choice(lexicon.codenames))}{ending}"
    if last & _NAMES:
        return rng.choice(lexicon.companies)
    return rng.choice(lexicon.texts).rstrip(".") if last & _NOTES else None
