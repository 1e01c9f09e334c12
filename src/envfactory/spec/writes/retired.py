"""Retired records: DELETEs that, as their texts say, put a record out of use and keep it.

`DELETE /event-types/{name}` may be called "Archive Event Type": the record stays, and says that it
is archived.
"""

from __future__ import annotations

import re

from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.action import Target, find_target
from envfactory.spec.records.draft import Draft
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain
from envfactory.spec.writes.lifecycle import flag

_ALWAYS = word_set("archive deactivate disable suspend freeze")
"""What has a flag of its own where no field tells of it."""
_WHERE_TOLD = word_set(
    "cancel void close revoke unpublish terminate expire retire dismiss abort stop reject decline"
)
"""What leaves a record out of use only where its fields have such a state; else it is gone."""
_INFLECTED = re.compile(r"(?:ies|es|s|ing)$")
_SOFTLY = re.compile(r"\b(?:soft[- ]?delet\w+|marks? .{0,40}\bas deleted)\b", re.IGNORECASE)
_KEPT = (
    r"\b(?:{nouns}|it|records?|entry|account|data)\b[\w ]{{0,25}} (?:will|is|are) not (?:be )?"
    r"(?:actually |really |physically |permanently )?(?:deleted|removed)\b"
)
_TEXT = 1000


def retired(seen: Seen, draft: Draft) -> Target | None:
    """Return the state in which a DELETE leaves a record; None where the record is gone.

    The entity gets a flag where no field of it tells of that state.
    """
    text = f"{plain(seen.operation.summary)}. {plain(seen.operation.description, _TEXT)}"
    verb = _verb(plain(seen.operation.summary) or plain(seen.operation.description))
    if not verb:
        return find_target(("delete",), "post", draft) if _SOFTLY.search(text) else None
    found = find_target((verb,), "post", draft)
    if found is not None or verb not in _ALWAYS:
        return found
    name, value = flag(draft, verb)
    return Target((verb,), name, value)


def says_kept(seen: Seen, draft: Draft) -> bool:
    """Tell whether the text of a DELETE says that the record is not deleted."""
    nouns = "|".join(re.escape(noun) for noun in dict.fromkeys(draft.noun))
    told = plain(seen.operation.description, _TEXT)
    return re.search(_KEPT.format(nouns=nouns), told, re.IGNORECASE) is not None


def _verb(text: str) -> str:
    """Return the base form of the verb that a text begins with, where it puts out of use."""
    first = (*words(text[:60])[:1], "")[0]
    stem = _INFLECTED.sub("", first)
    forms = (first, stem, f"{stem}e", f"{stem}y", first.removesuffix("s"))
    return next((form for form in forms if form in _ALWAYS | _WHERE_TOLD), "")
