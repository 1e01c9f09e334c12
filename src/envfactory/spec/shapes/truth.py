"""Truth: texts that are either `true` or `false`, which are booleans in another type."""

from __future__ import annotations

import re

from envfactory.records import Json

_VALUES = {"true": True, "false": False}
_SET_TRUE = re.compile(
    r"\b(?:set|if|when|pass|give|use)\b.{0,40}\b(?:true|false)\b|\bwhether\b", re.IGNORECASE
)


def is_truth(choices: tuple[str | int, ...], default: Json, told: str) -> bool:
    """Tell whether a text is one of `true` and `false`, as its values or its own text say.

    Args:
        choices: The values that a schema lists; may be empty.
        default: The value where none is given, if there is one.
        told: What the source says of it.
    """
    if choices:
        return {str(one).lower() for one in choices} == {*_VALUES}
    return truth(default) is not None and _SET_TRUE.search(told[:400]) is not None


def truth(value: Json) -> bool | None:
    """Return the boolean that a text spells; None where it spells none."""
    return _VALUES.get(value.lower()) if isinstance(value, str) else None
