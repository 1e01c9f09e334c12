"""Said: which records a text says are made, where the path of a creation calls them otherwise.

`POST /registrations/instant`, "Creates a new registration record", makes no instant: nobody who
then lists registrations would find one.
"""

from __future__ import annotations

from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.made import Workshop
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain

OTHER_KIND = "answers with another kind of record"
"""Why a creation is left out whose text speaks of records of another kind."""
_CREATES = word_set("create creates add adds register registers")
_NEW = _CREATES | word_set("a an the new one single another")
_STEM = 4
"""Words that begin with so many equal letters mean the same."""


def says_other(shop: Workshop, seen: Seen, noun: tuple[str, ...]) -> bool:
    """Tell whether a text says that records of another kind are made, which are kept elsewhere.

    Args:
        shop: What the rules share.
        seen: The creation.
        noun: What its path calls what is made.
    """
    if not set(noun) & set(shop.nouns.singular_words(words(seen.operation.path))):
        return False  # a path that names nothing calls nothing otherwise
    for text in (seen.operation.summary, seen.operation.description):
        told = words(plain(text)[:80])
        called = {one[:_STEM] for one in told}
        if not set(told[:1]) & _CREATES or called & {one[:_STEM] for one in noun}:
            continue
        begun = next((at for at, word in enumerate(told) if word not in _NEW), 0)
        said = shop.nouns.singular_words(told[begun:])
        others = (one.noun for one in shop.drafts if not one.inferred and one.noun != noun)
        if any(said[: len(other)] == other for other in others):
            return True
    return False
