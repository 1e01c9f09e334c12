"""JSON values of unknown shape, as what a reader hopes for: an object, a text, one line, a name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from envfactory.records import Json

MAX_NAME: Final = 60
"""Longest name of an API, in characters."""

_NOISE: Final = re.compile(r"\b(open)?api\b|\brest\b|\bversion [\d.]+|\bv\d[\d.]*\b", re.IGNORECASE)


def object_of(value: Json) -> dict[str, Json]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text_of(value: Json) -> str:
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def line_of(value: Json) -> str:
    """Return a scalar as one line; YAML reads an unquoted version as a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(str(value).split())


def short_name(title: str) -> str:
    """Return the short name of an API with this title, for example 'petstore'; may be empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", _NOISE.sub(" ", plain))
    return "-".join(words)[:MAX_NAME].strip("-")
