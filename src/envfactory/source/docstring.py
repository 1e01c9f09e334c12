"""Docstrings: what a text says of a tool, of each argument, and of the result.

Texts of tools are often the docstrings of the functions behind them, `Args:` section and all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

MAX_TEXT: Final = 20_000
"""Longest text that is taken apart, in characters; the rest is cut off."""

_SECTION: Final = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Params|Returns|Return|Yields|Raises|Example|Examples)\s*"
    r"(?::[ \t]*$|\n[ \t]*-{3,})|^[ \t]*:(?:param|return|returns|rtype)\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Docstring:
    """A text, taken apart.

    Attributes:
        text: What the tool does, without the sections.
        parameters: What is said of each argument, by name.
        returns: What is said of the result; may be empty.
        refusals: What is said of when it fails, one text for each error.
    """

    text: str
    parameters: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    refusals: tuple[str, ...] = ()


def read_docstring(text: str) -> Docstring:
    """Take a text apart; one without sections is kept as it is."""
    text = text[:MAX_TEXT].strip()
    if not _SECTION.search(text):
        return Docstring(text)
    import docstring_parser

    try:
        parsed = docstring_parser.parse(text)
    except docstring_parser.ParseError:
        return Docstring(text[: _start(text)].strip())
    parameters = {
        one.arg_name.lstrip("*"): " ".join(one.description.split())
        for one in parsed.params
        if one.description
    }
    returns = parsed.returns.description if parsed.returns is not None else None
    own = text[: _start(text)].strip()
    refusals = tuple(" ".join(one.description.split()) for one in parsed.raises if one.description)
    return Docstring(own, parameters, " ".join((returns or "").split()), refusals)


def _start(text: str) -> int:
    match = _SECTION.search(text)
    return match.start() if match else len(text)
