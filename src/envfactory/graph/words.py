"""The words inside identifiers: `customerId`, `customer_id` and `customer-id` read the same."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_NAMES = 1 << 16
"""Names whose words are remembered; many tools share them."""


def word_set(text: str) -> frozenset[str]:
    """Return the set of the words in a text."""
    return frozenset(text.split())


READING_VERBS = word_set(
    "get list search find fetch read show view query lookup retrieve check count describe browse "
    "compare calculate compute estimate validate verify preview export download has is"
)
WRITING_VERBS = word_set(
    "create add insert new post put set update edit modify patch change replace rename move delete "
    "remove cancel archive restore close open start stop pause resume approve reject accept "
    "decline assign unassign attach detach link unlink invite join leave send reply forward "
    "schedule reschedule book reserve buy order pay refund transfer deposit withdraw place submit "
    "publish unpublish upload register subscribe unsubscribe follow unfollow like unlike mark star "
    "unstar pin unpin block unblock lock unlock enable disable activate deactivate complete finish "
    "reopen merge record log write save import reset clear return exchange rate vote"
)
_REMOVING_VERBS = frozenset({"delete", "destroy", "purge", "erase"})
_FILLING_VERBS = word_set("create add insert new post put set update edit modify patch replace")


@lru_cache(maxsize=_NAMES)
def words(name: str) -> tuple[str, ...]:
    """Split an identifier into its words, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


def singular(word: str) -> str:
    """Return an English noun in singular, as far as its ending tells."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s")


def changes_state(tool: str) -> bool | None:
    """Guess from a tool's name whether it changes state; None where no verb tells.

    The first known verb decides: `list_orders` reads, `cancel_order` writes.
    """
    for word in words(tool):
        if word in READING_VERBS:
            return False
        if word in WRITING_VERBS:
            return True
    return None


def removes(tool: str) -> bool:
    """Say whether a tool's name says that the record it is called on is gone afterwards."""
    return bool(_REMOVING_VERBS & set(words(tool)[:1]))


def fills(tool: str) -> bool:
    """Say whether a tool's name says that it writes the values that it is given."""
    return bool(_FILLING_VERBS & set(words(tool)[:1]))
