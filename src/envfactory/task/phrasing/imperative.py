"""`imperative`: what a tool does, as somebody would ask for it."""

from __future__ import annotations

import re

from envfactory.graph.words import READING_VERBS, WRITING_VERBS
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.meanings.words import spaced

_EXAMPLES = re.compile(r"(?:,? such as|,? e\.g\.|,? i\.e\.|,? including|,? for example| \().*")


def imperative(tool: ToolMeaning) -> str:
    """Return what a tool does as a request: `Returns the task.` becomes `return the task`."""
    sentence = re.split(r"(?<=[.!?])\s|\n", tool.description.strip())[0].rstrip(".!? ")
    sentence = _EXAMPLES.sub("", sentence)
    verb, _, rest = sentence.partition(" ")
    base = _base(verb.lower())
    if base is None or not rest:
        return spaced(tool.short)
    return f"{base} {rest}"


def _base(verb: str) -> str | None:
    verbs = READING_VERBS | WRITING_VERBS | {"return", "pick", "let", "make", "send", "give"}
    for end, put in (("", ""), ("s", ""), ("es", ""), ("ies", "y")):
        if end and not verb.endswith(end):
            continue
        base = verb.removesuffix(end) + put
        if base in verbs:
            return base
    return None
