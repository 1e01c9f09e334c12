"""`owned`: a detail of a record: its due date, the due date of the task, the task's due date."""

from __future__ import annotations

import random
import re

_QUOTED = re.compile(r"‘[^’]*’|“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_SHORT = re.compile(
    r"(?:(?:the|my|our|your|that) )?(?:Q )?(?:(?!(?:of|for|with|in|on)\b)[a-z-]+ ){0,2}[a-z-]+"
    r"|[A-Z][a-z]+ [A-Z][a-z]+"
)
"""A record that takes an s: the ‘Pay rent’ task, that ticket, Ann Lee."""
_SAXON = 0.5
_FOR = 0.35


def owned(label: str, it: str, rng: random.Random) -> str:
    """Return what a record has.

    Args:
        label: What it is called.
        it: The record in words.
        rng: Decides among the ways to say it.
    """
    if it == "it":
        return f"its {label}"
    apart = rng.random() < _SAXON
    if apart and _SHORT.fullmatch(_QUOTED.sub("Q", it)) and not it.endswith("s"):
        return f"{it}'s {label}"
    return f"the {label} {'for' if rng.random() < _FOR else 'of'} {it}"
