"""Pages: how many records a text says that a page holds, where no input says it."""

from __future__ import annotations

import re

from envfactory.source.description import Operation
from envfactory.spec.model import Paging
from envfactory.spec.words.prose import plain

_SIZE = re.compile(
    r"\b(?:groups|pages|batches|sets|chunks) of (?:up to )?(\d{1,4})\b"
    r"|\b(\d{1,4}) (?:\w+ ){0,2}(?:per|in each|on each) page\b",
    re.IGNORECASE,
)
_MAX_TEXT = 1000


def told_pages(operation: Operation, paging: Paging | None) -> Paging | None:
    """Return how a list is cut into pages, each of the size that a text tells."""
    if paging is None or paging.limit is not None:
        return paging
    found = _SIZE.search(f"{plain(operation.summary)}. {plain(operation.description, _MAX_TEXT)}")
    size = int(found.group(1) or found.group(2)) if found else 0
    return paging.model_copy(update={"default_limit": size}) if size else paging
