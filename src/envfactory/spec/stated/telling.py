"""Telling: what parameters say of themselves, once it is settled what their tool does with them.

A text that only spells the name of an input, or says that it may be left out where it may not, says
less than what the tool does with it.
"""

from __future__ import annotations

import re

from envfactory.spec.model import CountRecords, ListRecords, ParameterSpec
from envfactory.spec.records.made import Made
from envfactory.spec.records.parameter import unwrapped
from envfactory.spec.shapes.value import describe, telling
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import sentence

_OPTIONAL = re.compile(r"^an optional\b|^optional(?:ly)?(?=\s[a-z])", re.IGNORECASE)
_COMPARING = frozenset(("gt", "gte", "lt", "lte", "contains", "prefix", "search"))


def with_telling(made: Made) -> Made:
    """Return a tool whose parameters say what they are, and nothing beside it."""
    made.parameters = [_parameter(made, one) for one in made.parameters]
    return made


def _parameter(made: Made, one: ParameterSpec) -> ParameterSpec:
    parts = unwrapped(one.source_name) or words(one.name)
    text = telling(one.description, parts, made.draft.noun)
    if one.required:
        text = _needed(text)
    if _is_name(text, one) or (_is_compared(made, one) and text == _named(made, parts)):
        # Who writes the code says more, from what the tool does with it.
        text = sentence(" ".join(words(one.name)) or one.name)
    return one if text == one.description else one.model_copy(update={"description": text})


def _needed(text: str) -> str:
    """Return a text that does not call what callers must give optional."""
    said = _OPTIONAL.sub("", text).strip()
    return text if said == text else sentence(said)


def _is_name(text: str, one: ParameterSpec) -> bool:
    """Tell whether a text is no more than the name of an input, however it is spelled."""
    said = "".join(words(text))
    return bool(said) and said in ("".join(words(one.source_name)), "".join(words(one.name)))


def _named(made: Made, parts: tuple[str, ...]) -> str:
    return describe("", parts, made.draft.noun)


def _is_compared(made: Made, one: ParameterSpec) -> bool:
    """Tell whether a list compares records with an input in another way than by equality."""
    behaviour = made.behaviour
    matches = behaviour.matches if isinstance(behaviour, ListRecords | CountRecords) else ()
    return any(match.parameter == one.name and match.op in _COMPARING for match in matches)
