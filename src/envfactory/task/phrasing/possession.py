"""Possession in words: `owned`, a detail of a record, and `yours`, what the user calls mine."""

from __future__ import annotations

import random
import re

from envfactory.task.surface.protect import QUOTED, outside

_SHORT = re.compile(
    r"(?:(?:the|my|our|your|that) )?(?:Q )?(?:(?!(?:of|for|with|in|on)\b)[a-z-]+ ){0,2}[a-z-]+"
    r"|[A-Z][a-z]+ [A-Z][a-z]+"
)
"""A record that takes an s: the ‘Pay rent’ task, that ticket, Ann Lee."""
_OURS = re.compile(r"(?:^|(?<=\bof )|(?<=\bin )|(?<=\bon )|(?<=\bfor ))(?:my|our) |\bmy $")
"""What people say of what is theirs."""
_SAXON = 0.7
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
    if apart and _SHORT.fullmatch(re.sub(QUOTED, "Q", it)) and not it.endswith("s"):
        return f"{it}'s {label}"
    return f"the {label} {'for' if rng.random() < _FOR else 'of'} {it}"


def yours(text: str) -> str:
    """Return the user's words as the agent says them back: `my “Errands” list` becomes yours."""
    return outside(text, (), lambda part: _OURS.sub("your ", part))
