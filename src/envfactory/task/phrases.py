"""The request templates of this room, read from `phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Pairs = tuple[tuple[str, ...], ...]
"""Templates that belong together: how it is asked for, and how its being done is reported."""


@dataclass(frozen=True)
class Phrases:
    """Templates by section and name."""

    lines: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, Pairs]


@cache
def load_phrases() -> Phrases:
    """Return the templates that come with the package; they are read once."""
    text = resources.files("envfactory.task").joinpath("phrases.toml").read_text("utf-8")
    data: dict[str, dict[str, list[Any]]] = tomllib.loads(text)
    lines: dict[str, tuple[str, ...]] = {}
    pairs: dict[str, Pairs] = {}
    for section, entries in data.items():
        for name, templates in entries.items():
            if isinstance(templates[0], str):
                lines[f"{section}.{name}"] = tuple(templates)
            else:
                pairs[f"{section}.{name}"] = tuple(tuple(line) for line in templates)
    return Phrases(lines, pairs)


_OF_PERSON = re.compile(
    r"(?<!\band )(?<!\bby )(?<!\bthat of )\bthe ((?:[a-z-]+ ){0,2}[a-z-]+) (?:of|for) "
    r"([A-Z][a-z]+ [A-Z][a-z]+)(?=$|[,.?:;]| (?:to|is|are|say|and|that)\b)"
)
"""What somebody has, known by two names."""


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def yours(text: str) -> str:
    """Return the user's words as the agent says them back: `my “Errands” list` becomes yours."""
    return re.sub(r"\bmy (?=[‘“\"'])", "your ", text)


def its(text: str) -> str:
    """Return `the due date of it` as `its due date`, and that of Ann Lee as Ann Lee's due date."""
    text = re.sub(r"\bthe ((?:[\w-]+ ){0,3}[\w-]+) (?:of|for) it\b", r"its \1", text)
    return _OF_PERSON.sub(r"\2's \1", text)


def tidy(text: str) -> str:
    """Return a sentence without the second full stop after a quotation that ends with one."""
    return re.sub(r"([.!?][’”\"'])([.?])(?=\s|$)", r"\1", text)
